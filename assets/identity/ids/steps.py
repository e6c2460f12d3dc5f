"""Ids that stay: which component of tonight has which earlier id, and what becomes of the ids that lose.

Each earlier id goes to its strongest claimant, each component keeps the strongest id that it won; a component without
one gets a new id, made of its founding record's place (decision 0003). Neither order nor threads matter. `run_changed`
decides only on components whose records are others, and on those whose id one of these claims: all others keep theirs,
for their records are the same and nobody's claim is stronger.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import duckdb

from assets.identity import outputs
from assets.identity.mentions import PLACE
from assets.identity.steps import Run, Shadow, Step, Steps, Unshadow, queries
from assets.identity.tables import largest

_sql = queries(__file__)

_HISTORY = (
    "entity varchar, id varchar, event varchar, other_id varchar, load_id varchar, happened_at varchar,"
    " generation integer"
)
_NEW_KEYS = "select record_name(source, record_key, role) from mention_new"


def read_previous(run: Run, folders: tuple[Path, ...]) -> None:
    """Make the tables of earlier ids, `<entity>_previous`, `history` and `lineage`, of identity folders. What the first
    says counts before what the next says.
    """
    columns = {
        "person": ("person_links", "source, record_key, role", "person_id"),
        "household": ("household_links", "source, record_key", "household_id"),
        "family": ("household_links", "source, record_key", "family_id"),
    }
    for entity, (file, key, column) in columns.items():
        nothing = ", ".join(f"'' as {name}" for name in (*key.split(", "), "id"))
        rows = [f"select {nothing}, 0 as nth where false"]
        rows += [
            f"select {key}, {column} as id, {nth} as nth from {outputs.relation(folder, file)}"
            for nth, folder in enumerate(folders)
        ]
        run.execute(
            f"create table {entity}_previous as select * exclude (nth) from ({' union all '.join(rows)})"
            f" qualify row_number() over (partition by {key} order by nth) = 1"
        )
    run.execute(f"create table history ({_HISTORY})")
    run.execute("create table lineage (entity varchar, id varchar, natural_key varchar, is_current boolean)")
    for folder in folders:
        run.execute(f"insert into history by name from {outputs.relation(folder, 'identity_history')}")
        run.execute(
            f"insert into lineage select * from {outputs.relation(folder, 'lineage')} l"
            " where not exists (select 1 from lineage o where o.entity = l.entity and o.natural_key = l.natural_key)"
        )
    if len(folders) > 1:
        run.execute("create or replace table history as select distinct * from history")


def next_generation(connection: duckdb.DuckDBPyConnection) -> int:
    """The number of the run after all that `history` tells of."""
    return largest(connection, "generation", "history") + 1


def _mint(entity: str) -> Callable[[Run], None]:
    """Makes `id_new`. An id that was ever used, or that two founders hash to, is hashed again: ids are never reused."""

    def mint(run: Run) -> None:
        run.execute(f"create or replace table id_new as {_sql('id_new', this_entity=entity)}")
        taken = f"create or replace temp table taken as {_sql('taken', this_entity=entity)}"
        while run.execute(taken).fetchall()[0][0]:
            run.execute(
                "update id_new set id = left(id, 1) || upper(left(md5(id || '+'), 16)) where component in (from taken)"
            )

    return mint


def _append_history(run: Run) -> None:
    run.execute("insert into history by name from noted")


def _assigned(entity: str, founder: Step, claim: Step) -> Steps:
    """The steps that give components their ids, and note what happened to ids.

    founder: makes `founder` (component, seed: text of the founding record's place). claim: makes `claim` (component,
    id, rank_1, rank_2, rank_3: how strongly the component may claim an earlier id, most important first, larger is
    stronger).
    """
    doubt = f"select component as key from {entity}_doubt"
    fate = f"select id as key from {entity}_id where component in (from {entity}_doubt) union select id from claim"
    return (
        founder,
        claim,
        Step(
            "last_event",
            reads=("history",),
            sql=_sql("last_event", this_entity=entity),
            key="id",
            touched=fate,
            kept=False,
        ),
        Step("id_won", reads=("claim", "founder", "last_event"), sql=_sql("id_won")),
        Step("id_new", reads=("founder", "id_won", "history"), sql=_mint(entity)),
        Step(
            f"{entity}_id",
            reads=("id_won", "id_new"),
            sql="select component, id from id_won union all select component, id from id_new",
            key="component",
            touched=doubt,
        ),
        Step("noted", reads=("claim", "id_won", "id_new", "last_event"), sql=_sql("noted", this_entity=entity)),
        Step("history", reads=("noted",), sql=_append_history),
    )


def _of_doubt(name: str, reads: tuple[str, ...], sql: str, entity: str) -> Step:
    doubt = f"select component as key from {entity}_doubt"
    return Step(name, reads=reads, sql=sql, key="component", touched=doubt, kept=False)


def _noted(name: str) -> Shadow:
    """What differs between the rows of a file as they were and as they are."""
    return Shadow(f"{name}_cut", lambda run: outputs.note(run.connection, name))


_CHANGED_PAIRS = "(select key from identity_pair_changed)"
_MOVED = """
select n, x.component, o.component as was from person_component_new x left join person_component_old o using (n)
where x.component is distinct from o.component
"""
_SEEN = """
select key as n from person_component_changed union select n from person_removed union select n from mention_new
union select n from person_component where component in (from person_doubt)
"""
_PAIR_IS = f"""
from identity_pair where a in (select n from seen) union from identity_pair where b in (select n from seen)
union from identity_pair_new where (a, b) in {_CHANGED_PAIRS}
"""
_PAIR_WAS = f"""
from pair_is where (a, b) not in {_CHANGED_PAIRS} union all from identity_pair_old where (a, b) in {_CHANGED_PAIRS}
"""
_ENDS = "select n from seen union select unnest([a, b]) from pair_is union select unnest([a, b]) from pair_was"
_COMPONENT_WAS = """
from kept.person_component where n in (select n from people) and n not in (select key from person_component_changed)
union all from person_component_old where n in (select key from person_component_changed)
"""
_MENTION_WAS = """
select n, source, record_key, role from kept.mention semi join people using (n)
union all select n, source, record_key, role from person_removed
"""


def _placed_mention(kind: str, here: str, key: str) -> str:
    """SQL of kept mentions with where they stand in tonight's files."""
    return f"with here as ({here}) select here.*, {', '.join(PLACE)} from here join {kind}_stated using ({key})"


