"""Ids that stay: which component of tonight goes on under which earlier id, and what becomes of the ids that lose (decision 0003)."""

from __future__ import annotations

import duckdb

from assets.ledger import now

PREFIXES = {"person": "P", "household": "H", "family": "F"}
_DIGITS = 16


def assign(connection: duckdb.DuckDBPyConnection, entity: str, load_id: str) -> None:
    """Give every component an id, and note what happened to ids.

    Reads `<entity>_founder` (component, seed: text of the founding record's place) and `<entity>_claim` (component, id, rank_1,
    rank_2, rank_3: how strongly the component may claim an earlier id, most important first, larger is stronger). Each earlier id
    goes to its strongest claimant, each component keeps the strongest id it won. Writes `<entity>_id` (component, id) and appends
    to `history`. Ties are broken by the founder's seed, so neither order nor threads matter.
    """
    strength = "rank_1 desc, rank_2 desc, rank_3 desc"
    connection.execute(
        f"create table {entity}_kept as with claim as ("
        f"  select c.*, f.seed from {entity}_claim c join {entity}_founder f using (component)),"
        f" won as (select * from claim qualify row_number() over (partition by id order by {strength}, seed) = 1)"
        f" select component, id from won qualify row_number() over (partition by component order by {strength}, id) = 1"
    )
    connection.execute(
        f"create table {entity}_new as select component, '{PREFIXES[entity]}' || upper(left(md5('{entity}' || chr(31) || seed), {_DIGITS})) as id"
        f" from {entity}_founder where component not in (select component from {entity}_kept)"
    )
    _mint_again_what_is_taken(connection, entity)
    connection.execute(
        f"create table {entity}_id as select component, id from {entity}_kept union all select component, id from {entity}_new"
    )
    _note(connection, entity, load_id)


def _mint_again_what_is_taken(connection: duckdb.DuckDBPyConnection, entity: str) -> None:
    """An id that was ever used, or that two founders hash to, is hashed again: ids are never reused."""
    taken = (
        f"select component from (select component, id, row_number() over (partition by id order by component) as nth"
        f" from {entity}_new) where nth > 1 or id in (select id from history where entity = '{entity}')"
    )
    while connection.execute(f"select count(*) from ({taken})").fetchone()[0]:
        connection.execute(
            f"update {entity}_new set id = '{PREFIXES[entity]}' || upper(left(md5(id || '+'), {_DIGITS})) where component in ({taken})"
        )


def _note(connection: duckdb.DuckDBPyConnection, entity: str, load_id: str) -> None:
    """Append minted, split, merged and retired ids to `history`."""
    strength = "rank_1 desc, rank_2 desc, rank_3 desc"
    connection.execute(
        f"insert into history select '{entity}', id, event, other_id, $load, $at from ("
        f"  select id, 'minted' as event, cast(null as varchar) as other_id from {entity}_new"
        f"  union all select n.id, 'split', c.id from {entity}_new n join {entity}_claim c using (component)"
        f"    qualify row_number() over (partition by n.component order by {strength}, c.id) = 1"
        f"  union all select c.id, 'merged', i.id from {entity}_claim c join {entity}_id i using (component)"
        f"    where c.id not in (select id from {entity}_kept)"
        f"    qualify row_number() over (partition by c.id order by {strength}, i.id) = 1"
        f"  union all select p.id, 'retired', null from (select distinct id from {entity}_previous) p"
        f"    where p.id not in (select id from {entity}_claim)) order by id, event",
        {"load": load_id, "at": now()},
    )
