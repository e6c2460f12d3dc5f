"""Which mentions are the same person, by rules (the first that fits is the record's link_rule).

| rule | two records are one person when |
|---|---|
| `register` | a register record is a person by itself; two of them are never joined here |
| `nik` | they share a true NIK, and their names agree; birth years do not lie a generation apart |
| `kk` | they share a family card; birth year and name, or birth date and a name that agrees, or 2+ words and no birth |
| `village` | they share name, birth date and village, and nobody else there does |
| `district` | one of them has no village, and the same holds of the kecamatan |
| `nik_birth` | they share a true NIK and a birth date, whatever the names (not two sexes) |
| `nik_slip` | their NIKs are a slip apart, they share every word of the name and the kecamatan; births do not differ |
| `alone` | nothing fits: a person known from this record only |

A shared NIK by itself proves nothing. Where two candidates fit equally, none is taken: a wrong merge is worse than a
missed one. `nik_birth` comes after the rules of names because a twin under the other twin's number is better known by
name.
"""

from __future__ import annotations

import duckdb
import polars as pl

from assets.identity import names
from assets.identity.components import label

RULES = ("nik", "kk", "village", "district", "nik_birth", "nik_slip")
BY_PLACE = ("village", "district")
"""Rules under which nobody else may fit: name and birth date are not rare enough to choose among several."""

_MENTIONS = """
create table mention as
select row_number() over () as n, source, record_key, role, is_register, delivery_id, file_name, row_number, valid_from,
    coalesce(words, []::varchar[]) as words, sex, birth_date, birth_year, coalesce(birth_heap, false) as birth_heap,
    case when nik_state = 'valid' then nik end as nik, nullif(no_kk, '') as no_kk, village_code, district_code,
    case when household_ref is not null then source || '|' || household_ref end as household, relation
from {mentions} left join folded_name using (name)
"""

_EVIDENCE = """
create or replace macro births_equal(a, b) as coalesce(a = b, false);
create or replace macro births_far(a, b) as coalesce(abs(a - b) > 2, false);
create or replace macro births_a_generation_apart(a, b) as coalesce(abs(a - b) >= 12, false);
create or replace macro births_differ(a, b, year_a, year_b) as coalesce(a <> b, year_a <> year_b, false);
create or replace macro sexes_differ(a, b) as coalesce(a <> b, false);
"""

_CANDIDATES = {
    "nik": """
        from mention o join {other} r using (nik)
        where {apart} and (
            (words_equal(o.words, r.words) and not births_a_generation_apart(o.birth_year, r.birth_year))
            or (words_agree(o.words, r.words) and not births_far(o.birth_year, r.birth_year)))
    """,
    "kk": """
        from mention o join {other} r on o.no_kk = r.no_kk
        where {apart} and not sexes_differ(o.sex, r.sex) and coalesce(o.birth_year = r.birth_year, true)
            and ((len(o.words) > 1 and o.words = r.words)
                or (o.birth_year = r.birth_year and words_equal(o.words, r.words))
                or (births_equal(o.birth_date, r.birth_date) and words_agree(o.words, r.words)))
    """,
    "village": """
        from mention o join {other} r on o.birth_date = r.birth_date and o.village_code = r.village_code
        where {apart} and not o.birth_heap and not r.birth_heap
            and words_equal(o.words, r.words) and not sexes_differ(o.sex, r.sex)
    """,
    "district": """
        from mention o join {other} r on o.birth_date = r.birth_date and o.district_code = r.district_code
        where {apart} and (o.village_code is null or r.village_code is null)
            and not o.birth_heap and not r.birth_heap
            and words_equal(o.words, r.words) and not sexes_differ(o.sex, r.sex)
    """,
    "nik_birth": """
        from mention o join {other} r on o.nik = r.nik and o.birth_date = r.birth_date
        where {apart} and not sexes_differ(o.sex, r.sex)
    """,
    "nik_slip": """
        from mention o join {other} r on o.words = r.words and o.district_code = r.district_code
        where {apart} and len(o.words) > 0 and damerau_levenshtein(o.nik, r.nik) = 1
            and not births_differ(o.birth_date, r.birth_date, o.birth_year, r.birth_year)
            and not sexes_differ(o.sex, r.sex)
    """,
}
"""For each rule the pairs (o, r) that it would make one. The grain: a pair of mentions."""

_TWO_MEMBERS = """coalesce({a}.household = {b}.household, false)
    and not (words_agree({a}.words, {b}.words) and births_equal({a}.birth_date, {b}.birth_date))"""
"""Two lines of one listed household are two people, even under one NIK, unless name and birth date both agree."""


