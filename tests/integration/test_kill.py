"""A load killed at six points: readers keep the old publication whole, and the next load carries on."""

from __future__ import annotations

import os
import signal
import time

import pytest

from tests.command_line import start

pytestmark = pytest.mark.integration

POINTS = {
    "after intake": "deliveries/dinsos_jamsosratu/*/raw",
    "after validation": "loads/{load}/inputs/load.parquet",
    "in the first half of dbt": "loads/{load}/staging.duckdb",
    "in the midst of identity": "loads/{load}/identity.making",
    "after identity": "loads/{load}/identity/person_links.parquet",
    "before the gate is through": "publications/{load}/data_docs",
}
"""Point -> what stands in HOME when the load has come so far."""
CARRIED_ON_FROM = ("after intake", "after identity")
"""Where the next load is run too: on what was taken in already, and beside ids that were minted already."""
UNDISTURBED = {
    "person_records": "*",
    "household_records": "*",
    "identity_links": "*",
    "identity_review": "*",
    "identity_history": "entity, id, event, other_id",
}
"""Table -> the columns that a night must come to, however often it was tried."""


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_load_leaves_the_old_publication_and_the_next_one_is_whole(site, province, after, point):
    day, before = province.dates[1], site.published
    households = site.query("select count(*) from marts.dim_household")
    _kill_at(site, day, POINTS[point].format(load=f"{day.replace('-', '')}-001"))
    assert site.published == before
    assert site.query("select count(*) from marts.dim_household") == households
    if point not in CARRIED_ON_FROM:
        return
    summary = site.nightly(day).json
    assert site.published == summary["load_id"] != before
    assert site.query("select count(*) from quality.loads where state = 'failed'") == [(1,)]
    assert site.query(
        "select count(*) from quality.deliveries where rows_read <> rows_accepted + rows_quarantined + rows_duplicate"
    ) == [(0,)]
    for table, columns in UNDISTURBED.items():
        rows = f"select {columns} from marts.{table} order by all"
        assert site.query(rows) == after(2).query(rows), table


def _kill_at(site, day: str, sign: str) -> None:
    """Start a load and kill its whole process group as soon as something new that matches `sign` stands in HOME."""
    seen = set(site.home.glob(sign))
    process = start(*site.command(day))
    deadline = time.monotonic() + 300
    while not set(site.home.glob(sign)) - seen:
        assert process.poll() is None, "the load ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
