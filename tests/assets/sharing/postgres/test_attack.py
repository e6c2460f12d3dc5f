"""Random attempts of logins to read more than their share; a household outside every scope is nowhere on the server."""

from __future__ import annotations

import mmap
from pathlib import Path

import duckdb
import psycopg
import pytest

from assets.sharing import postgres
from benchmarks.attack import attack, reconnoitre
from benchmarks.attack_share import logins
from tests.assets.sharing.conftest import PERSONS, TODAY
from tests.assets.sharing.postgres.conftest import COUNTS, LOAD, OFFICER, SCHOOLED, STATUS, agree

pytestmark = pytest.mark.slow

QUERIES = 300
CANARY = ("KENARI TERSEMBUNYI", "3601019999999999", "PKENARI00000001", "HKENARI00000001")


@pytest.fixture
def attacked(published, folder, server, tmp_path):
    """A served load with a household that is in no agreement's scope; and a function to connect as a login."""
    name, nik, person, household = CANARY
    with duckdb.connect(str(published.warehouse(LOAD))) as connection:
        connection.execute(f"insert into marts.dim_household values ('{household}', '{name}', null, null, '3601')")
        connection.execute(f"insert into marts.household_status values ('{household}', '3601', false)")
        connection.execute(
            f"insert into marts.dim_person values ('{person}', '{household}', '{name}', '{nik}', '2015-01-01', 2015)"
        )
    poor = {"rows": {"poor": True}}
    agree(folder, "dinuji", PERSONS | poor, SCHOOLED, STATUS | poor, COUNTS, officers=[OFFICER])
    agree(folder, "dinlain", PERSONS | {"rows": {"poor": True, "programmes": ["PIP"]}})
    for agency in ("dinuji", "dinlain"):
        assert postgres.serve(published, LOAD, agency, TODAY).state == "written"
    everybody = logins(published.warehouse(LOAD), folder, published.keys)

    def run(allowed, queries=QUERIES):
        password = (published.keys / f"{allowed.role}.password").read_text().strip()
        entry = {"host": "127.0.0.1", "port": server["port"], "dbname": "sadaya", "user": allowed.role}
        entry["password"] = password
        return attack(entry, allowed, reconnoitre(entry, allowed, everybody), queries, seed=3)

    return run, {allowed.role: allowed for allowed in everybody}


def test_nothing_outside_the_share_is_returned(attacked, server):
    run, everybody = attacked
    assert everybody.keys() == {"sadaya_dinuji", "sadaya_dinuji__lebak", "sadaya_dinlain"}
    for allowed in everybody.values():
        assert set(CANARY[:2]) < allowed.secrets
        result = run(allowed)
        assert result.breaches == []
        assert result.answered["own"] > 15
    logs = Path(server["host"], "data", "log").glob("*")
    log = "".join(path.read_text() for path in logs)
    assert "3601014107800001" not in log, "neither statements of officers are logged nor errors that quote them"


def test_each_table_is_the_share_to_the_row(attacked, enter):
    _, everybody = attacked
    for allowed in everybody.values():
        connection = enter(allowed.role)
        for name, seen in allowed.tables.items():
            rows = connection.execute(f"select {', '.join(seen.columns)} from {name}").fetchall()
            assert len(rows) == len(seen.rows)
            assert seen.holds(seen.columns, rows)


def test_the_canary_never_came_to_the_server(attacked, server):
    for path in Path(server["host"]).rglob("*"):
        if path.is_file() and path.stat().st_size:
            with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                assert not [word for word in CANARY if content.find(word.encode()) >= 0], path.name


@pytest.mark.parametrize(
    ("hole", "role"),
    [
        (
            "grant usage on schema dinuji to sadaya_dinlain; grant select on dinuji.fct_event to sadaya_dinlain",
            "sadaya_dinlain",
        ),
        ("alter table dinuji.household_status disable row level security", "sadaya_dinuji__lebak"),
        ("grant create on schema dinuji to sadaya_dinuji", "sadaya_dinuji"),
        ("alter role sadaya_dinlain inherit; grant pg_monitor to sadaya_dinlain", "sadaya_dinlain"),
    ],
)
def test_a_hole_would_be_found(attacked, server, hole, role):
    run, everybody = attacked
    with psycopg.connect(**server, autocommit=True) as ours:
        ours.execute(hole)
        try:
            assert run(everybody[role]).breaches
        finally:
            ours.execute("alter role sadaya_dinlain noinherit; revoke pg_monitor from sadaya_dinlain")
