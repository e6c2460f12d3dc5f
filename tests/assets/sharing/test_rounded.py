"""The rounded aggregates of a load: drawn once, kept from night to night, and no small count can be derived from
them.
"""

from __future__ import annotations

import stat

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.home import Home
from assets.sharing import rounded
from assets.sharing.pseudonyms import variable
from assets.sharing.rounded import ROUNDED, Rounding, attach
from benchmarks.attack_counts import (
    COVERAGE,
    OVERLAP,
    Attacker,
    few,
    numbers,
    rounded_to,
    rows_of,
    suppressed_below,
    world,
)

pytestmark = pytest.mark.slow

BASE = 10
PLACES = ["360101", "360102", "3601", "360201", "36"]
"""Districts, a kabupaten and the province: the last two for households whose place is known no more precisely."""
PROGRAMMES = {"PKH": "family", "PIP": "person", "RTLH": "household"}
LOADS = ["20260101-001", "20260102-001", "20260103-001"]

_TABLES = """
create schema if not exists marts;
create or replace table marts.coverage_by_region as
with placed as (
    select *, unnest([{'level': 'province', 'code': '36'}, {'level': 'regency', 'code': left(place, 4)},
        {'level': 'district', 'code': if(length(place) = 6, place, null)}]) as region
    from homes join uses using (home)
)
select region.level as region_level, region.code as region_code, programme, unit,
    count(*)::int as units, (count(*) filter (poor))::int as poor_units,
    (count(*) filter (served))::int as served_units, (count(*) filter (served and poor))::int as served_poor_units,
    round(served_poor_units / nullif(poor_units, 0), 4) as coverage_share,
    (count(*) filter (poor and need))::int as in_need,
    (count(*) filter (poor and need and served))::int as served_in_need,
    in_need - served_in_need as unserved_in_need,
    round(served_in_need / nullif(in_need, 0), 4) as need_coverage_share,
    units as households, poor_units as poor_households, served_units as served_households,
    served_poor_units as served_poor_households, poor_units - served_poor_units as unserved_poor_households
from placed where region.code is not null group by all;
create or replace table marts.programme_overlap as
with placed as (
    select h.poor, a.programme as programme_a, b.programme as programme_b,
        unnest([{'level': 'province', 'code': '36'}, {'level': 'regency', 'code': left(place, 4)}]) as region
    from homes as h join uses as a using (home) join uses as b using (home)
    where a.served and b.served and a.programme < b.programme
)
select region.level as region_level, region.code as region_code, programme_a, programme_b, count(*)::int as households,
    (count(*) filter (poor))::int as poor_households
from placed group by all;
"""


@pytest.fixture(autouse=True)
def key(monkeypatch) -> None:
    """A fixed key: the same draws in every run."""
    monkeypatch.setenv(variable("rounding", 1), bytes(range(32)).hex())


class Province:
    """Homes in some places, and their programmes, which change from night to night."""

    def __init__(self, seed: int, homes: int, served: float) -> None:
        self.random, self.served = np.random.default_rng(seed), served
        self.place = self.random.choice(PLACES, homes)
        self.poor = self.random.random(homes) < self.random.random()
        self.uses = {name: self.random.random((2, homes)) < served for name in PROGRAMMES}

    def wait(self) -> None:
        """A day passes: programmes start or stop for one home in ten; one home in twenty is removed."""
        stays = self.random.random(len(self.place)) > 0.05
        self.place, self.poor = self.place[stays], self.poor[stays]
        for name, flags in self.uses.items():
            self.uses[name] = flags[:, stays] ^ (self.random.random((2, stays.sum())) < 0.1)

    def publish(self, home: Home, load_id: str) -> None:
        """Build the load's aggregates, round them, and publish the load."""
        home.publication(load_id).mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(home.warehouse(load_id))) as connection:
            homes = {"home": np.arange(len(self.place)), "place": self.place, "poor": self.poor}
            connection.register("homes", homes)
            uses = [
                {"home": homes["home"], "served": served, "need": need, "name": np.full(len(served), name)}
                for name, (served, need) in self.uses.items()
            ]
            connection.register("flags", {column: np.concatenate([use[column] for use in uses]) for column in uses[0]})
            units = ", ".join(f"('{name}', '{unit}')" for name, unit in PROGRAMMES.items())
            connection.execute(
                f"create or replace temp view uses as from flags join (values {units}) u(name, unit) using (name)"
                " select home, name as programme, unit, served, need"
            )
            connection.execute(_TABLES)

    def follow(self, home: Home, load_id: str) -> tuple[Rounding, dict, dict]:
        """Publish. Returns the rounding, and both tables, rounded and exact."""
        self.publish(home, load_id)
        seen = look(home, load_id)
        home.current_publication.unlink(missing_ok=True)
        home.current_publication.symlink_to(home.publication(load_id))
        return seen


def look(home: Home, load_id: str) -> tuple[Rounding, dict, dict]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.warehouse(load_id)}' as publication (read_only)")
        how = attach(connection, home, load_id, "publication", BASE)
        both = (
            {table: rows_of(connection, f"from {database}.marts.{table} order by all") for table in (COVERAGE, OVERLAP)}
            for database in (ROUNDED, "publication")
        )
        return (how, *both)


