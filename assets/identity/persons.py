"""Which mentions are the same person: by rules first (`rules`), by weight what they leave (`residue`).

A person is a register record with every record linked to it, or else records out of the register that are linked among
themselves. A record's `link_rule` is the first rule that fits it, `splink`, `register` for the register itself, or
`alone`: a person known from this record only.
"""

from __future__ import annotations

import duckdb

from assets.identity import clerk, names, residue, rules
from assets.identity.mentions import relation
from assets.identity.model import Model

_MENTIONS = """
create table mention as
select row_number() over () as n, source, record_key, role, is_register, delivery_id, file_name, row_number, valid_from,
    life_status, coalesce(own.words, []::varchar[]) as words, mother.words as mother_words, sex, birth_date, birth_year,
    coalesce(birth_heap, false) as birth_heap,
    case when nik_state = 'valid' then nik end as nik, nik as nik_stated, nullif(no_kk, '') as no_kk, village_code,
    district_code, regency_code,
    case when household_ref is not null then source || '|' || household_ref end as household, relation
from {mentions} m left join folded_name own on own.name = m.name
left join folded_name mother on mother.name = m.mother_name
"""


def link(connection: duckdb.DuckDBPyConnection, mentions: str, frozen: Model) -> None:
    """Make the table `person_component` (n, component, link_rule, probability) over the table `mention`, and
    `identity_pair` (see `residue`); `mention` is made too. What was needed on the way is dropped: it would crowd out
    what comes after.

    mentions: folder of the mention Parquet. Needs the macros of `names`.
    """
    link_by_rules(connection, mentions)
    residue.link(connection, frozen)
    residue.clear(connection)
    connection.execute(
        "create table person_component as"
        " select n, coalesce(head, n) as component, if(head <> n, $clerk, 'register') as link_rule,"
        "   null::double as probability from mention left join bundle using (n) where is_register"
        " union all select l.n, coalesce(head, target), link_rule, probability"
        "   from link l left join bundle on bundle.n = l.target"
        " union all select n, component, link_rule, probability from rest_component"
        " union all select n, n, 'alone', null from mention where not is_register"
        "   and n not in (select n from link) and n not in (select n from rest_component)",
        {"clerk": rules.CLERK},
    )
    for table in ("register", "link", "rest_component", "folded_name", "confirmed", "dismissed", "bundle"):
        connection.execute(f"drop table {table}")
    for column in ("words", "mother_words"):  # the widest; nobody reads them any more
        connection.execute(f"alter table mention drop column {column}")


def link_by_rules(connection: duckdb.DuckDBPyConnection, mentions: str) -> None:
    """Make the tables `mention`, `register` (its part that is the register), those of `clerk`, and `link` (n, target,
    link_rule, probability): records out of the register -> the register person that a clerk or a rule gives them.
    """
    read = relation(mentions)
    names.fold(connection, f"(select name from {read} union all select mother_name from {read})")
    connection.execute(_MENTIONS.format(mentions=read))
    connection.execute(rules.EVIDENCE)
    connection.execute(
        "create table register as select n, words, sex, birth_date, birth_year, birth_heap, nik, no_kk, village_code,"
        " district_code, regency_code from mention where is_register"
    )
    connection.execute("create table link (n bigint, target bigint, link_rule varchar, probability double)")
    clerk.read(connection, mentions)
    for rule in rules.RULES:
        _link_to_register(connection, rule)
        rules.part_members_of_one_household(connection)
        clerk.part(connection)


def _link_to_register(connection: duckdb.DuckDBPyConnection, rule: str) -> None:
    """Link the records not linked yet to the one register person that fits best; to none if several do equally.

    By place, the register person must not be claimed by two records of one source either.
    """
    candidates = rules.CANDIDATES[rule].format(other="register", apart="not o.is_register")
    lonely = "count(*) over (partition by n) = 1"
    if rule in rules.BY_PLACE:
        lonely += " and count(*) over (partition by target, source) = 1"
    connection.execute(f"""
        insert into link with
        candidate as (
            select o.n, r.n as target, o.source,
                (o.words = r.words)::int + births_equal(o.birth_date, r.birth_date)::int as fit {candidates}
            and o.n not in (select n from link)
            and (o.n, r.n) not in (select (a, b) from dismissed)),
        best as (select * from candidate qualify fit = max(fit) over (partition by n))
        select n, target, '{rule}', null from best qualify {lonely}
    """)
