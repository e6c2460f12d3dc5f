"""The ledger's rules, on a real SQLite file."""

from __future__ import annotations

import sqlite3
from datetime import date

import pytest

from assets.ledger import Ledger
from assets.ledger_schema import LedgerError
from validations.counts import Counts


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


def delivery(
    number: int, status: str = "accepted", day: str = "2019-11-01", source: str = "dinsos_pkh", **more
) -> dict:
    return {
        "delivery_id": f"{source}-{number}",
        "source": source,
        "agency": "Dinas Sosial",
        "delivery_date": day,
        "kind": "snapshot",
        "sha256": str(number) * 64,
        "file_names": "pkh.csv",
        "coverage": "36",
        **Counts(10, 7, 2, 1).columns(),
        "status": status,
        "load_id": None,
        **more,
    }


def file(number: int, **more) -> dict:
    return {
        "file_name": "pkh.csv",
        "sha256": str(number) * 64,
        "bytes": 1,
        "coverage": "36",
        "status": "accepted",
        **Counts(10, 7, 2, 1).columns(),
        **more,
    }


def test_counts_that_break_the_conservation_law_cannot_exist():
    with pytest.raises(ValueError, match="conservation"):
        Counts(10, 7, 2, 0)


def test_the_database_itself_refuses_counts_that_break_the_law(ledger):
    with pytest.raises(sqlite3.IntegrityError):
        ledger.record_delivery(delivery(1, rows_read=11), [])
    assert ledger.deliveries() == []


def test_delivery_order_is_date_then_acceptance(ledger):
    ledger.record_delivery(delivery(1, day="2019-11-02"), [file(1)])
    ledger.record_delivery(delivery(2, day="2019-11-01"), [file(2)])
    ledger.record_delivery(delivery(3, day="2019-11-02"), [file(3)])
    ledger.record_delivery(delivery(4, "refused", day="2019-11-01"), [file(4)])
    in_force = [row["delivery_id"] for row in ledger.in_force(date(2019, 11, 2))]
    assert in_force == ["dinsos_pkh-2", "dinsos_pkh-1", "dinsos_pkh-3"]
    assert [row["delivery_id"] for row in ledger.in_force(date(2019, 11, 1))] == ["dinsos_pkh-2"]


def test_a_released_delivery_is_last_in_acceptance_but_keeps_its_date(ledger):
    ledger.record_delivery(delivery(1, "held"), [file(1)])
    ledger.record_delivery(delivery(2), [file(2)])
    ledger.accept_held("dinsos_pkh-1")
    assert [row["delivery_id"] for row in ledger.in_force(date(2019, 11, 1))] == [
        "dinsos_pkh-2",
        "dinsos_pkh-1",
    ]


def test_ids_of_deliveries_are_unique(ledger):
    first = ledger.free_delivery_id("dinsos_pkh", date(2019, 11, 1), "a" * 64)
    ledger.record_delivery(delivery(1, delivery_id=first), [file(1)])
    second = ledger.free_delivery_id("dinsos_pkh", date(2019, 11, 1), "a" * 64)
    assert (first, second) == ("dinsos_pkh-20191101-aaaaaaaaaa", "dinsos_pkh-20191101-aaaaaaaaaa-2")


def test_a_delivery_held_for_its_partner_is_replaced_when_taken_again(ledger):
    waiting = delivery(1, "held", reason_code="set_incomplete")
    ledger.record_delivery(waiting, [file(1)])
    assert ledger.free_delivery_id("dinsos_pkh", date(2019, 11, 1), "1" * 64).endswith("1111111111")
    ledger.record_delivery(delivery(1), [file(1)])
    assert [row["status"] for row in ledger.deliveries()] == ["accepted"]


def test_publishing_supersedes_and_a_withdrawn_delivery_marks_its_loads(ledger):
    ledger.record_delivery(delivery(1), [file(1)])
    first = ledger.open_load(date(2019, 11, 1), "code")
    ledger.record_load_deliveries(first, ["dinsos_pkh-1"], "fingerprint")
    ledger.set_state(first, "published")
    ledger.withdraw_delivery("dinsos_pkh-1", "wrong file")
    assert ledger.published_load()["load_id"] == first, "readers keep what they see until another load replaces it"
    second = ledger.open_load(date(2019, 11, 1), "code")
    ledger.set_state(second, "published")
    assert ledger.load(first)["state"] == "withdrawn"
    assert ledger.published_load()["load_id"] == second
    assert (first, second) == ("20191101-001", "20191101-002")
    ledger.set_state(ledger.open_load(date(2019, 11, 1), "code"), "rejected")
    assert ledger.ever_published() == [first, second]


def test_a_load_whose_process_died_is_failed(ledger):
    load_id = ledger.open_load(date(2019, 11, 1), "code")
    assert ledger.fail_interrupted() == [load_id]
    assert ledger.load(load_id)["state"] == "failed"
    assert ledger.fail_interrupted() == []


def test_a_transaction_that_fails_leaves_nothing(ledger):
    with pytest.raises(RuntimeError, match="half-way"), ledger.transaction():
        ledger.record_delivery(delivery(1), [file(1)])
        raise RuntimeError("half-way")
    assert ledger.deliveries() == []


def test_an_unknown_state_is_an_error(ledger):
    load_id = ledger.open_load(date(2019, 11, 1), "code")
    with pytest.raises(ValueError, match="LoadState"):
        ledger.set_state(load_id, "finished")


def set_clock(monkeypatch, moment: str) -> None:
    monkeypatch.setattr("assets.ledger.now", lambda: moment)


def test_loads_keep_their_order_when_clock_and_date_go_backwards(ledger, monkeypatch):
    opened = []
    for moment, day in (("2019-11-03T01:00:00", 3), ("2019-11-01T09:00:00", 3), ("2019-10-31T23:00:00", 1)):
        set_clock(monkeypatch, moment)
        opened.append(ledger.open_load(date(2019, 11, day), "code"))
    assert opened == ["20191103-001", "20191103-002", "20191101-001"]
    assert [load["load_id"] for load in ledger.loads()] == opened


def test_the_last_refused_is_last_although_the_clock_went_backwards(ledger, monkeypatch):
    for number, moment in ((1, "2019-11-03T01:00:00"), (2, "2019-11-01T09:00:00")):
        set_clock(monkeypatch, moment)
        ledger.record_delivery(delivery(number, "refused"), [file(number)])
    assert [row["delivery_id"] for row in ledger.deliveries()] == ["dinsos_pkh-1", "dinsos_pkh-2"]
    assert [row["sha256"][0] for row in ledger.files()] == ["1", "2"]


@pytest.fixture
def locked(tmp_path, monkeypatch):
    """A ledger of one load in a folder that nobody may write to: `os.access` says so even to root."""
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as ledger:
        ledger.open_load(date(2019, 11, 1), "code")
    monkeypatch.setattr("assets.ledger.os.access", lambda place, mode: False)
    return path


def test_a_ledger_that_cannot_be_written_to_can_be_read(locked):
    before = locked.read_bytes()
    with Ledger(locked) as ledger:
        assert [row["load_id"] for row in ledger.loads()] == ["20191101-001"]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            ledger.open_load(date(2019, 11, 2), "code")
    assert (locked.read_bytes(), [path.name for path in locked.parent.iterdir()]) == (before, ["ledger.sqlite"])


def test_an_old_ledger_that_cannot_be_written_to_is_an_error(locked):
    with sqlite3.connect(locked) as connection:
        connection.execute("pragma user_version = 1")
    connection.close()
    with pytest.raises(LedgerError, match="version 1, and nothing can be written"):
        Ledger(locked)
