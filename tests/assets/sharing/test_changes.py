"""What changed in an agency's extract since its earlier one is counted exactly, and what cannot be is said."""

from __future__ import annotations

import shutil

import duckdb
import polars as pl
import pytest

from assets import durable
from assets.sharing.changes import Changes, TableChanges, changes_of
from assets.sharing.extracts import damage, read_manifest, write_extract
from assets.sharing.released import keys
from tests.assets.sharing.conftest import TODAY, agreement, table

pytestmark = pytest.mark.slow

FIRST, SECOND = "20260315-001", "20260316-001"
SHOWN = {"household_id": "pseudonym", "regency_code": "clear", "head_name": "clear"}
HOUSEHOLDS = table("dim_household", SHOWN, title="Rumah tangga")
COUNTS = table("counts_by_region", {"region_code": "clear", "programme": "clear", "all_units": "clear"})
EVENTS = table("fct_event", {"programme": "clear", "amount": "clear"}, title="Kejadian")


@pytest.fixture
def compared(published):
    """compared(change, now, before, spoil): the changes of the extract of a second load, which `change`, SQL on the
    first load's tables, made. now, before: tables of the agreements. spoil: damages the first extract's folder.
    settings: more of the second agreement.
    """

    def compared(change: str, now: list[dict], before: list[dict] | None = None, spoil=None, **settings) -> Changes:
        written = write_extract(published, FIRST, agreement(*(before or now)), TODAY)
        point_at(published, FIRST)
        if spoil:
            spoil(written.folder)
        follow(published, change)
        return written_changes(published, SECOND, agreement(*now, **settings))

    return compared


def point_at(home, load_id: str) -> None:
    durable.point(home.current_publication, f"../publications/{load_id}")


def follow(home, change: str) -> None:
    """Make the second load, a changed copy of the first."""
    home.warehouse(SECOND).parent.mkdir(exist_ok=True)
    shutil.copyfile(home.warehouse(FIRST), home.warehouse(SECOND))
    with duckdb.connect(str(home.warehouse(SECOND))) as connection:
        connection.execute(f"update reference.load set load_id = '{SECOND}', as_of_date = date '2026-03-16'; {change}")


