"""The state of each extract is kept; a refused one leaves no files, and an ended agreement's extract is deleted."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from datetime import date

import numpy as np
import pytest

from assets.sharing import agreement as agreements
from assets.sharing import rounded, served
from assets.sharing.extracts import damage, write_extract
from assets.sharing.served import failed, outcomes, purge, serve
from tests.assets.sharing.conftest import TODAY, table, write_agreement, written

pytestmark = pytest.mark.slow

LOAD = "20260315-001"
LAST_DAY, AFTER = date(2026, 12, 31), date(2027, 1, 1)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    folder = tmp_path / "agreements"
    monkeypatch.setattr(agreements, "FOLDER", folder)
    write_agreement(folder, written())
    return folder


def test_a_written_share_is_reported(published, folder):
    outcome = serve(published, LOAD, "dinuji", TODAY)
    assert (outcome.state, outcome.rows, outcome.reason) == ("written", 40, None)
    assert outcome.bytes > 1000
    assert outcomes(published, LOAD) == [outcome]


@pytest.mark.parametrize(
    ("change", "day", "says"),
    [
        ({}, AFTER, "in force from"),
        ({"tables": [table("dim_person", {"shoe": "clear"})]}, TODAY, "missing column shoe"),
        ({"smallest_cell": 0}, TODAY, "smallest_cell"),
    ],
)
def test_a_withheld_share_is_reported_and_removed(published, folder, change, day, says):
    serve(published, LOAD, "dinuji", TODAY)
    write_agreement(folder, written(**change))
    outcome = serve(published, LOAD, "dinuji", day)
    assert outcome.state == "withheld"
    assert says in outcome.reason
    assert not published.extract(LOAD, "dinuji").exists()
    assert outcomes(published, LOAD) == [outcome]


def test_unrounded_counts_are_reported_with_the_share(published, folder, monkeypatch):
    monkeypatch.setattr(rounded, "rounded", lambda counts, *_: np.full(len(counts.true), np.nan))
    write_agreement(folder, written(table("counts_by_region", {"region_code": "clear", "all_units": "clear"})))
    outcome = serve(published, LOAD, "dinuji", TODAY)
    assert (outcome.state, outcome.reason) == ("written", None)
    assert "counts are not shown" in outcome.complaint
    assert outcomes(published, LOAD) == [outcome]


def test_an_agreement_on_another_medium_has_no_extract_without_complaint(published, folder):
    serve(published, LOAD, "dinuji", TODAY)
    write_agreement(folder, written(media=["postgres"]))
    outcome = serve(published, LOAD, "dinuji", TODAY)
    assert (outcome.state, outcome.reason) == ("not agreed", None)
    assert not published.extract(LOAD, "dinuji").exists()


def test_errors_are_raised_and_do_not_stop_other_agencies(published, folder, monkeypatch):
    write_agreement(folder, written(agency="dinlain", number="SADAYA/98/2026"))
    serve(published, LOAD, "dinlain", TODAY)

    def broken(*_, **__):
        raise OSError("disk")

    monkeypatch.setattr(served, "write_extract", broken)
    with pytest.raises(OSError, match="disk"):
        serve(published, LOAD, "dinuji", TODAY)
    failed(published, LOAD, "dinuji", "OSError in extracts.py:1")
    assert [(outcome.agency, outcome.state) for outcome in outcomes(published, LOAD)] == [
        ("dinlain", "written"),
        ("dinuji", "failed"),
    ]


KILLED_AT = """
import os, signal, sys
from datetime import date
from pathlib import Path
from assets.home import Home
from assets import durable
from assets.sharing import agreement, extracts, pages, sender, served

home, agreements, point, to = sys.argv[1:]

def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if point == "workbooks":
    pages.dictionary = killed
elif point == "before the swap":
    durable.replace_folder = killed
elif point == "in the swap":
    swapped = Path.replace
    Path.replace = lambda self, other: killed() if self.name.endswith(".fresh") else swapped(self, other)
agreement.FOLDER = Path(agreements)
arguments = Home(Path(home)), "20260315-001"
if to:
    stated = agreement.read_one(agreement.path_of("dinuji"))
    extracts.write_extract(*arguments, stated, date(2026, 6, 1), Path(to))
else:
    served.serve(*arguments, "dinuji", date(2026, 6, 1))
"""


@pytest.mark.parametrize(
    ("point", "to", "stays"),
    [("workbooks", "", True), ("before the swap", "out/dinuji", True), ("in the swap", "out/dinuji", False)],
)
def test_a_process_that_is_killed_leaves_no_half_extract(published, folder, tmp_path, point, to, stays):
    """A reader finds the previous extract or none; the next run completes it and deletes remains."""
    target = tmp_path / to if to else published.extract(LOAD, "dinuji")

    def write():
        if to:
            write_extract(published, LOAD, agreements.read_one(agreements.path_of("dinuji")), TODAY, target)
        else:
            serve(published, LOAD, "dinuji", TODAY)

    write()
    assert damage(target) is None
    before = set(target.parent.iterdir())
    command = [sys.executable, "-c", KILLED_AT, published.root, folder, point, target if to else ""]
    killed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert (damage(target) is None) if stays else not target.exists()
    left = set(target.parent.iterdir()) - before
    assert left, "it was killed in its midst"
    assert all(path.name.startswith(".") for path in left), "no reader takes it for an extract"
    write()
    assert damage(target) is None
    assert set(target.parent.iterdir()) == before


def test_the_next_purge_removes_what_a_killed_process_left(published, folder):
    serve(published, LOAD, "dinuji", TODAY)
    left = published.extract(LOAD, ".dinuji.0000.fresh")
    shutil.copytree(published.extract(LOAD, "dinuji"), left)
    assert purge(published, TODAY) == []
    assert not left.exists()


def test_an_ended_agreements_extracts_are_removed_from_every_publication(published, folder):
    serve(published, LOAD, "dinuji", TODAY)
    assert purge(published, LAST_DAY) == []
    assert purge(published, AFTER) == [f"{LOAD}/dinuji"]
    assert not published.extract(LOAD, "dinuji").exists()


def test_so_does_a_removed_one_but_not_an_unreadable_one(published, folder):
    serve(published, LOAD, "dinuji", TODAY)
    path = folder / "dinuji.yaml"
    text = path.read_text()
    path.write_text("agency: [")
    assert purge(published, AFTER) == []
    path.write_text(text)
    path.unlink()
    assert purge(published, TODAY) == [f"{LOAD}/dinuji"]


def test_nothing_was_served_before_there_were_extracts(home):
    assert outcomes(home, LOAD) == []
    assert purge(home, TODAY) == []
