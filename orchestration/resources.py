"""What steps are given: the open load. And what surrounds each step: progress, and errors that quote nobody."""

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
"""For steps that may be done again from the start."""
_RANGE_START = "dagster/asset_partition_range_start"
_RANGE_END = "dagster/asset_partition_range_end"
_PARTITION = "dagster/partition"


class LoadResource(dg.ConfigurableResource):
    """The load of this run. It holds HOME's lock from the first step to the last, no matter who started the run.

    assets: how many a whole load makes; a run that selects fewer is refused.
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
        """How much of earlier loads is kept: what the environment said when the run began."""
        return self._retention

    @property
    def current(self) -> Load:
        return self._session.load


def retention() -> Retention:
    """What SADAYA_KEEP_… say. Asked for before a load, or it would be published and then fail.

    Raises:
        assets.publication.RetentionError: a value makes no sense.
    """
    from assets.publication import Retention

    return Retention.from_environment(os.environ)


def _refuse_parts(instance: dg.DagsterInstance, run: dg.DagsterRun, assets: int) -> None:
    """A load is made whole or not at all, so a run of some of its steps must not open one.

    Raises:
        dagster.Failure: the run is of some assets, or of what was left of another run.
    """
    # The web UI names each asset of a job also where it is asked for all of them.
    if 0 < len(run.asset_selection or ()) < assets or not _has_all_steps(instance, run):
        said = f"a load is made whole: start the job `{NIGHTLY}`, which reads no delivery twice. Nothing was begun"
        raise dg.Failure(said, allow_retries=False)


def _has_all_steps(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    if run.step_keys_to_execute is None or run.execution_plan_snapshot_id is None:
        return True
    plan = instance.get_execution_plan_snapshot(run.execution_plan_snapshot_id)
    return len(run.step_keys_to_execute) == len(plan.steps)


def _end_dead_runs(instance: dg.DagsterInstance | None, ours: dg.DagsterRun | None) -> None:
    """A run that was killed cannot say so. Who holds HOME's lock knows that no other load runs."""
    if instance is None or ours is None:
        return
    begun = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
    for run in instance.get_runs(dg.RunsFilter(job_name=NIGHTLY, statuses=begun)):
        if run.run_id != ours.run_id:
            instance.report_run_failed(run, "The process of this run ended before the run did.")


def _enter_deliveries(instance: dg.DagsterInstance | None, home: Home) -> None:
    """Make partitions of the dates of all deliveries: also of those that came before dates were entered one by one."""
    if instance is not None:
        with Ledger(home.ledger) as ledger:
            enter(instance, (row["delivery_date"] for row in ledger.deliveries()))


def as_of_run(tags: Mapping[str, str]) -> date:
    """Deliveries up to this day take part: the run's partition, the last day of its range, else today in Banten.

    A range goes by the order in which days were entered, so its last day may stand first.

    Raises:
        dagster.Failure: somebody entered a partition that is not a date.
    """
    stated = [tags[name] for name in (_PARTITION, _RANGE_START, _RANGE_END) if tags.get(name)]
    try:
        return max(map(date.fromisoformat, stated), default=None) or today()
    except ValueError:
        said = f"{stated[-1]!r} is not a date: a partition is a day, written like 2019-11-01"
        raise dg.Failure(said, allow_retries=False) from None


@contextmanager
def guarded(load: LoadResource, stage: str, detail: str = "") -> Generator[None]:
    """Announce a step, and let no exception out that could quote a row: events and logs are read by people who may
    not see the data. Only what the machine may get right the next time (input, output, memory) is retried.
    """
    with progress.stage(stage, detail):
        try:
            yield
        except dg.Failure:
            raise
        except Exception as error:
            said = load.session.fail(stage, error)
            raise dg.Failure(said, allow_retries=isinstance(error, OSError | MemoryError)) from None


def environment_resource(assets: int) -> LoadResource:
    """The load resource as the environment has it: SADAYA_HOME, SADAYA_LANDING, SADAYA_SETTLE_SECONDS."""
    return LoadResource(
        assets=assets,
        home=dg.EnvVar("SADAYA_HOME"),
        landing=dg.EnvVar("SADAYA_LANDING"),
        settle_seconds=dg.EnvVar.int("SADAYA_SETTLE_SECONDS"),
    )


def home_of_environment() -> Home | None:
    """The home that SADAYA_HOME names, None if it is not set."""
    stated = os.environ.get("SADAYA_HOME")
    return Home(Path(stated).resolve()) if stated else None
