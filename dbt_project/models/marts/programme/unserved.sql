-- Grain: programme, unit_id. Persons, families or households of poor households that a programme is for but does not
-- reach: those that coverage_by_region counts in unserved_in_need, with contact data for officers. A list of questions
-- for a companion, not decisions: ref_programme states the grounds.
with served_household as (
    select distinct household_id from {{ ref('household_status_long') }} where status = 'active'
)

select
    need.programme,
    need.unit,
    need.unit_id,
    need.household_id,
    need.family_id,
    need.person_id,
    person.name as person_name,
    person.birth_year as person_birth_year,
    need.need,
    need.toddlers,
    need.school_age,
    need.elderly,
    need.disabled,
    coalesce(standing.why_not, 'not_listed') as standing,
    concat_ws(
        '; ',
        case need.programme
            when 'PIP' then 'siswa aktif tanpa PIP'
            when 'PBI_JKN' then 'tanpa kartu JKN aktif'
            when 'RTLH' then need.need || ' rumah tidak layak huni tanpa bantuan'
            when 'UMKM' then need.need || ' usaha tanpa bantuan'
            else concat_ws(
                ', ',
                case when need.toddlers > 0 then need.toddlers || ' anak usia dini' end,
                case when need.school_age > 0 then need.school_age || ' anak usia sekolah' end,
                case when need.elderly > 0 then need.elderly || ' lansia' end,
                case when need.disabled > 0 then need.disabled || ' penyandang disabilitas' end
            )
        end,
        case coalesce(standing.why_not, 'not_listed')
            when 'not_listed' then 'belum terdaftar'
            when 'receiver_gone' then 'penerima meninggal atau pindah'
            when 'graduated' then 'sudah graduasi'
            when 'left' then 'sudah keluar'
            when 'completed' then 'bantuan sudah selesai'
            else 'terdaftar tetapi tidak aktif'
        end
    ) as reason,
    household.decile,
    household.persons,
    served_household.household_id is not null as in_any_programme,
    {{ contact_columns('contact') }}
from {{ ref('int_unit_need') }} need
join {{ ref('dim_household') }} household using (household_id)
join {{ ref('int_household_contact') }} contact using (household_id)
left join {{ ref('int_unit_standing') }} standing
    on standing.programme = need.programme and standing.unit_id = need.unit_id
left join {{ ref('dim_person') }} person on person.person_id = need.person_id
left join served_household using (household_id)
where household.is_poor and not coalesce(standing.is_served, false)