def link(connection: duckdb.DuckDBPyConnection, mentions: str) -> None:
    """Make the table `person_component` (n, component, link_rule) over the table `mention`, which it makes too. What
    was needed on the way is dropped: it would crowd out what comes after.

    mentions: folder of the mention Parquet. Needs the macros of `names`.
    """
    read = f"read_parquet('{mentions}/person_mention/*/*.parquet', union_by_name = true, hive_partitioning = false)"
    names.fold(connection, read)
    connection.execute(_MENTIONS.format(mentions=read))
    connection.execute(_EVIDENCE)
    connection.execute(
        "create table register as select n, words, sex, birth_date, birth_year, birth_heap, nik, no_kk, village_code,"
        " district_code from mention where is_register"
    )
    connection.execute("create table link (n bigint, target bigint, link_rule varchar)")
    for rule in RULES:
        _link_to_register(connection, rule)
        _part_members_of_one_household(connection)
    _link_the_rest(connection)
    connection.execute(
        "create table person_component as"
        " select n, n as component, 'register' as link_rule from mention where is_register"
        " union all select n, target, link_rule from link"
        " union all select n, component, link_rule from rest_component"
        " union all select n, n, 'alone' from mention where not is_register"
        "   and n not in (select n from link) and n not in (select n from rest_component)"
    )
    for table in ("register", "rest", "link", "edge", "component", "rest_component", "folded_name"):
        connection.execute(f"drop table if exists {table}")
    connection.execute("alter table mention drop column words")  # the widest; nobody reads it any more


def _link_to_register(connection: duckdb.DuckDBPyConnection, rule: str) -> None:
    """Link the records not linked yet to the one register person that fits best; to none if several do equally.

    By place, the register person must not be claimed by two records of one source either.
    """
    candidates = _CANDIDATES[rule].format(other="register", apart="not o.is_register")
    lonely = "count(*) over (partition by n) = 1"
    if rule in BY_PLACE:
        lonely += " and count(*) over (partition by target, source) = 1"
    connection.execute(f"""
        insert into link with
        candidate as (
            select o.n, r.n as target, o.source,
                (o.words = r.words)::int + births_equal(o.birth_date, r.birth_date)::int as fit {candidates}
            and o.n not in (select n from link)),
        best as (select * from candidate qualify fit = max(fit) over (partition by n))
        select n, target, '{rule}' from best qualify {lonely}
    """)


def _part_members_of_one_household(connection: duckdb.DuckDBPyConnection) -> None:
    """Of two members of one listed household who were linked to one register person, the one that fits best stays."""
    connection.execute(f"""
        create or replace temp table wrongly as with
        member as (
            select l.n, l.target, m.household, m.record_key, m.words, m.birth_date,
                (case when births_equal(m.birth_date, r.birth_date) then 2 else 0 end)
                + jaro_winkler_similarity(array_to_string(m.words, ' '), array_to_string(r.words, ' ')) as fit
            from link l join mention m using (n) join mention r on r.n = l.target where m.household is not null),
        best as (
            select *, row_number() over (partition by household, target order by fit desc, record_key) as place
            from member)
        select o.n from best o join best b using (household, target)
        where b.place = 1 and o.place > 1 and {_TWO_MEMBERS.format(a="o", b="b")}
    """)
    connection.execute("delete from link where n in (select n from wrongly)")


def _link_the_rest(connection: duckdb.DuckDBPyConnection) -> None:
    """Link records that no register person fits among themselves; a component that contradicts itself loses links."""
    connection.execute(
        "create table rest as select * from mention where not is_register and n not in (select n from link)"
    )
    apart = (
        "o.n in (select n from rest) and o.n < r.n and not births_far(o.birth_year, r.birth_year)"
        f" and not ({_TWO_MEMBERS.format(a='o', b='r')})"
    )
    connection.execute("create table edge (a bigint, b bigint, link_rule varchar, place integer)")
    for place, rule in enumerate(RULES):
        candidates = _CANDIDATES[rule].format(other="rest", apart=apart)
        unique = (
            "qualify count(*) over (partition by o.n, r.source) = 1 and count(*) over (partition by r.n, o.source) = 1"
            if rule in BY_PLACE
            else ""
        )
        connection.execute(f"insert into edge select o.n, r.n, '{rule}', {place} {candidates} {unique}")
    for weakest in reversed(range(len(RULES))):
        if not _drop_contradictions(connection, weakest):
            break
    _components(connection)
    connection.execute("""
        create table rest_component as
        with rule as (select a as n, link_rule, place from edge union all select b, link_rule, place from edge)
        select c.n, c.component, coalesce(e.link_rule, 'alone') as link_rule
        from component c left join (select n, arg_min(link_rule, place) as link_rule from rule group by n) e using (n)
    """)


def _components(connection: duckdb.DuckDBPyConnection) -> None:
    edges = connection.execute("select a, b from edge").fetchnumpy()
    nodes, components = label(edges["a"], edges["b"])
    connection.register("found", pl.DataFrame({"n": nodes, "component": components}))
    connection.execute(
        "create or replace table component as select n::bigint as n, component::bigint as component from found"
    )
    connection.unregister("found")


def _drop_contradictions(connection: duckdb.DuckDBPyConnection, weakest: int) -> int:
    """Drop the weakest rule's links from components in which two records cannot be one person.

    Returns how many such components there were.
    """
    _components(connection)
    connection.execute(f"""
        create or replace temp table contradictory as select distinct a.component from component a
        join component b on a.component = b.component and a.n < b.n
        join rest x on x.n = a.n join rest y on y.n = b.n
        where births_far(x.birth_year, y.birth_year)
            or (not words_agree(x.words, y.words)
                and (not births_equal(x.birth_date, y.birth_date) or sexes_differ(x.sex, y.sex)))
            or ({_TWO_MEMBERS.format(a="x", b="y")})
    """)
    connection.execute(
        "delete from edge where place >= ? and a in (select n from component join contradictory using (component))",
        [weakest],
    )
    return connection.execute("select count(*) from contradictory").fetchone()[0]
