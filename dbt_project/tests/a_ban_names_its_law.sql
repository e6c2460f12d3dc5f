-- A rule that forbids must have a legal basis, so that an auditor can check a finding.
{{ config(tags=['post_identity']) }}
select programme_a, programme_b, valid_from
from {{ ref('ref_programme_compatibility') }}
where status = 'forbidden' and nullif(trim(legal_basis), '') is null
