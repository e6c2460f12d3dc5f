"""Households, the people who live and eat together, and families, each one card (KK): rulings 18 and 19.

A household is a listed one (its ID_DTKS) where the social registry has it, else the family card. A card lies in one
household only: the listed one that most of its people belong to, then the one that states it. A record goes with its
own ID_DTKS, else with its person's card in the register, else with the card it states, else with its person's other
card or listed household, else it stands alone.
"""

from __future__ import annotations

import duckdb

from assets.identity.mentions import relation

_MENTIONS = """
create table household_mention as
select h.source, h.record_key, h.delivery_id, h.file_name, h.row_number, h.valid_from, nullif(h.no_kk, '') as no_kk,
    h.household_ref, m.n, p.component as person, coalesce(m.is_register, false) as is_register
from {mentions} h
left join mention m on m.source = h.source and m.record_key = h.record_key and m.role = h.person_role
left join person_component p using (n)
"""

_CARD_OF_PERSON = """
create table card_of_person as
select person, arg_min(no_kk, (not is_register, source, record_key)) as no_kk, bool_or(is_register) as is_registered
from household_mention where person is not null and no_kk is not null group by person
"""

_HOUSEHOLD_OF_CARD = """
create table household_of_card as
with vote as (
    select c.no_kk, h.household_ref, count(distinct h.person) as people, false as stated
    from household_mention h join card_of_person c using (person) where h.household_ref is not null group by all
    union all
    select no_kk, household_ref, 0, true from household_mention where household_ref is not null and no_kk is not null),
counted as (select no_kk, household_ref, sum(people) as people, bool_or(stated) as stated from vote group by all)
select no_kk, household_ref from counted
qualify row_number() over (partition by no_kk order by people desc, stated desc, household_ref) = 1
"""

_MAIN_CARD = """
create table main_card as
select household_ref, arg_max(no_kk, (people, no_kk)) as no_kk from (
    select hc.household_ref, hc.no_kk, count(distinct c.person) as people
    from household_of_card hc left join card_of_person c using (no_kk) group by all) group by household_ref
"""

_REF_OF_PERSON = """
create table ref_of_person as
select person, min(household_ref) as household_ref from household_mention
where household_ref is not null and person is not null group by person
"""

_PLACED = """
create table placed as
with card as (
    select h.*, case when c.is_registered and not h.is_register then c.no_kk else coalesce(h.no_kk, c.no_kk) end as card
    from household_mention h left join card_of_person c using (person)),
joined as (
    select card.*, coalesce(card.household_ref, hc.household_ref,
        case when card.card is null then r.household_ref end) as ref
    from card left join household_of_card hc on hc.no_kk = card.card left join ref_of_person r using (person))
select source, record_key, delivery_id, file_name, row_number, valid_from, person, n, joined.household_ref,
    coalesce(card, mc.no_kk) as family_card,
    case when ref is not null then 'D' || ref when card is not null then 'K' || card
         else 'R' || source || '|' || record_key end as household,
    case when coalesce(card, mc.no_kk) is not null then 'K' || coalesce(card, mc.no_kk)
         when ref is not null then 'D' || ref else 'R' || source || '|' || record_key end as family,
    case when joined.household_ref is not null then 'household_ref'
         when ref is not null and card is not null then 'card_in_household'
         when card is not null then 'card' when ref is not null then 'person' else 'alone' end as link_rule
from joined left join main_card mc on mc.household_ref = joined.ref
"""


def place(connection: duckdb.DuckDBPyConnection, mentions: str) -> None:
    """Make the tables `placed` (household record -> household and family by their natural keys) and `family_place`
    (family, no_kk, household; each family in one household). Needs `mention` and `person_component`.
    """
    for statement in (_MENTIONS, _CARD_OF_PERSON, _HOUSEHOLD_OF_CARD, _MAIN_CARD, _REF_OF_PERSON, _PLACED):
        connection.execute(statement.format(mentions=relation(mentions, "household")))
    connection.execute(
        "create table family_place as with one as ("
        " select family, any_value(case when family[1] = 'K' then family[2:] end) as no_kk, min(household) as household"
        " from placed group by family)"
        " select family, no_kk, case when hc.household_ref is not null then 'D' || hc.household_ref"
        "   when no_kk is not null then 'K' || no_kk else household end as household"
        " from one left join household_of_card hc using (no_kk)"
    )
    _give_each_family_a_household(connection)


def _give_each_family_a_household(connection: duckdb.DuckDBPyConnection) -> None:
    """A family may lie in a household that no record stands in by itself (its records all carry another ID_DTKS)."""
    connection.execute(
        "create table household_key as select distinct household from placed union select household from family_place"
    )


def prepare_ids(connection: duckdb.DuckDBPyConnection) -> None:
    """Founders and claims of households and families, for `ids.assign`.

    Strongest is the same ID_DTKS, then the same card, then the number of earlier members, then who stays: a spouse, the
    oldest. Last comes the id that an ID_DTKS or card had before it was away. Needs `household_previous`,
    `family_previous` (source, record_key, id) and `lineage` (entity, id, natural_key, is_current).
    """
    for entity in ("household", "family"):
        connection.execute(f"""
            create table {entity}_founder as
            select {entity} as component, concat_ws(chr(31), min(concat_ws(chr(31), valid_from, source, delivery_id,
                file_name, row_number)), left({entity}, 1)) as seed
            from {_keys(entity)} group by {entity}
        """)
        connection.execute(f"""
            create table {entity}_claim as with
            stays as (
                select p.{entity} as component, v.id, p.person, bool_or(m.relation in ('ISTRI', 'SUAMI')) as spouse,
                    min(m.birth_date) as birth_date
                from placed p join {entity}_previous v using (source, record_key) left join mention m using (n)
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
    """Records by entity, and the households that only families lie in."""
    if entity == "family":
        return "placed"
    return (
        "(select household, valid_from, source, delivery_id, file_name, row_number from placed union all"
        " select f.household, p.valid_from, p.source, p.delivery_id, p.file_name, p.row_number from family_place f"
        " join placed p using (family) where f.household not in (select household from placed))"
    )
