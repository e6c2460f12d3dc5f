-- Grain: row_id. Households of deciles 1 and 2 with a living member that no programme serves (exclusion error).
with served as (
    select household_id, bool_or(status = 'active') as is_served, max(known_since) as named_since
    from {{ ref('household_status_long') }}
    group by household_id
),

member as (
    select
        household_id,
        count(*) filter (is_toddler) as toddlers,
        count(*) filter (is_school_age) as school_age,
        count(*) filter (is_elderly) as elderly,
        count(*) filter (is_disabled) as disabled
    from {{ ref('int_person_need') }}
    group by household_id
),

found as (
    select
        household.household_id,
        cast(null as varchar) as person_id,
        household.household_id as subject,
        cast(null as varchar) as programme,
        case when served.household_id is null then 'never_listed' else 'no_longer_served' end as reason,
        'Desil ' || household.decile || ', tidak menerima program apa pun; ' || case
            when served.household_id is null then 'belum pernah terdaftar' else 'pernah terdaftar, tidak lagi dilayani'
        end as reason_text,
        concat_ws(
            '; ',
            household.persons || ' orang',
            case when member.toddlers > 0 then member.toddlers || ' anak usia dini' end,
            case when member.school_age > 0 then member.school_age || ' anak usia sekolah' end,
            case when member.elderly > 0 then member.elderly || ' lansia' end,
            case when member.disabled > 0 then member.disabled || ' penyandang disabilitas' end
        ) as evidence,
        member.toddlers + member.school_age + member.elderly + member.disabled > 0 as is_pressing,
        coalesce(poor.poor_since, household.in_frame_since) as waiting_since
    from {{ ref('dim_household') }} household
    left join {{ ref('int_poor_since') }} poor using (household_id)
    left join served on served.household_id = household.household_id
    left join member on member.household_id = household.household_id
    where household.decile <= {{ var('poorest_decile_max') }} and household.has_living_member
        and not coalesce(served.is_served, false)
)
{{ worklist('dinsos_poorest_unserved', urgent_decile='household.decile = 1') }}
