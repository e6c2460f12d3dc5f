"""Links records of the same person: by clerks' decisions, by rules, by weight, and by what is left of a household.

A record's `link_rule` is the first rule that fits it, `splink`, `household`, `register` for the register itself, or
`alone`: a person known from this record only.
"""

from __future__ import annotations

from assets.identity.matching import candidates, components, linking, rules, scope, scoring
from assets.identity.steps import EVERY, Shadow, Step, Unshadow, queries

_sql = queries(__file__)
_OF_SCOPE = "select n as key from scope"

_RESIDUE = f"select {rules.COLUMNS} from touched.mention where not is_register and n not in (select n from link)"
_SCORED_TOUCHED = "select (a, b) as key from weighed where a in (select n from dirty) or b in (select n from dirty)"
_SEEN = "(select n from settled_again union all select n from person_removed)"

DECISIONS = (
    Step("newest_decision", reads=("decision_input",), sql=_sql("newest_decision")),
    Step("decision", reads=("newest_decision", "mention"), sql=_sql("decision"), key="a", touched=EVERY),
    Step(
        "bundled",
        reads=("decision",),
        sql=lambda run: components.find(run.connection, "decision where is_same", "bundled"),
    ),
    Step("bundle", reads=("bundled", "mention"), sql=_sql("bundle")),
    Step("dismissed", reads=("decision", "bundle"), sql=_sql("dismissed")),
)
"""Decisions of clerks. Records that a clerk decided are one person form a `bundle`."""

RULES = (
    Shadow("decided_otherwise", _sql("decided_otherwise")),
    Step(
        "rule_edge",
        reads=("mention", "register", "bundle", "dismissed"),
        sql=linking.apply_rules,
        key="n",
        touched=_OF_SCOPE,
        changed=scope.apply_rules,
        also=("link",),
    ),
    Step("rule_link", reads=("link",), sql="from link", key="n", touched=_OF_SCOPE),
    Step("residue", reads=("mention", "link"), sql=_RESIDUE, key="n", touched=_OF_SCOPE),
    Unshadow(("mention", "register", "link")),
)
"""The links by rules, and the residue: the records that no rule links."""


CONTEXT = Step(
    "context",
    reads=("residue", "mention", "register", "rule_link"),
    sql=_sql("context"),
    key="n",
    touched=EVERY,
)
PROFILES = (
    Step("profile", reads=("candidate", "register", "context", "residue", "mention"), sql=_sql("profile")),
    Step("scored_profile", reads=("profile",), sql=_sql("scored_profile")),
)
"""The fields of every record of a candidate pair that `comparisons` reads."""

WEIGHTS = (
    CONTEXT,
    Shadow("dirty", _sql("dirty")),
    Step("judged", reads=("decision", "dismissed", "register"), sql=_sql("judged")),
    Step(
        "candidate",
        reads=("residue", "register", "context", "judged"),
        sql=lambda run: candidates.pair(run.connection),
        changed=lambda run: candidates.pair_changed(run.connection),
    ),
    *PROFILES,
    Step(
        "scored",
        reads=("candidate", "scored_profile"),
        sql=lambda run: scoring.score(run.connection, run.model),
    ),
    Step("weighed", reads=("scored",), sql="from scored", key="(a, b)", touched=_SCORED_TOUCHED),
)
"""Weighed pairs of the residue with the register and with each other."""

SETTLING = (
    Shadow("settled_again", _sql("settled_again", this_near=linking.NEAR)),
    Shadow("mention", f"select {rules.COLUMNS} from kept.mention semi join settled_again using (n)"),
    Shadow("register", "select register.* from kept.register semi join settled_again using (n)"),
    Shadow("link", "from rule_link semi join settled_again using (n)"),
    Step("open_pair", reads=("weighed", "judged"), sql="from weighed where (a, b) not in (select (a, b) from judged)"),
    Step(
        "along",
        reads=("mention", "register", "link", "residue", "context", "open_pair", "decision", "bundle", "dismissed"),
        sql=linking.settle,
        also=("edge", "component"),
    ),
    Step(
        "rest_edge",
        reads=("edge", "link"),
        sql="from edge where a not in (select n from link) and b not in (select n from link)",
    ),
    Step(
        "rest_grouped",
        reads=("rest_edge",),
        sql=lambda run: components.find(run.connection, "rest_edge", "rest_grouped"),
    ),
    Step("rest_component", reads=("rest_edge", "rest_grouped"), sql=_sql("rest_component")),
    Step("question", reads=("open_pair", "link", "rest_component", "register"), sql=_sql("question")),
    Step(
        "identity_pair",
        reads=("link", "rest_component", "along", "edge", "judged", "question", "weighed"),
        sql=_sql("identity_pair"),
        key="(a, b)",
        touched=f"select (a, b) as key from kept.identity_pair where a in {_SEEN} or b in {_SEEN}",
    ),
    Step(
        "person_component",
        reads=("mention", "bundle", "link", "rest_component"),
        sql=_sql("person_component"),
        key="n",
        touched=f"select n as key from {_SEEN}",
    ),
    Unshadow(("mention", "register", "link")),
)
"""Settles the residue: makes `person_component` (n, component, link_rule, probability) and `identity_pair`."""

STEPS = (*DECISIONS, *RULES, *WEIGHTS, *SETTLING)
