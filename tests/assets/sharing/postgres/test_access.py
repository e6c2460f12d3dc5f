"""The access log records who read which table, but not the query's text."""

from __future__ import annotations

from pathlib import Path

import duckdb
import psycopg
import pytest

from assets import local_postgres
from assets.publication import publish_quality
from assets.sharing import postgres
from assets.sharing.postgres import access
from tests.assets.sharing.postgres.conftest import LOAD
from tests.services import lacking

pytestmark = pytest.mark.slow

NIK, OFFICER = "3601014107800001", "sadaya_dinuji__lebak"


@pytest.fixture
def log(served, enter, server):
    """The log entries of this test's sessions of a login, by action and table."""
    if not local_postgres.has_audit():
        lacking("postgresql-<version>-pgaudit")

    def log(*sessions: psycopg.Connection) -> list[tuple]:
        assert access.gather(served) is not None
        publish_quality(served, LOAD)
        ours = [f"{session.info.backend_pid:x}" for session in sessions]
        with duckdb.connect(str(served.current_quality), read_only=True) as connection:
            return connection.execute(
                "select login, agency, action, table_name, rows_given from quality.access_log"
                " where split_part(session, '.', 2) in (select unnest($1)) order by accessed_at, table_name",
                [ours],
            ).fetchall()

    return log


def test_tables_and_rows_are_logged_but_not_statements(log, enter, served, server):
    whole, officer = enter("sadaya_dinuji"), enter(OFFICER)
    joined = len(
        whole.execute(f"select * from dim_person join fct_event using (person_id) where name <> '{NIK}'").fetchall()
    )
    whole.execute("select count(*) from pg_class")
    with whole.cursor() as cursor, cursor.copy("copy (select * from dim_person limit 3) to stdout") as copy:
        assert len(list(copy)) == 3
    officer.execute("select * from household_status")
    with pytest.raises(psycopg.errors.NumericValueOutOfRange):
        officer.execute(f"select '{NIK}x'::int")
    found = log(whole, officer)
    assert found == log(whole, officer), "what was gathered already is not gathered again"
    assert found[:2] == [("sadaya_dinuji", "dinuji", "connect", None, None), (OFFICER, "dinuji", "connect", None, None)]
    assert sorted((login, action, name, rows) for login, _, action, name, rows in found[2:]) == [
        ("sadaya_dinuji", "select", "dinuji.dim_person", 3),
        ("sadaya_dinuji", "select", "dinuji.dim_person", joined),
        ("sadaya_dinuji", "select", "dinuji.fct_event", joined),
        (OFFICER, "select", "dinuji.household_status", 4),
    ], "the log's clock has milliseconds: statements of one millisecond have no order"
    for path in [*Path(server["host"], "data", "log").glob("*"), *served.access.glob("*")]:
        assert NIK.encode() not in path.read_bytes()


def test_connections_are_logged_with_and_without_pgaudit(served, enter):
    session = enter("sadaya_dinlain")
    assert access.gather(served) >= 1
    with duckdb.connect() as connection:
        found = connection.execute(
            "select login, action from read_parquet($1) where split_part(session, '.', 2) = $2 and action = 'connect'",
            [str(served.access / "*.parquet"), f"{session.info.backend_pid:x}"],
        ).fetchall()
    assert found == [("sadaya_dinlain", "connect")]


def test_without_a_log_nothing_is_gathered(served, monkeypatch):
    monkeypatch.setattr(access, "keeps_log", lambda _: False)
    outcome = postgres.gather_access(served, LOAD)
    assert (outcome.state, outcome.reason) == ("not agreed", None)
