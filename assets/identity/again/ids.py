"""Ids on a night that goes on: of the components whose records are others, and of those whose id one of these claims.

All others keep theirs: their records are the same, so nobody's claim is stronger.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from assets.identity import households, ids, outputs, persons
from assets.identity.again import files
from assets.identity.again.layer import lay, lift, replace
from assets.identity.households import ENTITIES
from assets.identity.ids import Run
from assets.identity.mentions import PLACE, key, relation
from assets.identity.tables import differing

_RELINKED = """
select t.n, t.component, k.component as was
from settled_person_component t left join kept.person_component k using (n)
where (t.component, t.link_rule, t.probability) is distinct from (k.component, k.link_rule, k.probability)
"""
_DOUBT = """
with went_over as (from {changed} where was is not null and component is not null),
known as (select component from kept.{entity}_id where component in (select component from {changed})),
component as (
    select was as component from went_over union select component from went_over
    union (select component from {changed} except from known)
    union (select was from {changed} except ({present})))
from component where component is not null
union select component from kept.{entity}_id where id in (
    select id from kept.away where entity = '{entity}' and natural_key in ({back}))
"""
"""Components that records went over from and to, that are new or no more, and whose id one had that is back. All others
keep theirs: who is heard of for the first time claims nothing.

`changed`: of records whose component is another, both (`was`, `component`; null: none; the same: the record is back).
`present`: SQL of components that are. `back`: SQL of the natural keys of what may be back.
"""
_TOUCHED = """
select n from relinked union select n from person_gone union select n from fresh
union select n from kept.person_component where component in (from person_doubt)
"""
_LOOKED_AT = "(select n from world union select n from person_gone)"
_PAIRS_WERE = f"from kept.identity_pair where a in {_LOOKED_AT} or b in {_LOOKED_AT}"
"""Of two register persons who looked like one, the other may have left the world together with their pair."""
_PAIRS_HERE = """
from pair_cut union from kept.identity_pair where a in (select n from touched)
union from kept.identity_pair where b in (select n from touched)
"""


_OF_PLACED = """
select o.{0} as was, n.{0} as component from placed_old o full join placed_new n using (h)
where o.{0} is distinct from n.{0}
"""
_OF_FAMILIES = """
select o.household, n.household from family_place_old o full join family_place_new n using (family)
where o.household is distinct from n.household
"""
_FAMILIES_HERE = """
from kept.family_place where household in (from household_doubt)
    or family in (select key from family_place_asked union from family_doubt)
"""
_PLACED_HERE = """
from kept.placed where h in (
    select key from placed_asked
    union select h from kept.placed where household in (from household_doubt)
    union select h from kept.placed where family in (from family_doubt union select family from family_place_is))
