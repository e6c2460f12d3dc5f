"""Schema `quality`, which agencies and auditors read."""

from __future__ import annotations

import duckdb
import pytest

from assets.publication import tables
from assets.publication.quality import write_quality

pytestmark = pytest.mark.slow


@pytest.fixture
def written(province, tmp_path):
    """Write the schema for a load into its own file; returns a function that queries it."""

    def write(load):
        target = tmp_path / f"{load.load_id}.duckdb"
        write_quality(load, target)
        connection = duckdb.connect(str(target), read_only=True)
        return lambda sql: connection.execute(sql).fetchall()

    return write


def test_the_columns_of_the_fixed_interface_are_there(province, written):
    query = written(province.night())
    row = query(
        "select delivery_id, source, agency, delivery_date::varchar, file_names, rows_read, rows_accepted,"
        " rows_quarantined, rows_duplicate, rows_furniture, status, reason, load_id"
        " from quality.deliveries where source = 'dinsos_pkh'"
    )
    assert row == [
        (
            "dinsos_pkh-20191101-aaaaaaaaaa",
            "dinsos_pkh",
            "Dinas",
            "2019-11-01",
            "list.csv",
            405,
            400,
            3,
            2,
            4,
            "accepted",
            None,
            "20191101-001",
        )
    ]
    lines = query(
        "select delivery_id, source, file_name, row_number, column_name, check_name, message_id, message_en, raw_row"
        " from quality.quarantine order by row_number, check_name"
    )
    assert len(lines) == 6
    assert lines[0][3:] == (1000, "NIK", "check_0", "salah", "wrong", "{}")
    assert query("select original_value, new_value from quality.warnings") == [("a", "b")]
    assert query("select count(*) from quality.repairs") == [(0,)]


def test_every_column_of_every_table_is_described(province, written):
    query = written(province.night())
    described = query(
        "select table_name, column_name, comment from duckdb_columns() where schema_name = 'quality' order by all"
    )
    assert {table for table, _, _ in described} == {table.name for table in tables.TABLES}
    assert all(comment for _, _, comment in described)
    assert all(comment for (comment,) in query("select comment from duckdb_tables() where schema_name = 'quality'"))


def test_a_superseded_snapshot_is_shown_until_its_loads_quality_is_deleted(province, written):
    old, new = province.concluded(), province.concluded()
    sql = "select count(distinct delivery_id) from quality.quarantine"
    assert written(new)(sql) == [(2,)]
    province.home.quality_of(old.load_id).unlink()
    province.home.quality_of(new.load_id).unlink()
    third = province.night()
    assert written(third)(sql) == [(1,)]


def test_a_held_delivery_is_always_shown(province, written):
    province.concluded(status="held")
    province.home.current_quality.unlink()
    for path in province.home.quality.iterdir():
        path.unlink()
    newest = province.night()
    assert written(newest)("select count(distinct delivery_id) from quality.quarantine") == [(2,)]


def test_unread_paths_are_listed(province, written):
    load = province.night()
    with load.ledger() as ledger:
        ledger.record_unread(load.load_id, "dinsos_pkh/2019-11-01/.x", "hidden", "Tersembunyi", "Hidden")
    assert written(load)("select path, reason_id from quality.unread") == [("dinsos_pkh/2019-11-01/.x", "Tersembunyi")]


def test_writing_twice_leaves_one_schema_and_the_other_schemas_alone(province):
    load = province.night()
    for _ in range(2):
        write_quality(load, province.home.warehouse(load.load_id))
    with duckdb.connect(str(province.home.warehouse(load.load_id)), read_only=True) as connection:
        counted = "select (select count(*) from quality.deliveries), (select count(*) from marts.dim_household)"
        assert connection.execute(counted).fetchall() == [(2, 400)]
