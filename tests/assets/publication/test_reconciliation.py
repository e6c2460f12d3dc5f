"""Each law, against the fault that it is there to catch."""

from __future__ import annotations

import duckdb
import pytest

from assets.publication.reconciliation import reconcile
from validations.counts import Counts


def broken(load) -> set[str]:
    return {row["name"] for row in reconcile(load).to_pylist() if not row["passed"]}


def test_a_sound_load_breaks_no_law_and_every_law_is_asked(province):
    load = province.night()
    rows = reconcile(load).to_pylist()
    assert all(row["passed"] for row in rows), [row for row in rows if not row["passed"]]
    assert len({row["name"] for row in rows}) == 14


def test_the_ledgers_counts_are_held_against_the_files_themselves(province):
    load = province.night(ledger_says=Counts(405, 401, 2, 2))
    assert broken(load) == {"file_rows_accepted", "file_rows_quarantined"}


@pytest.mark.parametrize("lost", ["accepted/0.parquet", "quarantine.parquet", "duplicates.parquet"])
def test_a_lost_file_breaks_the_conservation_law(province, lost):
    load = province.night()
    next(load.home.deliveries.rglob(lost)).unlink()
    assert {"file_conservation", "delivery_conservation"} <= broken(load)


@pytest.mark.parametrize(
    ("fault", "law"),
    [
        ("delete from marts.person_records where record_key = '7'", "person_mentions_in_person_records"),
        ("delete from marts.person_records where source = 'dinsos_pkh'", "person_mentions_in_person_records"),
        ("delete from marts.household_records where record_key = '7'", "household_mentions_in_household_records"),
        ("insert into marts.dim_household values ('H-9', '3601')", "households_have_one_status"),
        ("insert into marts.household_status values ('H1', '3601', true)", "household_status_grain"),
        ("update marts.coverage_by_region set households = households + 1", "households_sum_of_regions"),
        ("insert into marts.dim_person values ('P-9', 'H1', '3601')", "members_without_record"),
        ("insert into marts.dim_household values ('H-9', '3601')", "members_without_record"),
    ],
)
def test_each_law_of_the_warehouse_catches_its_fault(province, fault, law):
    load = province.night()
    province.change(load, fault)
    assert law in broken(load)


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
    path = load.folder.identity / f"{links}.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"create table links as from read_parquet('{path}')")
        connection.execute(f"copy ({sql}) to '{path}' (format parquet)")
    assert any(name.endswith(law) for name in broken(load))
