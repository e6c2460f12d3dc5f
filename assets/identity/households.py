"""Households, the people who live and eat together, and families, each one card (KK): rulings 18 and 19.

A household is a listed one (its ID_DTKS) where the social registry has it, else the family card. A card lies in one
household only: the listed one that most of its people belong to, then the one that states it. A record goes with its
own ID_DTKS, else with its person's card in the register, else with the card it states, else with its person's other
card or listed household, else it stands alone.
"""

from __future__ import annotations

import duckdb

from assets.identity.mentions import PLACE, digests, founder, relation

_MENTIONS = """
select {number} as h, {digests}, {columns}, m.n, p.component as person, coalesce(m.is_register, false) as is_register
from {mentions} h
left join mention m on m.k = hash(h.source, h.record_key, h.person_role)
    and not (m.source <> h.source or m.record_key <> h.record_key or m.role <> h.person_role)
left join person_component p using (n)
"""
"""By the digest of the key (`mentions.digests`), which is faster than by the key."""
_COLUMNS = "h.source, h.record_key, h.person_role, nullif(h.no_kk, '') as no_kk, h.household_ref"

_CARD_OF_PERSON = """
select person, arg_min(no_kk, (not is_register, source, record_key)) as no_kk, bool_or(is_register) as is_registered
from {household_mention} where person is not null and no_kk is not null group by person
"""

_HOUSEHOLD_OF_CARD = """
with vote as (
    select c.no_kk, h.household_ref, count(distinct h.person) as people, false as stated
    from household_mention h join {card_of_person} c using (person) where h.household_ref is not null group by all
    union all
    select no_kk, household_ref, 0, true from {household_mention}
    where household_ref is not null and no_kk is not null),
counted as (select no_kk, household_ref, sum(people) as people, bool_or(stated) as stated from vote group by all)
select no_kk, household_ref from counted
qualify row_number() over (partition by no_kk order by people desc, stated desc, household_ref) = 1
"""

_MAIN_CARD = """
select household_ref, arg_max(no_kk, (people, no_kk)) as no_kk from (
    select hc.household_ref, hc.no_kk, count(distinct c.person) as people
    from {household_of_card} hc left join card_of_person c using (no_kk) group by all) group by household_ref
"""

_REF_OF_PERSON = """
select person, min(household_ref) as household_ref from {household_mention}
where household_ref is not null and person is not null group by person
"""

_PLACED = """
with card as (
    select h.*, case when c.is_registered and not h.is_register then c.no_kk else coalesce(h.no_kk, c.no_kk) end as card
    from {household_mention} h left join card_of_person c using (person)),
joined as (
    select card.*, coalesce(card.household_ref, hc.household_ref,
        case when card.card is null then r.household_ref end) as ref
    from card left join household_of_card hc on hc.no_kk = card.card left join ref_of_person r using (person))
select h, person, n, card, ref,
    case when ref is not null then 'D' || ref when card is not null then 'K' || card
         else 'R' || source || '|' || record_key end as household,
    case when coalesce(card, mc.no_kk) is not null then 'K' || coalesce(card, mc.no_kk)
         when ref is not null then 'D' || ref else 'R' || source || '|' || record_key end as family,
    case when joined.household_ref is not null then 'household_ref'
         when ref is not null and card is not null then 'card_in_household'
         when card is not null then 'card' when ref is not null then 'person' else 'alone' end as link_rule
from joined left join main_card mc on mc.household_ref = joined.ref
"""

_FAMILY_PLACE = """
with one as (
    select family, any_value(case when family[1] = 'K' then family[2:] end) as no_kk, min(household) as household
    from {placed} group by family)
select family, no_kk, case when hc.household_ref is not null then 'D' || hc.household_ref
    when no_kk is not null then 'K' || no_kk else household end as household
from one left join household_of_card hc using (no_kk)
"""

ENTITIES = ("household", "family")
"""What a record is placed in, each with ids of its own."""

