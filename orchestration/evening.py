"""Pulls in Dagster: each pulled source is an asset, fetched every evening."""

import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from assets.sources import Source, agency_of
from orchestration.clock import BANTEN
from orchestration.days import enter
from orchestration.intake import landed_key, landed_spec
from orchestration.pull import pull_one, pulled_sources
from orchestration.resources import as_of_run

PULL = "pull"
_LANDED = ("landed", "already_landed")
"""Results with the day's delivery in the landing; others materialise nothing."""


def pulls() -> list[dg.AssetsDefinition]:
    """One asset for each source that declares a pull. They are independent: a failed pull does not stop the others."""
    return [_pull(source) for source in pulled_sources()]


def _pull(source: Source) -> dg.AssetsDefinition:
    spec = landed_spec(agency_of(source), source).replace_attributes(skippable=True)

    @dg.multi_asset(name=f"pull_{source.name}", specs=[spec])
    def pull_source(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        day = as_of_run(context.run.tags)
        pulled = pull_one(source, Path(os.environ["SADAYA_LANDING"]), day, os.environ)
        if pulled.status == "failed":
            raise dg.Failure(f"{source.name}: {pulled.reason}", allow_retries=False)
        context.log.info(f"{source.name} of {day}: {pulled.status}" + (f" ({pulled.reason})" if pulled.reason else ""))
        if pulled.status in _LANDED:
            numbers = {"status": pulled.status, "files": pulled.files, "bytes": pulled.bytes}
            yield dg.MaterializeResult(asset_key=landed_key(source), metadata=numbers)

    return pull_source


@dg.schedule(
    job_name=PULL,
    cron_schedule="30 20,22 * * *",
    execution_timezone=str(BANTEN),
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every evening at 20:30 in Banten, before servers close; at 22:30 again for pulls that failed.",
)
def every_evening(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    from assets.pull.settings import missing

    if not any(not missing(source.pull, os.environ) for source in pulled_sources()):
        return dg.SkipReason("no source has its settings in the environment")
    at = context.scheduled_execution_time.astimezone(BANTEN)
    enter(context.instance, [at.date().isoformat()])
    return dg.RunRequest(run_key=f"pull-{at:%Y-%m-%d-%H}", partition_key=at.date().isoformat())
