"""A small publication, written by hand, and agreements on it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from assets.home import Home
from assets.ledger import Ledger
from assets.sharing import catalogue, rounded
from assets.sharing.agreement import Agreement

AS_OF = date(2026, 3, 15)
TODAY = date(2026, 11, 1)

PLACES = """
create schema marts; create schema reference;
create table reference.load as select '20260315-001' as load_id, date '2026-03-15' as as_of_date;
create table marts.dim_region as from (values
    ('36', 'province', 'BANTEN', null, null), ('3601', 'regency', 'KABUPATEN PANDEGLANG', '36', '3601'),
    ('3602', 'regency', 'KABUPATEN LEBAK', '36', '3602'), ('360101', 'district', 'SUMUR', '3601', '3601'),
    ('360102', 'district', 'CIMANGGU', '3601', '3601'), ('360201', 'district', 'MALINGPING', '3602', '3602')
) t(region_code, region_level, region_name, parent_code, regency_code);
"""

HOUSEHOLDS = """
create table marts.dim_household as select 'H' || n as household_id, 'KEPALA ' || n as head_name,
    case n % 3 when 0 then '3601012001' when 1 then '3601022002' else '3602012003' end as village_code,
    case n % 3 when 0 then '360101' when 1 then '360102' else '360201' end as district_code,
    case n % 3 when 2 then '3602' else '3601' end as regency_code
from range(12) t(n);
create table marts.household_status as select household_id, regency_code, nullif(n % 4, 3) < 2 as is_poor
from marts.dim_household, lateral (select substr(household_id, 2)::int as n);
create table marts.household_status_long as
select household_id, programme, case when n % 5 = 0 then 'left' else 'active' end as status
from marts.household_status, lateral (select substr(household_id, 2)::int as n), (values ('PKH'), ('PIP')) p(programme)
where programme = 'PKH' or n % 2 = 0;
"""

PEOPLE = """
create table marts.dim_person as select 'P' || n as person_id, 'H' || n % 13 as household_id, 'NAMA ' || n as name,
    case when n % 7 > 0 then '360101' || lpad(n::varchar, 6, '0') || '9' || lpad(n::varchar, 3, '0') end as nik,
    case when n % 5 = 0 then null else date '1960-03-16' + (n * 701)::int end as birth_date,
    case when n % 11 = 0 then null
        when n % 5 = 0 then 2026 - n else year(date '1960-03-16' + (n * 701)::int) end::smallint as birth_year
from range(40) t(n);
create table marts.fct_event as select 'E' || n as event_no,
    case when n % 6 = 0 then null else 'P' || n % 41 end as person_id,
    case when n % 9 = 0 then null else 'H' || n % 12 end as household_id,
    case when n % 2 = 0 then 'PKH' else 'PIP' end
    as programme, date '2025-01-01' + n::int as paid_on, n * 1000 as amount, n % 3 = 0 as arrived,
    '360' || (1 + n % 2) || '0120' || lpad((n % 4)::varchar, 2, '0') as village_code
from range(60) t(n);
"""

COUNTS = """
create table marts.counts_by_region as
with district as (
    select region_code, programme, row_number() over (order by programme, region_code) * 7 % 23 as all_units
    from (select region_code from marts.dim_region where region_level = 'district' union all values ('360100'), ('36')),
        (values ('PKH'), ('PIP')) p(programme)
),
placed as (
    select unnest([
            {'level': 'province', 'code': '36'}, {'level': 'regency', 'code': left(region_code, 4)},
            {'level': 'district', 'code': if(right(region_code, 2) between '01' and '09', region_code, null)}
        ]) as region, programme, all_units, all_units * 2 // 3 as poor_units
    from district
)
select region.level as region_level, region.code as region_code, programme, sum(all_units)::int as all_units,
    sum(poor_units)::int as poor_units, round(sum(poor_units) / sum(all_units), 4) as share
from placed where region.code is not null group by all;
"""
COUNTED = {
    "region": "region_code",
    "level": "region_level",
    "counts": {"all_units": "population[programme]", "poor_units": "poor[programme]"},
    "rests": ["all_units - poor_units"],
    "measures": {"share": "round(poor_units / nullif(all_units, 0), 4)"},
}


def write_publication(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(PLACES + HOUSEHOLDS + PEOPLE + COUNTS)
        connection.execute("comment on table marts.dim_household is 'Rumah tangga.\nHouseholds.'")
        connection.execute("comment on table marts.dim_person is 'Orang.\nPersons.'")
        connection.execute("comment on column marts.dim_person.nik is 'Nomor induk.\nNational number.'")
        connection.execute("comment on column marts.dim_household.head_name is 'Nama kepala.\nName of the head.'")
    return path


@pytest.fixture(autouse=True)
def known(monkeypatch) -> None:
    """Replace sharing's catalogue of marts and counts by that of the small publication."""
    known = dict(catalogue.knowledge())
    known["aggregates"] = known["aggregates"] | {"marts.counts_by_region": COUNTED}
    for module in (catalogue, rounded):
        monkeypatch.setattr(module, "knowledge", lambda: known)


@pytest.fixture(scope="session")
def publication(tmp_path_factory) -> Path:
    return write_publication(tmp_path_factory.mktemp("publication") / "warehouse.duckdb")


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path / "it's home").create()


@pytest.fixture
def published(home, publication) -> Home:
    """A home in which the small publication is published."""
    with Ledger(home.ledger) as ledger:
        load_id = ledger.open_load(AS_OF, "code")
        ledger.set_state(load_id, "published")
    home.warehouse(load_id).parent.mkdir(parents=True)
    shutil.copyfile(publication, home.warehouse(load_id))
    return home


def table(name: str, columns: dict, rows="all", title: str | None = None) -> dict:
    title = title or name.replace("_", " ")
    return {
        "table": f"marts.{name}",
        "title": title,
        "contract": f"sadaya.marts.{name}",
        "version": "1.0.0",
        "rows": rows,
        "columns": columns,
    }


PERSONS = table(
    "dim_person", {"person_id": "pseudonym", "household_id": "pseudonym", "name": "clear", "nik": "last_four"}
)


def written(*tables: dict, **changes) -> dict:
    """An agreement as written in a file."""
    return {
        "agency": "dinuji",
        "agency_name": "Dinas Uji",
        "number": "SADAYA/99/2026",
        "purpose": "Menguji bahwa yang keluar tidak lebih dari yang diperjanjikan.",
        "starts": date(2026, 1, 1),
        "ends": date(2026, 12, 31),
        "provider": "Pengelola Sadaya",
        "approver": "Sekretaris Daerah",
        "legal_basis": {"regulation": "Perda 5/2019", "memorandum": "MoU 000/CONTOH"},
        "contact": {"role": "Bidang Uji", "address": "Jalan Contoh 1"},
        "media": ["extracts"],
        "smallest_cell": 10,
        "specific": {"children": "Daftar uji menyebut anak-anak yang tidak ada."},
        "pseudonyms": {"version": 1},
        "tables": list(tables) or [PERSONS],
        **changes,
    }


def agreement(*tables: dict, **changes) -> Agreement:
    return Agreement.model_validate(written(*tables, **changes))


def write_agreement(folder: Path, content: dict) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{content['agency']}.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path
