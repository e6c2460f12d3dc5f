"""Dagster's instance in HOME: private, quiet, and the same for command line and UI."""

from __future__ import annotations

import os

import dagster as dg
import yaml

from orchestration.instance import prepare_instance


def test_the_instance_is_in_home_and_tells_nobody(home, monkeypatch):
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
