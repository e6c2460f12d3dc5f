"""Pulls as a Dagster job, and when they start by themselves: in the evening, so that the night finds them landed."""

import os
from pathlib import Path

import dagster as dg

from assets.sources import Source
from orchestration.clock import BANTEN
from orchestration.days import DAYS, enter
from orchestration.pull import pull_one, pulled_sources
from orchestration.resources import as_of_run

PULL = "pull"


def pull_job() -> dg.JobDefinition:
    """An op for each source that is pulled. They do not depend on each other: one that fails stops no other."""

    @dg.job(
        name=PULL,
        description="Fetch what agencies do not send, into the landing. What is there already is left alone.",
        partitions_def=DAYS,
        executor_def=dg.in_process_executor,
    )
    def pull() -> None:
        for source in pulled_sources():
            _op(source)()

    return pull


def _op(source: Source) -> dg.OpDefinition:
    @dg.op(name=f"pull_{source.name}", description=f"Fetch {source.contract.title_en} of the run's day.")
    def pull_source(context: dg.OpExecutionContext) -> None:
        day = as_of_run(context.run.tags)
        pulled = pull_one(source, Path(os.environ["SADAYA_LANDING"]), day, os.environ)
        if pulled.status == "failed":
            raise dg.Failure(f"{source.name}: {pulled.reason}", allow_retries=False)
        context.log.info(f"{source.name} of {day}: {pulled.status}" + (f" ({pulled.reason})" if pulled.reason else ""))
        context.add_output_metadata({"status": pulled.status, "files": pulled.files, "bytes": pulled.bytes})

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
