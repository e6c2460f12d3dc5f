"""A made-up field in the tables that the pages are of, with as many families as wanted. No name is a person's."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from field.pages.extract import TABLES
from field.stamp import Stamp
from orchestration import dbt
from validations.sql import literal

SEEDS = dbt.PROJECT / "seeds" / "regions"
STAMP = Stamp(
    "20191101-001", date(2019, 11, 1), date(2019, 11, 1), datetime(2019, 11, 1, 14, 5, tzinfo=UTC),
    read=12, accepted=11, quarantined=1, last_submitted_at=datetime(2019, 10, 31, 9, tzinfo=UTC),
)  # fmt: skip

REGIONS = f"""
insert into marts.dim_region by name
select '36' as region_code, 'province' as region_level, 'BANTEN' as region_name
union all by name select regency_code as region_code, 'regency' as region_level, regency_name as region_name,
    regency_code from read_csv({literal(SEEDS / "ref_regency.csv")}, all_varchar = true)
union all by name select district_code as region_code, 'district' as region_level, district_name as region_name,
    regency_code from read_csv({literal(SEEDS / "ref_district.csv")}, all_varchar = true)
union all by name select village_code as region_code, 'village' as region_level, village_name as region_name,
    left(village_code, 4) as regency_code from read_csv({literal(SEEDS / "ref_village.csv")}, all_varchar = true)
