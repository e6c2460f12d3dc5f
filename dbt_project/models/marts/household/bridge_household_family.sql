-- Grain: household_id, family_id. Families in each household, since when, and by which source.
select
    family.household_id,
    family.family_id,
    min(record.valid_from) as valid_from,
    cast(null as date) as valid_to,
    bool_or(record.source = 'dukcapil_penduduk') as in_register
from {{ ref('dim_family') }} family
left join {{ ref('int_household_record') }} record using (family_id)
group by family.household_id, family.family_id
