"""A cache in HOME of identity's tables of the last night, so that the cost of a night depends on what changed.
All of it can be made from a night's mentions and the earlier ids. It is used only if it was finished, by the same code
and model, for the load before tonight's; otherwise it is deleted.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Generator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path

import duckdb

from assets.code import code_files, content_hash
from assets.identity.mentions import attach, relation
from assets.identity.model import Model
from assets.identity.tables import count
from assets.load import Load
from validations import sadaya
from validations.sql import literal

MEMORY_GB, MEMORY_GB_PER_MILLION, MOST_MEMORY_GB = 3.0, 0.27, 6.0
"""DuckDB's memory: a base, more per million mentions, up to a maximum (it spills beyond)."""
_LIBRARIES = ("duckdb", "splink")


@contextmanager
def opened(load: Load, previous_load: str | None, frozen: Model) -> Generator[tuple[duckdb.DuckDBPyConnection, bool]]:
    """Open a connection with the load's mentions attached.

    Yields it, and whether its database `kept`, a file in HOME, holds the previous load. If so, new tables are made in
    memory, and names are resolved there first; otherwise `begin` is called. Until `finish` the file is not valid.
    """
    path = load.home.identity
    with duckdb.connect(config={"temp_directory": f"{path}.spill"}) as connection:
        attach(connection, load.folder.staging)
        connection.execute(f"set memory_limit = '{_memory(count(connection, relation()))}'")
        connection.execute("set preserve_insertion_order = false")
        usable = previous_load is not None and _holds(connection, path, previous_load, frozen)
        if usable:
            connection.execute("delete from kept.stamp")
            connection.execute("set wal_autocheckpoint = '1TB'")  # once, by `finish`
            connection.execute("set search_path = 'memory.main,kept.main'")
        yield connection, usable


def begin(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Create an empty `kept` and make it the default. Tables in memory are dropped."""
    connection.execute("use memory")
    connection.execute("reset wal_autocheckpoint")
    connection.execute("detach database if exists kept")
    for table in _tables(connection, "memory"):
        connection.execute(f"drop table memory.{table}")
    for file in (path, path.with_name(path.name + ".wal")):
        file.unlink(missing_ok=True)
    connection.execute(f"attach {literal(path)} as kept")
    path.chmod(0o600)
    connection.execute("use kept")


def finish(connection: duckdb.DuckDBPyConnection, load_id: str, frozen: Model, tables: Collection[str]) -> None:
    """Drop all tables except `tables` and the parts of files (`outputs`), and record what the file holds."""
    connection.execute("create table if not exists kept.stamp (load_id varchar, made_by varchar)")
    for table in _tables(connection, "kept"):
        if table not in (*tables, "stamp") and not table.endswith(("_gone", "_later")):
            connection.execute(f"drop table kept.{table}")
    connection.execute("insert into kept.stamp values (?, ?)", [load_id, _made_by(frozen)])
    connection.execute("checkpoint kept")


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    named = "select table_name from duckdb_tables() where database_name = ?"
    return [table for (table,) in connection.execute(named, [database]).fetchall()]


def _holds(connection: duckdb.DuckDBPyConnection, path: Path, load_id: str, frozen: Model) -> bool:
    if not path.is_file():
        return False
    try:
        connection.execute(f"attach {literal(path)} as kept")
        return connection.execute("from kept.stamp").fetchall() == [(load_id, _made_by(frozen))]
    except duckdb.Error as error:
        logging.getLogger(__name__).warning("what identity kept cannot be read, and is made again: %s", type(error))
        return False


def _made_by(frozen: Model) -> str:
    return f"{_code()} {frozen.version}"


@cache
def _code() -> str:
    """A digest of the code and model that determine the kept tables, and of the libraries that compute their
    numbers.
    """
    here = Path(__file__).parent
    code = content_hash(here.parents[1], [*code_files(here), Path(sadaya.__file__)])
    return " ".join((code, *(version(name) for name in _LIBRARIES)))


def _memory(mentions: int) -> str:
    """DuckDB's memory limit for this number of mentions; a joined table must fit, even if others spill."""
    return f"{min(MOST_MEMORY_GB, max(MEMORY_GB, mentions / 1e6 * MEMORY_GB_PER_MILLION)):.1f}GB"
