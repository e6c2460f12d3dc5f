-- Nothing is forbidden without a legal basis: a finding must stand before an auditor.
{{ config(tags=['post_identity']) }}
select programme_a, programme_b, valid_from
from {{ ref('ref_programme_compatibility') }}
where status = 'forbidden' and nullif(trim(legal_basis), '') is null
