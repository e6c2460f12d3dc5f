"""A published load of a few rows, and submissions in the landing that it has not taken in."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from assets.home import Home
from benchmarks.submissions import visits, write_pages
from field.progress.basis import Basis
from tests.small_home import publish_small

LOADED, DAY = date(2019, 11, 1), date(2019, 11, 2)
SOURCE = "dinsos_kunjungan"
FAMILIES = [("J1", "C1"), ("J2", "C1"), ("J3", "C2")]


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path / "it's home")


@pytest.fixture
def basis(home) -> Basis:
    return Basis(home, publish_small(home, LOADED), LOADED)


@pytest.fixture
def landing(tmp_path):
    folder = tmp_path / "landing"
    folder.mkdir()
    return folder


@pytest.fixture
def submit(landing):
    """submit(count, day, hour) -> the files of so many new submissions, which a pull brought at that hour (UTC)."""

    def submit(count: int, day: date = DAY, hour: int = 2):
        at = datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00")
        return write_pages(landing / SOURCE / day.isoformat(), visits(FAMILIES, count, at), at, page_rows=4)

    return submit
