"""Fixtures: a made-up province with every region of the seeds and consistent numbers, without a load."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from assets.effect.compare import Balance, Difference, Interval
from assets.effect.report import Estimate, Report
from assets.publication.tables import TABLES
from assets.sharing import differences
from assets.sharing.agreement import PUBLIC, path_of, read_one
from assets.sharing.dictionary import of_quality
from assets.site.build import write_pages
from assets.site.data import QUALITY, Agreed, Data
from assets.site.offices import offices
from assets.site.pages import all_pages
from tests.assets.site.judged import FIELD, IDENTITY, SEAL, deliver_and_judge
from validations.sql import literal

FIRST = ("index.html", "mutu/index.html", "mutu/pemeriksaan.html", "instansi/{code}.html")
LOAD, BEFORE = "20191102-001", "20191101-001"
AS_OF = date(2019, 11, 2)
SEEDS = Path(__file__).resolve().parents[3] / "dbt_project" / "seeds"

PLACES = f"""
create table shown.dim_region as
select '36' as region_code, 'province' as region_level, 'BANTEN' as region_name, null::varchar as parent_code,
    null::varchar as regency_code
union all select regency_code, 'regency', regency_name, '36', regency_code
from read_csv({literal(SEEDS / "regions" / "ref_regency.csv")}, all_varchar = true)
union all select district_code, 'district', district_name, regency_code, regency_code
from read_csv({literal(SEEDS / "regions" / "ref_district.csv")}, all_varchar = true);
create table shown.ref_programme as select code, name, agency, unit, for_the_poor::boolean as for_the_poor
from read_csv({literal(SEEDS / "ref_programme.csv")}, all_varchar = true);
create table spread as
select d.region_code as district, r.region_level, r.region_code, 10 * (3 + hash(d.region_code) % 20)::int as poor
from shown.dim_region as d join shown.dim_region as r
    on r.region_code in ('36', d.regency_code, d.region_code) where d.region_level = 'district';
"""
"""`spread`: each kecamatan once in itself, its kabupaten/kota and the province."""

COUNTED = """
create table shown.coverage_by_region as
with part as (
    select region_level, region_code, p.code as programme, p.unit, poor,
        poor // 20 * 10 as served, 10 * (hash(district || p.code) % 3)::int as over
    from spread, shown.ref_programme as p where not (p.code = 'UMKM' and region_level = 'district')
)
select region_level, region_code, programme, unit, sum(2 * poor)::int as units, sum(poor)::int as poor_units,
    sum(served + over)::int as served_units, sum(served)::int as served_poor_units,
    sum(served) / sum(poor) as coverage_share, sum(poor - 10)::int as in_need, sum(served - 10)::int as served_in_need,
    sum(poor - served)::int as unserved_in_need, 0.5 as need_coverage_share, sum(2 * poor)::int as households,
    sum(poor)::int as poor_households, sum(served + over)::int as served_households,
    sum(served)::int as served_poor_households, sum(poor - served)::int as unserved_poor_households
