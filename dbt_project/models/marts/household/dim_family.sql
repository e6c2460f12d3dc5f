-- Grain: family_id. Families of the frame's households, each one card, each in one household.
select family.family_id, family.no_kk, family.household_id,
    (count(person.person_id) filter (person.lives_here))::integer as persons
from {{ source('identity', 'family_links') }} family
join {{ ref('int_frame') }} using (household_id)
left join {{ ref('int_person_household') }} person on person.family_id = family.family_id
group by all
