"""Views in a scratch load's databases on the tables of the published load.

dbt rebuilds the models with the tag `progress`. Whatever else they read is a view of the same name, so that no table of
the published load is built or copied. dbt attaches the published files under the names in `PUBLISHED`, read-only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from field.progress.basis import Basis, NoBasisError
from validations.sql import identifier, literal

TAG = "progress"
PUBLISHED = {"staging": "published_staging", "warehouse": "published_warehouse"}
"""dbt's databases -> names under which those of the published load are attached."""


@dataclass(frozen=True)
class Relation:
    """A table of a load: dbt's database, schema, name."""

    database: str
    schema: str
    name: str

    def within(self, database: str) -> str:
        """Its SQL name in a database."""
        return ".".join(map(identifier, (database, self.schema, self.name)))


def rebuilt(manifest: Mapping[str, Any]) -> list[str]:
    """The models that are rebuilt, by their ids in dbt's manifest."""
    nodes = manifest["nodes"].items()
    return sorted(name for name, node in nodes if node["resource_type"] == "model" and TAG in node["tags"])


def read_by(manifest: Mapping[str, Any], models: list[str]) -> list[Relation]:
    """The tables and views that these models read and that are none of them, each after those that it reads itself: a
    view of the published load names its tables by dbt's databases, which are the scratch ones here.
    """
    nodes, found = manifest["nodes"], {}

    def see(names: Iterable[str]) -> None:
        for name in names:
            if name not in nodes or name in models or name in found:
                continue
            node = nodes[name]
            if node["config"].get("materialized") == "view":
                see(_parents(node))
            found[name] = Relation(node["database"], node["schema"], node["alias"])

    see(sorted({parent for model in models for parent in _parents(nodes[model])}))
    return list(found.values())


def _parents(node: Mapping[str, Any]) -> list[str]:
    return node["depends_on"].get("nodes", [])


def variable(database: str) -> str:
    """The environment variable that tells dbt the file of an attached database of the published load."""
    return f"SADAYA_{database.upper()}"


def create_views(basis: Basis, scratch: Mapping[str, Path], relations: list[Relation]) -> None:
    """Create the scratch databases (name -> file), with a view for each relation.

    Raises:
        NoBasisError: a file of the published load cannot be read, or lacks a table.
    """
    with duckdb.connect() as connection:
        for name, path in scratch.items():
            connection.execute(f"attach {literal(path)} as {identifier(name)}")
        try:
            for name, path in basis.databases.items():
                connection.execute(f"attach {literal(path)} as {PUBLISHED[name]} (read_only)")
            for one in relations:
                schema = f"{identifier(one.database)}.{identifier(one.schema)}"
                connection.execute(f"create schema if not exists {schema}")
                seen = one.within(PUBLISHED[one.database])
                connection.execute(f"create view {one.within(one.database)} as select * from {seen}")
        except duckdb.Error as error:
            why = f"its files cannot be read ({type(error).__name__})"
            raise NoBasisError(f"the working folder of load {basis.load_id} is damaged: {why}. Run a load") from error


def drop_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop all views of the connection's database, and the schemas that are empty then."""
    views = "select schema_name, view_name from duckdb_views() where not internal"
    for schema, name in connection.execute(views).fetchall():
        connection.execute(f"drop view {identifier(schema)}.{identifier(name)}")
    used = "select schema_name from duckdb_tables()"
    schemas = "select schema_name from duckdb_schemas() where not internal and schema_name <> 'main'"
    for (schema,) in connection.execute(f"{schemas} and schema_name not in ({used})").fetchall():
        connection.execute(f"drop schema {identifier(schema)}")
