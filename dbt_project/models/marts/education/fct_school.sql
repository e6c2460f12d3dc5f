-- Grain: student_no. Students of the frame's households, by Dapodik.
select
    student.student_no,
    record.person_id,
    record.household_id,
    record.family_id,
    student.school_no,
    student.school_name,
    student.school_level,
    student.school_class,
    student.status,
    student.receives_pip,
    student.district_code,
    student.regency_code,
    student.valid_from,
    student.known_from,
    student.carried_forward_since,
    student.delivery_id,
    student.file_name,
    student.row_number
from {{ ref('stg_dindik__siswa') }} student
join {{ ref('int_household_record') }} record
    on record.source = 'dindik_siswa' and record.record_key = student.record_key
join {{ ref('int_frame') }} using (household_id)