STEPS = {
    "card_of_person": _CARD_OF_PERSON,
    "household_of_card": _HOUSEHOLD_OF_CARD,
    "main_card": _MAIN_CARD,
    "ref_of_person": _REF_OF_PERSON,
    "placed": _PLACED,
    "family_place": _FAMILY_PLACE,
}
"""Table -> what makes it, in this order: the card of a person, the listed household that a card lies in, the card that
most of a listed household have, the listed household that names a person, a household record's household and family by
their natural keys, and the household that a family lies in. What stands in braces is the relation that says which of a
table's rows are made: a part of it makes a part of them."""
_MADE_FROM = ("household_mention", "card_of_person", "household_of_card", "placed")


def step(table: str, among: str = "true") -> str:
    """SQL that makes a table's rows. among: SQL of those to make, by a column that what stands in braces has too."""
    return STEPS[table].format(**{name: f"(select * from {name} where {among})" for name in _MADE_FROM})


def mentions_of(relation: str, number: str, digests: str, *more: str) -> str:
    """SQL of the table `household_mention`, of a relation `h` of household mentions; the rest is SQL of its columns."""
    columns = ", ".join((_COLUMNS, *(f"h.{column}" for column in more)))
    return _MENTIONS.format(mentions=relation, number=number, digests=digests, columns=columns)


def place(connection: duckdb.DuckDBPyConnection, mentions: str) -> None:
    """Make the table `household_mention` of a folder of mention Parquet, and the tables of `STEPS`. Needs `mention` and
    `person_component`.
    """
    all_of_them = mentions_of(
        relation(mentions, "household"), "row_number() over ()", digests("household", "h"), *PLACE
    )
    connection.execute(f"create table household_mention as {all_of_them}")
    for table in STEPS:
        connection.execute(f"create table {table} as {step(table)}")


def prepare_ids(connection: duckdb.DuckDBPyConnection, entity: str, previous: str, among: str = "true") -> None:
    """Founders and claims of households or families, for `ids.assign`. previous: SQL of the earlier ids of household
    records (h, id). among: SQL of the components to prepare.

    Strongest is the same ID_DTKS, then the same card, then the number of earlier members, then who stays: a spouse, the
    oldest. Last comes the id that an ID_DTKS or card had before it was away. Needs `lineage` (entity, id, natural_key,
    is_current).
    """
    connection.execute(f"""
        create table {entity}_founder as
        select component, concat_ws(chr(31), min(concat_ws(chr(31), {founder("o")})), left(component, 1)) as seed
        from ({_keys(entity)}) join household_mention o using (h) where {among} group by component
    """)
    connection.execute(f"""
        create table {entity}_claim as with
        stays as (
            select p.{entity} as component, v.id, p.person, bool_or(m.relation in ('ISTRI', 'SUAMI')) as spouse,
                min(m.birth_date) as birth_date
            from placed p join {previous} v using (h) left join mention m using (n)
            where {among}
            group by all),
        members as (
            select component, id, count(*) as people, bool_or(spouse) as spouse,
                date_diff('day', min(birth_date), date '2100-01-01') as age
            from stays group by all),
        same as (
            select f.component, l.id,
                case when not l.is_current then -1 when f.component[1] = 'D' then 2 else 1 end as rank
            from {entity}_founder f join lineage l on l.entity = '{entity}' and l.natural_key = f.component)
        select component, id, case when rank > 0 or people is null then rank else 0 end as rank_1,
            coalesce(people, 0) as rank_2, coalesce(spouse::int, 0) * 1000000 + coalesce(age, 0) as rank_3
        from members full join same using (component, id)
    """)


def _keys(entity: str) -> str:
    """SQL of components and their records; a household may be one that only families lie in (their records all carry
    another ID_DTKS).
    """
    if entity == "family":
        return "select family as component, h from placed"
    return """select household as component, h from placed union all
        select f.household, p.h from family_place f join placed p using (family)
        where f.household not in (select household from placed)"""
