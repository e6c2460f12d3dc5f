"""Dagster's instance in HOME: one for the command line, the daemon and the UI."""

from __future__ import annotations

import os
from pathlib import Path

import yaml

from assets.home import Home

LOG = "sadaya.log"
PLANNED = 10_000
"""Most events that are stored in one go when a run is created: one for each asset and check that it plans."""


def prepare_instance(home: Home) -> Path:
    """Write HOME/dagster/dagster.yaml and name the folder in DAGSTER_HOME. Returns the folder."""
    home.create()
    text = yaml.safe_dump(_settings(home.dagster), sort_keys=False)
    target = home.dagster / "dagster.yaml"
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        fresh = target.with_suffix(f".{os.getpid()}.fresh")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(target)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", str(PLANNED))
    return home.dagster


def _settings(folder: Path) -> dict:
    return {
        "telemetry": {"enabled": False},
        # No invitation to join a community, over the graph of an agency's data.
        "nux": {"enabled": False},
        "storage": {
            "custom": {
                "module": "orchestration.storage",
                "class": "Storage",
                "config": {"base_dir": str(folder / "storage")},
            }
        },
        # Output of steps is not kept: a database's error message may quote a row.
        "compute_logs": {
            "module": "dagster._core.storage.noop_compute_log_manager",
            "class": "NoOpComputeLogManager",
        },
        # A second run waits in the queue for the lock that the first one holds.
        "concurrency": {"runs": {"max_concurrent_runs": 1}},
        "run_monitoring": {"enabled": True},
        "freshness": {"enabled": True},
        "python_logs": {
            "python_log_level": "INFO",
            "dagster_handler_config": {
                "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(message)s"}},
                "handlers": {
                    "file": {
                        "class": "logging.handlers.RotatingFileHandler",
                        "filename": str(folder / LOG),
                        "maxBytes": 10_000_000,
                        "backupCount": 5,
                        "encoding": "utf-8",
                        "formatter": "line",
                        "level": "INFO",
                    }
                },
            },
        },
    }
