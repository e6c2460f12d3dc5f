-- Grain: unit, unit_id. Units of the frame that programmes can serve: living people, families (one card each) with a
-- living member, and households. Every count of coverage counts one of these.
with living as (
    select person_id, household_id, family_id from {{ ref('int_person_household') }} where lives_here
)

select 'person' as unit, person_id as unit_id, household_id, family_id, person_id from living
union all
select 'family', family_id, min(household_id), family_id, null from living
where family_id is not null group by family_id
union all
select 'household', household_id, household_id, null, null from {{ ref('int_frame') }}
