"""The families' lists from the command line, and after a publication."""

from __future__ import annotations

import json

import dagster as dg
import pytest
from typer.testing import CliRunner

from assets.ledger import Ledger
from assets.pull.outcome import PullFailed
from assets.seal import pointed_at
from field.lists.make import Made
from field.lists.sync import Synced
from orchestration import clock, warehouse
from orchestration import lists as step
from orchestration.cli import app
from orchestration.resources import LoadResource
from tests.assets.sharing.conftest import TODAY
from tests.field.lists.conftest import agreement, agreements, home, publish  # noqa: F401 -- fixtures


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def sadaya(*arguments, expect: int = 0) -> str:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == expect, done.output
    return " ".join(done.output.split())


def test_the_command_writes_the_lists_of_the_published_load(home, tmp_path):  # noqa: F811
    said = sadaya("lists", "--home", home.root)
    assert "4 families of 2 companions (1 have no companion)" in said
    assert len(list((home.lists / "current").glob("keluarga*.csv"))) == 3
    told = json.loads(sadaya("lists", "--home", home.root, "--to", tmp_path / "lain", "--json"))
    assert (told["load_id"], told["families"], told["central"]) == (pointed_at(home), 4, None)
    assert (tmp_path / "lain" / "current" / "keluarga.csv").is_file()


def test_a_list_that_shrank_takes_a_reason_on_record(home):  # noqa: F811
    sadaya("lists", "--home", home.root)
    publish(home, "20260315-002", "delete from marts.family_due")
    assert "nothing was changed" in sadaya("lists", "--home", home.root, expect=1)
    assert "--reason" in sadaya("lists", "--home", home.root, "--allow-removals", expect=2)
    with Ledger(home.ledger) as ledger:
        ledger.set_state(ledger.open_load(TODAY, "code"), "published")


def test_a_person_may_allow_it(home, monkeypatch):  # noqa: F811
    monkeypatch.setattr("orchestration.session.prepare", lambda _: None)  # the pointer is the test's own
    sadaya("lists", "--home", home.root)
    publish(home, "20260315-002", "delete from marts.family_due")
    why = ("--allow-removals", "--reason", "program berakhir", "--by", "kepala bidang")
    assert "0 families" in sadaya("lists", "--home", home.root, *why)
    with Ledger(home.ledger) as ledger:
        (decision,) = [row for row in ledger.decisions() if row["action"] == "shrink_lists"]
    assert (decision["subject"], decision["by"], decision["reason"]) == (
        "20260315-002",
        "kepala bidang",
        "program berakhir",
    )


def test_without_a_server_there_is_no_step(monkeypatch):
    monkeypatch.delenv("SADAYA_FIELD_LISTS_URL", raising=False)
    assert step.steps(warehouse.WAREHOUSE) == []


@pytest.fixture
def run(monkeypatch, home, landing):  # noqa: F811
    """Materialize the step after a load that was published or not; `make` replaces what makes the lists."""

    def run(make, published: bool = True) -> dg.ExecuteInProcessResult:
        monkeypatch.setenv("SADAYA_FIELD_LISTS_URL", "https://odk.example/v1/projects/1/datasets/keluarga")
        monkeypatch.setattr("field.lists.make.make", make)
        monkeypatch.setattr("orchestration.session.prepare_load", lambda _: None)
        if published:
            monkeypatch.setattr("assets.seal.pointed_at", lambda _: newest(home))
        load = LoadResource(home=str(home.root), landing=str(landing), settle_seconds=0)
        assets = [dg.AssetSpec(warehouse.WAREHOUSE), *step.steps(warehouse.WAREHOUSE)]
        return dg.materialize(assets, resources={"load": load})

    return run


def newest(home) -> str:  # noqa: F811
    with Ledger(home.ledger) as ledger:
        return ledger.loads()[-1]["load_id"]


def made(**counts: int):
    return lambda _, load_id, folder, *more, **others: Made(load_id, folder, 4, 2, 1, Synced(**counts))


def test_the_step_sends_the_lists_of_the_published_load(run):
    result = run(made(created=4))
    (evaluation,) = result.get_asset_check_evaluations()
    assert evaluation.passed
    (event,) = result.asset_materializations_for_node("field_lists")
    assert (event.metadata["state"].value, event.metadata["created"].value) == ("sent", 4)


def test_a_failure_is_reported_and_changes_nothing_of_the_publication(run, home):  # noqa: F811
    def fail(*_, **__):
        raise PullFailed("odk.example answered 503 to SITI")

    result = run(fail)
    assert result.success
    (evaluation,) = result.get_asset_check_evaluations()
    assert (evaluation.passed, evaluation.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert "SITI" not in str(evaluation.metadata)
    assert "SITI" in (home.load(newest(home)).root / "failure.log").read_text()


def test_a_load_that_was_not_published_sends_none(run):
    result = run(lambda *_, **__: pytest.fail("made"), published=False)
    (event,) = result.asset_materializations_for_node("field_lists")
    assert event.metadata["state"].value == "not made: the load was not published"
