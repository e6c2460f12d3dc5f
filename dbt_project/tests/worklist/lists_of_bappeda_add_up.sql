-- Families by kecamatan add up to the cards of living residents in the register; unlisted ones are not more than all.
{{ config(tags=['post_identity']) }}
with listed as (
    select sum(families) as families, bool_or(unlisted_families > families) as is_more
    from {{ ref('worklist_bappeda_unlisted_families') }}
),

register as (
    select count(distinct record.family_id) as families
    from {{ ref('household_records') }} record
    join {{ ref('stg_dukcapil__penduduk') }} entry using (record_key)
    where record.source = 'dukcapil_penduduk' and entry.life_status = 'AKTIF' and entry.district_code is not null
)

select listed.families, register.families as registered
from listed
cross join register
where coalesce(listed.families, 0) <> register.families or listed.is_more
