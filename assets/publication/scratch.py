"""A DuckDB connection for counting over a load: limited memory, spills into the load's folder, writes nothing."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import duckdb

from assets.load import Load
from validations.sql import literal

MEMORY_LIMIT = "3GB"


@contextmanager
def scratch(load: Load) -> Generator[duckdb.DuckDBPyConnection]:
    """Attach the load's databases read-only as `warehouse` and `staging`."""
    with duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        connection.execute(f"set temp_directory = {literal(load.folder.root / 'spill')}")
        connection.execute(f"attach {literal(load.home.warehouse(load.load_id))} as warehouse (read_only)")
        connection.execute(f"attach {literal(load.folder.staging)} as staging (read_only)")
        yield connection
