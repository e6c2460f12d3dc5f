"""What clerks decided of pairs of records: it goes before every rule and every weight, and is never asked again.

Records that clerks called one person are a bundle: they go together. A bundle with register records is the person of
one of them; else it goes with the member that a rule or weight links best. Two records that a clerk called two people
never share a person, whichever way they might have come together, unless a bundle holds both.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from assets.identity import rules
from assets.identity.components import find
from assets.identity.mentions import key, relation

NEWEST = f"""
select * from (
    select *, {key(side="_a")} as key_a, {key(side="_b")} as key_b
    from {{decisions}} where decision in ('SAMA', 'BEDA'))
qualify row_number() over (
    partition by least(key_a, key_b), greatest(key_a, key_b)
    order by decided_on desc, valid_from desc, delivery_id desc, row_number desc) = 1
"""
"""SQL of the newest decision of each pair, with the keys of its records (`key_a`, `key_b`)."""

_DECISIONS = f"""
create or replace table decision as
with given as ({NEWEST})
select a.n as a, b.n as b, given.decision = 'SAMA' as is_same
from given
join mention a on (a.source, a.record_key, a.role) = (source_a, record_key_a, role_a)
join mention b on (b.source, b.record_key, b.role) = (source_b, record_key_b, role_b)
where a.n <> b.n
"""
_NONE = "create or replace table decision (a bigint, b bigint, is_same boolean)"

_TABLES = """
create table confirmed as select a, b from decision where is_same;
create table dismissed as
select a, b from decision where not is_same union select b, a from decision where not is_same
"""

_BUNDLES = """
create table bundle as
with head as (
    select component, n as head from component join mention using (n) where is_register
    qualify row_number() over (
        partition by component order by coalesce(life_status, '') <> 'AKTIF', record_key) = 1)
select n, component, head from component left join head using (component)
"""


_JUDGED = """
create table judged as
with decided as (select a, b, true as is_same from confirmed union all select a, b, false from dismissed where a < b),
ends as (select a as n from decided union select b from decided),
registered as (select n from register semi join ends using (n))
select if(swapped, b, a) as a, if(swapped, a, b) as b, is_same from (
    select *, (a in (from registered), a) > (b in (from registered), b) as swapped from decided)
"""


def read(connection: duckdb.DuckDBPyConnection, mentions: str) -> None:
    """Make the tables `decision` (a, b, is_same), of it `confirmed` (a, b), `dismissed` (a, b and b, a), and `bundle`
    (n, component, head: the register record that the bundle is, if it has any), over `mention`. The newest decision of
    a pair counts.

    mentions: folder of the mention Parquet.
    """
    if any(Path(mentions).glob("decision_mention/*/*.parquet")):
        connection.execute(_DECISIONS.format(decisions=relation(mentions, "decision")))
    else:
        connection.execute(_NONE)
    connection.execute(_TABLES)
    find(connection, "confirmed")
    connection.execute(_BUNDLES)
    connection.execute(
        "delete from dismissed where (a, b) in (select (x.n, y.n) from bundle x join bundle y using (component))"
    )


def link(connection: duckdb.DuckDBPyConnection) -> None:
    """Link the records of a bundle to its register record."""
    connection.execute(
        f"insert into link select n, head, '{rules.CLERK}', null from bundle join mention using (n)"
        " where head is not null and not is_register"
    )


def judge(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `judged` (a, b, is_same): decided pairs, `a` and `b` as `candidates.pair` has them."""
    connection.execute(_JUDGED)


def part(connection: duckdb.DuckDBPyConnection) -> None:
    """Undo links that put two dismissed records together: the weaker rule's, never a clerk's."""
    connection.execute(f"""
        delete from link where n in (
            select o.n from dismissed join link o on o.n = a join link r on r.n = b
            join mention x on x.n = o.n join mention y on y.n = r.n
            where o.target = r.target and o.link_rule <> '{rules.CLERK}'
                and ({_place("o")}, {key("x")}) > ({_place("r")}, {key("y")}))
    """)


def carry(connection: duckdb.DuckDBPyConnection) -> None:
    """Link the records of a bundle without a register record to the person of its best linked member."""
    connection.execute(f"""
        create or replace temp table carried as
        select component, arg_min(l.target, ({_place("l")}, -coalesce(l.probability, 1), r.record_key)) as target
        from bundle join link l using (n) join mention r on r.n = l.target where head is null group by component;
        delete from link where exists (
            select 1 from bundle join carried using (component)
            where bundle.n = link.n and carried.target <> link.target);
        insert into link select n, target, '{rules.CLERK}', null from bundle join carried using (component)
        where n not in (select n from link)
    """)


def _place(link: str) -> str:
    """SQL: how late the rule of a link comes; a clerk's word is the first."""
    order = ", ".join(f"'{rule}'" for rule in rules.ORDER)
    return f"list_position([{order}], {link}.link_rule)"