_PERSON_DOUBT = _sql(
    "doubt",
    this_entity="person",
    this_present="select component from person_component where component in (select was from person_moved)",
    this_back=_NEW_KEYS,
)

PERSONS = (
    Shadow("moved", _MOVED),
    Shadow("person_moved", _sql("person_moved")),
    Shadow("person_doubt", _PERSON_DOUBT),
    Shadow("seen", _SEEN),
    Shadow("pair_is", _PAIR_IS),
    Shadow("pair_was", _PAIR_WAS),
    Shadow("people", _ENDS),
    Shadow("mention", _MENTION_WAS),
    Shadow("person_component", _COMPONENT_WAS),
    Shadow("identity_pair", "from pair_was"),
    Shadow("person_links_was", outputs.ROWS["person_links"]),
    Shadow("identity_links_was", outputs.ROWS["identity_links"]),
    Shadow("person_previous", "select source, record_key, role, person_id as id from person_links_was"),
    Shadow("person_component", "from kept.person_component where component in (from person_doubt)"),
    Shadow(
        "mention",
        _placed_mention(
            "person",
            "select n, source, record_key, role, is_register from kept.mention semi join person_component using (n)",
            "source, record_key, role",
        ),
    ),
    Shadow("lineage", "select entity, id, natural_key, false as is_current from away"),
    *_assigned(
        "person",
        Step("founder", reads=("person_component", "mention"), sql=_sql("person_founder")),
        Step(
            "claim",
            reads=("person_component", "mention", "person_previous", "lineage"),
            sql=_sql("person_claim"),
        ),
    ),
    Shadow("mention", "select n, source, record_key, role from kept.mention semi join people using (n)"),
    Shadow("person_component", "from kept.person_component semi join people using (n)"),
    Shadow("identity_pair", "from pair_is"),
    Shadow("person_links_is", outputs.ROWS["person_links"]),
    Shadow("identity_links_is", outputs.ROWS["identity_links"]),
    _noted("person_links"),
    _noted("identity_links"),
    Unshadow(("mention", "person_component", "identity_pair", "lineage")),
)
"""Makes `person_id` (component, id), and appends to `history`."""


def _unasked(table: str, key: str) -> str:
    unasked = f"from {table}_is where {key} not in (select key from {table}_touched)"
    return f"{unasked} union all from {table}_old"


def _present(entity: str, *tables: str) -> str:
    return " union ".join(
        f"select {entity} from {table} where {entity} in (select was from {entity}_moved)" for table in tables
    )


