"""Which mentions are the same person: by rules first (`rules`), by weight what they leave (`residue`).

A person is a register record with every record linked to it, or else records out of the register that are linked among
themselves. A record's `link_rule` is the first rule that fits it, `splink`, `household` (`leftover`), `register`
for the register itself, or `alone`: a person known from this record only.
"""

from __future__ import annotations

import duckdb

from assets.identity import clerk, names, residue, rules
from assets.identity.mentions import PLACE, digests, founder, key, relation
from assets.identity.model import Model

_MENTIONS = """
create table mention as
select {number} as n, {digests}, source, record_key, role, {place}, is_register, life_status,
    coalesce(own.words, []::varchar[]) as words, hash(coalesce(own.words, []::varchar[])) as name,
    coalesce(own.word_bits, 0) as word_bits,
    mother.words as mother_words, sex, birth_date, birth_year,
    coalesce(birth_heap, false) as birth_heap,
    case when nik_state = 'valid' then nik end as nik, nik as nik_stated, nullif(no_kk, '') as no_kk, village_code,
    district_code, regency_code,
    case when household_ref is not null then source || '|' || household_ref end as household, relation
from {mentions} m left join folded_name own on own.name = m.name
left join folded_name mother on mother.name = m.mother_name
"""

REGISTER = (
    "n, words, name, word_bits, sex, birth_date, birth_year, birth_heap, nik, no_kk, village_code, district_code,"
    " regency_code from {mention} where is_register"
)
"""SQL of the table `register`, of `mention`."""

_COMPONENTS = f"""
create table person_component as
select n, coalesce(head, n) as component, if(head <> n, '{rules.CLERK}', 'register') as link_rule,
    null::double as probability from mention left join bundle using (n) where is_register
union all
select l.n, coalesce(head, target), link_rule, probability from link l left join bundle on bundle.n = l.target
union all
select n, component, link_rule, probability from rest_component
union all
select n, n, 'alone', null from mention
where not is_register and n not in (select n from link) and n not in (select n from rest_component)
"""


def read(connection: duckdb.DuckDBPyConnection, mentions: str, number: str = "row_number() over ()") -> None:
    """Make the tables `mention` and `register` (its part that is the register). Needs the macros of `names`.

    mentions: SQL of a relation of person mentions. number: SQL of the number `n` that they get.
    """
    names.fold(connection, f"(select name from {mentions} union all select mother_name from {mentions})")
    said = {"digests": digests("person", "m"), "place": ", ".join(PLACE)}
    connection.execute(_MENTIONS.format(mentions=mentions, number=number, **said))
    connection.execute(f"create table register as select {REGISTER.format(mention='mention')}")
    connection.execute("drop table folded_name")


def link(connection: duckdb.DuckDBPyConnection, mentions: str, frozen: Model) -> None:
    """Make the tables `person_component` (n, component, link_rule, probability) over the table `mention`, and
    `identity_pair` (see `residue`); what `link_by_rules` and `residue.link` make is made too.

    mentions: folder of the mention Parquet. Needs the macros of `names`.
    """
    link_by_rules(connection, mentions)
    residue.link(connection, frozen)
    gather(connection)


def gather(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `person_component` of what rules, weights and clerks linked."""
    connection.execute(_COMPONENTS)


def prepare_ids(connection: duckdb.DuckDBPyConnection) -> None:
    """Founders and claims of persons: the number of earlier members, then the register record's id.

    A record that was away, and is back, claims the id it had, after all others. Needs `person_previous` (source,
    record_key, role, id) and `lineage` (entity, id, natural_key).
    """
    connection.execute(f"""
        create table person_founder as
        select component,
            min(concat_ws(chr(31), (not is_register)::int, {founder("m")}, role)) as seed
        from person_component join mention m using (n) group by component
    """)
    connection.execute(f"""
        create table person_claim as with
        now as (
            select n, component, source, record_key, role, is_register
            from person_component join mention using (n)),
        claim as (
            select component, id, 1 as rank_1, count(*) as rank_2, bool_or(is_register)::int as rank_3
            from now join person_previous using (source, record_key, role) group by component, id
            union all
            select component, id, 0, count(*), bool_or(is_register)::int
            from now join lineage l on l.entity = 'person' and l.natural_key = {key()}
            anti join person_previous p using (source, record_key, role) group by component, id)
        select component, id, max(rank_1) as rank_1, max(rank_2) as rank_2, max(rank_3) as rank_3 from claim
        group by component, id
    """)


def link_by_rules(connection: duckdb.DuckDBPyConnection, mentions: str) -> None:
    """`read` the mentions of a folder and what clerks decided of them, and `apply_rules`."""
    read(connection, relation(mentions))
    clerk.read(connection, mentions)
    apply_rules(connection)


def apply_rules(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables `link` (n, target, link_rule, probability): records out of the register -> the register person
    that a clerk or a rule gives them; `rule_link`, the same, as it stays when weights add to `link`; and `rule_edge`
    (n, target): every pair that was looked at on the way.

    Needs `mention`, `register`, and the tables of `clerk.read`.
    """
    connection.execute(rules.EVIDENCE)
    connection.execute("create or replace table link (n bigint, target bigint, link_rule varchar, probability double)")
    connection.execute("create or replace table rule_edge (n bigint, target bigint)")
    clerk.link(connection)
    for rule in rules.RULES:
        _link_to_register(connection, rule)
        rules.part_members_of_one_household(connection)
        clerk.part(connection)
    connection.execute("create or replace table rule_link as select * from link")


def _link_to_register(connection: duckdb.DuckDBPyConnection, rule: str) -> None:
    """Link the records not linked yet to the one register person that fits best; to none if several do equally.

    By place, the register person must not be claimed by two records of one source either.
    """
    candidates = rules.candidates(rule, "register", "not o.is_register")
    lonely = "count(*) over (partition by n) = 1"
    if rule in rules.BY_PLACE:
        lonely += " and count(*) over (partition by target, source) = 1"
    connection.execute(f"""
        create or replace temp table looked_at as
        select o.n, r.n as target, o.source,
            (o.words = r.words)::int + births_equal(o.birth_date, r.birth_date)::int as fit {candidates}
        and o.n not in (select n from link)
        and (o.n, r.n) not in (select (a, b) from dismissed)
    """)
    connection.execute("insert into rule_edge select n, target from looked_at")
    connection.execute(f"""
        insert into link with
        best as (select * from looked_at qualify fit = max(fit) over (partition by n))
        select n, target, '{rule}', null from best qualify {lonely}
    """)
