"""Households, the people who live and eat together, and families, each one card (KK): rulings 18, 19, 42 and 44.

A household is a listed one (its ID_DTKS) where the social registry has it, else the family card. What is listed twice
is one household (`twice`). A card lies in one household only: the listed one that most of its people belong to. That a
list states a card for a household moves nobody without evidence (`_CARD_CLAIM`). A record belongs with its own ID_DTKS,
else with its person's card in the register, else with the card it states, else with its person's other card or listed
household, else with its person's other records alone. Decision 0020.
"""

from __future__ import annotations

import duckdb

from assets.identity import names
from assets.identity.mentions import PLACE, digests, founder, relation

_MENTIONS = """
select {number} as h, {digests}, {columns}, m.n, p.component as person, coalesce(m.is_register, false) as is_register
from {mentions} h
left join mention m on m.k = hash(h.source, h.record_key, h.person_role)
    and not (m.source <> h.source or m.record_key <> h.record_key or m.role <> h.person_role)
left join person_component p using (n)
"""
"""By the digest of the key (`mentions.digests`), which is faster than by the key."""
_COLUMNS = "h.source, h.record_key, h.person_role, nullif(h.no_kk, '') as no_kk, h.household_ref, h.village_code"
_HEAD = """
h.head_name is not null as is_head, case when {is_listing} then f.words end as head,
case when h.head_name is not null or {is_listing} then nullif(hash({address}), hash(null)) end as home
"""
_ADDRESS = "nullif(trim(regexp_replace(plain(h.address), '[^A-Z0-9]+', ' ', 'g')), '')"
"""Who heads a household and where it lives, of the rows that can tell: a listing's own (`_IS_LISTING`), which has the
words of its head's name, and the register's heads of cards. `home` is the address as a digest: it is only compared."""
_HEAD_COLUMNS = "h.is_head, h.head, h.home"
_IS_LISTING = "h.household_ref is not null and h.person_role is null"

_CARD_OF_PERSON = """
select person, arg_min(no_kk, (not is_register, source, record_key)) as no_kk, bool_or(is_register) as is_registered
from {household_mention} where person is not null and no_kk is not null group by person
"""

_LISTED = """
with member as (
    select distinct person, household_ref from {household_mention}
    where household_ref is not null and person is not null),
dead as (
    select person from {household_mention} h join mention m using (n)
    where h.is_register and m.life_status = 'MENINGGAL' and person in (select person from member))
select person, household_ref, person not in (select person from dead) as is_alive from member
"""

_TWICE = """
with shared as (
    select x.household_ref, y.household_ref as other, count(*) as people
    from {listed} x join listed y using (person)
    where x.household_ref <> y.household_ref and x.is_alive group by all),
size as (
    select household_ref, count(*) as alive from listed where is_alive
        and household_ref in (select household_ref from shared union select other from shared) group by household_ref)
select s.household_ref, other, people, people / (a.alive + b.alive - people) as likeness
from shared s join size a on a.household_ref = s.household_ref join size b on b.household_ref = other
where people > 1 or least(a.alive, b.alive) = 1
"""

_LISTING = """
with ring as (
    select household_ref, list_sort(list_append(list(other), household_ref)) as ring from twice group by household_ref),
class as (select household_ref, min(household_ref) over (partition by ring) as class from ring),
tie as (
    select x.class, y.class as other, max((t.people, t.likeness)) as strength
    from twice t join class x using (household_ref) join class y on y.household_ref = t.other
    where x.class <> y.class group by all),
strongest as (
    select class, other from tie
    qualify rank() over (partition by class order by strength desc) = 1
        and count(*) over (partition by class, strength) = 1),
mutual as (select a.class, a.other from strongest a join strongest b on b.class = a.other and b.other = a.class),
joined as (select household_ref, least(class, coalesce(other, class)) as one from class left join mutual using (class))
select household_ref, min(household_ref) over (partition by one) as listing from joined
qualify count(*) over (partition by one) > 1
"""

_CARD_CLAIM = """
with stated as (
    select distinct no_kk, household_ref, head, village_code, home from {household_mention}
    where household_ref is not null and no_kk is not null),
on_card as (
    select *, bool_or(is_registered) over (partition by no_kk) as is_known from {card_of_person}),
member as (
    select no_kk, household_ref, person from on_card join listed using (person) where is_registered or not is_known),
named as (
    select s.no_kk, s.household_ref
    from stated s join on_card using (no_kk) join household_mention o using (person) join mention m on m.n = o.n
    where o.no_kk = s.no_kk and (m.village_code = s.village_code or o.home = s.home)
        and case when o.is_head then words_agree(m.words, s.head) else words_equal(m.words, s.head) end),
said as (
    select no_kk, household_ref, person, false as is_stated, true as is_supported from member
    union all
    select no_kk, household_ref, null, true,
        no_kk not in (select no_kk from on_card) or (no_kk, household_ref) in (from named) from stated)
select no_kk, coalesce(listing, household_ref) as household_ref, count(distinct person) as people,
    bool_or(is_stated) as is_stated, bool_or(is_supported) as is_supported
from said left join listing using (household_ref) group by all
"""

_HOUSEHOLD_OF_CARD = """
select no_kk, household_ref from {card_claim} where is_supported
qualify row_number() over (partition by no_kk order by people desc, is_stated desc, household_ref) = 1
"""

_MAIN_CARD = """
select household_ref, arg_max(no_kk, (people, is_stated, no_kk)) as no_kk
from {household_of_card} join card_claim using (no_kk, household_ref) group by household_ref
"""

