"""An empty warehouse and landing, named in the environment as the command line does."""

from __future__ import annotations

import dagster as dg
import pytest

from assets.home import Home


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path / "it's home").create()


@pytest.fixture
def landing(tmp_path):
    folder = tmp_path / "landing"
    folder.mkdir()
    return folder


@pytest.fixture
def surroundings(monkeypatch, home, landing):
    """Set SADAYA_HOME and SADAYA_LANDING; folders count as settled at once."""
    monkeypatch.setenv("SADAYA_HOME", str(home.root))
    monkeypatch.setenv("SADAYA_LANDING", str(landing))
    monkeypatch.setenv("SADAYA_SETTLE_SECONDS", "0")


@pytest.fixture(scope="module")
def scheduler():
    """An instance on which schedules are evaluated."""
    with dg.instance_for_test() as instance:
        yield instance
