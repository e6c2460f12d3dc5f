"""Pulls as Dagster sees them: what is fetched is an asset of its source, and is fetched each evening."""

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
"""Outcomes after which the day's delivery lies in the landing; of others there is nothing to show."""


def pulls() -> list[dg.AssetsDefinition]:
    """What is fetched, an asset for each source that declares a pull. They do not depend on each other: one that fails
    stops no other.
    """
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
    description="Every evening at 20:30 in Banten, before servers close for the night; at 22:30 what did not succeed.",
)
def every_evening(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    from assets.pull.settings import missing

    if not any(not missing(source.pull, os.environ) for source in pulled_sources()):
        return dg.SkipReason("no source has its settings in the environment")
    at = context.scheduled_execution_time.astimezone(BANTEN)
    enter(context.instance, [at.date().isoformat()])
    return dg.RunRequest(run_key=f"pull-{at:%Y-%m-%d-%H}", partition_key=at.date().isoformat())