def written_changes(home, load_id: str, agreed) -> Changes:
    """The changes as they are told while the extract is written."""
    told: list[Changes] = []
    written = write_extract(
        home,
        load_id,
        agreed,
        TODAY,
        tell_sender=lambda sender: told.append(changes_of(home, load_id, agreed, sender.parent)),
    )
    assert damage(written.folder) is None
    assert {file["path"] for file in read_manifest(written.folder)["files"]} == {
        path.relative_to(written.folder).as_posix()
        for path in written.folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    return told[0]


def only(changes: Changes) -> TableChanges:
    (one,) = changes.tables
    return one


def test_the_first_extract_has_nothing_to_be_compared_with(published):
    assert written_changes(published, FIRST, agreement(HOUSEHOLDS)) == Changes("first")


def test_rows_are_new_gone_changed_and_unchanged_by_the_tables_key(compared):
    found = compared(
        "insert into marts.dim_household values ('H20', 'BARU', '3601012001', '360101', '3601'),"
        " ('H21', 'BARU', '3602012003', '360201', '3602');"
        " delete from marts.dim_household where household_id in ('H0', 'H1', 'H2');"
        " update marts.dim_household set head_name = 'LAIN' where household_id = 'H3';"
        " update marts.dim_household set head_name = null where household_id = 'H4';"
        " update marts.dim_household set regency_code = '3602' where household_id = 'H6'",
        [HOUSEHOLDS],
    )
    assert found.load_id == FIRST
    assert found.as_of.isoformat() == "2026-03-15"
    assert only(found) == TableChanges("marts.dim_household", "Rumah tangga", "by_key", 11, 12, 2, 3, 3)


def test_nothing_changed_although_all_rows_were_written_again(compared):
    found = compared(
        "create or replace table marts.dim_household as from marts.dim_household order by head_name desc", [HOUSEHOLDS]
    )
    assert only(found) == TableChanges("marts.dim_household", "Rumah tangga", "by_key", 12, 12, 0, 0, 0)


def test_rounded_numbers_are_not_compared(compared, published, monkeypatch):
    key = ("region_code", "programme")
    monkeypatch.setattr("assets.sharing.changes.keys", lambda _: {"marts.counts_by_region": key})
    found = only(compared("update marts.counts_by_region set all_units = all_units + 400", [COUNTS]))
    shown = [
        pl.read_parquet(published.extract(load_id, "dinuji") / "parquet/counts_by_region.parquet").sort(key)
        for load_id in (FIRST, SECOND)
    ]
    assert not shown[0].equals(shown[1])
    assert (found.state, found.new, found.gone, found.changed) == ("by_key", 0, 0, 0)


def test_columns_of_deliveries_and_of_the_day_are_not_compared(compared):
    family = table(
        "family_due",
        {
            "participant_no": "clear",
            "state": "clear",
            "days_late": "clear",
            "row_number_a": "clear",
            "household_id": "pseudonym",
        },
    )
    found = compared(
        "update marts.family_due set days_late = days_late + 1, row_number_a = row_number_a + 5;"
        " update marts.family_due set state = 'overdue' where participant_no = 'N1'",
        [family],
    )
    assert (only(found).state, only(found).changed) == ("by_key", 1)


@pytest.fixture(autouse=True)
def families(published):
    with duckdb.connect(str(published.warehouse(FIRST))) as connection:
        connection.execute(
            "create table marts.family_due as select 'N' || n as participant_no, 'H' || n as household_id,"
            " 'due' as state, n::int as days_late, n::int as row_number_a,"
            " if(n > 1, 'C1', null) as companion_id from range(5) t(n)"
        )


def test_a_key_may_have_nulls(compared, monkeypatch):
    monkeypatch.setattr(
        "assets.sharing.changes.keys", lambda _: {"marts.family_due": ("participant_no", "companion_id")}
    )
    family = table("family_due", dict.fromkeys(["participant_no", "companion_id", "state"], "clear"))
    found = only(compared("update marts.family_due set state = 'done' where participant_no = 'N1'", [family]))
    assert (found.state, found.new, found.gone, found.changed) == ("by_key", 0, 0, 1)


def test_rows_of_a_table_whose_key_the_agency_does_not_see_are_compared_whole(compared):
    """Twins are counted one by one: a second equal row is new."""
    found = compared(
        "insert into marts.fct_event by name from marts.fct_event where event_no = 'E1';"
        " update marts.fct_event set amount = 1 where event_no = 'E2'",
        [EVENTS],
    )
    assert only(found) == TableChanges("marts.fct_event", "Kejadian", "whole", 61, 60, 2, 1)
    assert only(compared("", [table("fct_event", {"programme": "suppressed"})])).new == 0


def test_pseudonyms_of_another_key_version_are_not_compared(compared):
    """A table by another key is compared without them."""
    families = table("family_due", {"participant_no": "clear", "household_id": "pseudonym", "state": "clear"})
    found = compared(
        "update marts.family_due set state = 'done' where participant_no = 'N2'",
        [HOUSEHOLDS, families],
        pseudonyms={"version": 2},
    )
    households, of_families = found.tables
    assert households == TableChanges("marts.dim_household", "Rumah tangga", "rotated", 12, 12)
    assert of_families == TableChanges("marts.family_due", "family due", "by_key", 5, 5, 0, 0, 1)


def test_a_damaged_earlier_table_is_said_and_others_are_compared(compared):
    def spoil(folder):
        path = folder / "parquet/dim_household/3601-kabupaten-pandeglang.parquet"
        path.write_bytes(path.read_bytes()[:-1] + b"\1")

    households, events = compared("", [HOUSEHOLDS, EVENTS], spoil=spoil).tables
    assert households == TableChanges("marts.dim_household", "Rumah tangga", "damaged", 12, 12)
    assert (events.state, events.new, events.gone) == ("whole", 0, 0)


def test_a_missing_earlier_file_is_damage_too(compared):
    def spoil(folder):
        (folder / "parquet/dim_household/3602-kabupaten-lebak.parquet").unlink()

    assert only(compared("", [HOUSEHOLDS], spoil=spoil)).state == "damaged"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"tables": [], "files": [], "as_of_date": "2026-03-15", "pseudonym_version": 1}']
)
def test_an_earlier_manifest_that_cannot_be_read_is_said(compared, text):
    found = compared("", [HOUSEHOLDS], spoil=lambda folder: (folder / "manifest.json").write_text(text))
    assert found == Changes("damaged", FIRST)


