-- Grain: person_id. The one household in which a person of the frame is counted: by the social registry, else by the
-- register, else by any other record; newest first. lives_here: false if the register states that the person died or
-- moved away.
with placed as (
    select person_id, household_id, family_id, {{ dated() }} as since
    from {{ ref('int_household_record') }}
    where person_id is not null and household_id in (select household_id from {{ ref('int_frame') }})
    qualify row_number() over (
        partition by person_id
        order by (household_ref is not null) desc, in_frame, valid_from desc, source, record_key
    ) = 1
),

gone as (
    select person_id, {{ dated('reported_on', 'reported_by') }} as since from {{ ref('int_person_gone') }}
)

select
    placed.person_id,
    placed.household_id,
    placed.family_id,
    gone.person_id is null as lives_here,
    list_max([placed.since, gone.since]).valid_from as valid_from,
    list_max([placed.since, gone.since]).known_from as known_from
from placed
left join gone using (person_id)
