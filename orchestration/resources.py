"""Resources of steps: the open load. Also reports the progress of each step, and hides errors that may quote data."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
from pydantic import PrivateAttr

from assets.home import Home
from assets.ledger import Ledger
from assets.load import Load
from orchestration import progress
from orchestration.clock import today
from orchestration.days import enter
from orchestration.session import Session, open_session

if TYPE_CHECKING:
    from assets.publication import Retention

NIGHTLY = "nightly"
"""The job whose runs are loads."""
RETRY = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL)
"""For steps that can be repeated from the start."""
_RANGE_START = "dagster/asset_partition_range_start"
_RANGE_END = "dagster/asset_partition_range_end"
_PARTITION = "dagster/partition"


class LoadResource(dg.ConfigurableResource):
    """The load of this run. It holds HOME's lock from the first step to the last, however the run was started.

    assets: number of assets of a whole load; a run that selects fewer is refused.
    """

    home: str
    landing: str
    assets: int = 0
    settle_seconds: int = 60
    _session: Session = PrivateAttr()
    _retention: Retention = PrivateAttr()

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Generator[LoadResource]:
        if context.instance is not None and context.run is not None:
            _refuse_parts(context.instance, context.run, self.assets)
        as_of = as_of_run(context.run.tags if context.run else {})
        home = Home(Path(self.home).resolve())
        self._retention = retention()
        with open_session(home, Path(self.landing).resolve(), as_of, self.settle_seconds) as session:
            self._session = session
            _end_dead_runs(context.instance, context.run)
            _enter_deliveries(context.instance, home)
            if session.mended is not None and context.log is not None:
                context.log.warning(session.mended.text)
            yield self

    @property
    def session(self) -> Session:
        return self._session

    @property
    def retention(self) -> Retention:
        """The settings of retention when the run started."""
        return self._retention

    @property
    def current(self) -> Load:
        return self._session.load


def retention() -> Retention:
    """Read SADAYA_KEEP_…. Checked before a load, which would otherwise fail after publication.

    Raises:
        assets.publication.RetentionError: a value is invalid.
    """
    from assets.publication import Retention

    return Retention.from_environment(os.environ)


def _refuse_parts(instance: dg.DagsterInstance, run: dg.DagsterRun, assets: int) -> None:
    """Refuse a run of some steps: a load is complete or not made at all.

    Raises:
        dagster.Failure: the run selects some assets, or the remaining steps of another run.
    """
    # The web UI lists every asset of a job even if all are selected.
    if 0 < len(run.asset_selection or ()) < assets or not _has_all_steps(instance, run):
        reason = (
            f"only whole loads are made: start the job `{NIGHTLY}`, which reads no delivery twice. Nothing was started"
        )
        raise dg.Failure(reason, allow_retries=False)


def _has_all_steps(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    if run.step_keys_to_execute is None or run.execution_plan_snapshot_id is None:
        return True
    plan = instance.get_execution_plan_snapshot(run.execution_plan_snapshot_id)
    return len(run.step_keys_to_execute) == len(plan.steps)


def _end_dead_runs(instance: dg.DagsterInstance | None, ours: dg.DagsterRun | None) -> None:
    """Set killed runs, which could not report it, to failed: the holder of HOME's lock knows that no other load
    runs.
    """
    if instance is None or ours is None:
        return
    unfinished = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
    for run in instance.get_runs(dg.RunsFilter(job_name=NIGHTLY, statuses=unfinished)):
        if run.run_id != ours.run_id:
            instance.report_run_failed(run, "The process of this run ended before the run did.")


def _enter_deliveries(instance: dg.DagsterInstance | None, home: Home) -> None:
    """Add partitions for the dates of all deliveries, including those received before dates were partitions."""
    if instance is not None:
        with Ledger(home.ledger) as ledger:
            enter(instance, (row["delivery_date"] for row in ledger.deliveries()))


def as_of_run(tags: Mapping[str, str]) -> date:
    """The as-of date of a run: its partition, the last day of its range, else today in Banten.

    A range follows the order in which days were added, so its last day may come first.

    Raises:
        dagster.Failure: a partition is not a date.
    """
    stated = [tags[name] for name in (_PARTITION, _RANGE_START, _RANGE_END) if tags.get(name)]
    try:
        return max(map(date.fromisoformat, stated), default=None) or today()
    except ValueError:
        reason = f"{stated[-1]!r} is not a date: a partition is a day, written like 2019-11-01"
        raise dg.Failure(reason, allow_retries=False) from None


@contextmanager
def guarded(load: LoadResource, stage: str, detail: str = "") -> Generator[None]:
    """Report a step, and replace exceptions that could quote a row, because people who may not see the data read events
    and logs. Only errors that may not recur (input, output, memory) are retried.
    """
    with progress.stage(stage, detail):
        try:
            yield
        except dg.Failure:
            raise
        except Exception as error:
            reason = load.session.fail(stage, error)
            raise dg.Failure(reason, allow_retries=isinstance(error, OSError | MemoryError)) from None


def environment_resource(assets: int) -> LoadResource:
    """The load resource from the environment: SADAYA_HOME, SADAYA_LANDING, SADAYA_SETTLE_SECONDS."""
    return LoadResource(
        assets=assets,
        home=dg.EnvVar("SADAYA_HOME"),
        landing=dg.EnvVar("SADAYA_LANDING"),
        settle_seconds=dg.EnvVar.int("SADAYA_SETTLE_SECONDS"),
    )


def home_of_environment() -> Home | None:
    """The home that SADAYA_HOME names; None if it is not set."""
    stated = os.environ.get("SADAYA_HOME")
    return Home(Path(stated).resolve()) if stated else None