_PLACED = """
with said as (
    select h.*, coalesce(listing, household_ref) as own_ref
    from {household_mention} h left join listing using (household_ref)),
card as (
    select h.*, case when c.is_registered and not h.is_register then c.no_kk
        when coalesce(s.is_supported, true) then coalesce(h.no_kk, c.no_kk) end as card,
        not coalesce(s.is_supported, true) as is_of_others
    from said h left join card_of_person c using (person)
    left join card_claim s on s.no_kk = h.no_kk and s.household_ref = own_ref),
ref_of_person as (select person, min(household_ref) as household_ref from listed group by person),
lone as (
    select person, min(source || '|' || record_key) as record from household_mention
    where person in (select person from card where card is null and own_ref is null) group by person),
joined as (
    select card.*, coalesce(own_ref, hc.household_ref,
        case when card.card is null then coalesce(listing, r.household_ref) end) as ref,
        coalesce(record, source || '|' || record_key) as record
    from card left join lone using (person) left join household_of_card hc on hc.no_kk = card.card
    left join ref_of_person r using (person) left join listing on listing.household_ref = r.household_ref)
select h, person, n, card, ref,
    case when ref is not null then 'D' || ref when card is not null then 'K' || card
         else 'R' || record end as household,
    case when coalesce(card, mc.no_kk) is not null then 'K' || coalesce(card, mc.no_kk)
         when ref is not null then 'D' || ref else 'R' || record end as family,
    case when is_of_others then 'card_of_others' when joined.household_ref is not null then 'household_ref'
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
    "listed": _LISTED,
    "twice": _TWICE,
    "listing": _LISTING,
    "card_claim": _CARD_CLAIM,
    "household_of_card": _HOUSEHOLD_OF_CARD,
    "main_card": _MAIN_CARD,
    "placed": _PLACED,
    "family_place": _FAMILY_PLACE,
}
"""Table -> what makes it, in this order: the card of a person; the listed households that name a person; two of these
that are one, by ruling 44; what goes for the one household that several are (`listing`: every two of them are such a
pair, and it is named after the least); what speaks for a card to lie in a listed household, and whether that is
evidence (ruling 42); where it lies; the card that most of a listed household have; a household record's household and
family by their natural keys; and the household that a family lies in. What stands in braces is the relation that says
which of a table's rows are made: a part of it makes a part of them."""
_MADE_FROM = ("household_mention", "card_of_person", "listed", "card_claim", "household_of_card", "placed")


def step(table: str, among: str = "true") -> str:
    """SQL that makes a table's rows. among: SQL of those to make, by a column that what stands in braces has too."""
    return STEPS[table].format(**{name: f"(select * from {name} where {among})" for name in _MADE_FROM})


def read(
    connection: duckdb.DuckDBPyConnection, table: str, mentions: str, number: str, digests: str, *more: str
) -> None:
    """Make a table like `household_mention` of a relation of household mentions. Needs the macros of `names`, `mention`
    and `person_component`. The rest is SQL of its columns.
    """
    heads = f"(select head_name as name from {mentions} h where {_IS_LISTING} and head_name is not null)"
    names.fold(connection, heads)
    head = _HEAD.format(is_listing=_IS_LISTING, address=_ADDRESS)
    folded = f"(select h.*, {head} from {mentions} h left join folded_name f on f.name = h.head_name)"
    connection.execute(f"create or replace table {table} as {mentions_of(folded, number, digests, *more)}")
    connection.execute("drop table folded_name")


def mentions_of(relation: str, number: str, digests: str, *more: str) -> str:
    """SQL of the table `household_mention`, of a relation `h` that says who heads a household as that table does; the
    rest is SQL of its columns.
    """
    columns = ", ".join((_COLUMNS, _HEAD_COLUMNS, *(f"h.{column}" for column in more)))
    return _MENTIONS.format(mentions=relation, number=number, digests=digests, columns=columns)


def place(connection: duckdb.DuckDBPyConnection, mentions: str) -> None:
    """Make the table `household_mention` of a folder of mention Parquet, and the tables of `STEPS`. Needs `mention` and
    `person_component`.
    """
    said = relation(mentions, "household")
    read(connection, "household_mention", said, "row_number() over ()", digests("household", "h"), *PLACE)
    for table in STEPS:
        connection.execute(f"create table {table} as {step(table)}")


def prepare_ids(connection: duckdb.DuckDBPyConnection, entity: str, previous: str, among: str = "true") -> None:
    """Founders and claims of households or families, for `ids.assign`. previous: SQL of the earlier ids of household
    records (h, id). among: SQL of the components to prepare.

    Strongest is the same ID_DTKS, then another one of the same household, or the same card, then the number of earlier
    members, then who stays: a spouse, the oldest. Last comes the id that an ID_DTKS or card had before it was away.
    Needs `listing` and `lineage` (entity, id, natural_key, is_current).
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
        own as (
            select component, component as natural_key, if(component[1] = 'D', 2, 1) as rank from {entity}_founder
            union all
            select 'D' || listing, 'D' || household_ref, 1 from listing
            where household_ref <> listing and 'D' || listing in (select component from {entity}_founder)),
        same as (
            select o.component, l.id, max(if(l.is_current, o.rank, -1)) as rank
            from own o join lineage l on l.entity = '{entity}' and l.natural_key = o.natural_key
            where l.is_current or o.natural_key = o.component
            group by all)
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
