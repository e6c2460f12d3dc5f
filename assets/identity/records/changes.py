"""Compares tonight's mentions with the kept ones: added, superseded and removed."""

from __future__ import annotations

from assets.identity.mentions import columns, digests, relation
from assets.identity.steps import Run, shadow, unshadow
from assets.identity.tables import count, largest

MOST = 0.2
"""Share of changed mentions from which all are resolved from scratch, because it costs no more."""

_KEPT = {"person": ("mention", "n"), "household": ("household_mention", "h")}
"""Kind of mention -> its table, and the column that numbers it."""

_SUPERSEDED = {"person": "n, k, source, record_key, role, is_register, nik, no_kk, household", "household": "*"}
"""Columns kept of a superseded row: of a person, those by which it affected others."""


class StartOverError(Exception):
    """The changes cannot be determined: everything has to be resolved from scratch."""


def read_all(run: Run) -> None:
    """Make the views `person_input`, `household_input` and `decision_input` of all of tonight's mentions, numbered."""
    for kind, (_, number) in _KEPT.items():
        run.execute(
            f"create or replace temp view {kind}_input as select row_number() over () as {number},"
            f" {digests(kind)}, {columns(kind)} from {relation(kind)}"
        )
    _read_decisions(run)


def _read_decisions(run: Run) -> None:
    run.execute(f"create or replace temp view decision_input as from {relation('decision')}")


def find(run: Run) -> int:
    """Make three tables per kind of mention, and limit the inputs to the added mentions.

    `<kind>_added`: new or changed mentions (`was`: number of the earlier mention with their key); `<kind>_superseded`:
    rows whose values are no longer stated; `<kind>_removed`: those of them whose key is not stated either. Returns the
    number of mentions added or removed.
    """
    _read_decisions(run)
    return sum(_find(run, kind) for kind in _KEPT)


def _find(run: Run, kind: str) -> int:
    table, number = _KEPT[kind]
    run.execute(f"create or replace temp view {kind}_stated as from {relation(kind)}")
    stated = f"(select {columns(kind)}, {digests(kind)} from {kind}_stated)"
    shadow(
        run.connection,
        "differing",
        f"select t.*, m.{number} as superseded from {stated} t"
        f" full join (select {number}, d from kept.{table}) m on t.d = m.d where t.d is null or m.d is null",
    )
    shadow(
        run.connection,
        f"{kind}_superseded",
        f"select {_SUPERSEDED[kind]} from kept.{table} where {number} in (select superseded from differing)",
    )
    shadow(
        run.connection,
        f"{kind}_added",
        f"select * exclude (superseded) from differing left join (select k, source, record_key, {number} as was"
        f" from {kind}_superseded) using (k, source, record_key) where k is not null",
    )
    shadow(
        run.connection,
        f"{kind}_removed",
        f"from {kind}_superseded where {number} not in (select was from {kind}_added where was is not null)",
    )
    unshadow(run.connection, "differing")
    last = largest(run.connection, number, f"kept.{table}")
    run.execute(
        f"create or replace temp view {kind}_input as"
        f" select coalesce(was, row_number() over () + {last}) as {number}, * from {kind}_added"
    )
    return count(run.connection, f"{kind}_added") + count(run.connection, f"{kind}_removed")


def check(run: Run) -> None:
    """Compare the number of mentions with tonight's.

    Raises:
        StartOverError: two mentions share a digest.
    """
    if count(run.connection, "kept.mention") != count(run.connection, relation()):
        raise StartOverError
