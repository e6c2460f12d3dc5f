"""Mentions and links written by hand, and the models of the second half built on them, without a run of dbt."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.dbt_project.conftest import YESTERDAY
from tests.identity_files import complete
from tests.shared import once
from validations.evidence import QUARANTINE

PROJECT = Path(__file__).resolve().parents[3] / "dbt_project"

_ORIGIN = {"source": pl.String, "record_key": pl.String, "delivery_id": pl.String, "file_name": pl.String}
_PLACE = dict.fromkeys(("village_code", "district_code", "regency_code"), pl.String)
_STANDING = {"row_number": pl.Int64, "valid_from": pl.Date, "carried_forward_since": pl.Date, "known_from": pl.String}
_LINK = {"source": pl.String, "record_key": pl.String, "link_rule": pl.String, "match_probability": pl.Float64}

SCHEMAS = {
    "mentions/person_mention": _ORIGIN | _PLACE | _STANDING
    | dict.fromkeys(("role", "name", "sex", "birth_precision", "birth_place", "nik", "nik_state", "no_kk"), pl.String)
    | dict.fromkeys(("mother_name", "relation", "household_ref", "life_status"), pl.String)
    | dict.fromkeys(("birth_date", "life_status_date"), pl.Date)
    | {"birth_year": pl.Int16, "birth_heap": pl.Boolean, "is_register": pl.Boolean},
    "mentions/household_mention": _ORIGIN | _PLACE | _STANDING
    | dict.fromkeys(("person_role", "household_ref", "no_kk", "head_name", "address", "rt", "rw"), pl.String)
    | {"decile": pl.Int8, "member_count": pl.Int16, "in_frame": pl.Boolean},
    **{f"mentions/past_{kind}_mention": _ORIGIN | {role: pl.String, "row_number": pl.Int64}
       | dict.fromkeys(("valid_from", "valid_to"), pl.Date)
       for kind, role in (("person", "role"), ("household", "person_role"))},
    "mentions/programme_mention": _ORIGIN | _STANDING
    | dict.fromkeys(("programme", "participant_no", "status", "status_original", "components"), pl.String)
    | dict.fromkeys(("end_reason", "companion_id", "village_code", "regency_code", "known_from"), pl.String)
    | dict.fromkeys(("start_date", "end_date", "valid_to"), pl.Date)
    | dict.fromkeys(("award_year", "stage_year", "start_year"), pl.Int16)
    | {"stage_number": pl.Int8, "is_current": pl.Boolean},
    "mentions/decision_mention": dict.fromkeys(("record_key", "clerk"), pl.String) | {"decided_on": pl.Date},
    "identity/person_links": _LINK | {"role": pl.String, "person_id": pl.String},
    "identity/household_links": _LINK | dict.fromkeys(("household_id", "family_id"), pl.String),
    "identity/past_person_links": _LINK | {"role": pl.String, "valid_from": pl.Date, "person_id": pl.String},
    "identity/past_household_links": _LINK | {"valid_from": pl.Date, "household_id": pl.String, "family_id": pl.String},
    "identity/identity_links": dict.fromkeys(
        ("pair_id", *(f"{column}_{side}" for side in "ab" for column in ("source", "record_key", "role", "person_id")),
         "detector", "state", "evidence"), pl.String) | dict.fromkeys(("weight", "match_probability"), pl.Float64),
    "identity/family_links": dict.fromkeys(("family_id", "no_kk", "household_id"), pl.String),
    "identity/identity_history": dict.fromkeys(("entity", "id", "event", "other_id", "load_id"), pl.String)
    | {"happened_at": pl.String, "generation": pl.Int64},
    "inputs/loads": {"load_id": pl.String, "load_seq": pl.Int64},
    "inputs/deliveries": dict.fromkeys(("delivery_id", "source", "load_id", "sha256"), pl.String)
    | {"delivery_order": pl.UInt32, "delivery_date": pl.Date},
    "inputs/load": {"load_id": pl.String, "as_of_date": pl.Date, "started_at": pl.String, "code_version": pl.String},
    **{f"inputs/{name}": schema for name, schema in YESTERDAY.items()},
    "inputs/sources": dict.fromkeys(("source", "agency", "kind", "last_delivery_id"), pl.String)
    | {"last_delivery_date": pl.Date, "expected_every_days": pl.Int64},
}  # fmt: skip
"""Inputs of the second half (docs/architecture.md): files under the load's folder, and tables of mentions."""

