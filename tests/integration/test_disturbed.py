"""One night with all that may go on round it: files that are broken, a reader of what was published, a second load."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest

from tests.command_line import Done, start

pytestmark = pytest.mark.integration

_READER = """
import sys, duckdb
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    asked = "select load_id, (select count(*) from marts.dim_person) from reference.load"
    before = connection.execute(asked).fetchone()
    print("open", flush=True)
    sys.stdin.readline()
    after = connection.execute(asked).fetchone()
print(before == after, before[0], flush=True)
"""


@dataclass
class Night:
    """What was seen of the night. reader: what it printed at its end; second: the load that came while one ran."""

    site: object
    day: str
    before: str
    reader: str
    second: Done
    exit_code: int


@pytest.fixture(scope="module")
def night(copy_of, province):
    site, day = copy_of(1), province.dates[1]
    _break_files(site.landing, day)
    reader = subprocess.Popen(
        [sys.executable, "-c", _READER, str(site.home / "published" / "current.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout.readline().strip() == "open"
    before = site.published
    first = start(*site.command(day))
    while not list(site.home.glob(f"loads/{day.replace('-', '')}-001")):
        assert first.poll() is None
        time.sleep(0.01)
    second = site.nightly(day, expect=None)
    exit_code = first.wait(timeout=300)
    out, _ = reader.communicate("go on\n", timeout=60)
    return Night(site, day, before, out, second, exit_code)


def _break_files(landing, day: str) -> None:
    (landing / "dinsos_jamsosratu" / day / "JAMSOSRATU_BANTEN.csv").write_bytes(b"<html>\x00bukan csv")
    register = sorted((landing / "dukcapil_penduduk" / day).glob("*.csv"))
    register[0].write_bytes(b"")
    shutil.copy(register[1], landing / "catatan.csv")


def test_readers_of_the_old_publication_are_undisturbed(night):
    assert night.exit_code == 0
    assert night.reader.split() == ["True", night.before]
    assert night.site.published != night.before


def test_two_at_once_the_second_is_told(night):
    assert night.second.code == 1
    assert "another load" in (night.second.out + night.second.err).lower()
    assert night.exit_code == 0


def test_a_broken_file_stops_neither_its_neighbours_nor_the_load(night):
    assert night.exit_code == 0
    rows = night.site.query(
        "select source, status, reason is not null from quality.deliveries"
        f" where delivery_date = '{night.day}' order by source"
    )
    statuses = {source: (status, told) for source, status, told in rows}
    assert statuses["dinsos_jamsosratu"] == ("refused", True)
    assert statuses["dukcapil_penduduk"][0] == "accepted"
    assert night.site.query("select path from quality.unread where path = 'catatan.csv'") == [("catatan.csv",)]
    assert night.site.query(
        "select count(*) > 0 from marts.fct_enrolment where programme = 'JAMSOSRATU' and is_current"
    ) == [(True,)]
