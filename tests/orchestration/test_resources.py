"""As of when a run loads, and which errors are tried again."""

from __future__ import annotations

from types import SimpleNamespace

import dagster as dg
import pytest

from orchestration.clock import today
from orchestration.progress import Step, listening
from orchestration.resources import as_of_run, guarded


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


def test_only_the_machines_faults_are_tried_again():
    assert _broken(OSError("disk")).allow_retries
    assert not _broken(ValueError("a row")).allow_retries


def test_what_the_error_quotes_stays_behind():
    failure = _broken(ValueError("SITI"))
    assert failure.description == "identity: ValueError"
    assert failure.__cause__ is None
    assert failure.__suppress_context__


def test_the_listener_hears_begin_and_end():
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
