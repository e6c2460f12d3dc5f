"""Ids of persons: the components whose id may change tonight, and the rows of files that depend on them."""

from __future__ import annotations

from assets.identity import outputs
from assets.identity.ids.assigning import assigned, noted, with_place
from assets.identity.steps import Shadow, Step, Unshadow, queries

_sql = queries(__file__)
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


_PERSON_DOUBT = _sql(
    "doubt",
    this_entity="person",
    this_present="select component from person_component where component in (select was from person_moved)",
    this_back="select record_name(source, record_key, role) from mention_new",
)

STEPS = (
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
        with_place(
            "person",
            "select n, source, record_key, role, is_register from kept.mention semi join person_component using (n)",
            "source, record_key, role",
        ),
    ),
    Shadow("lineage", "select entity, id, natural_key, false as is_current from away"),
    *assigned(
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
    noted("person_links"),
    noted("identity_links"),
    Unshadow(("mention", "person_component", "identity_pair", "lineage")),
)
"""Makes `person_id` (component, id), and appends to `history`."""
