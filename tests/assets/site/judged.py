"""Deliveries and results of a made-up load: rows of the schemas `quality` and `identity`, and of visits."""

from __future__ import annotations

import duckdb

from assets.publication.tables import GATE_METRICS
from assets.site.seal import Seal
from validations.expectations.metrics import FAMILIES

NIK = "3601012001909001"
"""Belongs to no person. Used where no page may read it, or in a reason that a page masks."""
SHA256 = "0f" * 32
SEAL = Seal(SHA256, 1234567, True, None, True)

DELIVERED = f"""
insert into quality.loads by name
select '20191101-001' as load_id, 1 as load_seq, date '2019-11-01' as as_of_date, 'superseded' as state,
    'cafe' as code_version;
insert into quality.deliveries by name
select source || '-' || load as delivery_id, source, agency, day as delivery_date, 'snapshot' as kind, '36' as coverage,
    read as rows_read, read - held - twice as rows_accepted, held as rows_quarantined, twice as rows_duplicate, status,
    reason, reason_en, load as load_id, day::timestamp as loaded_at
from (values
    ('dinsos_pkh', 'Dinas Sosial', date '2019-11-02', 1200, 30, 5, 'accepted', null, null, '20191102-001'),
    ('dinsos_pkh', 'Dinas Sosial', date '2019-11-01', 1180, 10, 0, 'accepted', null, null, '20191101-001'),
    ('dindik_siswa', 'Dindikbud', date '2019-11-02', 0, 0, 0, 'refused', 'Kolom nisn tidak ada.',
        'Column nisn is missing.', '20191102-001')
    ) t(source, agency, day, read, held, twice, status, reason, reason_en, load);
insert into quality.quarantine by name
select 'dinsos_pkh-20191102-001' as delivery_id, 'dinsos_pkh' as source, 'a.csv' as file_name, nth as row_number,
    'KOMPONEN' as column_name, 'unknown_code' as check_name, 'Nilai “SITI {NIK}” tidak dikenal' as message_id,
    'Value' as message_en, '{{"NIK": "{NIK}"}}' as raw_row from range(2, 32) r(nth);
insert into quality.warnings by name
select * exclude row_number, row_number + 100 as row_number from quality.quarantine;
insert into quality.decisions by name
select * from (values
    (1, timestamp '2019-11-01 08:00', 'release', 'dinsos_pkh-20191101-001', 'kepala', 'Benar, NIK {NIK} pindah'),
    (2, timestamp '2019-11-02 09:00', 'explain', 'P{NIK}', 'petugas', 'pengaduan SITI'))
    t(decision_id, decided_at, action, subject, decided_by, reason);
insert into quality.reconciliation by name
select '20191102-001' as load_id, 'delivery_conservation' as name, 'dinsos_pkh' as subject, 1200 as left_value,
    1200 as right_value, true as passed;
"""
IDENTITY = """
create schema identity;
create table identity.links as select * from (values ('nik', 'confirmed', 9000, 0), ('splink', 'confirmed', 300, 0),
    ('splink', 'open', 40, 0), ('clerk', 'dismissed', 7, 7)) t(detector, state, pairs, by_clerk);
create table identity.weights as select * from (values (0, 'open', 40), (8, 'confirmed', 300))
    t(weight_from, state, pairs);
create table identity.clerks as select 1 as clerk, 7 as decided, 0 as confirmed, 7 as dismissed;
create table identity.review as select 0 as weight_from, 2 as weight_to, 0.6 as expected_share_same,
    0.0 as decided_share_same, 0 as confirmed, 7 as dismissed, 40 as still_open;
create table identity.records as select * from (values ('dinsos_pkh', 'nik', 1100), ('dinsos_pkh', 'alone', 60),
    ('dukcapil_penduduk', 'register', 9000)) t(source, link_rule, records);
create table identity.fairness as select * from (values ('all', null, 0.05, 0.01), ('sex', 'L', 0.05, 0.01),
    ('sex', 'P', 0.06, 0.01), ('regency', '3601', 0.05, 0.02)) t(kind, name, alone_share, asked_share);
"""
FIELD = """
create table shown.visit_progress as
select region_level, region_code, timestamp '2019-10-31 09:10' as last_submitted_at, sum(poor)::int as families,
    sum(poor - 20)::int as visited_families, 10 as due_families, sum(10)::int as overdue_families,
    sum(10)::int as never_families, 0.5 as visited_share
from spread group by all;
create table shown.visit_progress_by_companion as
select district as district_code, if(nth // 2 = 3, null, 'v1_' || md5(district || nth // 2)) as companion_id,
    10 * count(*)::int as families, 10 * (count(*) filter (nth > 1))::int as visited_families,
    10 * (count(*) filter (nth = 2))::int as due_families, 10 * (count(*) filter (nth = 0))::int as overdue_families,
    10 * (count(*) filter (nth = 1))::int as never_families
from spread, lateral (select unnest(range(poor // 10)) as nth)
where region_level = 'district' group by district, nth // 2
qualify count(companion_id) over (partition by district) >= 3;
create table shown.visits_by_day as
select day::date as visited_on, 5 + day(day)::int as forms, 1 as forms_rejected, 4 as companions
from range(date '2019-09-01', date '2019-10-31', interval 1 day) t(day);
"""
_RESULTS = """
insert into quality.gate_results by name
select '20191102-001' as load_id, * from (values
    ('dbt', 'test.unique', 'error', true, 'pass', null, null),
    ('dbt', 'model.dim_person', 'error', true, 'success', null, null),
    ('reconciliation', 'delivery_conservation', 'error', true, '0/1', null, null),
    ('great_expectations', 'paid_after_death.high', 'warning', false, '1', 'Dibayar sesudah meninggal: 1 nilai',
        'Paid after death: 1 value'),
    ('great_expectations', 'poor_households.low', 'error', $passed, '1', 'Rumah tangga miskin: batas bawah: 1 nilai',
        'Poor households: lower limit: 1 value'))
    t(checker, name, severity, passed, observed, detail_id, detail_en)"""


def deliver_and_judge(connection: duckdb.DuckDBPyConnection, passed: bool, first: bool) -> None:
    """Fill the tables of schema `quality`. first: without an earlier load, so no metric has a value of yesterday."""
    connection.execute(DELIVERED)
    connection.execute(_RESULTS, {"passed": passed})
    out = {"paid_after_death"} | (set() if passed else {"poor_households"})
    GATE_METRICS.fill(
        connection,
        GATE_METRICS.arrow(
            {
                "load_id": "20191102-001",
                "metric": family.name,
                "subject": "dinsos_pkh" if family.name in ("quarantine_share", "freshness_days") else None,
                "regency_code": "36",
                "value": 0.025 if family.unit == "share" else 1200.0,
                "yesterday": None if first else 0.0125 if family.unit == "share" else 1190.0,
                "limit_high": 0.3 if family.unit == "share" else None,
                "limit_low": 1000.0 if family.unit == "count" else None,
                "rule": "first_night" if first else "yesterday",
                "severity": family.severity,
                "passed": family.name not in out,
            }
            for family in FAMILIES
        ),
    )
    if first:
        connection.execute("delete from quality.loads where load_seq = 1")
        connection.execute("delete from quality.deliveries where load_id <> '20191102-001'")
        connection.execute("update quality.loads set previous_load_id = null")
