"""How records are linked to the register and to each other: what takes loops, in Python; each query is a file.

Clerks go first. Records that a clerk called one person are a bundle: they go together. A bundle with register records
is the person of one of them; else it goes with the member that a rule or weight links best. Two records that a clerk
called two people never share a person, whichever way they might have come together, unless a bundle holds both.

Then the rules (`rules`), in their order. What they leave, the residue, is weighed (`scoring`) and settled: a record is
linked to the register person that weighs most, if the weight reaches the model's `link`, the next best is `margin`
behind, the names are alike, neither births nor sexes contradict, and they are not twins. A member of a listed household
whom nothing links is the register person that is left of it, if two of three agree (decision 0021):

* name: alike, or all words of one are in the other; common words too (`SITI` and `SITI AMINAH`) if the birth agrees; a
  word in common counts only if both birth and NIK agree;
* birth: same date, one slip in it, or the same year where a date is not known or 1 January;
* NIK: the same, or a slip apart.

Records among themselves are joined by the rules and by weight alike; those joined go together to the register person of
one of them, if they have but one. A pair that weighs `ask` or more and is not joined is a question for a clerk.
"""

from __future__ import annotations

from assets.identity.matching import components, rules
from assets.identity.steps import Run, queries
from assets.identity.tables import count

_sql = queries(__file__)

NEAR = _sql("near")
"""SQL of `card` (n, no_kk: of households that have members in the residue) and `near` (n: the register persons on these
cards whom one of the members may be)."""
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
_NOBODY_ELSE = """where (a, source_b) not in (select (n, source) from several)
    and (b, source_a) not in (select (n, source) from several)"""
"""Neither record of a pair has another partner in the other's source."""


def apply_rules(run: Run) -> None:
    """Make `link` (n, target, link_rule, probability): records that are not of the register -> the register person that
    a clerk or a rule gives them; and `rule_edge` (n, target): every pair that was looked at on the way.

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
    """Link the records not linked yet to the one register person that fits best; to none if several do equally.

    Where nobody else may fit, the register person must not be claimed by two records of one source either.
    """
    lonely = "and count(*) over (partition by target, source) = 1" if rule.unique_in_place else ""
    run.execute(_LOOKED_AT.format(pairs=rule.pairs("register", "not o.is_register")))
    run.execute("insert into rule_edge select n, target from looked_at")
    run.execute(_BEST.format(rule=rule, lonely=lonely))


def settle(run: Run) -> None:
    """Add to `link` what weights and households tell. Makes `edge` (a, b, link_rule, place, probability) of records
    joined among themselves, their groups `component`, and `along`: links that came by such an edge.

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
    """Make `link`: the records that weigh enough (`open_pair`) to be a register person, and more than any other."""
    run.execute(_LINK)
    run.execute(_sql("to_register"))


def _take_back(run: Run) -> None:
    """Take back links that members of one household, or a clerk's word, forbid."""
    run.execute(_sql("part_members", this_among=_SETTLED))
    if count(run.connection, "bundle"):
        run.execute(_sql("carry_bundles"))
    if count(run.connection, "dismissed"):
        run.execute(_sql("part_dismissed"))


def _join(run: Run) -> None:
    """Make `edge`: join records by rule, by weight, and by a clerk's word."""
    apart = (
        f"o.n in (select n from residue) and o.n < r.n and not {rules.BIRTHS_CONTRADICT} and not {rules.TWO_MEMBERS}"
    )
    run.execute(
        "create or replace table edge (a bigint, b bigint, link_rule varchar, place integer, probability double)"
    )
    for rule in rules.RULES:
        which = _NOBODY_ELSE if rule.unique_in_place else ""
        run.execute(_EDGES.format(pairs=rule.pairs("residue", apart), rule=rule, which=which))
    run.execute(_sql("edges_by_weight"))
    run.execute(_sql("edges_by_clerks"))
    for weakest in reversed(rules.ORDER[1:-1]):  # all but clerks and households
        if not _drop_contradictions(run, weakest):
            break


def _drop_contradictions(run: Run, weakest: str) -> int:
    """Drop the links of a rule, and of weaker ones, from components in which two records cannot be one person.

    Returns how many such components there were.
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
