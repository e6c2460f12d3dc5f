"""Each law detects the fault that it exists for."""

from __future__ import annotations

import duckdb
import pytest

from assets.publication.reconciliation import reconcile
from validations.counts import Counts
from validations.sql import literal

pytestmark = pytest.mark.slow


def broken(load) -> set[str]:
    return {row["name"] for row in reconcile(load).to_pylist() if not row["passed"]}


def rewrite(path, name: str, sql: str) -> None:
    """Replace a Parquet file by the result of `sql`, which may read it as `name`."""
    with duckdb.connect() as connection:
        if path.exists():
            connection.execute(f"create table {name} as from read_parquet({literal(path)}, hive_partitioning = false)")
        connection.execute(f"copy ({sql}) to {literal(path)} (format parquet)")


def test_a_correct_load_breaks_no_law_and_every_law_is_checked(province):
    load = province.night()
    rows = reconcile(load).to_pylist()
    assert all(row["passed"] for row in rows), [row for row in rows if not row["passed"]]
    assert len({row["name"] for row in rows}) == 18


def test_the_ledgers_counts_are_compared_with_the_files(province):
    load = province.night(ledger_says=Counts(405, 401, 2, 2))
    assert broken(load) == {"file_rows_accepted", "file_rows_quarantined"}


@pytest.mark.parametrize("lost", ["accepted/0.parquet", "quarantine.parquet", "duplicates.parquet"])
def test_a_lost_file_breaks_the_conservation_law(province, lost):
    load = province.night()
    next((load.home.deliveries / "dinsos_pkh").rglob(lost)).unlink()
    assert {"file_conservation", "delivery_conservation"} <= broken(load)


@pytest.mark.parametrize(
    ("fault", "law"),
    [
        ("delete from marts.person_records where record_key = '7'", "person_mentions_in_person_records"),
        ("delete from marts.person_records where source = 'dinsos_pkh'", "person_mentions_in_person_records"),
        ("delete from marts.household_records where record_key = '7'", "household_mentions_in_household_records"),
        ("insert into marts.dim_household values ('H-9', '3601')", "households_have_one_status"),
        ("insert into marts.household_status values ('H1', '3601', true, true)", "household_status_grain"),
        ("update marts.coverage_by_region set households = households + 1", "households_sum_of_regions"),
        ("delete from marts.unserved where unit_id = 'H300'", "unserved_are_in_need_and_not_served"),
        ("insert into marts.unserved values ('other', 'H1')", "unserved_are_in_need_and_not_served"),
        ("update marts.coverage_by_region set served_in_need = 0", "unserved_are_in_need_and_not_served"),
        ("delete from marts.programme_overlap_households", "overlaps_are_named"),
        ("insert into marts.dim_person values ('P-9', 'H1', '3601')", "members_without_record"),
        ("insert into marts.dim_household values ('H-9', '3601')", "members_without_record"),
    ],
)
def test_each_law_of_the_warehouse_catches_its_fault(province, fault, law):
    load = province.night()
    province.change(load, fault)
    assert law in broken(load)


def state(load, sql: str) -> None:
    """Have the load's records state something else of households."""
    with duckdb.connect(str(load.folder.staging)) as connection:
        connection.execute(sql)


@pytest.mark.parametrize("source", ["dinsos_pkh", "dukcapil_penduduk"])
@pytest.mark.parametrize(
    ("sql", "law"),
    [
        ("delete from mentions.household_mention where record_key = '7' and source = '{}'", "accepted_records_staged"),
        (
            "update mentions.household_mention set record_key = 'x' where record_key = '7' and source = '{}'",
            "mentions_of_accepted_rows",
        ),
        ("update mentions.household_mention set delivery_id = 'x' where source = '{}'", "mentions_of_accepted_rows"),
    ],
)
def test_staging_neither_loses_an_accepted_record_nor_invents_one(province, source, sql, law):
    load = province.night()
    state(load, sql.format(source))
    assert law in broken(load)


def test_a_record_of_a_delta_that_was_quarantined_since_may_be_dropped(province):
    load = province.night()
    state(load, "delete from mentions.household_mention where record_key = '7' and source = 'dukcapil_penduduk'")
    assert "accepted_records_staged" in broken(load)
    keys = next((load.home.deliveries / "dukcapil_penduduk").glob("*")) / "quarantined_keys.parquet"
    rewrite(keys, "nothing", "select '7' as record_key, '36' as coverage_regency")
    assert "accepted_records_staged" not in broken(load)


def test_a_snapshot_counts_only_until_a_later_one_covers_its_region(province):
    province.night(households=400)
    assert "accepted_records_staged" in broken(province.night(households=300)), "the delta's 100 records are missing"
    by_source = {
        row["subject"]: row["passed"]
        for row in reconcile(province.night(households=200)).to_pylist()
        if row["name"] == "accepted_records_staged"
    }
    assert by_source == {"dinsos_pkh": True, "dukcapil_penduduk": False}


@pytest.mark.parametrize("links", ["person_links", "household_links"])
@pytest.mark.parametrize(
    ("sql", "law"),
    [
        ("from links where record_key <> '7'", "mentions_linked_once"),
        ("from links union all from links where record_key = '7'", "mentions_linked_once"),
        ("from links union all select * replace ('x' as record_key) from links limit 801", "links_of_no_mention"),
    ],
)
def test_a_mention_is_linked_exactly_once(province, links, sql, law):
    load = province.night()
    rewrite(load.folder.identity / f"{links}.parquet", "links", sql)
    province.count(load)
    assert any(name.endswith(law) for name in broken(load))
