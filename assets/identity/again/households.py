"""Households and families on a night that goes on: each table made again where what it is made from is another."""

from __future__ import annotations

import duckdb

from assets.identity import households
from assets.identity.again.layer import lay, lift, replace
from assets.identity.mentions import digests
from assets.identity.tables import differing, largest

_STALE = """
with other as (
    select h from kept.household_mention where n in (select n from moved union select n from person_gone)
    union select h from (select * from kept.household_mention where n is null) m
    semi join fresh f on f.source = m.source and f.record_key = m.record_key and f.role = m.person_role)
select * exclude (n, person, is_register) from kept.household_mention
where h in (select h from other where h not in (select h from household_unsaid))
"""
"""Household records that are said as before, but of another person, or of a record whose person is another."""

_OF_FRESH = "select person as key from kept.household_mention where n in (select n from fresh)"
"""Persons of whom a record is another, perhaps in a word that no household record repeats: a name, a death."""

_SHARING = """
with near as (
    select household_ref from relisted union select other from kept.twice semi join relisted using (household_ref))
select household_ref as key from near
union select household_ref from kept.listed where person in (
    select person from kept.listed semi join near using (household_ref))
"""
"""Listed households whose people are others, and those that share, or shared, one with them."""
_EVERY_TWICE = "select household_ref as key from kept.listing union select household_ref from kept.twice"
"""These are few: which of them are one is decided on as a whole."""

_CLAIMED = f"""
with relisted as (select key as household_ref from listing_changed)
select no_kk as key from lost union select no_kk from won
union select no_kk from card_of_person_old union select no_kk from card_of_person_new
union select no_kk from kept.card_of_person where person in (
    {_OF_FRESH} union select key from listed_changed
    union select person from kept.listed semi join relisted using (household_ref))
union select no_kk from kept.household_mention semi join relisted using (household_ref)
"""
"""Cards whose people are others, or are listed otherwise, or of which a listing says another thing."""

_PLACED_ANEW = """
select h as key from lost union select h from won
union select h from kept.household_mention
where person in (
        select person from lost union select person from won
        union select key from card_of_person_changed union select key from listed_changed
        union select person from kept.listed where household_ref in (select key from listing_changed))
    or household_ref in (select key from listing_changed)
    or (no_kk in (select key from card_claim_changed) and household_ref is not null)
union select h from kept.placed
where card in (select key from household_of_card_changed) or ref in (select key from main_card_changed)
"""


def place(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring `household_mention` and the tables of `households.STEPS` to tonight's.

    Needs `fresh`, `person_gone`, `moved` (n: whose person is another), and tonight's persons in `kept`. Leaves, for
    each table, `<table>_asked` (key), and of what was asked `<table>_old`, `<table>_new` and `<table>_changed` (key).
    """
    _hear(connection)
    people = "select person as key from lost union select person from won"
    _again(connection, "card_of_person", "person", people)
    _again(connection, "listed", "person", f"{people} union {_OF_FRESH}")
    others = "(from listed_old union all from listed_new)"
    lay(
        connection,
        "relisted",
        f"select distinct household_ref from {others} where person in (select key from listed_changed)",
    )
    _again(connection, "twice", "household_ref", _SHARING)
    _again(connection, "listing", "household_ref", _EVERY_TWICE)
    _again(connection, "card_claim", "no_kk", _CLAIMED)
    _again(connection, "household_of_card", "no_kk", "select key from card_claim_changed")
    _again(
        connection,
        "main_card",
        "household_ref",
        "select household_ref as key from (from household_of_card_old union from household_of_card_new)"
        " union select household_ref from (from card_claim_old union all from card_claim_new)"
        " where no_kk in (select key from card_claim_changed)",
    )
    _again(connection, "placed", "h", _PLACED_ANEW)
    _again(
        connection,
        "family_place",
        "family",
        "select family as key from placed_old union select family from placed_new"
        " union select 'K' || key from household_of_card_changed",
    )
    lift(connection, "relisted")


def _hear(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring `household_mention` to tonight's. Makes `lost`, rows that are no longer so, and `won`, those that are."""
    last = largest(connection, "h", "kept.household_mention")
    lay(connection, "stale", _STALE)
    said = "select source, record_key, person_role from household_heard union all"
    said += " select source, record_key, person_role from stale"
    lay(
        connection,
        "mention",
        "select k, source, record_key, role, n, is_register from kept.mention"
        f" where k in (select hash(source, record_key, person_role) from ({said}))",
    )
    lay(connection, "person_component", "from kept.person_component semi join mention using (n)")
    numbered = f"coalesce(h.was, row_number() over () + {last})"
    households.read(connection, "memory.won", "household_heard", numbered, digests("household", "h"))
    connection.execute(f"insert into won {households.mentions_of('stale', 'h.h', 'h.k, h.d')}")
    lift(connection, "mention", "person_component")
    lay(
        connection,
        "lost",
        "from kept.household_mention where h in (select h from household_unsaid union select h from won)",
    )
    replace(connection, "household_mention", "h in (select h from lost)", "from won")


def _again(connection: duckdb.DuckDBPyConnection, table: str, key: str, asked: str) -> None:
    """Make a table's rows again where they may be others. asked: SQL of the keys of these."""
    lay(connection, f"{table}_asked", f"select distinct key from ({asked}) where key is not null")
    lay(connection, f"{table}_new", households.step(table, f"{key} in (select key from {table}_asked)"))
    lay(connection, f"{table}_old", f"from kept.{table} where {key} in (select key from {table}_asked)")
    changes = differing(f"{table}_old", f"{table}_new")
    lay(connection, f"{table}_changed", f"select distinct {key} as key from {changes}")
    changed = f"{key} in (select key from {table}_changed)"
    replace(connection, table, changed, f"from {table}_new where {changed}")
