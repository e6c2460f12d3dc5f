"""Schedules and sensors: when a load starts automatically, and who is alerted."""

import hashlib
import os
from datetime import date
from pathlib import Path

import dagster as dg

from orchestration import alerts
from orchestration.clock import BANTEN, today
from orchestration.days import DAYS, enter
from orchestration.resources import NIGHTLY, home_of_environment
from orchestration.version import code_version

FROM_COMMAND_LINE = {"sadaya/started_by": "command line"}
"""Tags of a run whose command reports its failure itself."""


@dg.schedule(
    job_name=NIGHTLY,
    cron_schedule="30 1 * * *",
    execution_timezone=str(BANTEN),
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night at 01:30 in Banten, if anything is new, or the publication is damaged.",
)
def every_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    as_of = context.scheduled_execution_time.astimezone(BANTEN).date()
    if _nothing_new(as_of):
        return dg.SkipReason("nothing new since the published load")
    enter(context.instance, [as_of.isoformat()])
    return dg.RunRequest(run_key=f"night-{as_of}", partition_key=as_of.isoformat())


def _nothing_new(as_of: date) -> bool:
    """Whether there is nothing new. False if it cannot be determined, so that a missing landing fails visibly, in a
    run.
    """
    home, landing = home_of_environment(), os.environ.get("SADAYA_LANDING")
    if home is None or not landing or not Path(landing).is_dir() or not home.ledger.exists():
        return False
    from assets.intake import anything_new
    from assets.ledger import Ledger
    from assets.seal import damage_seen

    with Ledger(home.ledger) as ledger:
        published = ledger.published_load()
    if damage_seen(home, published["load_id"] if published else None):
        return False
    return not anything_new(home, Path(landing), as_of, _settle_seconds(), code_version())


@dg.sensor(
    job_name=NIGHTLY,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Starts a load when a delivery's folder has settled. Off by default: the nightly schedule suffices.",
)
def when_landed(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    landing = os.environ.get("SADAYA_LANDING")
    if not landing or not Path(landing).is_dir():
        return dg.SkipReason("SADAYA_LANDING is not a folder")
    as_of = today()
    seen = settled_state(Path(landing), as_of)
    if seen is None or seen == context.cursor:
        return dg.SkipReason("no folder has settled since the last check")
    request = dg.RunRequest(run_key=f"landed-{seen}", partition_key=as_of.isoformat())
    day = DAYS.build_add_request([as_of.isoformat()])
    return dg.SensorResult(run_requests=[request], cursor=seen, dynamic_partitions_requests=[day])


def settled_state(landing: Path, as_of: date) -> str | None:
    """A digest of all settled deliveries by name, size and modification time, without reading them; None without
    any.
    """
    from assets.intake.landing import scan
    from assets.sources import all_sources

    found = scan(landing, as_of, _settle_seconds(), all_sources(), fingerprint=_glance)
    settled = [folder for folder in found.folders if folder.settled]
    lines = [
        f"{folder.source}/{folder.delivery_date}/{file.name}\0{file.sha256}"
        for folder in settled
        for file in folder.files
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else None


def _glance(path: Path) -> str:
    stat = path.stat()
    return f"{stat.st_size}-{stat.st_mtime_ns}"


def _settle_seconds() -> int:
    return int(os.environ["SADAYA_SETTLE_SECONDS"])


@dg.sensor(
    minimum_interval_seconds=900,
    default_status=dg.DefaultSensorStatus.RUNNING if alerts.configured() else dg.DefaultSensorStatus.STOPPED,
    description="Sends alerts about held deliveries and late sources, once each.",
)
def alert_on_waiting(_: dg.SensorEvaluationContext) -> dg.SkipReason:
    from orchestration.lock import Busy, writer
    from orchestration.waiting import send_alerts

    home = home_of_environment()
    if home is None or not home.ledger.exists():
        return dg.SkipReason("nothing was loaded yet")
    try:
        with writer(home):
            sent = send_alerts(home, today())
    except Busy:
        return dg.SkipReason("a load is running: checked after it")
    return dg.SkipReason(f"alerts sent: {', '.join(alert.kind for alert in sent) or 'nothing new'}")


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING if alerts.configured() else dg.DefaultSensorStatus.STOPPED,
    description="Alerts SADAYA_ALERT_WEBHOOK and SADAYA_ALERT_EMAIL of a failed run; off unless one is set.",
)
def alert_on_failure(context: dg.RunFailureSensorContext) -> None:
    run = context.dagster_run
    if FROM_COMMAND_LINE.items() <= run.tags.items():
        return
    alerts.send(alerts.Alert(run.job_name, run.run_id, run.tags.get("dagster/partition"), _first_reason(context)))


def _first_reason(context: dg.RunFailureSensorContext) -> str:
    """The reason given by our own step, which quotes no data; for other errors only the step's name."""
    for event in context.get_step_failure_events():
        data = event.step_failure_data
        if data.user_failure_data and data.user_failure_data.description:
            return data.user_failure_data.description
        return f"step {event.step_key} failed"
    return "the run failed before its first step: is another load running?"
