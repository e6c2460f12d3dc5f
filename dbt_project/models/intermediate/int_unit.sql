-- Grain: unit, unit_id. Whom programmes can serve, in the frame: its living people, the families (one card each) with
-- somebody living in them, and its households. Every count of coverage is of one of these.
with living as (
    select person_id, household_id, family_id from {{ ref('int_person_household') }} where lives_here
)

select 'person' as unit, person_id as unit_id, household_id, family_id, person_id from living
union all
select 'family', family_id, min(household_id), family_id, null from living
where family_id is not null group by family_id
union all
select 'household', household_id, household_id, null, null from {{ ref('int_frame') }}
