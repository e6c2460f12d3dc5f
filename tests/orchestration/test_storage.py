"""Dagster's runs and events in SQLite: the same content and files as Dagster's own storage."""

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from orchestration import storage
from orchestration.instance import prepare_instance

pytestmark = pytest.mark.slow


@dg.asset(check_specs=[dg.AssetCheckSpec("holds", asset="counted")])
def counted(context: dg.AssetExecutionContext):
    context.log.info("counted")
    return dg.MaterializeResult(metadata={"rows": 3}, check_results=[dg.AssetCheckResult(passed=True)])


@pytest.fixture
def instance(home, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", "elsewhere")
    prepare_instance(home)
    with dg.DagsterInstance.get() as instance:
        yield instance


def run(instance: dg.DagsterInstance) -> str:
    return dg.materialize([counted], instance=instance).run_id


def as_dagster_reads(home) -> SqliteEventLogStorage:
    """Dagster's class on the same files."""
    return SqliteEventLogStorage(str(Path(home.dagster) / "storage" / "history" / "runs"))


def messages(log: SqliteEventLogStorage, run_id: str) -> list[str]:
    return [entry.user_message or entry.message for entry in log.get_logs_for_run(run_id)]


def test_dagster_can_read_the_stored_events(home, instance):
    run_id = run(instance)
    ours, theirs = instance.event_log_storage, as_dagster_reads(home)
    assert isinstance(ours, storage.EventLog)
    assert messages(theirs, run_id) == messages(ours, run_id)
    assert "counted" in messages(theirs, run_id)
    assert theirs.get_latest_materialization_events([counted.key])[counted.key].run_id == run_id
    assert [check.status.value for check in theirs.get_asset_check_execution_history(next(iter(counted.check_keys)), 5)]


def test_events_of_another_process_are_seen_at_once(home, instance):
    before = run(instance)
    theirs = as_dagster_reads(home)
    theirs.store_event(instance.event_log_storage.get_logs_for_run(before)[0])
    assert messages(instance.event_log_storage, before) == messages(theirs, before)


def test_each_database_is_opened_once(instance, monkeypatch):
    made = []
    create = storage.create_engine
    monkeypatch.setattr(storage, "create_engine", lambda url, **rest: made.append(url) or create(url, **rest))
    runs = [run(instance) for _ in range(3)]
    assert sorted(Path(url).stem for url in made) == sorted([*runs, "index"])


def test_few_stay_open(instance, monkeypatch):
    monkeypatch.setattr(storage, "MOST", 2)
    runs = [run(instance) for _ in range(3)]
    assert all("counted" in messages(instance.event_log_storage, run_id) for run_id in runs)
    assert len(instance.event_log_storage._open) == 2


def test_events_can_be_wiped_and_go_on(instance):
    run(instance)
    instance.event_log_storage.wipe()
    assert instance.event_log_storage.get_latest_materialization_events([counted.key]) == {}
    assert "counted" in messages(instance.event_log_storage, run(instance))


def test_no_event_waits_for_the_disk(instance):
    run_id = run(instance)
    for shard in ("index", run_id):
        with instance.event_log_storage._connect(shard) as connection:
            assert connection.exec_driver_sql("pragma synchronous").scalar() == 1, "normal"
            assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"


def kept(home, run_id: str) -> list[tuple]:
    """All that Dagster reads of a run: type, step and asset of its events, planned assets, checks."""
    log = as_dagster_reads(home)
    events = [entry.dagster_event for entry in log.get_logs_for_run(run_id) if entry.dagster_event]
    checks = log.get_asset_check_execution_history(next(iter(counted.check_keys)), 9)
    return [
        *((event.event_type_value, event.step_key, event.asset_key) for event in events),
        *((check.status.value, check.event is not None) for check in checks if check.run_id == run_id),
        *(record.last_run_id == run_id for record in (each.asset_entry for each in log.get_asset_records())),
    ]


def test_planned_events_are_stored_in_one_batch(home, instance, monkeypatch):
    batches = []
    store = storage.EventLog.store_event_batch
    monkeypatch.setattr(storage.EventLog, "store_event_batch", lambda *of: batches.append(len(of[1])) or store(*of))
    together = kept(home, run(instance))
    assert batches == [2], "the asset and its check"
    monkeypatch.setenv("DAGSTER_EVENT_BATCH_SIZE", "0")
    assert kept(home, run(instance)) == together
    assert batches == [2]


def test_an_interrupted_batch_leaves_nothing(home, instance, monkeypatch):
    entries = instance.event_log_storage.get_logs_for_run(run(instance))[:2]
    ours, at_once = instance.event_log_storage, storage.EventLog.store_event
    monkeypatch.setattr(
        storage.EventLog, "store_event", lambda log, entry: 1 / 0 if entry == entries[1] else at_once(log, entry)
    )
    before = messages(as_dagster_reads(home), entries[0].run_id)
    with pytest.raises(ZeroDivisionError):
        ours.store_event_batch(entries)
    assert messages(as_dagster_reads(home), entries[0].run_id) == before
    monkeypatch.undo()
    ours.store_event(entries[0])
    assert len(messages(ours, entries[0].run_id)) == len(before) + 1


def test_an_existing_table_is_looked_up_once(instance, monkeypatch):
    looked = []
    has_table = SqliteEventLogStorage.has_table
    monkeypatch.setattr(SqliteEventLogStorage, "has_table", lambda *of: looked.append(of[1]) or has_table(*of))
    log = instance.event_log_storage
    assert [log.has_table("event_logs") for _ in range(3)] == [True] * 3
    assert not log.has_table("none_such")
    assert not log.has_table("none_such")
    assert looked.count("none_such") == 2
    assert looked.count("event_logs") <= 1


def test_the_overridden_version_of_dagster_is_installed():
    """The event log overrides private methods: on another version, compare them with Dagster's, then change this."""
    assert dg.__version__.startswith("1.13.")
