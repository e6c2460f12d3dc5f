-- Grain: row_id. Small children whose newest measurement is stunted, in poor households that no programme serves.
with served as (
    select distinct household_id from {{ ref('household_status_long') }} where status = 'active'
),

measured as (
    select
        person_id,
        first(height_status order by measured_on desc, measurement_no) as height_status,
        first(posyandu order by measured_on desc, measurement_no) as posyandu,
        max(measured_on) as last_on,
        max(measured_on) filter (not is_stunted) as last_normal_on
    from {{ ref('fct_growth') }}
    where is_stunted is not null
    group by person_id
),

stunted as (
    select growth.person_id, min(growth.measured_on) as since
    from {{ ref('fct_growth') }} growth
    join measured using (person_id)
    where growth.is_stunted and coalesce(growth.measured_on > measured.last_normal_on, true)
    group by growth.person_id
),

found as (
    select
        need.household_id,
        need.person_id,
        need.person_id as subject,
        cast(null as varchar) as programme,
        'stunted' as reason,
        'Anak pendek (stunting), rumah tangganya tidak menerima program apa pun' as reason_text,
        concat_ws(
            '; ',
            need.age || ' tahun',
            'tinggi badan menurut umur: ' || lower(measured.height_status),
            'diukur ' || {{ day_text('measured.last_on') }},
            measured.posyandu
        ) as evidence,
        measured.height_status = 'SANGAT PENDEK' as is_pressing,
        coalesce(stunted.since, measured.last_on) as waiting_since
    from {{ ref('int_person_need') }} need
    join {{ ref('dim_household') }} household using (household_id)
    join measured on measured.person_id = need.person_id
    left join stunted on stunted.person_id = need.person_id
    anti join served on served.household_id = need.household_id
    where household.is_poor and need.is_stunted and need.is_toddler
)
{{ worklist('dinkes_stunted_without_aid') }}
