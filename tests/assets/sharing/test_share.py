"""A share equals what the agreement allows, computed independently: row by row, from the YAML."""

from __future__ import annotations

from collections import Counter
from datetime import date

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.sharing import rounded
from assets.sharing.pseudonyms import PseudonymError, variable
from assets.sharing.share import ShareError, opened, share_of
from benchmarks.attack_share import masked, of_age
from tests.assets.sharing.conftest import AS_OF, PERSONS, TODAY, agreement, table

SECRET = bytes(range(1, 65))
IDS = ("person_id", "household_id", "family_id")
SPECIFIC = {"children": "Daftar uji menyebut anak-anak yang tidak ada."}
COLUMNS = {
    "dim_household": ["household_id", "head_name", "village_code", "district_code", "regency_code"],
    "household_status": ["household_id", "regency_code", "is_poor"],
    "household_status_long": ["household_id", "programme", "status"],
    "dim_person": ["person_id", "household_id", "name", "nik", "birth_date", "birth_year"],
    "fct_event": [
        "event_no", "person_id", "household_id", "programme", "paid_on", "amount", "arrived", "village_code",
    ],
    "counts_by_region": ["region_level", "region_code", "programme", "all_units", "poor_units", "share"],
    "dim_region": ["region_code", "region_level", "parent_code", "regency_code"],
}  # fmt: skip
KEY = ["region_level", "region_code", "programme"]
TEXT = ["clear", "last_four", "pseudonym", "suppressed"]


def masks_of(name: str) -> list:
    if name in IDS:
        return ["pseudonym", "suppressed"]
    if name.endswith("_code"):
        return [*TEXT, {"region_level": "district"}, {"region_level": "regency"}]
    if name in ("paid_on", "birth_date"):
        return ["clear", "year_only", "suppressed"]
    return (
        ["clear", "suppressed"]
        if name in ("birth_year", "amount", "arrived", "is_poor", "all_units", "poor_units", "share")
        else TEXT
    )


def conditions_of(name: str) -> st.SearchStrategy:
    columns = COLUMNS[name]
    possible = {}
    if {"regency_code", "household_id", "region_code"} & set(columns):
        possible["regencies"] = st.lists(st.sampled_from(["3601", "3602", "3699"]), min_size=1, unique=True)
    if {"programme", "household_id"} & set(columns):
        possible["programmes"] = st.lists(st.sampled_from(["PKH", "PIP", "RTLH"]), min_size=1, unique=True)
    if "person_id" in columns:
        ages = st.lists(st.integers(0, 70), min_size=2, max_size=2).map(sorted)
        possible["ages"] = ages.map(lambda pair: {"from": pair[0], "to": pair[1]})
    if {"household_id", "is_poor"} & set(columns):
        possible["poor"] = st.just(True)
    some = st.fixed_dictionaries({}, optional=possible)
    return some.map(lambda rows: rows or "all")


@st.composite
def tables(draw) -> dict:
    name = draw(st.sampled_from(sorted(COLUMNS)))
    shown = draw(st.lists(st.sampled_from(COLUMNS[name]), min_size=1, unique=True))
    return table(name, {column: draw(st.sampled_from(masks_of(column))) for column in shown}, draw(conditions_of(name)))


@pytest.fixture(scope="module")
def raw(publication) -> dict[str, list[dict]]:
    """All tables of the publication, as rows."""
    with duckdb.connect(str(publication), read_only=True) as connection:
        found = {}
        for name in COLUMNS:
            cursor = connection.execute(f"from marts.{name}")
            names = [column[0] for column in cursor.description]
            found[name] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return found


def within(row: dict, rows: dict, raw: dict) -> bool:
    household = row.get("household_id")
    places = {each["household_id"]: each["regency_code"] for each in raw["dim_household"]}
    regions = {each["region_code"]: each["regency_code"] for each in raw["dim_region"]}
    if "regencies" in rows:
        place = (
            row["regency_code"]
            if "regency_code" in row
            else (places.get(household) if "household_id" in row else regions[row["region_code"]])
        )
        if place not in rows["regencies"]:
            return False
    if "programmes" in rows:
        active = {
            each["programme"]
            for each in raw["household_status_long"]
            if each["household_id"] == household and each["status"] == "active"
        }
        if not ({row["programme"]} if "programme" in row else active) & set(rows["programmes"]):
            return False
    if "ages" in rows:
        people = {each["person_id"]: each for each in raw["dim_person"]}
        if not of_age(people.get(row["person_id"]), rows["ages"], AS_OF):
            return False
    if "poor" in rows:
        poor = {each["household_id"] for each in raw["household_status"] if each["is_poor"]}
        return household in poor
    return True


def allowed(stated: dict, raw: dict) -> list[tuple]:
    name = stated["table"].partition(".")[2]
    rows = {} if stated["rows"] == "all" else stated["rows"]
    found = []
    for row in raw[name]:
        if not within(row, rows, raw):
            continue
        shown = {column: masked(row[column], mask, SECRET, 1) for column, mask in stated["columns"].items()}
        found.append(tuple(shown.values()))
    return found


