"""Stable ids: which of tonight's components keeps which earlier id, and what happens to the ids that lose.

Each earlier id goes to its strongest claimant, and each component keeps the strongest id that it won. A component
without one gets a new id, a hash of its founding record's position in the files (decision 0003). The result does not
depend on the order of rows or threads. `run_changed` decides only on components whose records changed and on components
whose id one of these claims. The others keep their ids: their records are the same, and no claim on their ids became
stronger.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from assets.identity import outputs
from assets.identity.mentions import PLACE
from assets.identity.steps import Run, Shadow, Step, Steps, queries
from assets.identity.tables import largest

_sql = queries(__file__)

_HISTORY = (
    "entity varchar, id varchar, event varchar, other_id varchar, load_id varchar, happened_at varchar,"
    " generation integer"
)


def read_previous(run: Run, folders: tuple[Path, ...]) -> None:
    """Make the tables of earlier ids, `<entity>_previous`, `history` and `lineage`, from identity folders. An earlier
    folder in `folders` takes precedence over a later one.
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
    """The number of this run: one more than the largest in `history`."""
    return largest(connection, "generation", "history") + 1


def _mint(entity: str) -> Callable[[Run], None]:
    """Returns a function that makes `id_new`. An id that was ever used, or that two founders hash to, is hashed again:
    ids are never reused.
    """

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


def assigned(entity: str, founder: Step, claim: Step) -> Steps:
    """The steps that assign ids to components and record the events of ids.

    founder: makes `founder` (component, seed: text of the founding record's position in the files). claim: makes
    `claim` (component, id, rank_1, rank_2, rank_3: strength of the component's claim on an earlier id, most important
    first; a larger number is stronger).
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


def noted(name: str) -> Shadow:
    """Record the rows of a file that were added or removed."""
    return Shadow(f"{name}_cut", lambda run: outputs.note(run.connection, name))


def with_place(kind: str, here: str, key: str) -> str:
    """SQL of kept mentions with their position in tonight's files."""
    return f"with here as ({here}) select here.*, {', '.join(PLACE)} from here join {kind}_stated using ({key})"
