"""The sensor of progress: it looks when it is switched on, and asks for a run only if there is something to do."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, timedelta

import dagster as dg
import pytest

from assets.sources import field_sources
from benchmarks.submissions import visits, write_pages
from orchestration import field_progress, submissions
from orchestration.clock import today
from orchestration.field_progress import FAILED, UNCHANGED, ProgressOutcome
from orchestration.pull import Pulled
from orchestration.submissions import MINUTES, minutes, when_submitted
from tests.orchestration.test_field_progress import HOLD
from tests.small_home import CODE, publish_small

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def one_code(monkeypatch):
    monkeypatch.setattr(submissions, "code_version", lambda: CODE)


@pytest.fixture
def look(scheduler, surroundings):
    return lambda: when_submitted(dg.build_sensor_context(instance=scheduler))


@pytest.fixture
def published(home) -> str:
    return publish_small(home, date(2019, 11, 1))


def submit(landing, count: int = 1, days_ago: int = 0) -> None:
    day = today() - timedelta(days_ago)
    at = datetime.fromisoformat(f"{day}T01:00:00+00:00")
    write_pages(landing / "dinsos_kunjungan" / day.isoformat(), visits([("J1", "C1")], count, at), at)


def reason(found: dg.SkipReason) -> str:
    assert isinstance(found, dg.SkipReason)
    return found.skip_message


def test_it_is_off_unless_it_is_told_how_often(monkeypatch, look):
    assert when_submitted.default_status is dg.DefaultSensorStatus.STOPPED
    assert (minutes("5"), minutes("0"), minutes("often")) == (5, None, None)
    monkeypatch.setenv(MINUTES, "often")
    assert reason(look()) == f"{MINUTES} must be a whole number of minutes, 1 or more"


def test_before_the_first_load_it_skips_with_the_reason(look):
    assert reason(look()) == "nothing is published yet: run a load first"


def test_a_run_is_asked_for_once_for_the_same_submissions(look, landing, published):
    submit(landing)
    first = look()
    assert look().run_key == first.run_key
    submit(landing, days_ago=1)
    assert look().run_key != first.run_key


def test_what_is_published_is_not_rebuilt(look, landing, published, monkeypatch, home):
    submit(landing)
    digest = look().run_key.removeprefix("progress-")
    monkeypatch.setattr("field.progress.seen.current", lambda _: {"digest": digest, "damage": None})
    assert reason(look()) == "no new submissions"
    monkeypatch.setattr("field.progress.seen.current", lambda _: {"digest": digest, "damage": "it is gone"})
    assert look().run_key == f"progress-{digest}"


def test_what_failed_is_tried_again_every_hour(look, landing, published, monkeypatch):
    submit(landing)
    first = look().run_key
    monkeypatch.setattr("field.progress.seen.failure", lambda _: {"reason": "disk full", "at": "2019-11-01"})
    assert look().run_key.startswith(f"{first}-{today():%Y%m%d}T")


def test_it_skips_while_a_load_is_running(look, landing, published, home):
    submit(landing)
    command = [sys.executable, "-c", HOLD, str(home.root), "load"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        assert reason(look()).startswith("another load is running since")
        holder.communicate("end\n")
    assert isinstance(look(), dg.RunRequest)


def test_where_submissions_are_pulled_only_a_run_can_tell(look, landing, published, monkeypatch):
    monkeypatch.setattr(submissions, "_pull_configured", lambda: True)
    assert look().run_key.count("-") == 2, "the digest and the minute"


def materialize(monkeypatch, outcome: ProgressOutcome) -> dg.ExecuteInProcessResult:
    monkeypatch.setattr(submissions, "run_progress", lambda *_: outcome)
    with dg.instance_for_test() as instance:
        return dg.materialize([submissions.progress()], instance=instance, raise_on_error=False)


def test_the_asset_reports_what_readers_see_and_what_was_pulled(surroundings, monkeypatch):
    pulled = [Pulled(field_sources()[0].name, "landed", files=2, bytes=10, rows=4)]
    current = {"load_id": "20191101-001", "read": 4, "last_submitted_at": None}
    done = materialize(monkeypatch, ProgressOutcome(UNCHANGED, "2019-11-02", pulled, current=current))
    landed, own = done.get_asset_materialization_events()
    assert landed.asset_key.path[-1] == "landed"
    assert landed.partition == today().isoformat()
    assert own.materialization.metadata["load_id"].value == "20191101-001"


def test_the_asset_fails_with_the_reason(surroundings, monkeypatch):
    done = materialize(monkeypatch, ProgressOutcome(FAILED, "2019-11-02", reason="run a load first"))
    (failure,) = [event for event in done.all_events if event.is_step_failure]
    assert failure.step_failure_data.user_failure_data.description == "run a load first"


def test_a_pull_that_keeps_failing_fails_one_run(surroundings, monkeypatch):
    pulled = [Pulled("dinsos_kunjungan", "failed", reason="the server does not answer")]
    first, later = (ProgressOutcome(UNCHANGED, "2019-11-02", pulled, is_news=news) for news in (True, False))
    assert not materialize(monkeypatch, first).success
    done = materialize(monkeypatch, later)
    (event,) = done.get_asset_materialization_events()
    assert event.materialization.metadata["complaint"].value == "dinsos_kunjungan: the server does not answer"


def test_field_progress_has_the_name_that_the_asset_calls():
    assert submissions.run_progress is field_progress.run_progress
