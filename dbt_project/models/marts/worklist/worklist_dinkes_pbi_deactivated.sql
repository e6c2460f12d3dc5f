-- Grain: row_id. Living people of the frame whose PBI-JKN ended within the last month, and who have had no active card
-- since: candidates for reactivation, with the reason of the end.
with ended as (
    select
        enrolment.person_id,
        max(enrolment.valid_to) as ended_on,
        first(enrolment.components order by enrolment.valid_to desc, enrolment.record_key) as segment,
        first(later.status_original order by enrolment.valid_to desc, enrolment.record_key) as status_since
    from {{ ref('fct_enrolment') }} enrolment
    cross join {{ source('inputs', 'load') }} load
    left join {{ ref('fct_enrolment') }} later
        on later.source = enrolment.source and later.record_key = enrolment.record_key
            and later.valid_from = enrolment.valid_to
    where
        enrolment.programme = 'PBI_JKN' and enrolment.status = 'active'
        and enrolment.valid_to > load.as_of_date - interval 1 month
    group by enrolment.person_id
),

found as (
    select
        need.household_id,
        need.person_id,
        need.person_id as subject,
        'PBI_JKN' as programme,
        case when ended.status_since is null then 'left_the_list' else 'inactive' end as reason,
        case
            when ended.status_since is null then 'Tidak lagi ada di daftar kepesertaan PBI'
            else 'PBI dinonaktifkan'
        end as reason_text,
        concat_ws(
            '; ',
            'sejak ' || {{ day_text('ended.ended_on') }},
            ended.segment,
            case
                when household.is_poor then 'rumah tangga miskin, dapat diusulkan aktif kembali'
                when household.decile is not null then 'di luar desil miskin'
                else 'tidak ada peringkat desil di DTKS'
            end,
            case when need.is_disabled then 'penyandang disabilitas' end
        ) as evidence,
        need.is_toddler or need.is_elderly or need.is_disabled as is_pressing,
        ended.ended_on as waiting_since
    from ended
    join {{ ref('int_person_need') }} need using (person_id)
    join {{ ref('dim_household') }} household on household.household_id = need.household_id
    where not need.is_covered
)
{{ worklist('dinkes_pbi_deactivated') }}
