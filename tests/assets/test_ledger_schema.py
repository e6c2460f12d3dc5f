"""A ledger of any earlier version is migrated to this one, completely or not at all; a newer one is refused."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from assets import ledger_schema
from assets.ledger import Ledger
from assets.ledger_schema import VERSION, LedgerError
from tests.assets.test_ledger import delivery, file

VERSION_0 = Path(__file__).with_name("ledger_version_0.sql")
"""A ledger written by the code of commit d3db7d5, the last before ledgers had versions."""


@pytest.fixture
def old(tmp_path) -> Path:
    """A ledger of version 0: two publications, a load that was killed, a held delivery."""
    path = tmp_path / "ledger.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(VERSION_0.read_text(encoding="utf-8"))
    connection.close()
    return path


def dump(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def version(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("pragma user_version").fetchone()[0]
    finally:
        connection.close()


def rows_of(path: Path) -> list[str]:
    return [line for line in dump(path) if line.startswith("INSERT")]


def schema_of(path: Path) -> dict[str, list[tuple]]:
    """Columns, keys and references of each table, regardless of the SQL text that created it."""
    connection = sqlite3.connect(path)
    try:
        tables = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
        return {
            table: [
                *connection.execute(f"pragma table_info({table})"),
                *connection.execute(f"pragma foreign_key_list({table})"),
                *connection.execute(f"pragma index_list({table})"),
            ]
            for table in tables
        }
    finally:
        connection.close()


def test_an_old_ledger_keeps_every_row_and_gets_the_schema_of_a_new_one(old, tmp_path):
    before = rows_of(old)
    assert len(before) == 19
    Ledger(old).close()
    Ledger(tmp_path / "new.sqlite").close()
    assert rows_of(old) == before
    assert version(old) == version(tmp_path / "new.sqlite") == VERSION
    assert schema_of(old) == schema_of(tmp_path / "new.sqlite")


def test_a_load_goes_through_on_an_old_ledger(old):
    """The next load's use of the ledger, from the repair of a killed load to publication."""
    with Ledger(old) as ledger:
        assert ledger.fail_interrupted() == ["20191103-001"]
        load_id = ledger.open_load(date(2019, 11, 3), "code")
        assert load_id == "20191103-002"
        ledger.record_delivery(delivery(5, day="2019-11-03", load_id=load_id), [file(5)])
        ledger.accept_held("dinsos_pkh-3")
        in_force = [row["delivery_id"] for row in ledger.in_force(date(2019, 11, 3))]
        assert in_force == ["dinsos_pkh-1", "dukcapil_penduduk-4", "dinsos_pkh-3", "dinsos_pkh-5"]
        ledger.record_load_deliveries(load_id, in_force, "a" * 64)
        ledger.record_unread(load_id, "dinsos_pkh/x", "not_a_date", "Bukan tanggal.", "Not a date.")
        ledger.decide("release", "dinsos_pkh-3", "Petugas", None)
        ledger.set_state(load_id, "published")
        assert ledger.published_load()["previous_load_id"] == "20191102-001"
        assert ledger.ever_published() == ["20191101-001", "20191102-001", load_id]
        assert [load["load_seq"] for load in ledger.loads()] == [1, 2, 3, 4]
        with pytest.raises(sqlite3.IntegrityError):
            ledger.record_delivery(delivery(6, rows_read=11), [])


def test_a_ledger_without_counters_is_given_them_in_the_order_of_insertion(old):
    with sqlite3.connect(old) as connection:
        connection.execute("alter table loads drop column load_seq")
        connection.execute("alter table deliveries drop column entry_seq")
    connection.close()
    with Ledger(old) as ledger:
        newest = ledger.open_load(date(2019, 11, 1), "code")
        assert [load["load_id"] for load in ledger.loads()] == [
            "20191101-001",
            "20191102-001",
            "20191103-001",
            newest,
        ]
        assert [row["entry_seq"] for row in ledger.rows("select entry_seq from deliveries")] == [1, 2, 3, 4]


def test_a_copy_of_the_old_ledger_is_kept(old):
    before = dump(old)
    Ledger(old).close()
    kept = old.with_name("ledger.sqlite.version-0")
    assert (dump(kept), version(kept)) == (before, 0)
    kept.unlink()
    Ledger(old).close()
    assert not kept.exists(), "a ledger of this version is left as it is"


def test_a_new_ledger_has_no_copy(tmp_path):
    Ledger(tmp_path / "ledger.sqlite").close()
    assert not list(tmp_path.glob("*.version-*"))


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(old, monkeypatch):
    def breaks(connection: sqlite3.Connection) -> None:
        connection.execute("delete from unread")
        connection.execute("alter table loads add column half text")
        raise sqlite3.OperationalError("disk I/O error")

    before = dump(old)
    monkeypatch.setattr(ledger_schema, "MIGRATIONS", (*ledger_schema.MIGRATIONS, breaks))
    monkeypatch.setattr(ledger_schema, "VERSION", VERSION + 1)
    with pytest.raises(sqlite3.OperationalError):
        Ledger(old)
    assert (dump(old), version(old)) == (before, 0)


def test_a_newer_ledger_is_refused_in_one_sentence_and_untouched(old):
    with sqlite3.connect(old) as connection:
        connection.execute(f"pragma user_version = {VERSION + 1}")
    connection.close()
    before = dump(old)
    with pytest.raises(LedgerError) as refused:
        Ledger(old)
    said = str(refused.value)
    assert f"version {VERSION + 1}" in said
    assert "\n" not in said
    assert dump(old) == before
    assert version(old) == VERSION + 1