"""
"""All records of the components in doubt, and of the families that lie in a household in doubt."""


def of_persons(connection: duckdb.DuckDBPyConnection, mentions: Path, run: Run) -> None:
    """Bring persons, their ids and their pairs to tonight's. Makes `moved` (n: whose person is another).

    Needs what `again.persons.link` makes.
    """
    lay(connection, "relinked", _RELINKED)
    lay(connection, "moved", "from relinked where component is distinct from was")
    returned = f"select n from fresh where {key()} in (select natural_key from kept.away where entity = 'person')"
    lay(
        connection,
        "person_changed",
        f"select component, if(n in ({returned}), component, was) as was from moved union all"
        " select null, component from kept.person_component where n in (select n from person_gone)",
    )
    present = (
        "select component from moved union select component from kept.person_component"
        " where component in (select was from person_changed)"
        " and n not in (select n from person_gone) and n not in (select n from moved)"
    )
    _lay_doubt(connection, "person", present, f"select {key()} from fresh")
    lay(connection, "touched", _TOUCHED)
    lay(connection, "pairs_were", _PAIRS_WERE)
    lay(connection, "pair_cut", "from pairs_were except from settled_identity_pair")
    lay(connection, "pair_put", "from settled_identity_pair except from pairs_were")
    lay(connection, "pairs_here", _PAIRS_HERE)
    _look_at_persons(connection, "was")
    replace(
        connection,
        "person_component",
        "n in (select n from relinked) or n in (select n from person_gone)",
        "from settled_person_component where n in (select n from relinked)",
    )
    replace(connection, "identity_pair", "(a, b) in (select (a, b) from pair_cut)", "from pair_put")
    _assign_to_persons(connection, mentions, run)
    _keep_persons_away(connection)
    _look_at_persons(connection, "is")
    for name in ("person_links", "identity_links", "lineage"):
        files.note(connection, name)


def _look_at_persons(connection: duckdb.DuckDBPyConnection, when: str) -> None:
    """Make the rows of files that tonight may change, as they were, or are."""
    lay(
        connection,
        "identity_pair",
        "from pairs_here" + (" except from pair_cut union all from pair_put" if when == "is" else ""),
    )
    columns = "select n, source, record_key, role from"
    for name, those in (
        ("person_links", "select n from touched"),
        ("identity_links", "select a from identity_pair union select b from identity_pair"),
    ):
        lay(
            connection,
            "mention",
            f"{columns} ({columns} kept.mention union all {columns} person_gone) where n in ({those})",
        )
        lay(connection, f"{name}_{when}", outputs.ROWS[name])
    lift(connection, "mention", "identity_pair")


def _assign_to_persons(connection: duckdb.DuckDBPyConnection, mentions: Path, run: Run) -> None:
    lay(
        connection,
        "person_component",
        "from kept.person_component where component in (from person_doubt)",
    )
    lay(
        connection,
        "mention",
        "with here as (select n, source, record_key, role, is_register from kept.mention"
        " where n in (select n from memory.person_component))"
        f" select here.*, {', '.join(PLACE)} from here join {relation(mentions)} using (source, record_key, role)",
    )
    lay(connection, "person_previous", "select source, record_key, role, person_id as id from person_links_was")
    lay(connection, "lineage", "select entity, id, natural_key, false as is_current from kept.away")
    persons.prepare_ids(connection)
    _assign(connection, "person", run)
    lift(connection, "mention", "person_component", "lineage")


def _keep_persons_away(connection: duckdb.DuckDBPyConnection) -> None:
    """Remember the id of records that are away since tonight, and forget that of those that are back."""
    back = f"entity = 'person' and natural_key in (select {key()} from fresh)"
    lay(connection, "lineage_was", f"select entity, id, natural_key, false as is_current from kept.away where {back}")
    lay(
        connection,
        "lineage_is",
        f"select 'person' as entity, id, {key()} as natural_key, false as is_current from person_previous"
        " semi join person_gone using (source, record_key, role)",
    )
    replace(connection, "away", back, "select * exclude (is_current) from lineage_is")


def of_households(connection: duckdb.DuckDBPyConnection, mentions: Path, run: Run) -> None:
    """Bring the ids of households and families to tonight's. Needs what `again.households.place` makes."""
    lay(connection, "household_changed", f"{_OF_PLACED.format('household')} union all {_OF_FAMILIES}")
    lay(connection, "family_changed", _OF_PLACED.format("family"))
    for entity, tables in (("household", ("placed", "family_place")), ("family", ("placed",))):
        present = " union ".join(
            f"select {entity} from kept.{table} where {entity} in (select was from {entity}_changed)"
            for table in tables
        )
        _lay_doubt(connection, entity, present, f"select component from {entity}_changed")
    _gather(connection)
    lay(connection, "lineage_was", _lineage())
    _assign_to_households(connection, mentions, run)
    lay(connection, "lineage_is", _lineage())
    lay(connection, "renamed", f"select distinct entity, natural_key from {differing('lineage_was', 'lineage_is')}")
    for when in ("was", "is"):
        _look_at_households(connection, when)
    for name in ("household_links", "family_links", "lineage"):
        files.note(connection, name)


