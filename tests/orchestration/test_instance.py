"""Dagster's instance in HOME: private, quiet, the same for the command line and the UI."""

from __future__ import annotations

import os

import dagster as dg
import psycopg
import pytest
import yaml

from assets.dsn import DsnError
from orchestration.days import DAYS, enter
from orchestration.instance import POSTGRES_URL, main, prepare_instance
from tests.services import postgresql


def test_the_instance_is_in_home_without_telemetry(home, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", "elsewhere")
    folder = prepare_instance(home)
    assert os.environ["DAGSTER_HOME"] == str(folder) == str(home.dagster)
    settings = yaml.safe_load((folder / "dagster.yaml").read_text(encoding="utf-8"))
    assert settings["telemetry"] == {"enabled": False}
    with dg.DagsterInstance.get() as instance:
        assert not instance.telemetry_enabled
        assert type(instance.compute_log_manager).__name__ == "NoOpComputeLogManager"
        assert instance.root_directory == str(home.dagster)


def test_preparing_twice_changes_nothing(home, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", "elsewhere")
    file = prepare_instance(home) / "dagster.yaml"
    before = file.stat().st_mtime_ns
    prepare_instance(home)
    assert file.stat().st_mtime_ns == before


def test_a_remote_postgresql_must_be_verified(home, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", "elsewhere")
    for address, said in {
        "postgresql+psycopg2://dagster@db.example.org/dagster": "add sslmode=verify-full&sslrootcert=system",
        "postgresql+psycopg2://dagster@db.example.org/dagster?sslmode=require": "must have sslmode=verify-full",
        "postgresql+psycopg2:///dagster": "names no host",
        "postgresql://localhost/dagster": "must begin with postgresql+psycopg2://",
    }.items():
        monkeypatch.setenv(POSTGRES_URL, address)
        with pytest.raises(DsnError, match=said.replace("+", r"\+")):
            prepare_instance(home)
    assert not (home.dagster / "dagster.yaml").exists()


@pytest.mark.slow  # a server of its own, and all of Dagster's tables
def test_runs_and_events_are_kept_in_postgresql_by_one_variable(home, monkeypatch):
    """A run, its events and a partition are read by another instance of the same server; HOME contains none of it."""
    monkeypatch.setenv("DAGSTER_HOME", "elsewhere")
    with postgresql() as server, psycopg.connect(**server, autocommit=True) as connection:
        connection.execute("create database dagster")
        address = f"postgresql+psycopg2://{server['user']}:secret-word@{server['host']}:{server['port']}/dagster"
        monkeypatch.setenv(POSTGRES_URL, address)
        monkeypatch.setenv("SADAYA_HOME", str(home.root))
        main()
        with dg.DagsterInstance.get() as instance:
            run_id = dg.materialize([_numbers], instance=instance).run_id
            enter(instance, ["2019-11-01"])
        with dg.DagsterInstance.get() as again:
            assert again.get_run_by_id(run_id).is_success
            assert again.get_latest_materialization_event(dg.AssetKey("numbers")).run_id == run_id
            assert again.get_dynamic_partitions(DAYS.name) == ["2019-11-01"]
    assert "secret-word" not in (home.dagster / "dagster.yaml").read_text(encoding="utf-8")
    assert not list(home.dagster.rglob("*.db"))


@dg.asset(name="numbers")
def _numbers() -> int:
    return 1
