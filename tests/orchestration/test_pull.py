"""`sadaya pull` and the job `pull`: sources are independent, missing settings are named, exit codes differ."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import dagster as dg
import pytest
from typer.testing import CliRunner

from assets.pull.declared import PagedHttp, alternatives
from assets.pull.outcome import LOG, PullFailed, PullResult
from assets.sources import Agency, all_sources, source_named
from orchestration import evening, intake, submissions
from orchestration import pull as pulling
from orchestration.cli import app
from orchestration.days import DAYS, enter
from orchestration.definitions import jobs

DONE, FAILED, USAGE = 0, 1, 2
DAY = date(2019, 11, 4)
FIRST, SECOND, UNSET = (
    replace(source_named("dinsos_pkh"), name=f"uji_{name}", pull=PagedHttp(f"UJI_{name.upper()}", "/rows", "rows"))
    for name in ("satu", "dua", "tiga")
)


@pytest.fixture
def asked() -> list[tuple[str, date]]:
    """The sources that were pulled, with the day."""
    return []


@pytest.fixture(autouse=True)
def ends(monkeypatch, asked) -> dict[str, object]:
    """Three sources, two of them configured. Maps each to the result of its pull, or to the exception it raises."""
    ends: dict[str, object] = {
        source.name: PullResult(source.name, DAY, "landed", 3, 4096, 42) for source in (FIRST, SECOND, UNSET)
    }

    def pull(source, landing, day, environment):
        asked.append((source.name, day))
        if isinstance(ends[source.name], Exception):
            raise ends[source.name]
        return ends[source.name]

    monkeypatch.setattr("assets.pull.dispatch.pull", pull)
    monkeypatch.setattr(pulling, "all_sources", lambda: iter([FIRST, SECOND, UNSET, source_named("dinsos_pkh")]))
    for prefix in ("UJI_SATU", "UJI_DUA"):
        monkeypatch.setenv(f"{prefix}_URL", "https://satu.example")
        monkeypatch.setenv(f"{prefix}_TOKEN", "token-rahasia")
    return ends


def invoke(landing, *arguments: str):
    return CliRunner().invoke(app, ["pull", "--landing", str(landing), "--date", DAY.isoformat(), *arguments])


def test_without_a_name_every_configured_source_is_pulled(landing, asked):
    done = invoke(landing)
    assert done.exit_code == DONE
    assert asked == [("uji_satu", DAY), ("uji_dua", DAY)]
    assert "uji_satu                   landed 3 files, 4,096 bytes, 42 rows" in done.stdout
    assert "uji_tiga                   not configured UJI_TIGA_URL, UJI_TIGA_TOKEN not set" in done.stdout


def test_a_source_that_is_named_is_pulled_alone(landing, asked):
    assert invoke(landing, "uji_dua", "uji_dua").exit_code == DONE
    assert asked == [("uji_dua", DAY)]


def test_a_failed_pull_does_not_stop_others(landing, ends, asked):
    ends["uji_satu"] = PullFailed("satu.example answered 503, 6 times in a row")
    done = invoke(landing)
    assert done.exit_code == FAILED
    assert len(asked) == 2
    assert "uji_satu                   failed satu.example answered 503, 6 times in a row" in done.stdout
    assert "uji_dua                    landed" in done.stdout


def test_only_json_is_on_stdout(landing, ends):
    ends["uji_dua"] = PullResult("uji_dua", DAY, "nothing_new", rows=0)
    report = json.loads(invoke(landing, "--json").stdout)
    assert report["day"] == "2019-11-04"
    assert [each["status"] for each in report["sources"]] == ["landed", "nothing_new", "not_configured"]
    assert report["sources"][0]["rows"] == 42


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("uji_tiga", "UJI_TIGA_URL, UJI_TIGA_TOKEN not set"),
        ("dinsos_pkh", "not pulled: dinsos_pkh"),
        ("no_such", "uji_dua, uji_satu, uji_tiga"),
    ],
)
def test_naming_a_source_that_cannot_be_pulled_is_wrong_usage(landing, asked, name, said):
    done = invoke(landing, "uji_satu", name)
    assert done.exit_code == USAGE
    assert said in " ".join(done.output.replace("│", " ").split())
    assert asked == []


def test_a_future_day_is_wrong_usage(landing):
    assert invoke(landing, "--date", "2999-01-01").exit_code == USAGE


@pytest.mark.parametrize("error", [KeyError("SITI"), RecursionError("SITI"), MemoryError("SITI")])
def test_an_unexpected_error_does_not_stop_others_and_is_reported(landing, ends, asked, monkeypatch, error):
    sent = []
    monkeypatch.setattr("orchestration.alerts.configured", lambda: True)
    monkeypatch.setattr("orchestration.alerts.send", sent.append)
    ends["uji_satu"] = error
    done = invoke(landing)
    assert done.exit_code == FAILED
    assert [name for name, _ in asked] == ["uji_satu", "uji_dua"]
    assert f"unexpected error: {type(error).__name__}" in " ".join(done.stdout.split())
    assert type(error).__name__ in sent[0].reason
    assert "SITI" not in done.output + sent[0].reason


def test_progress_of_a_pull_is_logged_if_requested(landing, monkeypatch):
    def pull(source, landing, day, environment):
        LOG.info("page 1 of 2")
        return PullResult(source.name, DAY, "nothing_new")

    monkeypatch.setattr("assets.pull.dispatch.pull", pull)
    assert "page 1 of 2" not in invoke(landing).stderr
    done = invoke(landing, "--verbose", "--json")
    assert done.stderr.count("page 1 of 2") == 2
    assert json.loads(done.stdout)["sources"]
    assert not LOG.handlers


def test_a_failure_sends_an_alert(landing, ends, monkeypatch):
    sent = []
    monkeypatch.setattr("orchestration.alerts.configured", lambda: True)
    monkeypatch.setattr("orchestration.alerts.send", sent.append)
    invoke(landing)
    assert sent == []
    ends["uji_satu"] = PullFailed("it refused")
    invoke(landing)
    (alert,) = sent
    assert (alert.job, alert.as_of, alert.reason) == ("pull", "2019-11-04", "uji_satu: it refused")


def run_job(landing, monkeypatch) -> dg.ExecuteInProcessResult:
    monkeypatch.setenv("SADAYA_LANDING", str(landing))
    for module in (evening, intake):
        monkeypatch.setattr(module, "agency_of", lambda source: Agency("uji", "Dinas Uji"))
    pulled = evening.pulls()
    between = submissions.progress()
    made = [job for job in jobs(pulled, between) if job.name == evening.PULL]
    defs = dg.Definitions(assets=pulled, jobs=made)
    with dg.DagsterInstance.ephemeral() as instance:
        enter(instance, [DAY.isoformat()])
        return defs.resolve_job_def(evening.PULL).execute_in_process(
            instance=instance, partition_key=DAY.isoformat(), raise_on_error=False
        )


def test_the_job_pulls_each_source_of_the_day(landing, monkeypatch, asked):
    result = run_job(landing, monkeypatch)
    assert result.success
    assert sorted(asked) == [("uji_dua", DAY), ("uji_satu", DAY)]
    landed = [event.asset_key.path for event in result.all_events if event.is_step_materialization]
    assert sorted(landed) == [["uji", name, "landed"] for name in ("uji_dua", "uji_satu")], "not of what lacks settings"


def test_a_failed_step_does_not_stop_others_and_gives_the_reason(landing, monkeypatch, ends, asked):
    ends["uji_satu"] = PullFailed("satu.example answered 404")
    ends["uji_dua"] = KeyError("SITI")
    result = run_job(landing, monkeypatch)
    assert len(asked) == 2
    failures = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    report = sorted(failure.user_failure_data.description for failure in failures)
    assert report[0].startswith("uji_dua: unexpected error: KeyError")
    assert report[1] == "uji_satu: satu.example answered 404"
    assert "SITI" not in str(result.all_events)


@pytest.fixture
def look(scheduler):
    """Evaluate the schedule at an hour (UTC)."""

    def look(hour: int) -> dg.RunRequest | dg.SkipReason:
        at = datetime(2019, 11, 4, hour, 30, tzinfo=UTC)
        return evening.every_evening(dg.build_schedule_context(scheduler, at))

    return look


def test_the_pull_runs_twice_every_evening_in_banten(look, scheduler):
    first, second = look(13), look(15)
    assert first.partition_key == second.partition_key == "2019-11-04"
    assert "2019-11-04" in scheduler.get_dynamic_partitions(DAYS.name), "a run's day is a partition before the run"
    assert first.run_key != second.run_key


def test_without_any_settings_the_evening_is_skipped(look, monkeypatch):
    monkeypatch.setattr(pulling, "all_sources", lambda: iter([UNSET]))
    assert isinstance(look(13), dg.SkipReason)


def test_the_prefixes_of_the_declared_sources_do_not_collide():
    """Each prefix has one address and secret, unless one server of an agency serves two sources."""
    declared = [(source.name.split("_")[0], pull) for source in all_sources() for pull in alternatives(source.pull)]
    by_prefix: dict[str, set] = {}
    for agency, pull in declared:
        by_prefix.setdefault(pull.prefix, set()).add((agency, type(pull)))
    assert all(len(users) == 1 for users in by_prefix.values())
    assert all(prefix.startswith("SADAYA_") for prefix in by_prefix)
