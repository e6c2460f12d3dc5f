"""The steps that make extracts: what goes wrong in one is told, and stops nothing."""

from __future__ import annotations

from types import SimpleNamespace

import dagster as dg
import pytest

from assets.ledger import Ledger
from assets.sharing.agreement import codes
from assets.sharing.served import Served, outcomes
from orchestration import sharing, warehouse
from orchestration.resources import LoadResource


@pytest.fixture
def run(monkeypatch, home, landing):
    """Materialize all extracts of a load that the gate let through or not."""

    def run(passed: bool = True) -> dg.ExecuteInProcessResult:
        monkeypatch.setattr("assets.publication.verdict.read", lambda _: SimpleNamespace(passed=passed))
        gate = dg.AssetSpec(warehouse.GATE)
        load = LoadResource(home=str(home.root), landing=str(landing), settle_seconds=0)
        return dg.materialize([gate, *sharing.extracts(warehouse.GATE)], resources={"load": load})

    return run


def load_id(home) -> str:
    with Ledger(home.ledger) as ledger:
        return ledger.loads()[-1]["load_id"]


def test_one_that_goes_wrong_is_told_and_stops_no_other(run, home, monkeypatch):
    def serve(home, load, agency, *_):
        if agency == "dindik":
            raise OSError("no space for SITI 3601014567899123")
        return Served(agency, "written", None, 5, 100)

    monkeypatch.setattr("assets.sharing.served.serve", serve)
    result = run()
    assert result.success
    checks = {each.asset_key.path[-1]: each for each in result.get_asset_check_evaluations()}
    assert checks.keys() == set(codes())
    assert [agency for agency, each in checks.items() if not each.passed] == ["dindik"]
    assert checks["dindik"].severity == dg.AssetCheckSeverity.WARN
    (told,) = outcomes(home, load_id(home))
    assert (told.agency, told.state) == ("dindik", "failed")
    assert told.reason.startswith("extract dindik: OSError in ")
    assert "SITI" not in told.reason
    log = home.load(load_id(home)).root / "failure.log"
    assert "SITI" in log.read_text()


def test_a_load_that_the_gate_refused_has_none(run, home, monkeypatch):
    monkeypatch.setattr("assets.sharing.served.serve", lambda *_: pytest.fail("served"))
    assert run(passed=False).success
    assert outcomes(home, load_id(home)) == []


def test_publication_waits_for_every_extract():
    from orchestration.definitions import defs

    graph = defs.get_repository_def().asset_graph
    assert graph.get(warehouse.WAREHOUSE).parent_keys >= set(sharing.extract_keys())


def test_a_load_that_a_person_publishes_is_served_as_far_as_it_goes(home, monkeypatch):
    def serve(home, load, agency, *_):
        if agency == "dindik":
            raise OSError("no space")
        return Served(agency, "written")

    monkeypatch.setattr("assets.sharing.served.serve", serve)
    home.publication("20191101-001").mkdir()
    states = {each.agency: each.state for each in sharing.serve_all(home, "20191101-001")}
    assert states == dict.fromkeys(codes(), "written") | {"dindik": "failed"}