def test_an_earlier_load_without_an_extract_is_said(compared):
    assert compared("", [HOUSEHOLDS], spoil=shutil.rmtree) == Changes("absent", FIRST)


def test_tables_that_joined_or_left_the_agreement(compared):
    events, households = compared("", [EVENTS], before=[HOUSEHOLDS]).tables
    assert events == TableChanges("marts.fct_event", "Kejadian", "added", 60)
    assert households == TableChanges("marts.dim_household", None, "left", before=12)


def test_only_common_columns_that_are_shown_alike_are_compared(compared):
    before = table("dim_household", SHOWN | {"village_code": "clear"}, title="Rumah tangga")
    shown = {"household_id": "pseudonym", "regency_code": "clear", "district_code": "clear"}
    now = table("dim_household", shown | {"village_code": {"region_level": "district"}}, title="Rumah tangga")
    found = only(compared("update marts.dim_household set head_name = 'LAIN'", [now], before=[before]))
    assert found == TableChanges(
        *("marts.dim_household", "Rumah tangga", "by_key", 12, 12, 0, 0, 0),
        columns_added=("district_code",),
        columns_left=("head_name",),
        columns_differ=("village_code",),
    )


def test_a_column_of_another_type_is_not_compared(compared):
    events = table("family_due", {"participant_no": "clear", "state": "clear"})
    found = only(compared("alter table marts.family_due alter state type int using 1", [events]))
    assert (found.columns_differ, found.changed) == (("state",), 0)


def test_other_conditions_on_rows_are_said(compared):
    poor = HOUSEHOLDS | {"rows": {"poor": True}}
    found = only(compared("", [poor], before=[HOUSEHOLDS]))
    assert (found.conditions_differ, found.new, found.gone, found.rows) == (True, 0, 6, 6)


def test_a_table_without_rows_in_one_extract(compared, published):
    assert only(compared("delete from marts.dim_household", [HOUSEHOLDS])) == TableChanges(
        "marts.dim_household", "Rumah tangga", "by_key", 0, 12, 0, 12, 0
    )
    point_at(published, SECOND)
    third = "20260317-001"
    home_of_third = published.warehouse(third)
    home_of_third.parent.mkdir()
    shutil.copyfile(published.warehouse(FIRST), home_of_third)
    found = only(written_changes(published, third, agreement(HOUSEHOLDS)))
    assert (found.before, found.new, found.gone) == (0, 12, 0)


def test_an_extract_that_is_written_again_is_compared_with_the_one_before_it(compared, published):
    once = compared("delete from marts.dim_household where household_id = 'H1'", [HOUSEHOLDS])
    point_at(published, SECOND)
    assert written_changes(published, SECOND, agreement(HOUSEHOLDS)) == once
    shutil.rmtree(published.extract(FIRST, "dinuji"))
    assert written_changes(published, SECOND, agreement(HOUSEHOLDS)) == Changes("first")


def test_keys_are_those_of_the_contracts():
    assert keys(["marts.coverage_by_region", "marts.duplicate_summary", "marts.nothing"]) == {
        "marts.coverage_by_region": ("region_level", "region_code", "programme"),
        "marts.duplicate_summary": ("kind", "source", "programme", "region_level", "region_code"),
        "marts.nothing": (),
    }
