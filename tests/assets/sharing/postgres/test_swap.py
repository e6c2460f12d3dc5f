"""Readers work while loads are replaced: no error, and never two loads in one transaction. A killed run leaves one
complete load.
"""

from __future__ import annotations

import random
import threading
import time

import duckdb
import psycopg
import pytest

from assets import local_postgres
from assets.sharing import postgres
from assets.sharing.postgres import roles, swap, tables
from tests.assets.sharing.conftest import TODAY, table, write_publication
from tests.assets.sharing.postgres.conftest import LOAD, agree

pytestmark = pytest.mark.slow

LOADS = ("20260315-001", "20260316-001")
MARKED = {
    "dim_person": "name",
    "dim_household": "head_name",
    "fct_event": "event_no",
    "household_status_long": "status",
}
"""Table -> a column in which every row names the load."""


@pytest.fixture
def marked(published, folder):
    """Two loads whose rows all name their load, and an agency that reads them."""
    for load_id in LOADS:
        path = write_publication(published.warehouse(load_id)) if load_id != LOAD else published.warehouse(load_id)
        with duckdb.connect(str(path)) as connection:
            connection.execute("update reference.load set load_id = $1", [load_id])
            for name, column in MARKED.items():
                connection.execute(f"update marts.{name} set {column} = $1", [load_id])
    agree(folder, "dinuji", *(table(name, {column: "clear"}) for name, column in MARKED.items()))
    assert postgres.serve(published, LOAD, "dinuji", TODAY).state == "written"
    return published


def loads_seen(connection: psycopg.Connection, name: str) -> set:
    if name == "sadaya_load":
        return {load for (load,) in connection.execute("select load_id from sadaya_load")}
    rows = connection.execute(f"select distinct {MARKED[name]}, (select load_id from sadaya_load) from {name}")
    return {load for row in rows for load in row} or {"empty"}


class Reader(threading.Thread):
    """Reads all tables in random order, transaction after transaction, and records faults."""

    def __init__(self, connection: psycopg.Connection, level: str, seed: int, stop: threading.Event) -> None:
        super().__init__()
        self.connection, self.level, self.stop = connection, level, stop
        self.chance = random.Random(seed)
        self.wrong: list[object] = []
        self.loads: set[str] = set()
        self.transactions = 0

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                self._transaction()
                time.sleep(self.chance.uniform(0, 0.02))
        except psycopg.Error as error:
            self.wrong.append(repr(error))

    def _transaction(self) -> None:
        names = [*MARKED, "sadaya_load"]
        self.chance.shuffle(names)
        with self.connection.transaction():
            self.connection.execute(f"set transaction isolation level {self.level}")
            if self.chance.random() < 0.3:  # a snapshot is taken; tables are read when they may be others
                self.connection.execute("select count(*) from pg_class")
                time.sleep(self.chance.uniform(0, 0.15))
            seen = set()
            for name in names[: self.chance.randint(1, len(names))]:
                seen |= loads_seen(self.connection, name)
                time.sleep(self.chance.uniform(0, 0.01))
        self.transactions += 1
        self.loads |= seen
        if len(seen) != 1 or not seen <= set(LOADS):
            self.wrong.append(seen)


@pytest.mark.slow
def test_busy_readers_during_ten_swaps_see_one_load_each_time(marked, enter):
    stop = threading.Event()
    levels = ("read committed", "repeatable read", "serializable")
    readers = [Reader(enter("sadaya_dinuji"), levels[n % 3], n, stop) for n in range(6)]
    for reader in readers:
        reader.start()
    try:
        outcome = [postgres.serve(marked, LOADS[(n + 1) % 2], "dinuji", TODAY) for n in range(10)]
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert [wrong for reader in readers for wrong in reader.wrong] == []
    assert [(each.state, each.reason) for each in outcome] == [("written", None)] * 10
    assert all(reader.loads == set(LOADS) for reader in readers)
    assert min(reader.transactions for reader in readers) > 10