SOME = {"seed": st.integers(0, 10**6), "homes": st.integers(5, 250), "served": st.floats(0.02, 0.9)}


@pytest.mark.slow
@settings(deadline=None, max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(**SOME)
def test_no_small_count_can_be_inferred_from_all_tables_of_several_nights(seed, homes, served, tmp_path_factory):
    home, province = Home(tmp_path_factory.mktemp("home")).create(), Province(seed, homes, served)
    worlds, limits, asked = [], [], []
    for night, load_id in enumerate(LOADS[:2]):
        how, shown, true = province.follow(home, load_id)
        assert how == Rounding(BASE, 0, 0, None)
        known = world(shown)
        worlds.append(known)
        limits.append({cell: rounded_to(BASE, number) for cell, number in numbers(shown, known).items()})
        asked += [(night, one) for one in few(known, numbers(true, known), BASE).values()]
        province.wait()
    assert Attacker(worlds, limits).told(asked, BASE) == []


def test_the_attack_infers_counts_suppressed_in_only_one_table(tmp_path):
    home, province = Home(tmp_path).create(), Province(3, 60, 0.3)
    _, _, true = province.follow(home, LOADS[0])
    known = world(true)
    exact = numbers(true, known)
    asked = [(0, one) for one in few(known, exact, BASE).values()][::10]
    limits = {cell: suppressed_below(BASE, number) for cell, number in exact.items()}
    assert len(Attacker([known], [limits]).told(asked, BASE)) > len(asked) / 2


def values(tables: dict) -> dict:
    return numbers(tables, world(tables))


def test_a_shown_count_is_kept_until_it_is_off_by_the_base_or_others_need_it(tmp_path):
    home, province = Home(tmp_path).create(), Province(1, 120, 0.4)
    _, first, true = province.follow(home, LOADS[0])
    province.uses["PKH"][0][:3] ^= True
    _, second, then = province.follow(home, LOADS[1])
    before, now, exact = values(first), values(second), values(then)
    kept = [cell for cell in now if cell in before and abs(before[cell] - exact[cell]) < BASE]
    moved = [cell for cell in kept if now[cell] != before[cell]]
    assert exact != values(true)
    assert len(moved) < len(kept) / 20
    province.publish(home, LOADS[2])
    _, third, _ = look(home, LOADS[2])
    assert third == second, "nothing happened"


def test_a_lost_or_partial_file_is_made_again_identically(tmp_path):
    home, province = Home(tmp_path).create(), Province(2, 100, 0.3)
    province.follow(home, LOADS[0])
    province.wait()
    made = province.follow(home, LOADS[1])
    assert stat.S_IMODE(home.rounded(LOADS[1]).stat().st_mode) == 0o440
    home.rounded(LOADS[1]).unlink()
    half = home.rounded(LOADS[1]).with_name(".rounded.duckdb.0123abcd.fresh")
    half.write_bytes(b"half")
    assert look(home, LOADS[1]) == made, "readers see it already, so the load before is what was shown before"
    assert not half.exists()


def test_a_failure_leaves_nothing(tmp_path, monkeypatch):
    home, province = Home(tmp_path).create(), Province(2, 50, 0.3)
    province.publish(home, LOADS[0])
    monkeypatch.setattr(rounded, "faults", None)
    with pytest.raises(TypeError):
        look(home, LOADS[0])
    assert [path.name for path in home.publication(LOADS[0]).iterdir()] == ["warehouse.duckdb"]


def test_counts_that_cannot_be_rounded_are_not_shown_nor_their_measures(tmp_path, monkeypatch):
    home, province = Home(tmp_path).create(), Province(2, 50, 0.3)
    province.publish(home, LOADS[0])
    monkeypatch.setattr(rounded, "rounded", lambda counts, *_: np.full(len(counts.true), np.nan))
    how, shown, true = look(home, LOADS[0])
    assert how.withheld > 100
    assert how.fault is None
    assert how.complaint == f"{how.withheld} counts are not shown: no multiples of 10 add up"
    assert len(shown[COVERAGE]) == len(true[COVERAGE])
    assert {row["units"] for row in shown[COVERAGE]} == {row["coverage_share"] for row in shown[COVERAGE]} == {None}


def test_rows_that_reveal_a_positive_count_are_left_out(tmp_path):
    home, province = Home(tmp_path).create(), Province(4, 160, 0.3)
    _, shown, true = province.follow(home, LOADS[0])
    assert 0 < len(shown[OVERLAP]) < len(true[OVERLAP])
    assert all(row["households"] for row in shown[OVERLAP])
    assert len(shown[COVERAGE]) == len(true[COVERAGE])


def test_a_publication_of_an_earlier_version_may_lack_columns(tmp_path):
    home, province = Home(tmp_path).create(), Province(4, 60, 0.2)
    province.publish(home, LOADS[0])
    with duckdb.connect(str(home.warehouse(LOADS[0]))) as connection:
        connection.execute("alter table marts.coverage_by_region drop column in_need")
        connection.execute("alter table marts.coverage_by_region drop column coverage_share")
    how, shown, _ = look(home, LOADS[0])
    assert how.fault is None
    assert "in_need" not in shown[COVERAGE][0]
    assert {row["need_coverage_share"] for row in shown[COVERAGE]} == {None}
    assert all(row["units"] % BASE == 0 for row in shown[COVERAGE])
