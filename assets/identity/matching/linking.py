"""Links records to the register and to each other. Loops are in Python; each query is a file.

Decisions of clerks come first. Records that a clerk decided are one person form a bundle and stay together. A bundle
with register records is the person of one of them; otherwise it follows the member that a rule or weight links best.
Two records that a clerk decided are two people never share a person, unless a bundle holds both.

Then come the rules (`rules`), in order. The records that they do not link, the residue, are weighed (`scoring`) and
settled: a record is linked to the register person with the highest weight if the weight reaches the model's `link`, the
next best is `margin` behind, the names are alike, neither births nor sexes contradict, and the two are not twins. A
member of a listed household that is still not linked is the register person left of that household, if two of three
agree (decision 0021):

* name: alike, or all words of one are in the other; common words too (`SITI` and `SITI AMINAH`) if the birth agrees; a
  word in common counts only if both birth and NIK agree;
* birth: same date, one slip in it, or the same year where a date is not known or 1 January;
* NIK: the same, or a slip apart.

Records are joined with each other by the same rules and weights; joined records are linked to the register person of
one of them, if they have exactly one. A pair that weighs `ask` or more and is not joined is a question to a clerk.
"""

from __future__ import annotations

from assets.identity.matching import components, rules
from assets.identity.steps import Run, queries
from assets.identity.tables import count

_sql = queries(__file__)

NEAR = _sql("near")
"""SQL of `card` (n, no_kk: cards of households that have members in the residue) and `near` (n: register persons on
these cards who fit one of the members).
"""
_LINK = "create or replace table link (n bigint, target bigint, link_rule varchar, probability double)"
_SETTLED = "l.target in (select target from link where n in (select n from residue))"

_LOOKED_AT = """
create or replace temp table looked_at as
select o.n, r.n as target, o.source, (o.words = r.words)::int + births_equal(o.birth_date, r.birth_date)::int as fit
{pairs} and o.n not in (select n from link) and (o.n, r.n) not in (select (a, b) from dismissed)
"""
_BEST = """
insert into link with best as (select * from looked_at qualify fit = max(fit) over (partition by n))
select n, target, '{rule.name}', null from best qualify count(*) over (partition by n) = 1 {lonely}
"""
_EDGES = """
insert into edge with
pair as (select o.n as a, r.n as b, o.source as source_a, r.source as source_b {pairs}),
partner as (select a as n, source_b as source from pair union all select b, source_a from pair),
several as (select n, source from partner group by all having count(*) > 1)
select a, b, '{rule.name}', rule_place('{rule.name}'), null from pair {which}
"""
_NO_OTHER_PARTNER = """where (a, source_b) not in (select (n, source) from several)
    and (b, source_a) not in (select (n, source) from several)"""
"""Neither record of a pair matches a second record of the other's source."""


def apply_rules(run: Run) -> None:
    """Make `link` (n, target, link_rule, probability): records outside the register -> the register person that a clerk
    or a rule gives them; and `rule_edge` (n, target): every pair that a rule found on the way.

    Needs `mention`, `register`, `bundle` and `dismissed`.
    """
    run.execute(_LINK)
    run.execute("create or replace table rule_edge (n bigint, target bigint)")
    run.execute(_sql("link_bundles"))
    dismissed = count(run.connection, "dismissed")
    for rule in rules.RULES:
        if not count(run.connection, "mention where not is_register and n not in (select n from link)"):
            break
        _link_to_register(run, rule)
        run.execute(_sql("part_members", this_among="true"))
        if dismissed:
            run.execute(_sql("part_dismissed"))


def _link_to_register(run: Run, rule: rules.Rule) -> None:
    """Link each record that is not linked yet to the one register person that fits best; to none if several fit
    equally.

    If the rule is `unique_in_place`, the register person must not match two records of one source either.
    """
    lonely = "and count(*) over (partition by target, source) = 1" if rule.unique_in_place else ""
    run.execute(_LOOKED_AT.format(pairs=rule.pairs("register", "not o.is_register")))
    run.execute("insert into rule_edge select n, target from looked_at")
    run.execute(_BEST.format(rule=rule, lonely=lonely))


def settle(run: Run) -> None:
    """Add the links by weight and by household to `link`. Makes `edge` (a, b, link_rule, place, probability) of records
    joined with each other, their groups `component`, and `along`: links that follow such an edge.

    Needs `mention`, `register`, `link`, `residue`, `context`, `open_pair`, `decision`, `bundle` and `dismissed`.
    """
    run.execute(_sql("to_register"))
    _take_back(run)
    run.execute(f"create or replace temp table likeness as {_sql('likeness', this_near=NEAR)}")
    run.execute(_sql("link_leftover"))
    _join(run)
    run.execute(f"create or replace table along as {_sql('along')}")
    run.execute("insert into link from along")
    _take_back(run)


def to_register(run: Run) -> None:
    """Make `link`: the records whose best register person weighs enough (`open_pair`), with a margin to the next."""
    run.execute(_LINK)
    run.execute(_sql("to_register"))


def _take_back(run: Run) -> None:
    """Remove links that contradict a clerk's decision, or that give one person to two members of a household."""
    run.execute(_sql("part_members", this_among=_SETTLED))
    if count(run.connection, "bundle"):
        run.execute(_sql("carry_bundles"))
    if count(run.connection, "dismissed"):
        run.execute(_sql("part_dismissed"))


def _join(run: Run) -> None:
    """Make `edge`: join records by rules, by weight, and by clerks' decisions."""
    apart = (
        f"o.n in (select n from residue) and o.n < r.n and not {rules.BIRTHS_CONTRADICT} and not {rules.TWO_MEMBERS}"
    )
    run.execute(
        "create or replace table edge (a bigint, b bigint, link_rule varchar, place integer, probability double)"
    )
    for rule in rules.RULES:
        which = _NO_OTHER_PARTNER if rule.unique_in_place else ""
        run.execute(_EDGES.format(pairs=rule.pairs("residue", apart), rule=rule, which=which))
    run.execute(_sql("edges_by_weight"))
    run.execute(_sql("edges_by_clerks"))
    for weakest in reversed(rules.ORDER[1:-1]):  # all but clerks and households
        if not _drop_contradictions(run, weakest):
            break


def _drop_contradictions(run: Run, weakest: str) -> int:
    """Delete the links of a rule and of weaker ones from components in which two records cannot be one person.

    Returns the number of such components.
    """
    components.find(run.connection, "edge", "component")
    run.execute(f"create or replace temp table contradictory as {_sql('contradictory')}")
    found = count(run.connection, "contradictory")
    if found:
        run.execute(
            f"delete from edge where place >= rule_place('{weakest}')"
            " and a in (select n from component join contradictory using (component))"
        )
    return found
