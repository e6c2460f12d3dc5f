"""What identity keeps in HOME from one night to the next, so that a night costs what changed: a cache and no more.

All of it can be made again from a night's mentions and the earlier ids. It is used only if it was finished, by the same
code and model, for the load before tonight's; else it is thrown away.
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
"""DuckDB's memory: so much, more where there are more mentions, never more than that (it spills beyond)."""
_LIBRARIES = ("duckdb", "splink")


@contextmanager
def opened(load: Load, previous_load: str | None, frozen: Model) -> Generator[tuple[duckdb.DuckDBPyConnection, bool]]:
    """A connection with the load's mentions, and whether its database `kept`, a file in HOME, holds that earlier load.

    If so, new tables go into memory, and names are looked up there first; else, `begin`. Until `finish` the file counts
    for nothing.
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
    """Begin an empty `kept`, and work in it. What lies in memory is dropped."""
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
    """Drop what is not kept, and write down what the file holds. tables: those to keep, beside the parts of files
    (`outputs`).
    """
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
    """The code and model that decide what is kept, as a digest, and the libraries that its numbers depend on."""
    here = Path(__file__).parent
    code = content_hash(here.parents[1], [*code_files(here), Path(sadaya.__file__)])
    return " ".join((code, *(version(name) for name in _LIBRARIES)))


def _memory(mentions: int) -> str:
    """DuckDB's memory limit for so many mentions; a table that is joined must fit, however much spills."""
    return f"{min(MOST_MEMORY_GB, max(MEMORY_GB, mentions / 1e6 * MEMORY_GB_PER_MILLION)):.1f}GB"