def _place_doubt(entity: str, *tables: str) -> Shadow:
    back = f"select component from {entity}_moved"
    sql = _sql("doubt", this_entity=entity, this_present=_present(entity, *tables), this_back=back)
    return Shadow(f"{entity}_doubt", sql)


def _links(when: str) -> Steps:
    return (
        Shadow("placed", f"from placed_{when}"),
        Shadow("family_place", f"from family_place_{when}"),
        Shadow(f"household_links_{when}", outputs.ROWS["household_links"]),
        Shadow(f"family_links_{when}", outputs.ROWS["family_links"]),
    )


def _id_was(entity: str) -> Shadow:
    here = f"select {entity} from placed_was union select {entity} from family_place_was"
    return Shadow(f"{entity}_id", f"from kept.{entity}_id where component in ({here})")


def _previous(entity: str) -> Shadow:
    return Shadow(
        f"{entity}_previous",
        f"select source, record_key, i.id from placed_was join {entity}_id i on i.component = {entity}"
        " join household_mention using (h)",
    )


def _as(rows: str, when: str) -> str:
    """SQL of the rows of `lineage` as the steps of its tables found them, `old` or `new`."""
    return re.sub(r"\b(household_id|family_id|away)\b", rf"\1_{when}", rows)


_AWAY_TOUCHED = """
select ('person', record_name(source, record_key, role)) as key
from (select source, record_key, role from mention_new union all select source, record_key, role from person_removed)
union select ('household', component) from household_doubt union select ('family', component) from family_doubt
"""
_PLACED_READS = ("placed", "household_mention")
_CLAIM_READS = ("placed", "household_mention", "mention", "founder", "listing", "lineage")

HOUSEHOLDS = (
    Shadow("household_moved", _sql("household_moved")),
    Shadow("family_moved", _sql("family_moved")),
    _place_doubt("household", "placed", "family_place"),
    _place_doubt("family", "placed"),
    Shadow("family_place_is", _sql("family_place_is")),
    Shadow("placed_is", _sql("placed_is")),
    Shadow("placed_was", _unasked("placed", "h")),
    Shadow("family_place_was", _unasked("family_place", "family")),
    Shadow("lineage", _sql("lineage_was")),
    _id_was("household"),
    _id_was("family"),
    Shadow(
        "household_mention",
        "select h, source, record_key from kept.household_mention where h in (select h from placed_was"
        " union select h from placed_is) union select h, source, record_key from household_superseded",
    ),
    *_links("was"),
    Shadow("placed", "from placed_is"),
    Shadow("family_place", "from family_place_is"),
    _previous("household"),
    _previous("family"),
    Unshadow(("household_id", "family_id")),
    Shadow("household_here", "from household_mention"),
    Shadow(
        "household_mention",
        _placed_mention(
            "household",
            "select h, source, record_key from household_here semi join placed using (h)",
            "source, record_key",
        ),
    ),
    Shadow("mention", "select n, relation, birth_date from kept.mention semi join placed using (n)"),
    *_assigned(
        "household",
        _of_doubt("founder", ("placed", "family_place", "household_mention"), _sql("household_founder"), "household"),
        _of_doubt(
            "claim",
            (*_CLAIM_READS, "household_previous"),
            _sql("place_claim", this_entity="household"),
            "household",
        ),
    ),
    *_assigned(
        "family",
        _of_doubt("founder", _PLACED_READS, _sql("family_founder"), "family"),
        _of_doubt("claim", (*_CLAIM_READS, "family_previous"), _sql("place_claim", this_entity="family"), "family"),
    ),
    Shadow("household_mention", "from household_here"),
    *_links("is"),
    _noted("household_links"),
    _noted("family_links"),
    Unshadow(("household_mention", "placed", "family_place")),
)
"""Makes `household_id` and `family_id` (component, id), and appends to `history`."""

AWAY = (
    Shadow("mention", "select n, source, record_key, role from kept.mention semi join people using (n)"),
    Shadow("household_id", "from kept.household_id where component in (from household_doubt)"),
    Shadow("family_id", "from kept.family_id where component in (from family_doubt)"),
    Step(
        "away",
        reads=("household_id", "family_id", "mention", "person_previous", "lineage"),
        sql=_sql("away"),
        key="(entity, natural_key)",
        touched=_AWAY_TOUCHED,
    ),
    Unshadow(("mention", "household_id", "family_id", "lineage", "person_previous")),
    Shadow("lineage_was", _as(outputs.ROWS["lineage"], "old")),
    Shadow("lineage_is", _as(outputs.ROWS["lineage"], "new")),
    _noted("lineage"),
)
"""Makes `away` (entity, id, natural_key): the ids of who is not there tonight."""
