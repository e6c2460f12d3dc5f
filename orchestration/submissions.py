"""Progress of the field in Dagster: an asset, its job, and a sensor that looks for new submissions.

The asset opens no load: it holds HOME's lock only while it rebuilds, and a load waits for it.
"""

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import dagster as dg

from assets.home import Home
from assets.sources import field_sources
from orchestration.clock import BANTEN, today
from orchestration.days import enter
from orchestration.field_progress import FAILED, PUBLISHED, ProgressOutcome, run_progress
from orchestration.intake import landed_key
from orchestration.lock import held
from orchestration.owners import owned_by
from orchestration.resources import home_of_environment
from orchestration.version import code_version
from orchestration.warehouse import WAREHOUSE
from validations.errors import SadayaError

JOB = "progress"
KEY = dg.AssetKey(["field", "progress"])
MINUTES = "SADAYA_PROGRESS_MINUTES"
"""Environment variable: how often the sensor looks, in minutes. Not set: it is off."""
_LANDED = ("landed", "already_landed")
_DEFAULT_MINUTES = 5


def progress() -> dg.AssetsDefinition:
    """Progress between two loads, rebuilt from submissions of the field."""

    @dg.asset(
        key=KEY,
        deps=[WAREHOUSE, *map(landed_key, field_sources())],
        description="Visits and questions since the last load, with the submissions that no load has taken in yet:"
        " HOME/progress/current. Rebuilt alone, between two loads, on the published one.",
        group_name="field",
        kinds={"duckdb"},
        owners=owned_by(),
    )
    def rebuilt(context: dg.AssetExecutionContext) -> Iterable[dg.MaterializeResult]:
        day = today()
        try:
            outcome = run_progress(*_places(), day, os.environ)
        except SadayaError as refused:
            raise dg.Failure(refused.user_message, allow_retries=False) from None
        _report_landed(context, outcome, day.isoformat())
        # A server that does not answer all day fails one run, and is in the metadata of the others.
        if outcome.status == FAILED or (outcome.complaint and outcome.is_news):
            raise dg.Failure(outcome.complaint, allow_retries=False)
        said = {"complaint": outcome.complaint} if outcome.complaint else {}
        yield dg.MaterializeResult(metadata={"status": outcome.status, **said, **_numbers(outcome)})

    return rebuilt


def _places() -> tuple[Home, Path]:
    """HOME and the landing.

    Raises:
        dagster.Failure: the environment does not name them.
    """
    home, landing = home_of_environment(), os.environ.get("SADAYA_LANDING")
    if home is None or not landing or not Path(landing).is_dir():
        raise dg.Failure("SADAYA_HOME or SADAYA_LANDING is not a folder", allow_retries=False)
    return home, Path(landing).resolve()


def _report_landed(context: dg.AssetExecutionContext, outcome: ProgressOutcome, day: str) -> None:
    """Report an event per source that a pull brought; freshness is computed from these."""
    landed = [each for each in outcome.pulled if each.status in _LANDED]
    if landed:
        enter(context.instance, [day])
    for each in landed:
        key = next(landed_key(source) for source in field_sources() if source.name == each.source)
        numbers = {"status": each.status, "files": each.files, "bytes": each.bytes}
        context.log_event(dg.AssetMaterialization(key, partition=day, metadata=numbers))


def _numbers(outcome: ProgressOutcome) -> dict[str, str | int]:
    current = outcome.current or {}
    shown = ("load_id", "taken_at", "read", "accepted", "quarantined", "duplicate", "refused", "last_submitted_at")
    numbers = {name: current[name] for name in shown if current.get(name) is not None}
    return numbers | {"rebuilt": int(outcome.status == PUBLISHED)}


def _stated() -> str:
    return os.environ.get(MINUTES, "").strip()


def minutes(stated: str) -> int | None:
    """A setting as minutes; None if it is not a whole number of 1 or more."""
    return int(stated) if stated.isdecimal() and int(stated) else None


@dg.sensor(
    job_name=JOB,
    minimum_interval_seconds=60 * (minutes(_stated()) or _DEFAULT_MINUTES),
    default_status=dg.DefaultSensorStatus.RUNNING if _stated() else dg.DefaultSensorStatus.STOPPED,
    description=f"Rebuilds progress when new submissions have settled, or a pull may bring some; off unless {MINUTES}"
    " is set. Never while a load is running.",
)
def when_submitted(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    from field.progress.basis import NoBasisError, find_basis
    from field.progress.news import digest
    from field.progress.seen import current, failure

    if (stated := _stated()) and minutes(stated) is None:  # told here: a wrong setting must not stop the nights
        return dg.SkipReason(f"{MINUTES} must be a whole number of minutes, 1 or more")
    home, landing = home_of_environment(), os.environ.get("SADAYA_LANDING")
    if home is None or not landing or not Path(landing).is_dir():
        return dg.SkipReason("SADAYA_HOME or SADAYA_LANDING is not a folder")
    if _unfinished(context.instance):
        return dg.SkipReason("the last rebuild has not ended")
    if home.lock.exists() and (holder := held(home)):
        return dg.SkipReason(holder)
    try:
        basis = find_basis(home, code_version())
    except NoBasisError as why:
        return dg.SkipReason(str(why))
    now = digest(basis, Path(landing).resolve(), today(), int(os.environ["SADAYA_SETTLE_SECONDS"]), field_sources())
    at = datetime.now(BANTEN)
    if _pull_configured():
        return dg.RunRequest(run_key=f"progress-{now}-{at:%Y%m%dT%H%M}")
    seen = current(home)
    if seen and seen["digest"] == now and not seen["damage"]:
        return dg.SkipReason("no new submissions")
    again = f"-{at:%Y%m%dT%H}" if failure(home) else ""  # what failed is tried again every hour
    return dg.RunRequest(run_key=f"progress-{now}{again}")


def _unfinished(instance: dg.DagsterInstance) -> bool:
    waiting = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING]
    statuses = [*waiting, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
    return instance.get_runs_count(dg.RunsFilter(job_name=JOB, statuses=statuses)) > 0


def _pull_configured() -> bool:
    """Whether a run would pull: then only it can tell whether there is anything new."""
    from assets.pull.settings import missing

    return any(source.pull is not None and not missing(source.pull, os.environ) for source in field_sources())
