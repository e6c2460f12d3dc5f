"""The date that a run loads, and which errors are retried."""

from __future__ import annotations

from types import SimpleNamespace

import dagster as dg
import pytest

from assets.ledger import Ledger
from orchestration.clock import today
from orchestration.progress import Step, listening
from orchestration.resources import NIGHTLY, LoadResource, _has_all_steps, as_of_run, environment_resource, guarded


def test_a_run_loads_up_to_its_partition_or_the_end_of_its_range():
    assert as_of_run({"dagster/partition": "2019-11-01"}).isoformat() == "2019-11-01"
    both = {"dagster/asset_partition_range_start": "2019-10-01", "dagster/asset_partition_range_end": "2019-11-03"}
    assert as_of_run(both).isoformat() == "2019-11-03"
    backwards = {"dagster/asset_partition_range_start": "2019-11-03", "dagster/asset_partition_range_end": "2019-10-01"}
    assert as_of_run(backwards).isoformat() == "2019-11-03", "days are in the order in which they were entered"
    assert as_of_run({}) == today()


def test_a_partition_that_is_not_a_date_is_refused_in_a_sentence():
    with pytest.raises(dg.Failure, match="'semalam' is not a date") as failure:
        as_of_run({"dagster/partition": "semalam"})
    assert not failure.value.allow_retries


def _broken(error: Exception) -> dg.Failure:
    load = SimpleNamespace(session=SimpleNamespace(fail=lambda stage, error: f"{stage}: {type(error).__name__}"))
    with pytest.raises(dg.Failure) as failure, guarded(load, "identity"):
        raise error
    return failure.value


def test_only_machine_faults_are_retried():
    assert _broken(OSError("disk")).allow_retries
    assert not _broken(ValueError("a row")).allow_retries


def test_the_errors_message_is_not_passed_on():
    failure = _broken(ValueError("SITI"))
    assert failure.description == "identity: ValueError"
    assert failure.__cause__ is None
    assert failure.__suppress_context__


def test_the_listener_gets_start_and_end():
    heard: list[Step] = []
    load = SimpleNamespace(session=SimpleNamespace(fail=lambda *_: "said"))
    with listening(heard.append):
        with guarded(load, "intake", "dinsos_pkh"):
            pass
        with pytest.raises(dg.Failure), guarded(load, "gate"):
            raise ValueError
    assert [(step.stage, step.done, step.failed) for step in heard] == [
        ("intake", False, False),
        ("intake", True, False),
        ("gate", False, False),
        ("gate", True, True),
    ]
    with guarded(load, "later"):
        pass
    assert len(heard) == 4


@dg.asset
def first(load: LoadResource) -> None: ...


@dg.asset(deps=[first])
def second(load: LoadResource) -> None: ...


@pytest.fixture
def job(surroundings) -> dg.JobDefinition:
    """Two steps that use a load, in a job named as the job of loads."""
    jobs = [dg.define_asset_job(NIGHTLY, dg.AssetSelection.all(), executor_def=dg.in_process_executor)]
    defs = dg.Definitions(assets=[first, second], jobs=jobs, resources={"load": environment_resource(assets=2)})
    return defs.resolve_job_def(NIGHTLY)


def loads(home) -> int:
    with Ledger(home.ledger) as ledger:
        return len(ledger.loads())


def test_a_partial_run_is_refused_and_opens_no_load(job, home):
    with dg.DagsterInstance.ephemeral() as instance:
        done = job.execute_in_process(instance=instance, asset_selection=[first.key], raise_on_error=False)
        assert not done.success
        assert "only whole loads are made: start the job `nightly`" in str(done.all_events)
        assert loads(home) == 0
        assert job.execute_in_process(instance=instance).success
        assert loads(home) == 1


@pytest.mark.parametrize(("steps", "whole"), [(None, True), (["first", "second"], True), (["second"], False)])
def test_the_remaining_steps_of_a_run_are_refused(steps, whole):
    plan = SimpleNamespace(steps=["first", "second"])
    instance = SimpleNamespace(get_execution_plan_snapshot=lambda _: plan)
    run = SimpleNamespace(step_keys_to_execute=steps, execution_plan_snapshot_id="plan")
    assert _has_all_steps(instance, run) is whole


def test_a_run_whose_process_was_killed_has_failed_once_the_next_begins(job):
    with dg.DagsterInstance.ephemeral() as instance:
        killed = instance.create_run_for_job(job)
        other = instance.create_run_for_job(dg.GraphDefinition("pull").to_job())
        for run in (killed, other):
            instance.report_dagster_event(dg.DagsterEvent("PIPELINE_START", run.job_name), run.run_id)
        assert job.execute_in_process(instance=instance).success
        assert instance.get_run_by_id(killed.run_id).status == dg.DagsterRunStatus.FAILURE
        assert instance.get_run_by_id(other.run_id).status == dg.DagsterRunStatus.STARTED, "it is no load"
