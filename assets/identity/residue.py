"""Records that no rule links to the register: weighed against it and against each other, and linked, asked about, or
left.

A record is linked to the register person that weighs most, if the weight reaches the model's `link`, the next best is
`margin` behind, the names are alike, neither births nor sexes contradict, and they are not twins; else a member of a
listed household to the one who is left of it (`leftover`). Records among themselves are joined by the rules and by
weight alike; those joined go together to the register person of one of them, if they have but one. A pair that weighs
`ask` or more and is not joined is a question for a clerk.
"""

from __future__ import annotations

import duckdb

from assets.identity import candidates, clerk, leftover, rules, scoring
from assets.identity.components import find
from assets.identity.model import Model

PLACES = {rule: place for place, rule in enumerate(rules.ORDER)}
_ENDS = """(select a as n, link_rule, place, probability from edge
        union all select b, link_rule, place, probability from edge)"""

_JOINABLE = f"""words_alike(o.words, r.words) and not {rules.BIRTHS_CONTRADICT}
    and {rules.SEXES_FIT} and not {rules.TWINS}"""

_TO_REGISTER = f"""
insert into link
with best as (
    select s.*, lead(s.weight) over falling as next_best from scored s join register on register.n = s.b
    where s.a not in (select n from register)
    window falling as (partition by s.a order by s.weight desc, s.b)
    qualify row_number() over falling = 1)
select a, b, '{rules.SPLINK}', probability from best join mention o on o.n = a join register r on r.n = b
where weight >= $link and coalesce(weight - next_best >= $margin, true) and {_JOINABLE}
"""

_ALONG = f"""
create table along as
with one as (
    select component, min(target) as target from component join link using (n)
    group by component having count(distinct target) = 1),
strongest as (
    select n, arg_min(link_rule, place) as link_rule, min(probability) as probability from {_ENDS} group by n)
select n, target, strongest.link_rule, probability from one join component using (component) join strongest using (n)
join mention o using (n) join register r on r.n = target
where n not in (select n from link) and {_JOINABLE};
insert into link from along
"""

_QUESTIONS = """
create table question as
with final as (
    select n, target as component from link union all select n, component from rest_component
    union all select n, n from register),
held as (
    select s.*, coalesce(x.component, a) as component_a, coalesce(y.component, b) as component_b,
        a in (select n from link) as a_is_linked, b in (select n from link) as b_is_linked,
        a in (select n from register) as a_is_register, b in (select n from register) as b_is_register
    from scored s left join final x on x.n = a left join final y on y.n = b where weight >= $ask),
asked as (
    select * from held
    where component_a <> component_b and (a_is_register or not a_is_linked) and not b_is_linked),
best as (
    select n, of_register, max(weight) as weight from (
        select a as n, b_is_register as of_register, weight from asked
        union all select b, a_is_register, weight from asked where a_is_register = b_is_register)
    group by all)
select a, b, asked.weight, probability, evidence from asked
join best x on x.n = a and x.of_register = b_is_register
left join best y on y.n = b and y.of_register = a_is_register and a_is_register = b_is_register
where asked.weight >= least(x.weight, y.weight) - $margin
"""
"""Asked is what comes near the best of either record; of a record and one of the register, near the record's best."""


_REST = f"""
create table rest_component as
with strongest as (
    select n, arg_min(link_rule, place) as link_rule, arg_min(probability, (place, -probability)) as probability
    from {_ENDS} group by n)
select n, component, link_rule, probability from component join strongest using (n)
"""

_PAIRS = f"""
create table identity_pair as
with final as (
    select n, target as component from link union all select n, component from rest_component),
joined as (
    select n as a, target as b, link_rule as detector from link
    where link_rule <> '{rules.CLERK}' and n not in (select n from along)
    union all
    select a, b, arg_min(link_rule, place) from joining join final x on x.n = a join final y on y.n = b
    where x.component = y.component and link_rule <> '{rules.CLERK}' group by a, b),
given as (
    select a, b, detector, 'confirmed' as state from joined where (a, b) not in (select (a, b) from judged)
    union all select a, b, '{rules.CLERK}', if(is_same, 'confirmed', 'dismissed') from judged
    union all select a, b, '{rules.SPLINK}', 'open' from question)
select given.*, weight, probability, evidence from given left join weighed using (a, b)
"""

_JOINED = """
insert into edge with
pair as (select o.n as a, r.n as b, o.source as source_a, r.source as source_b {pairs}),
partner as (select a as n, source_b as source from pair union all select b, source_a from pair),
several as (select n, source from partner group by all having count(*) > 1)
select a, b, '{rule}', {place}, null from pair {which}
"""
_NOBODY_ELSE = """where (a, source_b) not in (select (n, source) from several)
    and (b, source_a) not in (select (n, source) from several)"""
"""Neither record of a pair has another partner in the other's source."""


