-- Grain: household_id. Day since which a poor household is known to be poor: the first survey that ranked it so after
-- it was last ranked above the poor deciles; the first list, if no survey day is stated.
with version as (
    select
        record.household_id,
        listed.decile <= {{ var('poor_decile_max') }} as is_poor,
        listed.valid_from,
        coalesce(listed.surveyed_on, listed.valid_from) as since
    from {{ ref('stg_dinsos__dtks_rumah_tangga_versions') }} listed
    join {{ ref('int_household_record') }} record
        on record.source = 'dinsos_dtks_rumah_tangga' and record.record_key = listed.record_key
    semi join (select household_id from {{ ref('dim_household') }} where is_poor) poor using (household_id)
),

ranked_above as (
    select household_id, max(valid_from) as last_from from version where not is_poor group by household_id
)

select version.household_id, min(version.since) as poor_since
from version
left join ranked_above using (household_id)
where version.is_poor and coalesce(version.valid_from > ranked_above.last_from, true)
group by version.household_id