@pytest.mark.slow
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stated=tables().filter(lambda stated: stated["table"] != "marts.counts_by_region"))
def test_a_share_is_what_the_agreement_allows_and_no_more(stated, publication, raw, home, monkeypatch):
    monkeypatch.setenv(variable("dinuji", 1), SECRET.hex())
    with opened(publication, home.root / "spill") as connection:
        share = share_of(connection, home, agreement(stated, specific=SPECIFIC), TODAY)
        cursor = connection.execute(share.sql(share.tables[0]))
        names = [column[0] for column in cursor.description]
        found = cursor.fetchall()
    assert names == list(stated["columns"])
    assert Counter(found) == Counter(allowed(stated, raw))


def rows_of(publication, home, stated: dict, **changes) -> list[tuple]:
    with opened(publication, home.root / "spill") as connection:
        share = share_of(connection, home, agreement(stated, **changes), TODAY)
        return connection.execute(share.sql(share.tables[0])).fetchall()


@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stated=tables().filter(lambda stated: stated["table"] == "marts.counts_by_region"))
def test_counts_are_the_same_multiples_for_every_reader(stated, publication, raw, home):
    shown = {name: mask for name, mask in stated["columns"].items() if mask != "suppressed"}
    stated = {**stated, "columns": dict.fromkeys(KEY, "clear") | shown | dict.fromkeys(KEY, "clear")}
    names, key = list(stated["columns"]), len(KEY)
    true = {row[:key]: row for row in allowed(stated, raw)}
    whole = table("counts_by_region", dict.fromkeys([*KEY, "all_units", "poor_units", "share"], "clear"))
    same = {row[:key]: dict(zip(whole["columns"], row, strict=True)) for row in rows_of(publication, home, whole)}
    found = rows_of(publication, home, stated)
    assert {row[:key] for row in found} == true.keys()
    for row in found:
        for name, value, exact in zip(names[key:], row[key:], true[row[:key]][key:], strict=True):
            assert value == same[row[:key]][name]
            assert name == "share" or (value % 10 == 0 and abs(value - exact) < 10)


def test_measures_are_computed_from_the_shown_counts(publication, home):
    columns = dict.fromkeys(["all_units", "poor_units", "share"], "clear")
    rows = rows_of(publication, home, table("counts_by_region", columns))
    assert all(share == (round(poor / units, 4) if units else None) for units, poor, share in rows)


def test_a_base_smaller_than_the_smallest_cell_refuses_the_share(publication, home):
    counts = table("counts_by_region", {"all_units": "clear"})
    assert all(units % 20 == 0 for (units,) in rows_of(publication, home, counts, smallest_cell=20))
    assert rows_of(publication, home, counts, smallest_cell=5) == rows_of(publication, home, counts, smallest_cell=20)
    with pytest.raises(ShareError, match="rounded to 20, but its smallest cell is 50"):
        rows_of(publication, home, counts, smallest_cell=50)


def test_counts_that_could_be_inferred_refuse_only_that_share(publication, home, monkeypatch):
    def give_away(counts, base, before, draws):
        return counts.true.astype(float)

    monkeypatch.setattr(rounded, "rounded", give_away)
    with pytest.raises(ShareError, match=r"could be inferred.*no multiples of the base"):
        rows_of(publication, home, table("counts_by_region", {"all_units": "clear"}))
    assert len(rows_of(publication, home, PERSONS)) == 40


def test_the_order_is_by_region_and_the_same_every_time(publication, home):
    stated = table("dim_household", {"household_id": "pseudonym", "regency_code": "clear", "village_code": "clear"})
    first, second = rows_of(publication, home, stated), rows_of(publication, home, stated)
    assert first == second
    assert [row[1] for row in first] == sorted(row[1] for row in first)


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2027, 1, 1)])
def test_an_agreement_that_is_not_in_force_gives_nothing(publication, home, day):
    with opened(publication, home.root / "spill") as connection, pytest.raises(ShareError, match="in force from"):
        share_of(connection, home, agreement(), day)


def test_missing_columns_are_named(publication, home):
    lost = table("dim_person", {"person_id": "pseudonym", "mother": "clear"})
    with opened(publication, home.root / "spill") as connection, pytest.raises(ShareError, match="column mother"):
        share_of(connection, home, agreement(lost), TODAY)


def test_without_a_key_there_is_no_share(publication, home):
    with opened(publication, home.root / "spill") as connection, pytest.raises(PseudonymError):
        share_of(connection, home, agreement(), TODAY, make_key=False)


def test_a_table_is_split_only_by_a_visible_column(publication, home):
    with opened(publication, home.root / "spill") as connection:
        for mask, column in (("clear", "regency_code"), ("suppressed", None)):
            stated = table("dim_household", {"household_id": "pseudonym", "regency_code": mask})
            share = share_of(connection, home, agreement(stated), TODAY)
            assert share.regency_column(share.tables[0]) == column


def test_a_share_cannot_write(publication, home):
    with opened(publication, home.root / "spill") as connection:
        share_of(connection, home, agreement(PERSONS), TODAY)
        with pytest.raises(duckdb.Error):
            connection.execute("delete from publication.marts.dim_person")


@pytest.mark.parametrize(("ages", "there"), [((10, 70), False), ((9, 70), True), ((0, 9), False), ((0, 10), True)])
def test_a_person_with_a_birth_year_only_must_have_the_age_all_year(publication, home, ages, there):
    stated = table("dim_person", {"name": "clear"}, {"ages": {"from": ages[0], "to": ages[1]}})
    assert (("NAMA 10",) in rows_of(publication, home, stated)) is there
