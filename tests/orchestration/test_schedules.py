"""When loads start automatically: each night if anything is new; if switched on, whenever folders have settled."""

from __future__ import annotations

from datetime import UTC, date, datetime

import dagster as dg
import pytest

from assets.home import DONE
from assets.ledger import Ledger
from orchestration.clock import today
from orchestration.days import DAYS
from orchestration.schedules import FROM_COMMAND_LINE, alert_on_failure, every_night, when_landed


def _deliver(landing, text: str = "ID_PKH\n1\n", name: str = "pkh.csv", day: str = "2019-11-01", done: bool = True):
    folder = landing / "dinsos_pkh" / day
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    if done:
        (folder / DONE).touch()


def _look(cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
    return when_landed(dg.build_sensor_context(cursor=cursor))


def test_the_sensor_is_off_by_default():
    assert when_landed.default_status is dg.DefaultSensorStatus.STOPPED


def test_nothing_landed_starts_nothing(surroundings):
    assert isinstance(_look(), dg.SkipReason)


def test_a_settled_folder_starts_one_load_of_today(surroundings, landing):
    _deliver(landing)
    found = _look()
    (request,) = found.run_requests
    assert request.partition_key == today().isoformat()
    assert found.cursor in request.run_key
    assert [added.partition_keys for added in found.dynamic_partitions_requests] == [[today().isoformat()]]
    assert isinstance(_look(found.cursor), dg.SkipReason)


def test_a_growing_folder_is_not_loaded(surroundings, landing, monkeypatch):
    monkeypatch.setenv("SADAYA_SETTLE_SECONDS", "3600")
    _deliver(landing, done=False)
    assert isinstance(_look(), dg.SkipReason)
    _deliver(landing, done=True)
    assert isinstance(_look(), dg.SensorResult)


@pytest.mark.parametrize("change", [{"name": "more.csv"}, {"text": "ID_PKH\n1\n2\n"}, {"day": "2019-11-02"}])
def test_every_change_starts_another_load(surroundings, landing, change):
    _deliver(landing)
    first = _look()
    _deliver(landing, **change)
    second = _look(first.cursor)
    assert second.run_requests[0].run_key != first.run_requests[0].run_key


def test_a_missing_landing_is_skipped_with_a_reason(monkeypatch, tmp_path):
    monkeypatch.setenv("SADAYA_LANDING", str(tmp_path / "nowhere"))
    assert "SADAYA_LANDING" in _look().skip_message


@pytest.fixture
def night(scheduler):
    """Evaluate the schedule at a time."""

    def night(at: datetime) -> dg.RunRequest | dg.SkipReason:
        return every_night(dg.build_schedule_context(scheduler, at))

    return night


def test_the_night_loads_up_to_the_date_in_banten(night, scheduler, surroundings, landing):
    _deliver(landing)
    request = night(datetime(2019, 11, 1, 18, 30, tzinfo=UTC))
    assert request.partition_key == "2019-11-02"
    assert "2019-11-02" in scheduler.get_dynamic_partitions(DAYS.name), "a run's day is a partition before the run"
    assert every_night.cron_schedule == "30 1 * * *"
    assert every_night.execution_timezone == "Asia/Jakarta"


def test_a_night_without_new_deliveries_is_skipped(night, surroundings, landing, home, monkeypatch):
    home.ledger.touch()
    monkeypatch.setattr("assets.intake.anything_new", lambda *_: False)
    assert isinstance(night(datetime(2019, 11, 1, 18, 30, tzinfo=UTC)), dg.SkipReason)


def test_a_night_without_new_deliveries_repairs_damage(night, surroundings, landing, home, monkeypatch):
    with Ledger(home.ledger) as ledger:
        ledger.set_state(ledger.open_load(date(2019, 11, 1), "code"), "published")
    monkeypatch.setattr("assets.intake.anything_new", lambda *_: False)
    assert isinstance(night(datetime(2019, 11, 1, 18, 30, tzinfo=UTC)), dg.RunRequest)


def test_a_night_without_a_landing_fails_visibly(night, surroundings, landing):
    landing.rmdir()
    assert isinstance(night(datetime(2019, 11, 1, 18, 30, tzinfo=UTC)), dg.RunRequest)


def test_alerts_are_off_without_an_address():
    assert alert_on_failure.default_status is dg.DefaultSensorStatus.STOPPED


@dg.op
def identity():
    raise dg.Failure("identity: ValueError in assets/identity/persons.py:10", allow_retries=False)


@dg.job
def nightly():
    identity()


@pytest.fixture
def sent(monkeypatch) -> list:
    sent: list = []
    monkeypatch.setattr("orchestration.alerts.send", sent.append)
    return sent


def _fail(tags: dict[str, str]) -> None:
    """A failed run, evaluated by the sensor."""
    with dg.DagsterInstance.ephemeral() as instance:
        result = nightly.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
        context = dg.build_run_status_sensor_context(
            "alert_on_failure", result.get_run_failure_event(), instance, result.dagster_run
        )
        alert_on_failure(context.for_run_failure())


def test_a_failed_run_is_reported_with_its_first_reason(sent):
    _fail({"dagster/partition": "2019-11-01"})
    (alert,) = sent
    assert (alert.job, alert.as_of) == ("nightly", "2019-11-01")
    assert alert.reason == "identity: ValueError in assets/identity/persons.py:10"


def test_the_command_line_reports_its_own_failures(sent):
    _fail(FROM_COMMAND_LINE)
    assert sent == []
