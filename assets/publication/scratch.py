"""A DuckDB connection for counting over a load: limited memory, spills into the load's folder, writes nothing."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import duckdb

from assets.load import Load
from validations.sql import literal, pattern

MEMORY_LIMIT = "3GB"


@contextmanager
def scratch(load: Load) -> Generator[duckdb.DuckDBPyConnection]:
    """Attach the load's databases read-only as `warehouse` and `staging`; make views of its mentions with their own
    names, and `mentioning`: the sources whose records are of households.
    """
    with duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        connection.execute(f"set temp_directory = {literal(load.folder.root / 'spill')}")
        connection.execute(f"attach {literal(load.home.warehouse(load.load_id))} as warehouse (read_only)")
        connection.execute(f"attach {literal(load.folder.staging)} as staging (read_only)")
        for mention in ("person_mention", "household_mention"):
            files = pattern(load.folder.mentions / mention, "*/data.parquet")
            connection.execute(
                f"create view {mention} as from read_parquet({files}, union_by_name = true,"
                " hive_partitioning = true, hive_types = {'source': varchar})"
            )
        written = pattern(load.folder.mentions / "household_mention", "*/data.parquet")
        connection.execute(  # payments, visits and statistics do not identify a household
            "create view mentioning as"
            f" select regexp_extract(file, 'source=([a-z0-9_]+)', 1) as source from glob({written})"
        )
        yield connection
