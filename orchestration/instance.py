"""Dagster's instance in HOME, shared by the command line, the daemon and the UI.

python -m orchestration.instance        before the daemon or the webserver starts: writes their settings and tables
"""

from __future__ import annotations

import os
from pathlib import Path

import yaml

from assets.home import Home

LOG = "sadaya.log"
POSTGRES_URL = "SADAYA_DAGSTER_POSTGRES_URL"
"""Database for Dagster's runs and events, if not in HOME; dagster.yaml only names the variable."""
_SCHEME = "postgresql+psycopg2://"
"""SQLAlchemy would choose psycopg 3, which does not work with the NOTIFY of dagster-postgres."""
PLANNED = 10_000
"""Largest batch of events stored when a run is created: one for each planned asset and check."""


def prepare_instance(home: Home) -> Path:
    """Write HOME/dagster/dagster.yaml and set DAGSTER_HOME. Returns the folder.

    Raises:
        assets.dsn.DsnError: SADAYA_DAGSTER_POSTGRES_URL is not safe to use.
    """
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
        # Disable the UI's invitation to join a community.
        "nux": {"enabled": False},
        "storage": _storage(folder),
        # Do not store the output of steps: a database's error message may quote a row.
        "compute_logs": {
            "module": "dagster._core.storage.noop_compute_log_manager",
            "class": "NoOpComputeLogManager",
        },
        # A second run waits in the queue, because the first one holds the lock.
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


def _storage(folder: Path) -> dict:
    """PostgreSQL if the environment names a database, else SQLite in HOME."""
    if url := os.environ.get(POSTGRES_URL, "").strip():
        _check_encryption(url)
        return {"postgres": {"postgres_url": {"env": POSTGRES_URL}}}
    config = {"base_dir": str(folder / "storage")}
    return {"custom": {"module": "orchestration.storage", "class": "Storage", "config": config}}


def _check_encryption(url: str) -> None:
    """Check that the address states the encryption that we require over a network, because Dagster uses it as it is."""
    from psycopg.conninfo import conninfo_to_dict

    from assets.dsn import DsnError, parameters

    if not url.startswith(_SCHEME):
        raise DsnError(f"{POSTGRES_URL} must begin with {_SCHEME}")
    plain = url.replace(_SCHEME, "postgresql://", 1)
    wanted = parameters(plain, POSTGRES_URL)
    stated = conninfo_to_dict(plain)
    if lacking := [name for name in ("sslmode", "sslrootcert") if name in wanted and name not in stated]:
        added = "&".join(f"{name}={wanted[name]}" for name in lacking)
        raise DsnError(f"{POSTGRES_URL} names a server elsewhere: add {added} to it")


def main() -> None:
    """Also create the tables: two processes that start at once would both try to."""
    from dagster import DagsterInstance

    prepare_instance(Home.from_environment())
    with DagsterInstance.get() as instance:
        instance.get_runs_count()


if __name__ == "__main__":
    main()
