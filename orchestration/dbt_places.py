"""Tells dbt's DuckDB, when it connects, where a load's databases and files are (a plugin of dbt-duckdb)."""

import os
from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin

from field.progress.shadow import PUBLISHED, variable
from validations.sql import literal

READ_ONLY = "SADAYA_READ_ONLY"
"""Environment variable that is set when dbt documents a published load, which it must not change."""


class Plugin(BasePlugin):
    """Attaches `staging` and `warehouse`, and sets the folder that relative paths of the project's SQL start from."""

    def configure_connection(self, conn) -> None:
        """Attach the databases, on the one connection that dbt opens."""
        load = Path(os.environ.get("SADAYA_LOAD_DIR", "."))
        databases = {
            "staging": load / "staging.duckdb",
            "warehouse": os.environ.get("SADAYA_WAREHOUSE", "warehouse.duckdb"),
        }
        for name, path in databases.items():
            conn.execute(f"attach if not exists {_where(path)} as {name}{_how(path)}")
        for name in PUBLISHED.values():
            if path := os.environ.get(variable(name)):
                conn.execute(f"attach if not exists {literal(path)} as {name} (read_only)")
        conn.execute(f"set global temp_directory = {literal(load / 'spill')}")

    def configure_cursor(self, cursor) -> None:
        """Settings that every new cursor needs."""
        load = Path(os.environ.get("SADAYA_LOAD_DIR", "."))
        cursor.execute(f"set file_search_path = {literal(load)}")


def _where(path: Path | str) -> str:
    """The database to attach: an empty one if a read-only file has been removed."""
    gone = os.environ.get(READ_ONLY) and not Path(path).exists()
    return "':memory:'" if gone else literal(path)


def _how(path: Path | str) -> str:
    return " (read_only)" if os.environ.get(READ_ONLY) and Path(path).exists() else ""