def link(connection: duckdb.DuckDBPyConnection, frozen: Model) -> None:
    """Weigh the records that no rule linked (table `residue`), and `settle` them.

    Needs what `persons.link_by_rules` makes. Makes `context`, `candidate` and `weighed` (a, b, weight, probability,
    evidence) too.
    """
    connection.execute(
        f"create table residue as select {rules.COLUMNS} from mention"
        " where not is_register and n not in (select n from link)"
    )
    connection.execute(f"create table context as {candidates.CONTEXT}")
    clerk.judge(connection)
    candidates.pair(connection)
    scoring.profile(connection, frozen)
    scoring.score(connection, frozen)
    connection.execute("create table weighed as select * from scored")
    settle(connection, frozen)


def settle(connection: duckdb.DuckDBPyConnection, frozen: Model) -> None:
    """Add to `link`, and make `rest_component` (n, component, link_rule, probability: of the records linked among
    themselves alone) and `identity_pair` (a, b, detector, state, weight, probability, evidence: every pair that was
    joined or dismissed, and every question to a clerk; once each).

    Needs `mention`, `register`, `residue`, `context`, `weighed`, and the tables of `clerk`.
    """
    connection.execute(
        "create or replace table scored as select * from weighed where (a, b) not in (select (a, b) from judged)"
    )
    to_register(connection, frozen)
    _take_back(connection)
    leftover.link(connection)
    _join(connection, frozen)
    connection.execute(_ALONG)
    _take_back(connection)
    connection.execute("create table joining as select * from edge")
    connection.execute("delete from edge where a in (select n from link) or b in (select n from link)")
    find(connection, "edge")
    connection.execute(_REST)
    connection.execute(_QUESTIONS, {"ask": frozen.ask, "margin": frozen.margin})
    connection.execute(_PAIRS)


def to_register(connection: duckdb.DuckDBPyConnection, frozen: Model) -> None:
    """Add to `link` the records that weigh enough (`scored`) to be a register person, and more than any other."""
    connection.execute(_TO_REGISTER, {"link": frozen.link, "margin": frozen.margin})


def _take_back(connection: duckdb.DuckDBPyConnection) -> None:
    """Take back links that members of one household, or a clerk's word, forbid."""
    newly = "l.target in (select target from link where n in (select n from residue))"
    rules.part_members_of_one_household(connection, newly)
    clerk.carry(connection)
    clerk.part(connection)


def _join(connection: duckdb.DuckDBPyConnection, frozen: Model) -> None:
    """Make the table `edge` (a, b, link_rule, place, probability) of records joined among themselves."""
    apart = (
        f"o.n in (select n from residue) and o.n < r.n and not {rules.BIRTHS_CONTRADICT}"
        f" and not ({rules.TWO_MEMBERS.format(a='o', b='r')})"
    )
    connection.execute("create table edge (a bigint, b bigint, link_rule varchar, place integer, probability double)")
    for rule in rules.RULES:
        pairs = rules.candidates(rule, "residue", apart)
        which = _NOBODY_ELSE if rule in rules.BY_PLACE else ""
        connection.execute(_JOINED.format(pairs=pairs, rule=rule, place=PLACES[rule], which=which))
    connection.execute(
        f"""
        insert into edge select o.n, r.n, '{rules.SPLINK}', {PLACES[rules.SPLINK]}, s.probability
        from scored s join residue o on o.n = s.a join residue r on r.n = s.b
        where s.weight >= $link and {_JOINABLE} and not ({rules.TWO_MEMBERS.format(a="o", b="r")})
            and (least(s.a, s.b), greatest(s.a, s.b)) not in (select (least(a, b), greatest(a, b)) from edge)
        """,
        {"link": frozen.link},
    )
    connection.execute(
        f"insert into edge select a, b, '{rules.CLERK}', {PLACES[rules.CLERK]}, null from confirmed"
        " where a in (select n from residue) and b in (select n from residue)"
    )
    connection.execute("delete from edge where (a, b) in (select (a, b) from dismissed)")
    for weakest in range(PLACES[rules.SPLINK], PLACES[rules.CLERK], -1):
        if not _drop_contradictions(connection, weakest):
            break


def _drop_contradictions(connection: duckdb.DuckDBPyConnection, weakest: int) -> int:
    """Drop the weakest rule's links from components in which two records cannot be one person.

    Returns how many such components there were.
    """
    find(connection, "edge")
    connection.execute(f"""
        create or replace temp table contradictory as select distinct a.component from component a
        join component b on a.component = b.component and a.n < b.n
        join residue o on o.n = a.n join residue r on r.n = b.n
        where {rules.BIRTHS_CONTRADICT} or {rules.TWINS}
            or (not words_alike(o.words, r.words)
                and (not births_equal(o.birth_date, r.birth_date) or sexes_differ(o.sex, r.sex)))
            or ({rules.TWO_MEMBERS.format(a="o", b="r")}) or (o.n, r.n) in (select (a, b) from dismissed)
    """)
    connection.execute(
        "delete from edge where place >= ? and a in (select n from component join contradictory using (component))",
        [weakest],
    )
    return connection.execute("select count(*) from contradictory").fetchall()[0][0]
