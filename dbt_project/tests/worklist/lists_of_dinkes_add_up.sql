-- People without a card are those that coverage_by_region counts in need and not served; the lists of people who died
-- or moved away and of deactivated cards follow from the enrolments; a poor person whose PBI ended is also without a
-- card.
{{ config(tags=['post_identity']) }}
with without_jkn as (
    {{ unserved_in_need('PBI_JKN') }}
),

of_gone as (
    select household.regency_code, count(distinct award.person_id) as rows
    from {{ ref('int_award') }} award
    join {{ ref('dim_person') }} person using (person_id)
    join {{ ref('dim_household') }} household on household.household_id = person.household_id
    where award.programme = 'PBI_JKN' and award.status = 'active' and award.receiver_gone is not null
    group by household.regency_code
),

stunted as (
    select household.regency_code, count(*) as rows
    from {{ ref('int_person_need') }} need
    join {{ ref('household_status') }} household using (household_id)
    where
        need.is_stunted and need.is_toddler and household.is_poor
        and not household.{{ var('programmes') | map('lower') | join(' and not household.') }}
    group by household.regency_code
),

deactivated_elsewhere as (
    select row_id, regency_code
    from {{ ref('worklist_dinkes_pbi_deactivated') }}
    where
        decile <= {{ var('poor_decile_max') }}
        and person_id not in (select person_id from {{ ref('worklist_dinkes_without_jkn') }})
)

{{ adds_up('dinkes_without_jkn', 'without_jkn') }}
union all
{{ adds_up('dinkes_pbi_of_gone', 'of_gone') }}
union all
{{ adds_up('dinkes_stunted_without_aid', 'stunted') }}
union all
select 'dinkes_pbi_deactivated', regency_code, count(*), 0 from deactivated_elsewhere group by regency_code
