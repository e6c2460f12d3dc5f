-- Grain: participant_no. Progress of each Jamsosratu family: payments this year, visits, children in school, first and
-- last income. has_succeeded is the programme's own status (GRADUASI); the other columns are indicators. A condition
-- applies only to families it is meant for: school to those with children of that age, posyandu to those with small
-- children.
with family as (
    select
        enrolment.* exclude (family_id),
        coalesce(award.family_id, enrolment.family_id) as family_id,
        load.as_of_date
    from {{ ref('fct_enrolment') }} enrolment
    cross join {{ source('inputs', 'load') }} load
    left join {{ ref('int_award') }} award using (source, record_key)
    where enrolment.programme = 'JAMSOSRATU' and enrolment.is_current
),

child as (
    select family_id, count(*) filter (is_toddler) as toddlers, count(*) filter (is_school_age) as school_age
    from {{ ref('int_person_need') }}
    group by family_id
),

paid as (
    select
        payment.participant_no,
        count(*) as payments,
        sum(payment.amount_received) as received,
        max(payment.paid_on) as last_paid_on
    from {{ ref('fct_disbursement') }} payment
    cross join {{ source('inputs', 'load') }} load
    where payment.programme = 'JAMSOSRATU' and payment.status = 'BERHASIL'
        and payment.period_year = year(load.as_of_date)
    group by payment.participant_no
),

counted as (
    select *, {{ day_of_visit('visited_on', 'submitted_at') }} as day
    from {{ ref('fct_visit') }}
    where is_counted
),

visited as (
    select
        visit.participant_no,
        count(*) filter (visit.day > load.as_of_date - interval 1 year) as visits,
        max(visit.day) as last_visited_on,
        max(visit.day) filter (visit.in_force_on_visit) as last_visited_in_force,
        arg_min(visit.monthly_income, visit.day) filter (visit.monthly_income is not null) as first_income,
        arg_max(visit.monthly_income, visit.day) filter (visit.monthly_income is not null) as last_income,
        arg_max(visit.children_of_school_age, visit.day)
            filter (visit.children_of_school_age is not null) as children_of_school_age,
        -- From the visit that stated the number of children: numbers of two visits must not be combined.
        arg_max_null(visit.children_in_school, visit.day)
            filter (visit.children_of_school_age is not null) as children_in_school,
        arg_max(visit.goes_to_posyandu, visit.day)
            filter (visit.goes_to_posyandu is not null) as goes_to_posyandu,
        arg_max(visit.has_business, visit.day) filter (visit.has_business is not null) as has_business
    from counted visit
    cross join {{ source('inputs', 'load') }} load
    group by visit.participant_no
),

asked as (
    select
        family.participant_no,
        coalesce(visited.children_of_school_age, child.school_age) > 0 as school,
        child.toddlers > 0 as posyandu,
        case
            when visited.children_in_school <= visited.children_of_school_age
                then visited.children_in_school = visited.children_of_school_age
        end as in_school
    from family
    left join child using (family_id)
    left join visited using (participant_no)
)

select
    family.participant_no,
    family.household_id,
    family.family_id,
    family.companion_id,
    family.village_code,
    family.regency_code,
    household.decile,
    family.start_year,
    family.status,
    family.status = 'graduated' as has_succeeded,
    coalesce(paid.payments, 0)::integer as payments_this_year,
    coalesce(paid.received, 0)::bigint as received_this_year,
    paid.last_paid_on,
    coalesce(visited.visits, 0)::integer as visits_last_year,
    visited.last_visited_on,
    coalesce(visited.last_visited_in_force > family.as_of_date - interval {{ var('visit_every_days') }} day, false)
        as is_visited,
    visited.first_income,
    visited.last_income,
    visited.children_of_school_age,
    visited.children_in_school,
    visited.goes_to_posyandu,
    visited.has_business,
    visited.children_in_school > visited.children_of_school_age as more_in_school_than_children,
    (asked.school::integer + asked.posyandu::integer)::integer as conditions_asked,
    case
        when asked.school and not asked.in_school or asked.posyandu and not visited.goes_to_posyandu then false
        when (not asked.school or asked.in_school) and (not asked.posyandu or visited.goes_to_posyandu)
            then case when asked.school or asked.posyandu then true end
    end as meets_conditions
from family
left join {{ ref('dim_household') }} household using (household_id)
left join paid using (participant_no)
left join visited using (participant_no)
left join asked using (participant_no)
