-- Grain: row_id. People of poor households who seek work; not those in training or at work.
with seeker as (
    select
        person_id,
        min(registered_on) as registered_on,
        first(education order by registered_on desc, seeker_no) as education
    from {{ ref('fct_job_seeker') }}
    where status = 'MENCARI KERJA'
    group by person_id
),

served as (
    select distinct household_id from {{ ref('household_status_long') }} where status = 'active'
),

found as (
    select
        need.household_id,
        need.person_id,
        need.person_id as subject,
        cast(null as varchar) as programme,
        'seeks_work' as reason,
        'Mencari kerja, dari rumah tangga miskin' as reason_text,
        concat_ws(
            '; ',
            need.age || ' tahun',
            'pendidikan ' || seeker.education,
            'terdaftar ' || {{ day_text('seeker.registered_on') }},
            case when served.household_id is null then 'rumah tangga tanpa program apa pun' end
        ) as evidence,
        served.household_id is null as is_pressing,
        seeker.registered_on as waiting_since
    from seeker
    join {{ ref('int_person_need') }} need using (person_id)
    join {{ ref('dim_household') }} household on household.household_id = need.household_id
    left join served on served.household_id = need.household_id
    where household.is_poor
)
{{ worklist('disnaker_job_seekers') }}
