"""A test server, agreements of two agencies, and a function to log in."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from assets import local_postgres
from assets.sharing import agreement as agreements
from assets.sharing import postgres
from tests.assets.sharing.conftest import PERSONS, TODAY, table, write_agreement, written
from tests.services import postgresql

LOAD = "20260315-001"
SCHOOLED = table(
    "fct_event",
    {"event_no": "clear", "person_id": "pseudonym", "paid_on": "year_only", "amount": "clear", "village_code": "clear"},
    {"poor": True},
)
STATUS = table("household_status", {"household_id": "pseudonym", "regency_code": "clear", "is_poor": "clear"})
COUNTS = table("counts_by_region", {"region_level": "clear", "region_code": "clear", "programme": "clear",
                                    "all_units": "clear", "share": "clear"})  # fmt: skip
OFFICER = {"name": "lebak", "regencies": ["3602"]}


@pytest.fixture(scope="session")
def server():
    with postgresql(trust=False) as parameters:
        yield local_postgres.make_database(parameters)


@pytest.fixture
def folder(tmp_path, monkeypatch, server):
    """Agreements of two agencies, with the server in the environment."""
    folder = tmp_path / "agreements"
    monkeypatch.setattr(agreements, "FOLDER", folder)
    monkeypatch.setenv("SADAYA_POSTGRES_DSN", make_conninfo(**server))
    monkeypatch.setenv("SADAYA_POSTGRES_PATIENCE", "10")
    agree(folder, "dinuji", PERSONS, SCHOOLED, STATUS, COUNTS, officers=[OFFICER])
    agree(folder, "dinlain", PERSONS)
    return folder


def agree(folder, agency: str, *tables: dict, **changes) -> None:
    number = f"SADAYA/{sum(map(ord, agency))}/2026"
    content = written(*tables, agency=agency, number=number, **{"media": ["postgres"], **changes})
    write_agreement(folder, content)


@pytest.fixture
def served(published, folder):
    for agency in ("dinuji", "dinlain"):
        outcome = postgres.serve(published, LOAD, agency, TODAY)
        assert (outcome.state, outcome.reason) == ("written", None)
    return published


@pytest.fixture
def enter(served, server):
    """Connect as a login."""
    opened = []

    def enter(role: str, **options) -> psycopg.Connection:
        password = (served.keys / f"{role}.password").read_text().strip()
        target = {"host": "127.0.0.1", "port": server["port"], "dbname": "sadaya", "user": role, "password": password}
        opened.append(psycopg.connect(**(target | options), autocommit=True))
        return opened[-1]

    yield enter
    for connection in opened:
        connection.close()
