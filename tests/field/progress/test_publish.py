"""Readers see the earlier progress or the new one, completely; older ones are removed."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest

from assets import durable
from assets.home import Home
from assets.load import Load
from assets.sources import field_sources
from field.progress import publish, seen
from field.progress.scratch import take_in
from tests.field.progress.conftest import DAY
from tests.small_home import CODE

pytestmark = pytest.mark.slow

AT = datetime(2019, 11, 2, 14, 5, 40, tzinfo=ZoneInfo("Asia/Jakarta"))
NAME = "20191101-001-20191102T1405"


@pytest.fixture
def draft(home, basis, landing):
    """draft(at, digest) -> a draft of a rebuilt scratch load."""

    def draft(at: datetime = AT, digest: str = "d") -> publish.Draft:
        load = take_in(home, landing, DAY, 0, CODE, field_sources())
        return publish.draft(home, built(load), basis, at, field_sources(), digest)

    return draft


def built(load: Load) -> Load:
    """A scratch load with a warehouse, as dbt leaves it."""
    warehouse = load.home.warehouse(load.load_id)
    warehouse.parent.mkdir()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema marts; create table marts.fct_visit as select 1 as n")
        connection.execute("create view marts.dim_household as select 1 as n")
    return load


def files(home: Home) -> list[str]:
    return sorted(path.name for path in home.progress.iterdir())


def test_the_file_is_read_only_and_says_what_it_is_made_of(home, draft, submit):
    submit(6)
    folder = publish.publish(home, draft(), keep=3)
    assert folder.name == NAME
    assert home.current_progress.resolve() == folder.resolve()
    database = folder / seen.DATABASE
    assert database.stat().st_mode & 0o777 == 0o440
    with duckdb.connect(str(database), read_only=True) as connection:
        told = connection.execute("select * from reference.progress").fetchall()
        tables = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
    day, utc, last = DAY - timedelta(1), *map(datetime.fromisoformat, ("2019-11-02T07:05", "2019-11-02T02:00:05"))
    assert told == [("20191101-001", day, DAY, utc, 6, 6, 0, 0, 0, last)]
    quality = {"deliveries", "delivery_files", "unread", "quarantine", "warnings", "repairs"}
    assert tables == {"fct_visit", "progress"} | quality
    current = seen.current(home)
    assert (current["read"], current["digest"], current["damage"]) == (6, "d", None)


def test_two_in_one_minute_do_not_replace_each_other(home, draft):
    first = publish.publish(home, draft(), keep=3)
    second = publish.publish(home, draft(), keep=3)
    assert second.name == f"{first.name}-2"
    assert home.current_progress.resolve() == second.resolve()
    assert (first / seen.DATABASE).exists()


def test_only_the_newest_are_kept_by_minute_not_by_load(home, draft):
    for minute in range(4):
        last = publish.publish(home, draft(AT + timedelta(minutes=minute)), keep=2)
    assert [name for name in files(home) if name.startswith("2019")] == [NAME[:-1] + "7", NAME[:-1] + "8"]
    assert home.current_progress.resolve() == last.resolve()


def test_killed_before_the_link_readers_see_the_earlier_one(home, draft, monkeypatch):
    first = publish.publish(home, draft(), keep=3)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(durable, "point", killed)
        publish.publish(home, draft(), keep=3)
    assert home.current_progress.resolve() == first.resolve()
    draft()  # and killed before its folder had its name
    publish.clean(home)
    assert not [name for name in files(home) if name.startswith(".")]
    assert seen.current(home)["damage"] is None


def test_damage_is_seen(home, draft):
    assert seen.current(home) is None
    folder = publish.publish(home, draft(), keep=3)
    database = folder / seen.DATABASE
    database.chmod(0o640)
    with database.open("ab") as file:
        file.write(b"x")
    assert "bytes" in seen.current(home)["damage"]
    (folder / seen.SUMMARY).unlink()
    assert "progress.json" in seen.current(home)["damage"]


def test_a_failure_is_news_once_and_told_until_nothing_fails(home, basis):
    assert publish.record_failure(home, "run a load first", AT)
    assert not publish.record_failure(home, "run a load first", AT + timedelta(1)), "told once"
    assert seen.failure(home) == {"reason": "run a load first", "at": AT.isoformat()}
    assert publish.record_failure(home, "disk full", AT)
    assert not publish.record_failure(home, None, AT)
    assert seen.failure(home) is None
