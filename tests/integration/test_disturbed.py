"""One night with all disturbances: killed at six points, a reader of the published file, a second load."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

import pytest

from tests.command_line import Done, start

pytestmark = pytest.mark.integration

POINTS = {
    "after intake": "deliveries/dinsos_jamsosratu/*/raw",
    "after validation": "loads/{load}/inputs/load.parquet",
    "in the first half of dbt": "loads/{load}/staging.duckdb",
    "in the midst of identity": "loads/{load}/identity.making",
    "after identity": "loads/{load}/identity/person_links.parquet",
    "before the gate is through": "loads/{load}/gate/gate_metrics.parquet",
}
"""Point -> the path in HOME that shows that the load has reached it. Each try continues after the one before."""
UNDISTURBED = {
    "person_records": "*",
    "household_records": "*",
    "identity_links": "*",
    "identity_review": "*",
    "identity_history": "entity, id, event, other_id",
}
"""Table -> the columns whose values must be the same however often a night was tried."""
SEEN = "select load_id, (select count(*) from marts.dim_person) from reference.load"
_READER = f"""
import sys, duckdb
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    before = connection.execute("{SEEN}").fetchone()
    print("open", flush=True)
    sys.stdin.readline()
    after = connection.execute("{SEEN}").fetchone()
print(before == after, before[0], flush=True)
"""


@dataclass
class Night:
    """Observations of the night. at_kill: by point, what readers saw after it; reader: output of a process that had the
    publication open all the time; second: the load that was started while one ran.
    """

    site: object
    before: tuple
    at_kill: dict[str, tuple] = field(default_factory=dict)
    reader: str = ""
    second: Done | None = None
    exit_code: int | None = None


@pytest.fixture(scope="module")
def night(copy_of, province) -> Night:
    site, day = copy_of(1), province.dates[1]
    load_id = day.replace("-", "") + "-{:03d}"
    seen = Night(site, _seen(site))
    with _reader(site) as reader:
        for tries, (point, sign) in enumerate(POINTS.items(), start=1):
            _kill_at(site, day, sign.format(load=load_id.format(tries)))
            seen.at_kill[point] = _seen(site)
        first = start(*site.command(day))
        _wait_for(site, f"loads/{load_id.format(len(POINTS) + 1)}", set(), first)
        seen.second = site.nightly(day, expect=None)
        first.join(timeout=300)
        seen.exit_code = first.exitcode
        seen.reader, _ = reader.communicate("continue\n", timeout=60)
    return seen


def _seen(site) -> tuple:
    return site.published, *site.query(SEEN)[0]


@contextmanager
def _reader(site) -> Iterator[subprocess.Popen]:
    """A process that keeps the published file open."""
    command = [sys.executable, "-c", _READER, str(site.home / "published" / "current.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout.readline().strip() == "open"
        yield reader


def _kill_at(site, day: str, sign: str) -> None:
    """Start a load, and kill its process group as soon as something new that matches `sign` appears in HOME."""
    present = set(site.home.glob(sign))
    process = start(*site.command(day))
    _wait_for(site, sign, present, process)
    os.killpg(process.pid, signal.SIGKILL)
    process.join()


def _wait_for(site, sign: str, present: set, process: BaseProcess) -> None:
    deadline = time.monotonic() + 300
    while not set(site.home.glob(sign)) - present:
        assert process.exitcode is None, "the load ended too early"
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_load_leaves_the_old_publication(night, point):
    assert night.at_kill[point] == night.before


def test_the_load_after_kills_equals_an_undisturbed_one(night, after):
    assert night.exit_code == 0
    assert night.site.published != night.before[0]
    failed = night.site.query("select count(*) from quality.loads where state = 'failed'")
    assert failed == [(len(POINTS),)]
    unequal = "rows_read <> rows_accepted + rows_quarantined + rows_duplicate"
    assert night.site.query(f"select count(*) from quality.deliveries where {unequal}") == [(0,)]
    for table, columns in UNDISTURBED.items():
        rows = f"select {columns} from marts.{table} order by all"
        assert night.site.query(rows) == after(2).query(rows), table


def test_readers_of_the_old_publication_are_undisturbed(night):
    assert night.reader.split() == ["True", night.before[0]]


def test_a_second_load_at_once_is_refused(night):
    assert night.second.code == 1
    assert "another load" in (night.second.out + night.second.err).lower()
