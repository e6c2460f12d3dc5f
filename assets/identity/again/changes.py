"""What was said tonight that was not said before, and what is said no more."""

from __future__ import annotations

from pathlib import Path

import duckdb

from assets.identity import clerk, persons
from assets.identity.again.layer import lay, lift, replace
from assets.identity.mentions import PLACE, columns, digests, relation
from assets.identity.tables import count, largest

_KEPT = {"person": ("mention", "n"), "household": ("household_mention", "h")}
"""Kind of mention -> its table, and what numbers it there."""

_UNSAID = {"person": "n, k, source, record_key, role, is_register, nik, no_kk, household", "household": "*"}
"""What must be known of a row that is not said any more: of a person, by what it touched others."""


def find(connection: duckdb.DuckDBPyConnection, kind: str, mentions: Path) -> int:
    """Make the tables `<kind>_heard` (mentions that were not said before; `was`: the number of the one that had their
    key), `<kind>_unsaid` (rows that are not said any more), and of these `<kind>_gone`: those whose key is not said
    either. Returns how many mentions were heard or are gone.
    """
    table, number = _KEPT[kind]
    said = f"(select {columns(kind)}, {digests(kind)} from {relation(mentions, kind)})"
    lay(
        connection,
        "differing",
        f"select t.*, m.{number} as unsaid from {said} t"
        f" full join (select {number}, d from kept.{table}) m on t.d = m.d where t.d is null or m.d is null",
    )
    lay(
        connection,
        f"{kind}_unsaid",
        f"select {_UNSAID[kind]} from kept.{table} where {number} in (select unsaid from differing)",
    )
    lay(
        connection,
        f"{kind}_heard",
        f"select * exclude (unsaid) from differing left join (select k, source, record_key, {number} as was"
        f" from {kind}_unsaid) using (k, source, record_key) where k is not null",
    )
    lay(
        connection,
        f"{kind}_gone",
        f"from {kind}_unsaid where {number} not in (select was from {kind}_heard where was is not null)",
    )
    lift(connection, "differing")
    return count(connection, f"{kind}_heard") + count(connection, f"{kind}_gone")


def take_in(connection: duckdb.DuckDBPyConnection, mentions: Path) -> bool:
    """Bring `mention` and `register` to tonight's. Makes `fresh`, the rows that are new or say another thing, and the
    tables of `clerk`.

    Returns whether all is there now: digests that two mentions share would show.
    """
    last = largest(connection, "n", "kept.mention")
    persons.read(connection, "person_heard", f"coalesce(was, row_number() over () + {last})")
    lay(connection, "fresh", f"select * exclude ({', '.join(PLACE)}) from mention")
    for table, rows in (("mention", "from fresh"), ("register", "from memory.register")):
        replace(connection, table, "n in (select n from person_unsaid)", rows)
        lift(connection, table)
    clerk.read(connection, str(mentions))
    return count(connection, "kept.mention") == count(connection, relation(mentions))