"""
FAMILIES = """
insert into marts.family_due by name
with village as (
    select region_code as village_code, region_name as village_name,
        row_number() over (order by region_code) - 1 as nth, count(*) over () as villages
    from marts.dim_region where region_level = 'village'
), family as (
    select n, n // $each as companion, hash(n) % 100 as chance from range($families) r(n)
), placed as (
    select * from family
    join village on village.nth = (companion * villages // ($families // $each + 1) + n % 4) % villages
)
select format('JSR{:07d}', n) as participant_no, format('H{}', n) as household_id,
    if(chance < 2, null, format('PDP{:04d}', companion)) as companion_id,
    format('KEPALA CONTOH {}', n) as head_name, format('KP. CONTOH NO. {}', n % 90) as address,
    '001' as rt, '002' as rw,
    village_code, village_name, left(village_code, 6) as district_code, district.region_name as district_name,
    left(village_code, 4) as regency_code, regency.region_name as regency_name,
    date '2018-01-01' as listed_since,
    if(chance < 5, null, date '2019-10-31' - (chance * 1.1)::int) as last_visited_on,
    coalesce(last_visited_on + 92, date '2019-04-03') as due_on,
    case when chance < 3 then 'never' when chance < 5 then 'new' when chance * 1.1 >= 92 then 'overdue'
        when chance * 1.1 >= 78 then 'due' else 'visited' end as state,
    (date '2019-10-31' - due_on)::int as days_late, date '2019-10-31' as last_form_on
from placed
left join marts.dim_region district on district.region_code = left(village_code, 6)
left join marts.dim_region regency on regency.region_code = left(village_code, 4)
"""
QUESTIONS = """
insert into marts.field_questions by name
with kind as (
    select unnest([
        {'kind': 'never_visited', 'ask_id': 'Belum ada kunjungan ke keluarga itu dalam 120 hari. Masih di alamatnya?',
            'ask_en': 'There was no visit to that family in 120 days. Is it still at its address?'},
        {'kind': 'not_of_companion', 'ask_id': 'Menurut daftar, keluarga itu didampingi PDP0002. Apakah menggantikan?',
            'ask_en': 'By the list, that family is visited by PDP0002. Was it a replacement?'},
        {'kind': 'place_far', 'ask_id': 'Formulir diisi sekitar 12,4 km dari kunjungan lain di sana. Di mana diisi?',
            'ask_en': 'The form was filled in some 12.4 km from the other visits there. Where was it?'},
        {'kind': 'many_in_minutes', 'ask_id': 'Formulir 9 keluarga diisi dalam 14 menit. Pertemuan kelompok?',
            'ask_en': 'Forms of 9 families were filled in within 14 minutes. Was it a meeting?'},
        {'kind': 'clock_wrong', 'ask_id': 'Menurut telepon, formulir selesai 5 jam sesudah diterima. Jamnya otomatis?',
            'ask_en': 'By the phone, the form was finished 5 hours after it came in. Is the clock automatic?'}
    ], recursive := true), unnest(range(5)) as nth
)
select upper(left(md5(participant_no), 16)) as question_id, kind.* exclude (nth),
    if(kind = 'many_in_minutes', null, participant_no) as participant_no, companion_id, regency_code, district_code,
    village_code, village_name, date '2019-10-20' as asked_about, 1 as forms
from marts.family_due join kind on kind.nth = hash(participant_no || 'kind') % 5
where hash(participant_no || 'asked') % 100 < 8 and companion_id is not null
"""
PROGRESS = """
insert into marts.companion_progress by name
select companion_id, regency_code, any_value(regency_name) as regency_name, district_code,
    any_value(district_name) as district_name, count(*) as families,
    count(*) filter (state in ('visited', 'due')) as done, count(*) filter (state = 'due') as due,
    count(*) filter (state = 'overdue') as overdue, count(*) filter (state = 'never') as never_visited,
    count(*) filter (state = 'new') as new_families,
    coalesce(any_value(asked.questions), 0) as questions
from marts.family_due
left join (
    select companion_id, district_code, count(*) as questions from marts.field_questions group by all
) asked using (companion_id, district_code)
group by companion_id, regency_code, district_code
"""
REPORTS = """
insert into marts.fct_change_report by name
select format('uuid:{}', participant_no) as submission_id, companion_id,
    ['BARU', 'LULUS', 'KELUAR', 'PINDAH', 'MENINGGAL'][1 + (hash(participant_no || 'c') % 5)::int] as change,
    if(change = 'BARU', null, participant_no) as participant_no, if(change = 'BARU', head_name, null) as head_name,
    regency_code, district_code, village_code, village_name, date '2019-10-12' as visited_on, visited_on as changed_on,
    timestamp '2019-10-12 05:00' as submitted_at,
    ['waiting', 'done', 'waiting', 'done', if(change = 'BARU', 'already', 'done')]
        [1 + (hash(participant_no || 'o') % 5)::int] as outcome,
    case outcome when 'done' then date '2019-10-28' when 'already' then date '2019-03-01' end as settled_on,
    19 as days_since, if(change in ('LULUS', 'KELUAR') and outcome = 'waiting', 1, 0) as payments_after,
    payments_after * 875000 as amount_after
from marts.family_due where hash(participant_no || 'report') % 100 < 1 and companion_id is not null;
insert into marts.fct_payment_seen by name
select format('uuid:{}', participant_no) as submission_id, companion_id, participant_no, regency_code, district_code,
    village_code, true as is_counted, '2019-T2' as period, 875000 as amount_reported,
    if(hash(participant_no || 'd') % 10 = 0, 800000, 875000) as amount_seen,
    amount_seen - amount_reported as difference,
    if(difference = 0, 'agrees', 'differs') as comparison
from marts.family_due where hash(participant_no || 'seen') % 100 < 3
"""


def field(path: Path, families: int = 240, each: int = 20) -> Path:
    """Write the tables of a field of so many families, `each` to a companion, spread over the province's villages."""
    models = {node["name"]: node for node in dbt.read_manifest()["nodes"].values() if node["resource_type"] == "model"}
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for name in TABLES:
            columns = ", ".join(f"{key} {column['data_type']}" for key, column in models[name]["columns"].items())
            connection.execute(f"create table marts.{name} ({columns})")
        connection.execute(REGIONS)
        connection.execute(FAMILIES, {"families": families, "each": each})
        for sql in (QUESTIONS, PROGRESS, REPORTS):
            connection.execute(sql)
    return path
