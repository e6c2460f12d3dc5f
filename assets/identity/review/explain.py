"""Explains an id: its records, the pairs that joined them, open questions, and the events of the id.

Reads the published snapshot and the mentions that it was made from. Every request is recorded in the ledger.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any

import duckdb

from assets.home import Home
from assets.identity.mentions import attach, relation
from assets.ledger import Ledger
from validations.errors import SadayaError
from validations.sql import literal

ENTITIES = {"P": "person", "H": "household", "F": "family", "L": "pair"}
"""First letter of an id -> kind of id."""

_MENTION = f"""
create view mention as select source, record_key, role, name, sex, birth_date, birth_year, nik, nik_state, no_kk,
    mother_name, village_code, valid_from
from {relation()}
"""


class ExplainError(SadayaError):
    """There is nothing to explain; the message is for the user."""


@dataclass(frozen=True)
class Explanation:
    """The explanation of one id.

    current: the id that replaces it today (the same id, unless it was merged); None if it is retired. records, pairs,
    golden, events: rows by column, in a fixed order. In a pair, `evidence` is a list of field, level, weight.
    """

    id: str
    entity: str
    current: str | None
    load_id: str
    events: list[dict[str, Any]] = field(default_factory=list)
    records: list[dict[str, Any]] = field(default_factory=list)
    pairs: list[dict[str, Any]] = field(default_factory=list)
    golden: list[dict[str, Any]] = field(default_factory=list)


def explain(home: Home, wanted: str, by: str, reason: str) -> Explanation:
    """Collect the explanation of a person_id, household_id, family_id or pair_id, and record who asked.

    Raises:
        ExplainError: nothing is published, the reader may not read the snapshot, or the id was never given.
        MentionsError: an earlier version made the published load.
    """
    with Ledger(home.ledger) as ledger:
        published = ledger.published_load()
        if published is None:
            raise ExplainError("nothing is published yet")
        entity = ENTITIES.get(wanted[:1])
        if entity is None:
            raise ExplainError("an id begins with P (person), H (household), F (family) or L (pair of records)")
        ledger.decide("explain", wanted, by, reason)
        order = [row["load_id"] for row in ledger.loads()]
    load_id = published["load_id"]
    if not os.access(home.warehouse(load_id), os.R_OK):
        raise ExplainError("you may not read the snapshot: it holds names and numbers, and is the data team's alone")
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(home.warehouse(load_id))} as warehouse (read_only)")
        attach(connection, home.load(load_id).staging)
        connection.execute(_MENTION)
        connection.execute(
            "create table load_order as select unnest($1) as load_id, unnest(range($2)) as nth", [order, len(order)]
        )
        gather = _pair if entity == "pair" else _person if entity == "person" else _place
        found = gather(connection, wanted, entity, load_id)
    if not found.events and not found.pairs:
        raise ExplainError(f"{wanted} was never given")
    return found


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, **values: Any) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


_EVENTS = """
select event, other_id, load_id, happened_at from warehouse.marts.identity_history
left join load_order using (load_id) where entity = $entity and id = $id order by nth nulls first, load_id, event
"""
"""In the order of loads: clocks can go backwards."""


def _current(connection: duckdb.DuckDBPyConnection, wanted: str, entity: str) -> tuple[str | None, list[dict]]:
    """The id that replaces an id today, and its events; follows merges."""
    events = _rows(connection, _EVENTS, entity=entity, id=wanted)
    now, seen, last = wanted, {wanted}, events
    while last and last[-1]["event"] == "merged" and last[-1]["other_id"] not in seen:
        now = last[-1]["other_id"]
        seen.add(now)
        last = _rows(connection, _EVENTS, entity=entity, id=now)
    return (None if last and last[-1]["event"] == "retired" else now), events


_PAIRS = """
select pair_id, source_a, record_key_a, role_a, source_b, record_key_b, role_b, person_id_a, person_id_b, detector,
    weight, match_probability, state, evidence
from warehouse.marts.identity_links where {where}
order by state, source_a, record_key_a, role_a, source_b, record_key_b, role_b
"""


def _pairs(connection: duckdb.DuckDBPyConnection, where: str, wanted: str | None) -> list[dict[str, Any]]:
    pairs = _rows(connection, _PAIRS.format(where=where), id=wanted)
    return [pair | {"evidence": json.loads(pair["evidence"] or "[]")} for pair in pairs]


def _person(connection: duckdb.DuckDBPyConnection, wanted: str, entity: str, load_id: str) -> Explanation:
    current, events = _current(connection, wanted, entity)
    records = _rows(
        connection,
        "select r.source, r.record_key, r.role, link_rule, match_probability,"
        " mention.* exclude (source, record_key, role)"
        " from warehouse.marts.person_records r join mention using (source, record_key, role)"
        " where person_id = $id order by link_rule <> 'register', source, record_key, role",
        id=current,
    )
    pairs = _pairs(connection, "person_id_a = $id or person_id_b = $id", current)
    return Explanation(wanted, entity, current, load_id, events, records, pairs, _golden(connection, current))


def _pair(connection: duckdb.DuckDBPyConnection, wanted: str, entity: str, load_id: str) -> Explanation:
    pairs = _pairs(connection, "pair_id = $id", wanted)
    records = [
        record
        for pair in pairs
        for side in "ab"
        for record in _rows(
            connection,
            "select * from mention where source = $source and record_key = $key and role = $role",
            source=pair[f"source_{side}"],
            key=pair[f"record_key_{side}"],
            role=pair[f"role_{side}"],
        )
    ]
    return Explanation(wanted, entity, wanted, load_id, [], records, pairs)


def _place(connection: duckdb.DuckDBPyConnection, wanted: str, entity: str, load_id: str) -> Explanation:
    current, events = _current(connection, wanted, entity)
    records = _rows(
        connection,
        "select h.source, h.record_key, h.role, h.household_id, h.family_id, h.link_rule, p.person_id"
        " from warehouse.marts.household_records h"
        " left join warehouse.marts.person_records p using (source, record_key, role)"
        f" where h.{entity}_id = $id order by h.source, h.record_key",
        id=current,
    )
    return Explanation(wanted, entity, current, load_id, events, records)


_ATTRIBUTES = {
    "name": "name_source", "sex": "sex_source", "birth_date": "birth_source", "birth_year": "birth_source",
    "nik": "nik_source", "no_kk": "no_kk_source", "village_code": "village_source", "life_status": "life_status_source",
}  # fmt: skip


def _golden(connection: duckdb.DuckDBPyConnection, person: str | None) -> list[dict[str, Any]]:
    """The person's golden record: attribute, value, source; empty outside the frame."""
    rows = _rows(connection, "select * from warehouse.marts.dim_person where person_id = $id", id=person)
    return [
        {"attribute": attribute, "value": row[attribute], "source": row[source]}
        for row in rows
        for attribute, source in _ATTRIBUTES.items()
    ]
