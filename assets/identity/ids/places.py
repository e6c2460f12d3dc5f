"""Ids of households and families, and of absent persons, households and families."""

from __future__ import annotations

import re

from assets.identity import outputs
from assets.identity.ids.assigning import assigned, noted, with_place
from assets.identity.steps import Shadow, Step, Steps, Unshadow, queries

_sql = queries(__file__)


def _of_doubt(name: str, reads: tuple[str, ...], sql: str, entity: str) -> Step:
    doubt = f"select component as key from {entity}_doubt"
    return Step(name, reads=reads, sql=sql, key="component", touched=doubt, kept=False)


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
    """SQL of the rows of `lineage` before (`old`) or after (`new`) the steps of its tables."""
    return re.sub(r"\b(household_id|family_id|away)\b", rf"\1_{when}", rows)


_AWAY_TOUCHED = """
select ('person', record_name(source, record_key, role)) as key
from (select source, record_key, role from mention_new union all select source, record_key, role from person_removed)
union select ('household', component) from household_doubt union select ('family', component) from family_doubt
"""
_PLACED_READS = ("placed", "household_mention")
_CLAIM_READS = ("placed", "household_mention", "mention", "founder", "listing", "lineage")

STEPS = (
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
        with_place(
            "household",
            "select h, source, record_key from household_here semi join placed using (h)",
            "source, record_key",
        ),
    ),
    Shadow("mention", "select n, relation, birth_date from kept.mention semi join placed using (n)"),
    *assigned(
        "household",
        _of_doubt("founder", ("placed", "family_place", "household_mention"), _sql("household_founder"), "household"),
        _of_doubt(
            "claim",
            (*_CLAIM_READS, "household_previous"),
            _sql("place_claim", this_entity="household"),
            "household",
        ),
    ),
    *assigned(
        "family",
        _of_doubt("founder", _PLACED_READS, _sql("family_founder"), "family"),
        _of_doubt("claim", (*_CLAIM_READS, "family_previous"), _sql("place_claim", this_entity="family"), "family"),
    ),
    Shadow("household_mention", "from household_here"),
    *_links("is"),
    noted("household_links"),
    noted("family_links"),
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
    noted("lineage"),
)
"""Makes `away` (entity, id, natural_key): the ids of keys that are absent tonight."""
