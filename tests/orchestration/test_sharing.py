"""The steps that make extracts: a failure of one is reported and does not stop the others."""

from __future__ import annotations

from types import SimpleNamespace

import dagster as dg
import pytest

from assets.ledger import Ledger
from assets.sharing.agreement import PUBLIC, codes
from assets.sharing.postgres import ENDED
from assets.sharing.served import Served, outcomes
from orchestration import alerts, nightly, sharing, warehouse
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


def test_a_failed_share_is_reported_and_does_not_stop_others(run, home, monkeypatch):
    def serve(home, load, agency, *_, **__):
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
    (outcome,) = outcomes(home, load_id(home))
    assert (outcome.agency, outcome.state) == ("dindik", "failed")
    assert outcome.reason.startswith("extract dindik: OSError in ")
    assert "SITI" not in outcome.reason
    log = home.load(load_id(home)).root / "failure.log"
    assert "SITI" in log.read_text()


def test_a_rejected_load_has_no_extracts(run, home, monkeypatch):
    monkeypatch.setattr("assets.sharing.served.serve", lambda *_, **__: pytest.fail("served"))
    assert run(passed=False).success
    assert outcomes(home, load_id(home)) == []


def test_publication_waits_for_every_extract():
    from orchestration.definitions import defs

    graph = defs.get_repository_def().asset_graph
    assert graph.get(warehouse.WAREHOUSE).parent_keys >= set(sharing.extract_keys())


def test_a_load_published_by_a_person_is_served_as_far_as_possible(home, monkeypatch):
    def serve(home, load, agency, *_, **__):
        if agency == "dindik":
            raise OSError("no space")
        return Served(agency, "written")

    monkeypatch.setattr("assets.sharing.served.serve", serve)
    monkeypatch.setattr("assets.site.serve.serve", lambda *_: Served(PUBLIC, "written"))
    home.publication("20191101-001").mkdir()
    states = {(each.medium, each.agency): each.state for each in sharing.serve_all(home, "20191101-001")}
    expected = dict.fromkeys([("extracts", agency) for agency in [*codes(), PUBLIC]], "written")
    assert states == expected | {("extracts", "dindik"): "failed", ("effect", PUBLIC): "failed"}


def test_postgres_runs_after_publication_and_only_with_a_server(monkeypatch):
    monkeypatch.delenv("SADAYA_POSTGRES_DSN", raising=False)
    assert sharing.on_postgres(warehouse.WAREHOUSE) == []
    assert sharing.access_log(warehouse.GATE) == sharing.access_keys() == []
    monkeypatch.setenv("SADAYA_POSTGRES_DSN", "host=server.invalid")
    assert [step.key for step in sharing.access_log(warehouse.GATE)] == sharing.access_keys()
    steps = sharing.on_postgres(warehouse.WAREHOUSE)
    assert {step.key.path[-1] for step in steps} == {*codes(), ENDED}
    assert all(step.asset_deps[step.key] == {warehouse.WAREHOUSE} for step in steps)


def test_a_server_that_is_down_is_reported_per_agency_and_stops_nothing(monkeypatch, home, landing):
    monkeypatch.setenv("SADAYA_POSTGRES_DSN", "host=127.0.0.1 port=1 password=rahasia")
    monkeypatch.setattr("assets.publication.verdict.read", lambda _: SimpleNamespace(passed=True))
    load = LoadResource(home=str(home.root), landing=str(landing), settle_seconds=0)
    steps = [dg.AssetSpec(warehouse.WAREHOUSE), *sharing.on_postgres(warehouse.WAREHOUSE)]
    result = dg.materialize(steps, resources={"load": load})
    assert result.success
    assert not any(each.passed for each in result.get_asset_check_evaluations())
    outcome = [served for served in outcomes(home, load_id(home)) if served.medium == "postgres"]
    assert len(outcome) == len(codes()) + 1
    assert {served.complaint for served in outcome} == {
        f"not on PostgreSQL: {served.agency} (failed): PostgreSQL cannot be reached" for served in outcome
    }


def test_problems_of_shares_are_reported_although_the_load_is_published(monkeypatch):
    sent = []
    monkeypatch.setattr(alerts, "configured", lambda: True)
    monkeypatch.setattr(alerts, "send", sent.append)
    said = Served("dindik", "waiting", "its old tables were in use", medium="postgres").complaint
    nightly._alert(nightly.Outcome("published", "2019-11-01", "20191101-001", complaints=[said]))
    assert [alert.reason for alert in sent] == ["not on PostgreSQL: dindik (waiting): its old tables were in use"]
    nightly._alert(nightly.Outcome("published", "2019-11-01", "20191101-001"))
    assert len(sent) == 1
