-- Grain: participant_no. Jamsosratu's families in force, each with its companion, its address, its last visit and the
-- day on which the next one is due; as of the last form that was handed in.
{{ config(tags=['progress']) }}
with {{ visits_by_the_last_form() }},

version as (
    select participant_no, min(valid_from) as first_listed_on, min(start_date) as start_date,
        min(start_year) as start_year
    from {{ ref('fct_enrolment') }}
    where programme = 'JAMSOSRATU'
    group by participant_no
),

-- Since when the family is to be visited: by the programme, for those of the first list; by the list that first named
-- it, for the others.
listed as (
    select
        participant_no,
        if(
            first_listed_on > min(first_listed_on) over (),
            first_listed_on,
            coalesce(start_date, make_date(start_year, 1, 1), first_listed_on)
        ) as listed_since
    from version
),

family as (
    select
        enrolment.*,
        listed.listed_since,
        visited.last_visited_on,
        moment.day as last_form_on,
        coalesce(visited.last_visited_on, listed.listed_since) + {{ var('visit_every_days') }} as due_on
    from {{ ref('fct_enrolment') }} enrolment
    join listed using (participant_no)
    cross join moment
    left join visited using (participant_no)
    where enrolment.programme = 'JAMSOSRATU' and enrolment.is_current and enrolment.status = 'active'
)

select
    family.participant_no,
    family.household_id,
    family.companion_id,
    contact.head_name,
    contact.address,
    contact.rt,
    contact.rw,
    family.village_code,
    village.region_name as village_name,
    left(family.village_code, 6) as district_code,
    district.region_name as district_name,
    family.regency_code,
    regency.region_name as regency_name,
    family.listed_since,
    family.last_visited_on,
    family.due_on,
    case
        when family.last_visited_on is null then if(family.due_on > family.last_form_on, 'new', 'never')
        when family.due_on <= family.last_form_on then 'overdue'
        when family.due_on - {{ var('visit_due_days') }} <= family.last_form_on then 'due'
        else 'visited'
    end as state,
    (family.last_form_on - family.due_on)::integer as days_late,
    family.last_form_on
from family
left join {{ ref('int_household_contact') }} contact using (household_id)
left join {{ ref('dim_region') }} village on village.region_code = family.village_code
left join {{ ref('dim_region') }} district on district.region_code = left(family.village_code, 6)
left join {{ ref('dim_region') }} regency on regency.region_code = family.regency_code
