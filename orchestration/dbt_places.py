"""Where a load's databases and files lie, told to dbt's DuckDB when it connects (a plugin of dbt-duckdb).

Not in the profile: dbt parses the whole project anew whenever a profile changes, and these change with every load.
"""

import os
from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin


class Plugin(BasePlugin):
    """Attaches `staging` and `warehouse`, and sets the folder that relative paths of the project's SQL start from."""

    def configure_connection(self, conn) -> None:
        """The databases, on the one connection that dbt opens."""
        load = Path(os.environ.get("SADAYA_LOAD_DIR", "."))
        databases = {
            "staging": load / "staging.duckdb",
            "warehouse": os.environ.get("SADAYA_WAREHOUSE", "warehouse.duckdb"),
        }
        for name, path in databases.items():
            conn.execute(f"attach if not exists {_text(path)} as {name}")
        conn.execute(f"set global temp_directory = {_text(load / 'spill')}")

    def configure_cursor(self, cursor) -> None:
        """What each cursor needs anew."""
        load = Path(os.environ.get("SADAYA_LOAD_DIR", "."))
        cursor.execute(f"set file_search_path = {_text(load)}")
        cursor.execute(f"set variable load_dir = {_text(load)}")  # `copy to` starts from no search path


def _text(path: Path | str) -> str:
    """A path as SQL text."""
    return "'" + str(path).replace("'", "''") + "'"