_USUAL = {
    "delivery_id": "delivery",
    "file_name": "file.csv",
    "row_number": 2,
    "valid_from": date(2019, 1, 1),
    "regency_code": "3601",
    "known_from": "load",
    "link_rule": "nik",
}


@dataclass
class Night:
    """One night, as staging and identity write it. `says`, `enrols` and `stages` add records; `make` builds marts."""

    folder: Path
    parsed: object
    nothing: Path
    """Inputs of a night without records, and the empty tables of staging (the fixture of that name)."""
    tables: dict[str, list[dict]] = field(default_factory=lambda: {name: [] for name in SCHEMAS})
    staged: dict[str, list[dict]] = field(default_factory=dict)
    seeds: dict[str, list[dict]] = field(default_factory=dict)
    withheld: dict[str, list[str | None]] = field(default_factory=dict)
    """Keys of rows that were quarantined, by source."""
    quarantine: dict[tuple[str, str], list[dict]] = field(default_factory=dict)
    """Rows in quarantine, by source and delivery."""
    as_of: date = date(2019, 11, 1)
    made: set[str] = field(default_factory=set)
    earlier_loads: list[str] = field(default_factory=list)

    def says(self, source: str, key: str, *, household: str, person: str | None = None, **given) -> None:
        """A record of a source, linked by identity. Its columns go to the mentions that have them."""
        family = given.pop("family", f"family of {household}")
        role = given.pop("role", "self" if person else None)
        row = _USUAL | {"source": source, "record_key": key, "in_frame": False, "is_register": False, **given}
        links = {"household_id": household, "family_id": family, "person_id": person, "role": role, "person_role": role}
        self._add(row | links, "mentions/household_mention", "identity/household_links")
        if person:
            self._add(row | links, "mentions/person_mention", "identity/person_links")
        if not any(one["family_id"] == family for one in self.tables["identity/family_links"]):
            self._add(links | {"no_kk": given.get("no_kk")}, "identity/family_links")

    def said(
        self, source: str, key: str, *, household: str | None, person: str | None = None, until: date, **given
    ) -> None:
        """A past version of a record, with other values than the current one."""
        links = {"household_id": household, "family_id": household and f"family of {household}", "person_id": person}
        row = _USUAL | {"source": source, "record_key": key, "role": "self", "person_role": "self"} | links | given
        row["valid_to"] = until
        self._add(row, "mentions/past_household_mention", "identity/past_household_links")
        self._add(row, "mentions/past_person_mention", "identity/past_person_links")

    def lists(self, household: str, decile: int | None = 1, **given) -> None:
        """The social registry lists a household."""
        self.says(
            "dinsos_dtks_rumah_tangga", f"dtks {household}", household=household,
            **{"household_ref": f"dtks {household}", "decile": decile, "in_frame": True, **given},
        )  # fmt: skip

    def registers(self, person: str, household: str, **given) -> None:
        """The civil register has a person."""
        usual = {"is_register": True, "life_status": "AKTIF", "name": person, "nik": person, "nik_state": "valid"}
        self.says("dukcapil_penduduk", person, household=household, person=person, **usual | given)

    def enrols(self, programme: str, key: str, household: str, status: str = "active", **given) -> None:
        """A programme names a family of a household."""
        source = given.pop("source", f"dinsos_{programme.lower()}")
        self.says(source, key, household=household, in_frame=True, **given)
        self.tells(programme, key, status, source=source, **given)

    def tells(self, programme: str, key: str, status: str, **given) -> None:
        """A version of an enrolment."""
        said = {"programme": programme, "status": status, "is_current": True, "known_from": "load", **given}
        self._add(
            _USUAL | {"source": f"dinsos_{programme.lower()}", "record_key": key} | said, "mentions/programme_mention"
        )

    def readers_see(self, household: str, statuses: dict[str, str] | None = None, people: tuple = (), **given) -> None:
        """The previous publication of a household: statuses, people, and their life status by the register."""
        self.tables["inputs/yesterday_load"] = [{"load_id": "before", "as_of_date": date(2019, 10, 1)}]
        usual = {
            "household_id": household,
            "in_dtks": True,
            "decile": 1,
            "regency_code": "3601",
            "persons": len(people),
        }
        self._add(usual | given, "inputs/yesterday_household")
        for programme, status in (statuses or {}).items():
            self._add(usual | {"programme": programme, "status": status}, "inputs/yesterday_status")
        for person in people:
            self._add(usual | {"person_id": person, "life_status": "AKTIF"}, "inputs/yesterday_person")

    def became(self, entity: str, one: str, event: str, other: str) -> None:
        """An event of an id since the previous publication."""
        event = {
            "entity": entity,
            "id": one,
            "event": event,
            "other_id": other,
            "load_id": "load",
            "happened_at": "now",
            "generation": len(self.tables["identity/identity_history"]),
        }
        self._add(event, "identity/identity_history")

    def stages(self, model: str, **row) -> None:
        """A version of a record in staging, in `<model>_versions`; current unless it has an end."""
        usual = {"valid_from": date(2019, 1, 1), "known_from": "load", "is_current": row.get("valid_to") is None}
        self.staged.setdefault(f"{model}_versions", []).append(usual | row)

    def _add(self, row: dict, *tables: str) -> None:
        for table in tables:
            self.tables[table].append({name: row.get(name) for name in SCHEMAS[table]})

    def open(self) -> duckdb.DuckDBPyConnection:
        """Open staging and the inputs of the second half. `make` builds the marts. The caller closes the connection."""
        for part in ("inputs", "identity"):
            shutil.copytree(self.nothing / part, self.folder / part, copy_function=os.link)
        connection = connected(self.folder)
        connection.execute(f"use staging; {(self.nothing / 'staging.sql').read_text()}")
        if self.staged:
            self._stage(connection)
        self._write_inputs(connection)
        connection.execute("use warehouse.marts")
        return connection

    def _stage(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Fill models of staging, and build those that depend on them."""
        told: set[str] = set()
        for node in nodes_of(self.parsed, "staging/"):
            if told.intersection(node["depends_on"]["nodes"]):
                connection.execute(f"create or replace table {_relation(node)} as {self._sql(node)}")
                told.add(node["unique_id"])
            if rows := self.staged.get(node["name"]):
                connection.register("rows", pl.DataFrame(rows, infer_schema_length=None).to_arrow())
                connection.execute(f"insert into {_relation(node)} by name from rows")
                told.add(node["unique_id"])

    def make(self, connection: duckdb.DuckDBPyConnection, sql: str) -> None:
        """Build the models of the second half that a query names, with their ancestors, unless built already."""
        nodes = {node["unique_id"]: node for node in nodes_of(self.parsed, "post_identity")}
        words = set(re.findall(r"\w+", sql))
        wanted, asked = set(), [name for name, node in nodes.items() if node["name"] in words]
        while asked:
            if (name := asked.pop()) not in wanted:
                wanted.add(name)
                asked += [parent for parent in nodes[name]["depends_on"].get("nodes", ()) if parent in nodes]
        for name, node in nodes.items():
            if name in wanted - self.made:
                self._make(connection, node)
        self.made |= wanted

    def _write_inputs(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.tables["inputs/load"] = [{"load_id": "load", "as_of_date": self.as_of}]
        ran = [*self.earlier_loads, "before", "load"]
        self.tables["inputs/loads"] = [{"load_id": load_id, "load_seq": nth} for nth, load_id in enumerate(ran)]
        given = {name: rows for name, rows in self.tables.items() if rows}
        write_tables(self.folder, {name: rows for name, rows in given.items() if not _is_mention(name)})
        for name in filter(_is_mention, given):
            connection.register("rows", pl.DataFrame(given[name], schema=SCHEMAS[name]).to_arrow())
            connection.execute(f"insert into staging.{name.replace('/', '.')} by name from rows")
        for source, keys in self.withheld.items():
            target = self.folder / "inputs" / source / f"{source}-1" / "quarantined_keys.parquet"
            target.parent.mkdir(parents=True)
            pl.DataFrame({"record_key": keys, "coverage_regency": "3601"}).write_parquet(target)
        for (source, delivery), lines in self.quarantine.items():
            target = self.folder / "inputs" / source / delivery / "quarantine.parquet"
            target.parent.mkdir(parents=True)
            pl.DataFrame(lines, schema=QUARANTINE).write_parquet(target)

    def _make(self, connection: duckdb.DuckDBPyConnection, node: dict) -> None:
        connection.execute(f"create table {_relation(node)} as {self._sql(node)}")

    def _sql(self, node: dict) -> str:
        if node["resource_type"] == "model":
            return self.parsed.sql(node["name"])
        types = {name: kind.upper() for name, kind in node["config"]["column_types"].items()}
        path = PROJECT / node["original_file_path"]
        if node["name"] in self.seeds:
            path = self.folder / f"{node['name']}.csv"
            pl.DataFrame(self.seeds[node["name"]]).write_csv(path)
        return f"select * from read_csv('{path}', header = true, types = {types})"


def _is_mention(name: str) -> bool:
    """Whether an input of the second half is a table of the first half."""
    return name.startswith("mentions/")


def write_tables(folder: Path, tables: dict[str, list[dict]]) -> None:
    """Write inputs and files of identity, each replacing a link to an empty one."""
    for name, rows in tables.items():
        target = folder / f"{name}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        pl.DataFrame(rows, schema=SCHEMAS[name]).write_parquet(target)


def connected(folder: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory with the places of the project; paths are of a load's folder. Tables are tiny: 1 thread."""
    connection = duckdb.connect(config={"file_search_path": str(folder), "threads": 1})
    for place in ("staging.stg", "staging.mentions", "staging.int", "warehouse.marts", "warehouse.reference"):
        connection.execute(f"attach if not exists ':memory:' as {place.partition('.')[0]}; create schema {place}")
    return connection


def nodes_of(parsed, which: str) -> list[dict]:
    """Models and seeds of a folder or a half, parents first; without mentions, which tests write by hand."""
    nodes = {
        name: node
        for name, node in parsed.manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed")
        and (which in node["tags"] or node["path"].startswith(which))
        and not node["name"].startswith("mention_")
    }
    parents = {name: set(node["depends_on"].get("nodes", ())) & set(nodes) for name, node in nodes.items()}
    return [nodes[name] for name in TopologicalSorter(parents).static_order()]


def _relation(node: dict) -> str:
    return f"{node['database']}.{node['schema']}.{node['name']}"


@pytest.fixture(scope="session")
def nothing(shared, parsed, load_folder) -> Path:
    """A night without deliveries: all inputs of the second half, and in staging.sql the empty tables of staging."""

    def make(folder: Path) -> None:
        load_folder(folder).write([])
        with connected(folder) as connection:
            for node in nodes_of(parsed, "staging/"):
                connection.execute(f"create table {_relation(node)} as {parsed.sql(node['name'])}")
                assert not connection.execute(f"from {_relation(node)}").fetchone(), "only columns are kept"
            for node in nodes_of(parsed, "mentions/"):
                columns = ", ".join(f"{name} {column['data_type']}" for name, column in node["columns"].items())
                connection.execute(f"create table {_relation(node)} ({columns})")
            made = connection.execute("select sql from duckdb_tables() where database_name = 'staging'").fetchall()
        (folder / "staging.sql").write_text("\n".join(sql for (sql,) in made))
        write_tables(folder, {name: [] for name in SCHEMAS if not _is_mention(name)})
        complete(folder / "identity")

    return once(shared / "nothing", make)


@pytest.fixture
def night(tmp_path, parsed, nothing) -> Night:
    return Night(tmp_path, parsed, nothing)


@pytest.fixture
def ask(night) -> Iterator:
    """ask(sql, *parameters): makes the marts that the query names, each once, and gives the rows."""
    opened: list[duckdb.DuckDBPyConnection] = []

    def ask(sql: str, *parameters: object) -> list[tuple]:
        if not opened:
            opened.append(night.open())
        night.make(opened[0], sql)
        return opened[0].execute(sql, parameters).fetchall()

    yield ask
    for connection in opened:
        connection.close()
