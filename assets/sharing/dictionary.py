"""The published tables as the dbt project describes them: meaning, grain, columns, allowed values, origin.

Everything is read from dbt's manifest, so that the comments in the published file, the pages in docs/kamus and the
contracts of tables cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assets.meaning import Meaning, of_description
from assets.publication.tables import TABLES

DATABASE = "warehouse"
FIRST_VERSION = "1.0.0"
_MENTIONS = "mentions"
"""Schema of what all sources say, in one table per kind."""


@dataclass(frozen=True)
class Column:
    """type: DuckDB type, in lower case. unit: of a number, a key of `units.UNITS`. allowed: the values that a test of
    the project accepts, if there is one. refers_to: the `schema.table.column` that a relationship test names. personal:
    whether it is personal data; specific: by UU 27/2022.
    """

    name: str
    type: str
    meaning: Meaning
    unit: str | None = None
    allowed: tuple[str, ...] = ()
    refers_to: str | None = None
    required: bool = False
    personal: bool = False
    specific: bool = False


@dataclass(frozen=True)
class Described:
    """One table. grain: its key; null_in_grain: whether a column of the key may be null. version: version of its
    contract, `meta: version` in dbt's YAML. parents: published tables that it is built from. sources: exports of
    agencies that it is built from; identified: whether it also depends on identity. owner: who is responsible for its
    content.
    """

    name: str
    meaning: Meaning
    columns: tuple[Column, ...]
    grain: tuple[str, ...] = ()
    null_in_grain: bool = False
    version: str = FIRST_VERSION
    parents: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    identified: bool = False
    is_seed: bool = False
    owner: str | None = None


def described(manifest: Mapping[str, Any]) -> dict[str, Described]:
    """All published tables, `schema.table` -> the table, ordered by name.

    Raises:
        assets.meaning.MeaningError: a table or column is not described in both languages.
    """
    project = _Project(manifest)
    return {each.name: each for each in sorted(project.tables(), key=lambda table: table.name)}


def of_quality() -> dict[str, Described]:
    """The same for schema `quality`, which dbt does not build: it has no declared grain, origin or owner."""
    return {
        f"quality.{table.name}": Described(
            name=f"quality.{table.name}",
            meaning=table.meaning,
            columns=tuple(Column(each.name, each.type.lower(), each.meaning) for each in table.columns),
        )
        for table in sorted(TABLES, key=lambda table: table.name)
    }


@dataclass(frozen=True)
class _Project:
    manifest: Mapping[str, Any]

    @cached_property
    def published(self) -> dict[str, str]:
        """Node -> `schema.table`."""
        return {
            unique_id: f"{node['schema']}.{node['name']}"
            for unique_id, node in self.manifest["nodes"].items()
            if node["resource_type"] in ("model", "seed") and node["database"] == DATABASE
        }

    @cached_property
    def tests(self) -> dict[str, list[Mapping[str, Any]]]:
        """Node -> its generic tests."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for node in self.manifest["nodes"].values():
            if node["resource_type"] == "test" and node.get("attached_node"):
                found.setdefault(node["attached_node"], []).append(node)
        return found

    @cached_property
    def owners(self) -> dict[str, str]:
        """Group -> its owner's name."""
        return {group["name"]: group["owner"]["name"] for group in self.manifest["groups"].values()}

    def tables(self) -> Iterator[Described]:
        for unique_id, name in self.published.items():
            node = self.manifest["nodes"][unique_id]
            sources, identified = self._origin(unique_id)
            grain, null_in_grain = self._grain(unique_id)
            yield Described(
                name=name,
                meaning=of_description(node["description"], name),
                columns=tuple(self._columns(unique_id, node)),
                grain=grain,
                null_in_grain=null_in_grain,
                version=(node["config"].get("meta") or {}).get("version", FIRST_VERSION),
                parents=tuple(sorted(self._parents(unique_id))),
                sources=tuple(sorted(sources)),
                identified=identified,
                is_seed=node["resource_type"] == "seed",
                owner=self.owners.get(node["config"].get("group")),
            )

    def _columns(self, unique_id: str, node: Mapping[str, Any]) -> Iterator[Column]:
        types = node["config"].get("column_types") or {}
        filled = self._filled(unique_id)
        for name, about in node["columns"].items():
            tests = [test for test in self.tests.get(unique_id, []) if test.get("column_name") == name]
            known = {_name(test): _arguments(test) for test in tests}
            meta = about["config"].get("meta") or {}
            yield Column(
                name=name,
                type=(about.get("data_type") or types[name]).lower(),
                meaning=of_description(about["description"], f"{self.published[unique_id]}.{name}"),
                unit=meta.get("unit"),
                allowed=tuple(map(str, known.get("accepted_values", {}).get("values", self._reasons(unique_id, name)))),
                refers_to=self._referred(tests),
                required="not_null" in known or name in filled,
                personal="personal" in meta,
                specific=meta.get("personal") == "specific",
            )

    def _reasons(self, unique_id: str, column: str) -> Iterable[str]:
        """The reasons that a work list may state."""
        if column != "reason":
            return ()
        lists = (test for test in self.tests.get(unique_id, []) if _name(test) == "rows_to_act_on")
        return next((_arguments(test)["reasons"] for test in lists), ())

    def _referred(self, tests: list[Mapping[str, Any]]) -> str | None:
        for test in tests:
            if _name(test) == "relationships" and not test["config"].get("where"):
                ours = test["attached_node"]
                other = next((node for node in test["depends_on"]["nodes"] if node != ours), ours)
                return f"{self.published[other]}.{_arguments(test)['field']}"
        return None

    def _grain(self, unique_id: str) -> tuple[tuple[str, ...], bool]:
        """The key according to the tests, a single column before several; and whether it may be null."""
        known = {_name(test): test for test in self.tests.get(unique_id, [])}
        if "rows_to_act_on" in known:
            return ("row_id",), False
        if "unique" in known:
            column = known["unique"]["column_name"]
            tests = (_name(test) for test in self.tests[unique_id] if test.get("column_name") == column)
            return (column,), "not_null" not in tests
        if "unique_together" in known:
            arguments = _arguments(known["unique_together"])
            return tuple(arguments["columns"]), bool(arguments.get("nullable"))
        return (), False

    def _filled(self, unique_id: str) -> set[str]:
        """Columns that are never null according to the test of the key."""
        arguments = [_arguments(test) for test in self.tests.get(unique_id, []) if _name(test) == "unique_together"]
        grain = {column for one in arguments for column in one["columns"] if column not in one.get("nullable", [])}
        return grain.union(*(one.get("filled", []) for one in arguments))

    def _parents(self, unique_id: str) -> set[str]:
        """The published tables that it is built from, directly or through unpublished ones."""
        found: set[str] = set()
        for parent in self._inputs(unique_id):
            found |= {self.published[parent]} if parent in self.published else self._parents(parent)
        return found

    def _origin(self, unique_id: str) -> tuple[set[str], bool]:
        """The exports that it is built from, directly or not, and whether also from all sources or identity."""
        seen, todo = {unique_id}, [unique_id]
        while todo:
            new = set(self._inputs(todo.pop())) - seen
            seen |= new
            todo += [each for each in new if not self._is_mention(each)]
        read = [self.manifest["sources"][each] for each in seen if each in self.manifest["sources"]]
        exports = {source["name"] for source in read if source["source_name"] == "accepted"}
        of_identity = any(source["source_name"] == "identity" for source in read)
        return exports, of_identity or any(map(self._is_mention, seen))

    def _is_mention(self, unique_id: str) -> bool:
        return self.manifest["nodes"].get(unique_id, {}).get("schema") == _MENTIONS

    def _inputs(self, unique_id: str) -> list[str]:
        node = self.manifest["nodes"].get(unique_id)
        return node["depends_on"].get("nodes", []) if node else []


def _name(test: Mapping[str, Any]) -> str:
    return (test.get("test_metadata") or {}).get("name", "")


def _arguments(test: Mapping[str, Any]) -> Mapping[str, Any]:
    return test["test_metadata"]["kwargs"]
