"""Counts by companion, as they are shown: they add up to the kecamatan's, reveal no small count, and name nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.home import Home
from assets.sharing.agreement import PUBLIC, path_of, read_one
from assets.sharing.pseudonyms import variable
from assets.sharing.rounded import ROUNDED, Rounding, attach
from assets.sharing.share import opened, share_of
from benchmarks.attack_counts import (
    COMPANIONS,
    COVERAGE,
    OF_VISITS,
    VISITS,
    Attacker,
    everybody,
    few,
    numbers,
    rounded_to,
    rows_of,
    world,
)
from tests.assets.sharing.conftest import TODAY, agreement, table

pytestmark = pytest.mark.slow

BASE = 10
LOADS = ["20260101-001", "20260102-001"]
PLACES = {"province": ["36"], "regency": ["3601"], "district": ["360101", "360102", "360103"]}
REGIONS = [
    {"region_level": level, "region_code": code, "programme": "PKH", "unit": "family"}
    for level, codes in PLACES.items()
    for code in codes
]
"""Keys of the coverage table, from which the attacker knows the regions."""

Families = list[tuple[str, str | None, str]]
"""Kecamatan, companion, state of each family."""

_COUNTS = ", ".join(
    f"(count(*) filter (state in ({', '.join(map(repr, states))})))::int as {column}"
    for column, states in OF_VISITS.items()
)
_TABLES = f"""
create schema if not exists marts; create schema if not exists reference;
create or replace table reference.load as select '{LOADS[0]}' as load_id, date '2026-01-01' as as_of_date;
create or replace table marts.{COMPANIONS} as
select district as district_code, companion as companion_id, {_COUNTS} from family group by all;
create or replace table marts.{VISITS} as
select region.level as region_level, region.code as region_code, {_COUNTS} from (
    select *, unnest([{{'level': 'province', 'code': '36'}}, {{'level': 'regency', 'code': '3601'}},
        {{'level': 'district', 'code': district}}]) as region from family) group by all;