@pytest.mark.parametrize("level", ["read committed", "repeatable read"])
def test_a_reader_between_two_tables_keeps_the_old_tables(marked, enter, monkeypatch, level):
    monkeypatch.setenv("SADAYA_POSTGRES_PATIENCE", "0.3")
    reader = enter("sadaya_dinuji")
    with reader.transaction():
        reader.execute(f"set transaction isolation level {level}")
        assert loads_seen(reader, "dim_person") == {LOAD}
        outcome = postgres.serve(marked, LOADS[1], "dinuji", TODAY)
        assert (outcome.state, outcome.reason) == ("waiting", "dinuji: its old tables were in use for 0.3 s")
        assert loads_seen(reader, "fct_event") == {LOAD}
    assert postgres.serve(marked, LOADS[1], "dinuji", TODAY).state == "written"
    assert loads_seen(reader, "fct_event") == {LOADS[1]}


def test_an_older_snapshot_finds_the_new_tables_full(marked, enter):
    reader = enter("sadaya_dinuji")
    with reader.transaction():
        reader.execute("set transaction isolation level repeatable read")
        reader.execute("select count(*) from pg_class")
        assert postgres.serve(marked, LOADS[1], "dinuji", TODAY).state == "written"
        for name in [*MARKED, "sadaya_load"]:
            assert loads_seen(reader, name) == {LOADS[1]}


def test_a_prepared_statement_follows(marked, enter):
    reader = enter("sadaya_dinuji")
    reader.execute("prepare mine as select distinct name from dim_person")
    assert reader.execute("execute mine").fetchall() == [(LOAD,)]
    postgres.serve(marked, LOADS[1], "dinuji", TODAY)
    assert reader.execute("execute mine").fetchall() == [(LOADS[1],)]


def test_an_agencys_readers_delay_no_other_agency(marked, folder, enter, monkeypatch):
    agree(folder, "dinlain", table("dim_person", {"name": "clear"}))
    postgres.serve(marked, LOAD, "dinlain", TODAY)
    monkeypatch.setenv("SADAYA_POSTGRES_PATIENCE", "0.3")
    hostile = enter("sadaya_dinuji")
    with hostile.transaction():
        hostile.execute("set transaction isolation level repeatable read")
        hostile.execute(
            "select txid_current(), pg_advisory_lock(n), count(*) from dim_person, generate_series(1, 9) n group by n"
        )
        assert postgres.serve(marked, LOADS[1], "dinuji", TODAY).state == "waiting"
        assert postgres.serve(marked, LOADS[1], "dinlain", TODAY).state == "written"


@pytest.mark.parametrize("step", ["_copy", "swap"])
def test_a_server_killed_at_any_step_leaves_one_complete_load(marked, folder, enter, server, monkeypatch, step):
    place = swap if step == "swap" else tables
    before = getattr(place, step)
    port = int(server["port"])
    root = type(marked.root)(server["host"])

    def killed(*arguments, **named):
        before(*arguments, **named)
        local_postgres.stop(root, at_once=True)

    monkeypatch.setattr(place, step, killed)
    outcome = postgres.serve(marked, LOADS[1], "dinuji", TODAY)
    assert outcome.state == "failed"
    assert outcome.reason.startswith("PostgreSQL ended the connection")
    assert postgres.serve(marked, LOADS[1], "dinuji", TODAY).reason == "PostgreSQL cannot be reached"
    local_postgres.start(root, port, settings=["fsync=off"])
    reader = enter("sadaya_dinuji")
    assert {load for name in [*MARKED, "sadaya_load"] for load in loads_seen(reader, name)} == {LOAD}
    monkeypatch.setattr(place, step, before)
    assert postgres.serve(marked, LOADS[1], "dinuji", TODAY).state == "written"
    assert reader.execute("select nspname from pg_namespace where nspname like '%\\_\\_%'").fetchall() == []


def test_a_transaction_that_never_ends_is_ended(marked, enter, monkeypatch):
    monkeypatch.setattr(roles, "LONGEST", "0.2 seconds")
    endless, idle = enter("sadaya_dinuji"), enter("sadaya_dinuji")
    endless.execute("begin")
    endless.execute("select count(*) from dim_person")
    time.sleep(0.3)
    assert postgres.serve(marked, LOADS[1], "dinuji", TODAY).state == "written"
    assert loads_seen(idle, "dim_person") == {LOADS[1]}
    with pytest.raises(psycopg.OperationalError):
        endless.execute("select count(*) from fct_event")
