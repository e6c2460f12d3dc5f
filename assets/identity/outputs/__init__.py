"""The files of a night's identity, and how to read them.

Each file has three parts, because a night changes little: the rows as last written whole (a hard link to the same file
of the previous night), the keys of rows removed since, and the rows added since.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb

from assets.identity.steps import queries, shadow
from validations.sql import literal

KEYS = {
    "person_links": "source, record_key, role",
    "identity_links": "pair_id",
    "household_links": "source, record_key",
    "family_links": "family_id",
    "identity_history": "entity, id, event, load_id",
    "lineage": "entity, natural_key",
}
"""Name -> key of its rows."""
FILES = tuple(KEYS)

_sql = queries(__file__)
ROWS = {name: _sql(name) for name in FILES}
"""SQL of the rows of each file."""


def relation(folder: Path, name: str) -> str:
    """SQL of all rows of one of a night's files. dbt's sources have the same SQL."""
    whole, gone, later = (f"read_parquet({literal(path)})" for path in _parts(folder, name))
    return f"(select whole.* from {whole} whole natural anti join {gone} union all by name select * from {later})"


def write_whole(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write every file whole into a folder; the tables `<name>_gone` and `<name>_later` are empty afterwards."""
    for name in FILES:
        connection.execute(f"create or replace table {name}_later as from ({ROWS[name]}) limit 0")
        connection.execute(f"create or replace table {name}_gone as select {KEYS[name]} from {name}_later")
        connection.execute(f"copy ({ROWS[name]}) to {literal(_parts(folder, name)[0])} (format parquet)")
    _write_later(connection, folder)


def write_changes(connection: duckdb.DuckDBPyConnection, folder: Path, before: Path) -> None:
    """Write the tables `<name>_gone` and `<name>_later` into a folder; link the whole part to an earlier file."""
    for name in FILES:
        whole, target = _parts(before, name)[0], _parts(folder, name)[0]
        try:
            os.link(whole, target)
        except OSError:  # a file system without links
            shutil.copyfile(whole, target)
    _write_later(connection, folder)


def _write_later(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    for name in FILES:
        _, gone, later = _parts(folder, name)
        connection.execute(f"copy {name}_gone to {literal(gone)} (format parquet)")
        connection.execute(f"copy {name}_later to {literal(later)} (format parquet)")


def _parts(folder: Path, name: str) -> tuple[Path, Path, Path]:
    return folder / f"{name}.parquet", folder / f"{name}.gone.parquet", folder / f"{name}.later.parquet"


def note(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Record the difference between the rows of a file before and after (`<name>_was`, `<name>_is`): keys removed in
    `<name>_gone`, rows added in `<name>_later`.
    """
    keys, was, is_now = KEYS[name], f"{name}_was", f"{name}_is"
    shadow(connection, "cut", f"select {keys} from (from {was} except from {is_now})")
    connection.execute(f"delete from kept.{name}_later where ({keys}) in (from cut)")
    connection.execute(f"insert into kept.{name}_gone from cut where ({keys}) not in (from kept.{name}_gone)")
    connection.execute(f"insert into kept.{name}_later by name from {is_now} except from {was}")


def note_history(connection: duckdb.DuckDBPyConnection, load_id: str) -> None:
    """Add tonight's events of ids to the later part of the history."""
    connection.execute("insert into kept.identity_history_later by name from kept.history where load_id = ?", [load_id])
