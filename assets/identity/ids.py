"""Ids that stay: which component of tonight goes on under which earlier id, and what becomes of the ids that lose.

Why ids are made from lineage: decision 0003.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from assets.identity.tables import largest

PREFIXES = {"person": "P", "household": "H", "family": "F"}
_DIGITS = 16
_STRENGTH = "rank_1 desc, rank_2 desc, rank_3 desc"
_WHEN = "(coalesce(generation, 0), load_id)"
"""SQL: when an event happened, as a place in order. Not by the clock, which may go back."""


@dataclass(frozen=True)
class Run:
    """One run of identity. at: its moment, ISO 8601. generation: how many runs that changed ids came before, and one;
    what orders events.
    """

    load_id: str
    at: str
    generation: int


def new_run(connection: duckdb.DuckDBPyConnection, load_id: str, at: str) -> Run:
    """The run that comes after all that the table `history` tells of."""
    return Run(load_id, at, largest(connection, "generation", "history") + 1)


def assign(connection: duckdb.DuckDBPyConnection, entity: str, run: Run, among: str = "true") -> None:
    """Give every component an id, and note what happened to ids.

    among: SQL of the earlier ids whose fate is decided; it must hold
    of every id that is claimed. Reads `<entity>_founder` (component, seed: text of the founding
    record's place) and `<entity>_claim` (component, id, rank_1, rank_2, rank_3: how strongly the component may claim an
    earlier id, most important first, larger is stronger). Each earlier id goes to its strongest claimant, each
    component keeps the strongest id it won. Writes `<entity>_id` (component, id) and appends to `history`. Ties are
    broken by the oldest id, then by the founder's seed, so neither order nor threads matter.
    """
    connection.execute(f"""
        create table {entity}_kept as with
        claim as (
            select c.*, f.seed, b.born from {entity}_claim c join {entity}_founder f using (component)
            left join (select id, min({_WHEN}) as born from history
                where entity = '{entity}' and event = 'minted' and {among} group by id) b using (id)),
        won as (
            select * from claim
            qualify row_number() over (partition by id order by {_STRENGTH}, seed, component) = 1)
        select component, id from won
        qualify row_number() over (partition by component order by {_STRENGTH}, born, id) = 1
    """)
    connection.execute(f"""
        create table {entity}_new as
        select component, {_hashed(entity, f"'{entity}' || chr(31) || seed")} as id
        from {entity}_founder where component not in (select component from {entity}_kept)
    """)
    _mint_again_what_is_taken(connection, entity)
    connection.execute(
        f"create table {entity}_id as"
        f" select component, id from {entity}_kept union all select component, id from {entity}_new"
    )
    _note(connection, entity, run, among)


def _hashed(entity: str, text: str) -> str:
    return f"'{PREFIXES[entity]}' || upper(left(md5({text}), {_DIGITS}))"


def _mint_again_what_is_taken(connection: duckdb.DuckDBPyConnection, entity: str) -> None:
    """An id that was ever used, or that two founders hash to, is hashed again: ids are never reused."""
    taken = f"""
        create or replace temp table taken as
        select component from (
            select component, id, row_number() over (partition by id order by seed, component) as nth
            from {entity}_new join {entity}_founder using (component)
            where id in (select id from {entity}_new group by id having count(*) > 1)) where nth > 1
        union select component from {entity}_new where id in (select id from history where entity = '{entity}')
    """
    while connection.execute(taken).fetchall()[0][0]:
        again = _hashed(entity, "id || '+'")
        connection.execute(f"update {entity}_new set id = {again} where component in (from taken)")


def _note(connection: duckdb.DuckDBPyConnection, entity: str, run: Run, among: str) -> None:
    """Append what happened to ids: minted, split off (beside minted), merged, retired, returned after these two."""
    connection.execute(f"""
        create or replace temp table last_event as
        select id, arg_max(event, ({_WHEN}, event)) as event,
            arg_max(coalesce(other_id, ''), ({_WHEN}, event)) as other_id
        from history where entity = '{entity}' and {among} group by id
    """)
    connection.execute(
        f"""
        insert into history with
        merged as (
            select c.id, i.id as other_id from {entity}_claim c join {entity}_id i using (component)
            where c.id not in (select id from {entity}_kept)
            qualify row_number() over (partition by c.id order by {_STRENGTH}, i.id) = 1),
        noted as (
            select id, 'minted' as event, cast(null as varchar) as other_id from {entity}_new
            union all
            select n.id, 'split', c.id from {entity}_new n join {entity}_claim c using (component)
            qualify row_number() over (partition by n.component order by {_STRENGTH}, c.id) = 1
            union all
            select id, 'merged', other_id from merged
            where (id, 'merged', other_id) not in (select id, event, other_id from last_event)
            union all
            select id, 'returned', null from {entity}_kept join last_event using (id)
            where event in ('merged', 'retired')
            union all
            select id, 'retired', null from last_event where event not in ('merged', 'retired')
                and id not in (select id from {entity}_kept) and id not in (select id from merged))
        select '{entity}', id, event, other_id, $load, $at, $generation from noted order by id, event
        """,
        {"load": run.load_id, "at": run.at, "generation": run.generation},
    )
