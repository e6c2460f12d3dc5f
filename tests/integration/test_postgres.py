"""Every agency's share of a whole load on a server: the agreements in the repository, compared row by row."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from assets.home import Home
from assets.local_postgres import make_database
from assets.sharing.agreement import FOLDER, codes
from assets.sharing.postgres import DSN
from benchmarks.attack import attack, reconnoitre
from benchmarks.attack_share import logins
from tests.services import postgresql

pytestmark = pytest.mark.integration

QUERIES = 200


def test_every_login_sees_its_share_and_no_more(site, monkeypatch):
    with postgresql(trust=False) as parameters:
        database = make_database(parameters)
        monkeypatch.setenv(DSN, make_conninfo(**database))
        site.sadaya("serve")
        home = Home(site.home)
        everybody = logins(home.warehouse(site.published), FOLDER, home.keys)
        assert [each.schema for each in everybody] == codes()
        for allowed in everybody:
            password = (home.keys / f"{allowed.role}.password").read_text().strip()
            entry = {**database, "host": "127.0.0.1", "user": allowed.role, "password": password}
            _is_all_there(entry, allowed)
            assert attack(entry, allowed, reconnoitre(entry, allowed, everybody), QUERIES, seed=5).breaches == []
        _came_to_nobody(everybody, Path(parameters["host"]))


def _is_all_there(entry, allowed) -> None:
    with psycopg.connect(**entry) as connection:
        for name, seen in allowed.tables.items():
            rows = connection.execute(f"select {', '.join(seen.columns)} from {name}").fetchall()
            assert len(rows) == len(seen.rows) or (seen.counts and len(rows) < len(seen.rows)), name
            assert seen.holds(seen.columns, rows), name


def _came_to_nobody(everybody, folder: Path) -> None:
    """NIKs outside every share appear in no file of the server: tables, indexes, statistics, journal, log."""
    outside = set.intersection(*(set(allowed.secrets) for allowed in everybody))
    niks = {word for word in outside if re.fullmatch(r"\d{16}", word)}
    assert len(niks) > 1000
    for path in folder.rglob("*"):
        if path.is_file():
            assert not niks.intersection(word.decode() for word in re.findall(rb"\d{16}", path.read_bytes())), path.name
