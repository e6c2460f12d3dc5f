-- Grain: row_id. Children of school age of poor households without an active record in Dapodik, except those who
-- finished upper secondary school.
with last_school as (
    select
        person_id,
        first(status order by valid_from desc, student_no) as status,
        first(school_level order by valid_from desc, student_no) as school_level,
        first(school_name order by valid_from desc, student_no) as school_name,
        max(valid_from) as since
    from {{ ref('fct_school') }}
    group by person_id
),

left_out as (
    select person_id, max(valid_to) as since from {{ ref('int_past_record') }}
    where source = 'dindik_siswa' group by person_id
),

surveyed as (
    select record.person_id, first(member.schooling order by member.valid_from desc, member.record_key) as schooling
    from {{ ref('stg_dinsos__dtks_anggota') }} member
    join {{ ref('int_person_record') }} record
        on record.source = 'dinsos_dtks_anggota' and record.record_key = member.record_key
    group by record.person_id
),

found as (
    select
        need.household_id,
        need.person_id,
        need.person_id as subject,
        cast(null as varchar) as programme,
        case
            when last_school.status = 'PUTUS' then 'dropped_out'
            when last_school.status = 'LULUS' then 'finished_lower_school'
            when surveyed.schooling = 'MASIH SEKOLAH' then 'at_school_by_survey'
            else 'not_found'
        end as reason,
        case
            when last_school.status = 'PUTUS' then 'Putus sekolah menurut Dapodik'
            when last_school.status = 'LULUS' then 'Lulus, tidak ditemukan di jenjang berikutnya'
            when surveyed.schooling = 'MASIH SEKOLAH'
                then 'Masih sekolah menurut DTKS, tidak ditemukan di Dapodik (mungkin madrasah)'
            else 'Tidak ditemukan di Dapodik'
        end as reason_text,
        concat_ws(
            '; ',
            need.age || ' tahun',
            'sekolah terakhir ' || last_school.school_name,
            'status sekolah di DTKS: ' || lower(surveyed.schooling),
            'Dapodik memuat ' || round(100 * coverage.dapodik_share)::integer
                || ' % anak usia sekolah di kabupaten/kota ini'
        ) as evidence,
        need.age <= {{ var('compulsory_school_age_max') }}
        and (last_school.status is not null or surveyed.schooling is distinct from 'MASIH SEKOLAH') as is_pressing,
        greatest(
            coalesce(poor.poor_since, household.in_frame_since),
            coalesce(last_school.since, left_out.since),
            coalesce(person.birth_date, make_date(person.birth_year, 1, 1)) + interval 7 year
        ) as waiting_since
    from {{ ref('int_person_need') }} need
    join {{ ref('dim_household') }} household using (household_id)
    join {{ ref('dim_person') }} person on person.person_id = need.person_id
    left join {{ ref('int_poor_since') }} poor on poor.household_id = need.household_id
    left join {{ ref('int_school_coverage') }} coverage on coverage.regency_code = household.regency_code
    left join last_school on last_school.person_id = need.person_id
    left join left_out on left_out.person_id = need.person_id
    left join surveyed on surveyed.person_id = need.person_id
    where
        household.is_poor and need.is_school_age and not need.is_pupil
        and not coalesce(last_school.status = 'LULUS' and last_school.school_level in ('SMA', 'SMK'), false)
)
{{ worklist('dindik_not_in_school') }}
