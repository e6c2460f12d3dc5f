-- Grain: programme, unit_id. Day since which each row of `unserved` waits: the latest of the day since which its
-- household is known to be poor, the end of its last award in the programme, and the person's birth. An award ends with
-- its receiver.
with ended as (
    select
        enrolment.programme,
        case rule.unit
            when 'person' then enrolment.person_id when 'family' then enrolment.family_id else enrolment.household_id
        end
            as unit_id,
        max(least(enrolment.valid_to, coalesce(gone.gone_on, gone.reported_on))) as ended_on
    from {{ ref('fct_enrolment') }} enrolment
    join {{ ref('ref_programme') }} rule on rule.code = enrolment.programme
    left join {{ ref('int_person_gone') }} gone on gone.person_id = enrolment.person_id
    where enrolment.status = 'active'
    group by all
)

select
    unserved.programme,
    unserved.unit_id,
    greatest(coalesce(poor.poor_since, household.in_frame_since), ended.ended_on, person.birth_date) as waiting_since
from {{ ref('unserved') }} unserved
join {{ ref('dim_household') }} household using (household_id)
left join {{ ref('int_poor_since') }} poor using (household_id)
left join {{ ref('dim_person') }} person on person.person_id = unserved.person_id
left join ended on ended.programme = unserved.programme and ended.unit_id = unserved.unit_id
