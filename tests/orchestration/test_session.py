"""Every load is concluded, and what a killed process left is repaired before the next."""

from __future__ import annotations

import stat
from datetime import date

import duckdb
import pytest

from assets.ledger import Ledger
from orchestration.session import open_session

DAY = date(2019, 11, 1)


def _state(home, load_id: str) -> dict:
    with Ledger(home.ledger) as ledger:
        return ledger.load(load_id)


def test_a_load_that_never_reached_the_gate_is_failed_and_its_quality_published(home, landing):
    with open_session(home, landing, DAY, 0) as session:
        pass
    load = _state(home, session.load.load_id)
    assert load["state"] == "failed"
    assert "gate" in load["reason"]
    with duckdb.connect(str(home.current_quality), read_only=True) as quality:
        assert quality.execute("select load_id, state from quality.loads").fetchall() == [(load["load_id"], "failed")]


def test_a_final_state_is_not_changed(home, landing):
    with open_session(home, landing, DAY, 0) as session, session.load.ledger() as ledger:
        ledger.set_state(session.load.load_id, "rejected", "the gate said so")
    assert _state(home, session.load.load_id)["state"] == "rejected"


def test_loads_of_killed_processes_become_failed(home, landing):
    with Ledger(home.ledger) as ledger:
        left = ledger.open_load(DAY, "code")
    with open_session(home, landing, DAY, 0) as session:
        assert session.load.load_id != left
    assert _state(home, left)["reason"] == "interrupted"
    assert home.quality_of(left).exists()


def test_an_error_is_reported_without_its_message(home, landing):
    with open_session(home, landing, DAY, 0) as session:
        try:
            raise ValueError("cannot convert '3601014567899123' of SITI")
        except ValueError as error:
            reason = session.fail("identity", error)
    assert "SITI" not in reason
    assert "3601014567899123" not in reason
    assert "ValueError in tests/orchestration/test_session.py" in reason
    assert _state(home, session.load.load_id)["reason"] == reason
    log = session.load.folder.root / "failure.log"
    assert "SITI" in log.read_text(encoding="utf-8")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_missing_landing_opens_no_load(home, tmp_path):
    with pytest.raises(FileNotFoundError), open_session(home, tmp_path / "nowhere", DAY, 0):
        pytest.fail("opened")
    assert not home.ledger.exists()
