-- Grain: region_level, region_code, cohort, aspect, answer. Jamsosratu's families counted by year of entry: each family
-- has one answer to each aspect of its scope. The province has a row for every cohort, a kabupaten/kota for all
-- together: by both at once, most numbers would be of few families.
with {{ visits_by_the_last_form() }},

income as (
    select participant_no, count(distinct visited_on) filter (monthly_income is not null) as incomes_told
    from {{ ref('fct_visit') }}
    where is_counted
    group by participant_no
),

toddler as (
    select family_id, count(*) as toddlers from {{ ref('int_person_need') }} where is_toddler group by family_id
),

-- The first decile that is known of a household's entry in the registry.
ranked as (
    select dtks_id, arg_min(decile, valid_from) as first_decile
    from {{ ref('stg_dinsos__dtks_rumah_tangga_versions') }}
    where decile is not null
    group by dtks_id
),

family as (
    select
        progress.*,
        coalesce(progress.start_year::varchar, 'unknown') as cohort,
        if(progress.status = 'active', 'active', 'ended') as scope,
        {{ exit_reason('enrolment.end_reason') }} as exit_reason,
        toddler.toddlers,
        income.incomes_told,
        coalesce(date_diff('day', visited.last_visited_on, moment.day) < {{ var('visit_every_days') }}, false)
            as in_time,
        ranked.first_decile
    from {{ ref('jamsosratu_progress') }} progress
    join {{ ref('fct_enrolment') }} enrolment
        on enrolment.programme = 'JAMSOSRATU' and enrolment.participant_no = progress.participant_no
        and enrolment.is_current
    cross join moment
    left join visited on visited.participant_no = progress.participant_no
    left join income on income.participant_no = progress.participant_no
    left join toddler on toddler.family_id = progress.family_id
    left join {{ ref('dim_household') }} household on household.household_id = progress.household_id
    left join ranked on ranked.dtks_id = household.dtks_id
),

told as (
    select
        regency_code,
        cohort,
        scope as own_scope,
        unnest([
            {'scope': 'all', 'aspect': 'status', 'answer': status},
            {'scope': 'ended', 'aspect': 'exit_reason', 'answer': exit_reason},
            {'scope': 'active', 'aspect': 'visit', 'answer': if(in_time, 'visited', 'not_visited')},
            {'scope': 'active', 'aspect': 'conditions', 'answer': case
                when conditions_asked = 0 then 'none_asked' when meets_conditions then 'met'
                when not meets_conditions then 'not_met' else 'unknown' end},
            {'scope': 'active', 'aspect': 'school', 'answer': case
                when children_of_school_age = 0 then 'none_asked'
                when children_in_school = children_of_school_age then 'all'
                when children_in_school < children_of_school_age then 'not_all' else 'unknown' end},
            {'scope': 'active', 'aspect': 'posyandu', 'answer': case
                when toddlers is null then 'none_asked' when goes_to_posyandu then 'yes'
                when not goes_to_posyandu then 'no' else 'unknown' end},
            {'scope': 'active', 'aspect': 'business', 'answer': case
                when has_business then 'yes' when not has_business then 'no' else 'unknown' end},
            {'scope': 'active', 'aspect': 'income', 'answer': case
                when last_income < 500000 then 'below_500' when last_income < 1000000 then 'below_1000'
                when last_income < 1500000 then 'below_1500' when last_income >= 1500000 then 'more'
                else 'unknown' end},
            {'scope': 'active', 'aspect': 'income_change', 'answer': case
                when coalesce(incomes_told, 0) < 2 then 'not_comparable' when last_income > first_income then 'higher'
                when last_income < first_income then 'lower' else 'same' end},
            {'scope': 'all', 'aspect': 'decile_change', 'answer': case
                when decile is null or first_decile is null then 'unranked' when decile > first_decile then 'higher'
                when decile < first_decile then 'lower' else 'same' end}
        ]) as told
    from family
),

placed as (
    select
        told.aspect,
        told.answer,
        told.scope,
        unnest([
            {'level': 'province', 'code': '{{ var("province") }}', 'cohort': cohort},
            {'level': 'province', 'code': '{{ var("province") }}', 'cohort': 'all'},
            {'level': 'regency', 'code': regency_code, 'cohort': 'all'}
        ]) as place
    from told
    where told.scope in ('all', own_scope)
),

counted as (
    select place.level as region_level, place.code as region_code, place.cohort, aspect, answer, scope,
        count(*)::integer as families
    from placed
    where place.code is not null
    group by all
)

select
    region_level,
    region_code,
    cohort,
    aspect,
    answer,
    scope,
    families,
    (sum(families) over whole)::integer as of_families,
    round(families / sum(families) over whole, 4) as share
from counted
window whole as (partition by region_level, region_code, cohort, aspect)