from part group by all;
create table shown.programme_overlap as
select region_level, region_code, null::varchar as region_name, a.code as programme_a, b.code as programme_b,
    sum(poor // 40 * 10)::int as households, sum(poor // 40 * 10)::int as poor_households,
    if(a.code = 'JAMSOSRATU' and b.code = 'PKH', 'to_be_confirmed', 'allowed') as compatibility,
    null::varchar as legal_basis, false as is_finding
from spread, shown.ref_programme as a, shown.ref_programme as b
where a.code < b.code and region_level <> 'district' group by all;
create table shown.programme_combination as
select 'province' as region_level, '36' as region_code, * from (values ('-', 5200), ('PKH', 3100), ('PBI_JKN+PKH', 900),
    ('JAMSOSRATU+PBI_JKN', 40), ('PBI_JKN+PIP+RTLH', 10)) t(combination, poor_households);
create table shown.region_indicators as
select region_level, region_code, sum(6 * poor)::int as residents, sum(poor)::int as poor_households,
    sum(2 * poor)::int as poor_persons, sum(2 * poor) / sum(6 * poor) as poor_share, sum(poor)::int as school_age,
    sum(poor // 20 * 10)::int as pupils, 0.5 as pupil_share, sum(poor // 30 * 10)::int as toddlers_measured,
    sum(poor // 60 * 10)::int as toddlers_stunted, 0.5 as stunted_share
from spread group by all;
create table shown.programme_money as
select r.region_level, r.region_code, programme, '2019-T' || stage as period, 2019::smallint as period_year,
    stage::tinyint as period_stage, status, many::int as payments, (many // 30 * 10)::int as money_units,
    3000000 as rupiah_per_unit, many // 30 * 10 * 3000000::bigint as amount
from (values ('PKH'), ('JAMSOSRATU')) p(programme), range(1, 4) s(stage),
    (values ('BERHASIL', 9000), ('GAGAL', 120), ('RETUR', 30)) o(status, many), shown.dim_region as r
where r.region_level = 'province';
create table shown.duplicate_summary as
select * from (values ('family_twice', 'dinsos_pkh', 'PKH', 2860, 10), ('person_twice', 'dinkes_jkn', null, 36750, 80))
    t(kind, source, programme, listed, suspected),
    (select 'province' as region_level, '36' as region_code, 'BANTEN' as region_name),
    (select null::double as suspected_share, '1' as rule_version);
create table shown.worklist_bappeda_unlisted_families as
select regency_code, null::varchar as regency_name, region_code as district_code, region_name as district_name,
    100 as families, 20 as unlisted_families, 50 as unlisted_persons, 0.2 as unlisted_share
from shown.dim_region where region_level = 'district';
create table shown.poverty_trend as
select *, null::double as change_percent_points, null::double as poverty_gap, null::double as poverty_severity,
    null::int as rank_of_survey, survey_year = 2019 as is_newest, 15000 as registry_poor_households,
    30000 as registry_poor_persons, 33.3 as registry_poor_percent, null::int as rank_of_registry
from (values ('36', 2002, null, 'press', null, 9.22, null), ('36', 2019, 3, 'BPS', 654.46, 5.09, 465000),
    ('36', 2025, 3, 'BPS', 772.78, 5.63, null))
    t(region_code, survey_year, survey_month, origin, poor_thousands, poor_percent, poverty_line);
create table shown.jamsosratu_cohorts as
with told(aspect, answer, scope, many) as (values
    ('status', 'active', 'all', 9), ('status', 'graduated', 'all', 2), ('status', 'left', 'all', 1),
    ('exit_reason', 'able', 'ended', 2), ('exit_reason', 'not_stated', 'ended', 1),
    ('visit', 'visited', 'active', 6), ('visit', 'not_visited', 'active', 3),
    ('conditions', 'met', 'active', 5), ('conditions', 'not_met', 'active', 2), ('conditions', 'unknown', 'active', 2),
    ('school', 'all', 'active', 4), ('school', 'not_all', 'active', 1), ('school', 'none_asked', 'active', 4),
    ('posyandu', 'yes', 'active', 3), ('posyandu', 'no', 'active', 1), ('posyandu', 'none_asked', 'active', 5),
    ('business', 'yes', 'active', 2), ('business', 'no', 'active', 7),
    ('income', 'below_500', 'active', 3), ('income', 'more', 'active', 6),
    ('income_change', 'higher', 'active', 3), ('income_change', 'not_comparable', 'active', 6),
    ('decile_change', 'same', 'all', 11), ('decile_change', 'lower', 'all', 1)),
place(region_level, region_code, cohort, size) as (
    select region_level, region_code, 'all', if(region_level = 'province', 160, 20) from shown.dim_region
    where region_level in ('province', 'regency')
    union all select 'province', '36', unnest(['2016', '2017']), 80
)
select region_level, region_code, cohort, aspect, answer, scope, many * size as families,
    (sum(many * size) over (partition by region_code, cohort, aspect))::int as of_families, 0.1::double as share
from told, place;
create table shown.load_sources as
select * from (values ('dinsos_pkh', 'Dinas Sosial', 'snapshot', date '2019-11-02', 92),
    ('dinsos_kunjungan', 'Dinas Sosial', 'delta', date '2019-10-02', 7),
    ('sadaya_keputusan', 'Petugas Sadaya', 'delta', null, 366))
    t(source, agency, kind, last_delivery_date, expected_every_days);
"""
EFFECT = Report(
    1230,
    [
        *(
            Estimate("in_school", code, year, Difference(1200, 5000, 20, Interval(0.612, 0.031, 0.012, 0.05)))
            for code, year in (
                ("36", None),
                ("36", 2016),
                ("3601", None),
                ("3602", None),
                ("3603", None),
                ("3604", None),
            )
        ),
        Estimate("in_school", "3671", None, Difference(None, None, None)),
        Estimate("insured", "36", None, Difference(900, 4000, 0, Interval(0.5, -0.01, -0.03, 0.01))),
        Estimate("stunted", "36", None, Difference(None, None, None)),
        Estimate("girls", "36", None, Difference(1200, 5000, 20, Interval(0.48, 0.004, -0.01, 0.018))),
    ],
    [Balance("decile", 3.5, 3.2, 3.49, 0.18, 0.01), Balance("elders", 0.4, 0.2, 0.2, 0.3, 0.2)],
)


def make_data(counts: bool = True, before: bool = True) -> Data:
    """Gathered data of the made-up province. counts: with the agreement's tables. before: with an earlier load."""
    connection = duckdb.connect()
    connection.execute("set python_enable_replacements = false; create schema quality")
    for table in TABLES:
        table.create(connection)
    connection.execute(
        "insert into quality.loads by name select $load as load_id, 2 as load_seq, $day::date as as_of_date,"
        " $state as state, $before as previous_load_id, 'deadbeef' as code_version",
        {"load": LOAD, "day": AS_OF, "before": BEFORE, "state": "published" if counts else "rejected"},
    )
    deliver_and_judge(connection, counts, not before)
    for name, query in QUALITY.items():
        connection.execute(f"create table kept_{name} as {query}")
    connection.execute("drop schema quality cascade; create schema quality; create schema shown; create schema before")
    for name in QUALITY:
        connection.execute(f"create table quality.{name} as from kept_{name}")
    if not counts:
        return Data(connection, LOAD, AS_OF, dictionary=of_quality(), offices=offices())
    connection.execute(PLACES + COUNTED + FIELD + IDENTITY)
    agreement = read_one(path_of(PUBLIC))
    if before:
        for table in agreement.tables:
            connection.execute(f"create table before.{table.name} as from shown.{table.name}")
        connection.execute("update before.coverage_by_region set unserved_in_need = unserved_in_need + 10")
    earlier = (BEFORE, date(2019, 11, 1)) if before else None
    changed = differences.Difference("dinsos", "marts.unserved", "column name", None, "clear")
    agreed = Agreed(*earlier, [changed]) if earlier else None
    known = {"seal": SEAL, "dictionary": of_quality(), "offices": offices(), "agreed": agreed}
    return Data(connection, LOAD, AS_OF, True, earlier, 10, agreement, EFFECT, **known)


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Callable[..., Path]:
    """site(counts, before) -> the folder of a site of the made-up province, written once. Complete, except for the load
    without an earlier one, which has only the pages FIRST.
    """
    written: dict[tuple[bool, bool], Path] = {}

    def site(counts: bool = True, before: bool = True) -> Path:
        if (counts, before) not in written:
            folder = tmp_path_factory.mktemp("site")
            first = [page for page in all_pages() if page.path in FIRST] if counts and not before else None
            list(write_pages(make_data(counts, before), folder, first))
            written[counts, before] = folder
        return written[counts, before]

    return site