def _gather(connection: duckdb.DuckDBPyConnection) -> None:
    """Lay out where the records of what is in doubt are placed, and the families of it: `<table>_is`, and `<table>_was`
    with the ids that there were, `<entity>_id_was`.
    """
    lay(connection, "family_place_is", _FAMILIES_HERE)
    lay(connection, "placed_is", _PLACED_HERE)
    for table, number in (("placed", "h"), ("family_place", "family")):
        unasked = f"from {table}_is where {number} not in (select key from {table}_asked)"
        lay(connection, f"{table}_was", f"{unasked} union all from {table}_old")
    for entity in ENTITIES:
        here = f"select {entity} from placed_was union select {entity} from family_place_was"
        lay(connection, f"{entity}_id_was", f"from kept.{entity}_id where component in ({here})")


def _lineage() -> str:
    """SQL of the ids that the natural keys in doubt have, or had when they were away."""
    return " union all ".join(
        f"select '{entity}' as entity, id, component as natural_key, true as is_current from kept.{entity}_id"
        f" where component in (from {entity}_doubt)"
        f" union all select entity, id, natural_key, false from kept.away"
        f" where entity = '{entity}' and natural_key in (from {entity}_doubt)"
        for entity in ENTITIES
    )


def _look_at_households(connection: duckdb.DuckDBPyConnection, when: str) -> None:
    """Make the rows of files that tonight may change, as they were, or are: of records that were placed again, and of
    components that have another id.
    """
    if when == "was":
        for entity in ENTITIES:
            lay(connection, f"{entity}_id", f"from {entity}_id_was")
    lay(
        connection,
        "placed",
        f"from placed_{when} where h in (select key from placed_asked)"
        " or household in (select natural_key from renamed where entity = 'household')"
        " or family in (select natural_key from renamed where entity = 'family')",
    )
    lay(connection, "family_place", f"from family_place_{when}")
    said = "select h, source, record_key from"
    lay(
        connection,
        "household_mention",
        f"({said} kept.household_mention where h in (select h from memory.placed)) union"
        f" ({said} lost where h in (select h from memory.placed))",
    )
    for name in ("household_links", "family_links"):
        lay(connection, f"{name}_{when}", outputs.ROWS[name])
    lift(connection, "placed", "family_place", "household_mention", "household_id", "family_id")


def _assign_to_households(connection: duckdb.DuckDBPyConnection, mentions: Path, run: Run) -> None:
    lay(connection, "placed", "from placed_is")
    lay(
        connection,
        "household_mention",
        "with here as (select h, source, record_key from kept.household_mention"
        f" where h in (select h from memory.placed)) select here.*, {', '.join(PLACE)}"
        f" from here join {relation(mentions, 'household')} using (source, record_key)",
    )
    lay(connection, "mention", "select n, relation, birth_date from kept.mention semi join memory.placed using (n)")
    lay(connection, "lineage", "from lineage_was")
    for entity in ENTITIES:
        previous = f"(select h, id from placed_was join {entity}_id_was i on i.component = {entity})"
        households.prepare_ids(connection, entity, previous, f"component in (from {entity}_doubt)")
    for entity in ENTITIES:
        _assign(connection, entity, run)
        present = f"(select component from kept.{entity}_id where component in (from {entity}_doubt))"
        replace(
            connection,
            "away",
            f"entity = '{entity}' and natural_key in {present}",
            f"select entity, id, natural_key from lineage_was where is_current and entity = '{entity}'"
            f" and natural_key not in {present}",
        )
    lift(connection, "placed", "household_mention", "mention", "lineage")


def _lay_doubt(connection: duckdb.DuckDBPyConnection, entity: str, present: str, back: str) -> None:
    doubt = _DOUBT.format(changed=f"{entity}_changed", entity=entity, present=present, back=back)
    lay(connection, f"{entity}_doubt", doubt)


def _assign(connection: duckdb.DuckDBPyConnection, entity: str, run: Run) -> None:
    """Give the components in doubt their ids."""
    lay(
        connection,
        f"{entity}_earlier",
        f"select id from kept.{entity}_id where component in (from {entity}_doubt) union select id from {entity}_claim",
    )
    ids.assign(connection, entity, run, f"id in (from {entity}_earlier)")
    replace(connection, f"{entity}_id", f"component in (from {entity}_doubt)", f"from memory.{entity}_id")
    lift(connection, f"{entity}_id")