"""


@pytest.fixture(autouse=True)
def key(monkeypatch) -> None:
    """A fixed key: the same draws in every run."""
    monkeypatch.setenv(variable("rounding", 1), bytes(range(32)).hex())


def published(home: Home, load_id: str, families: Families) -> tuple[Rounding, dict[str, Any], dict[str, Any]]:
    """Publish a load with these families. Returns the rounding and both tables, rounded and exact."""
    home.publication(load_id).mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(home.warehouse(load_id))) as connection:
        connection.execute("create temp table family (district varchar, companion varchar, state varchar)")
        connection.executemany("insert into family values (?, ?, ?)", families)
        connection.execute(_TABLES)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.warehouse(load_id)}' as publication (read_only)")
        how = attach(connection, home, load_id, "publication", BASE)
        shown, true = (
            {name: rows_of(connection, f"from {database}.marts.{name} order by all") for name in (VISITS, COMPANIONS)}
            for database in (ROUNDED, "publication")
        )
    home.current_publication.unlink(missing_ok=True)
    home.current_publication.symlink_to(home.publication(load_id))
    return how, shown, true


def some_families(seed: int, many: int, companions: int) -> Families:
    """Families of three kecamatan, the first of which has two companions, and a few families without one."""
    random = np.random.default_rng(seed)
    names = [f"PDP{nth}" for nth in range(companions)]
    states = random.dirichlet(np.ones(4))
    return [
        (
            district,
            None if random.random() < 0.05 else str(random.choice(names[:2] if district.endswith("1") else names)),
            str(random.choice(OF_VISITS["families"], p=states)),
        )
        for district in random.choice(PLACES["district"], many)
    ]


def of_each(*many: int, district: str = "360101", companion: str = "PDP") -> Families:
    return [(district, f"{companion}{nth}", "on time") for nth, number in enumerate(many) for _ in range(number)]


@pytest.mark.slow
@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), many=st.integers(10, 400), companions=st.integers(2, 9))
def test_no_small_count_can_be_inferred_from_two_nights(seed, many, companions, tmp_path_factory):
    home, families = Home(tmp_path_factory.mktemp("home")).create(), some_families(seed, many, companions)
    worlds, limits, asked = [], [], []
    for night, load_id in enumerate(LOADS):
        how, shown, true = published(home, load_id, families)
        assert how == Rounding(BASE, 0, 0, None)
        shown = {**shown, COVERAGE: REGIONS, COMPANIONS: everybody(shown[COMPANIONS], true[COMPANIONS])}
        known = world(shown)
        worlds.append(known)
        limits.append({cell: rounded_to(BASE, number) for cell, number in numbers(shown, known).items()})
        exact = numbers({**true, COVERAGE: REGIONS}, known)
        asked += [(night, one) for one in few(known, exact, BASE).values()]
        families = families[many // 10 :] + some_families(seed + 1, many // 8, companions)
    assert asked
    assert Attacker(worlds, limits).told(asked, BASE) == []


def test_companions_add_up_to_their_kecamatan(tmp_path):
    families = some_families(3, 600, 8)
    _, shown, _ = published(Home(tmp_path).create(), LOADS[0], families)
    of_place = {row["region_code"]: row for row in shown[VISITS]}
    for district in PLACES["district"][1:]:
        rows = [row for row in shown[COMPANIONS] if row["district_code"] == district]
        assert len(rows) > 3
        for column in OF_VISITS:
            assert sum(row[column] for row in rows) == of_place[district][column]
            assert all(row[column] % BASE == 0 for row in rows)


@pytest.mark.parametrize(
    ("families", "left"),
    [
        (of_each(20, 20, 20), 3),
        (of_each(20, 20), 0),
        (of_each(20, 20) + [("360101", None, "never")] * 30, 0),
        (of_each(20, 20, 20) + [("360101", None, "never")] * 30, 4),
        (of_each(20, 20) + of_each(20, district="360102", companion="K"), 0),
    ],
    ids=["three", "two", "two and nobody", "three and nobody", "two and one elsewhere"],
)
def test_a_kecamatan_with_fewer_than_three_companions_has_no_rows(tmp_path, families, left):
    _, shown, _ = published(Home(tmp_path).create(), LOADS[0], families)
    assert len(shown[COMPANIONS]) == left
    assert all(row["families"] for row in shown[VISITS])


def test_companions_whose_counts_are_shown_as_zero_do_not_make_a_third(tmp_path):
    """A row of zeros would not be shown, and their number would bound the kecamatan's families from below."""
    _, shown, true = published(Home(tmp_path).create(), LOADS[0], of_each(20, 20, *[1] * 6))
    assert len(true[COMPANIONS]) == 8
    rows = [row["families"] for row in shown[COMPANIONS]]
    assert rows == [] or (len(rows) >= 3 and all(rows))


def test_a_share_with_pseudonyms_has_no_companion(tmp_path: Path):
    home = Home(tmp_path).create()
    _, shown, _ = published(home, LOADS[0], of_each(20, 30, 40) + [("360101", None, "never")] * 30)
    its = agreement(table(COMPANIONS, {"companion_id": "pseudonym", "families": "clear"}), specific={})
    with opened(home.warehouse(LOADS[0]), tmp_path / "spill") as connection:
        share = share_of(connection, home, its, TODAY)
        rows = connection.execute(share.sql(share.tables[0])).fetchall()
    assert sorted(families for _, families in rows) == sorted(row["families"] for row in shown[COMPANIONS])
    named = [companion for companion, _ in rows if companion is not None]
    assert len(set(named)) == 3
    assert all(name.startswith("v1_") and "PDP" not in name for name in named)


def test_the_site_has_companions_by_pseudonym_only():
    tables = read_one(path_of(PUBLIC)).tables
    masks = [mask.kind for each in tables for name, mask in each.columns.items() if name == "companion_id"]
    assert masks == ["pseudonym"]
