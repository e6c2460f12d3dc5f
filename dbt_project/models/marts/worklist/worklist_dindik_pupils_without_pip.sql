-- Grain: row_id. Active pupils of poor households whom PIP does not serve: the rows of `unserved` for PIP.
with out_of_school as (
    select distinct household_id from {{ ref('worklist_dindik_not_in_school') }}
),

school as (
    select person_id, first(school_name order by valid_from desc, student_no) as attended
    from {{ ref('fct_school') }}
    where status = 'AKTIF'
    group by person_id
),

found as (
    select
        {{ unserved_columns() }},
        concat_ws(
            '; ',
            school.attended,
            case when out_of_school.household_id is not null
                then 'anak lain di rumah tangga ini tidak ditemukan di sekolah' end
        ) as evidence,
        out_of_school.household_id is not null as is_pressing,
        waiting.waiting_since
    from {{ ref('unserved') }} unserved
    join {{ ref('int_unit_waiting') }} waiting using (programme, unit_id)
    left join school on school.person_id = unserved.person_id
    left join out_of_school on out_of_school.household_id = unserved.household_id
    where unserved.programme = 'PIP'
)
{{ worklist('dindik_pupils_without_pip') }}
