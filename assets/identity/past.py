"""What is no longer in force, linked to those who are: earlier versions of records, and records that have ended.

It comes last, and decides nothing of what is in force: it founds no person and no household, and asks no clerk. A
version that says what its record says now is that record's. Any other goes by its own words: by the rules and weights
that link records to the register, then by the rules that link records among themselves; then with its record, if the
names agree; a record that has ended, by a clerk's word before all, and at last to the id that it had. All of it is
made again each night from the mentions and from tonight's persons and households, so that it does not matter on which
night a record ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from assets.home import literal
from assets.identity import candidates, clerk, households, persons, residue, rules, scoring
from assets.identity.again.layer import lay, lift
from assets.identity.mentions import digests, key, relation
from assets.identity.model import Model
from assets.identity.tables import count, largest

FILES = ("past_person_links", "past_household_links")
"""Written whole each night. A version that has no row is linked as its record is."""
KEPT, RECORD = "kept", "record"
"""Link rules of the past: the id that the record had when it ended; the record's own."""

_PERSON = """
create or replace table memory.link_of_past (n bigint, id varchar, link_rule varchar, probability double)
"""
_STATED = f"""
with given as ({clerk.NEWEST}),
said as (
    select key_a as key, key_b as other, decision from given union all select key_b, key_a, decision from given),
ended as (
    select p.n, {key("p")} as key from past p where n in (select n from last_said))
select e.n, i.id, said.decision = 'SAMA' as is_same
from said join ended e using (key) join kept.mention m on {key("m")} = said.other
join kept.person_component c on c.n = m.n join kept.person_id i using (component)
"""
_BY_RULE = """
insert into link_of_past
with fit as (
    select o.n, o.source, o.record_key, r.id,
        max((o.words = r.words)::int + births_equal(o.birth_date, r.birth_date)::int) as fit {candidates}
    and (o.n, r.id) not in (select (n, id) from stated where not is_same)
    group by all),
best as (select * from fit qualify fit = max(fit) over (partition by n))
select n, id, '{rule}', null from best qualify {lonely}
"""
_WITH_RECORD = f"""
insert into link_of_past
with leader as (
    select k, source, record_key, role, words, id
    from (select * from kept.mention where k in (select k from past))
    join kept.person_component using (n) join kept.person_id using (component)
    union all
    select k, source, record_key, role, words, id from past join last_said using (n) join link_of_past using (n))
select p.n, l.id, '{RECORD}', null from past p join leader l using (k, source, record_key, role)
where p.n not in (select n from link_of_past) and words_agree(p.words, l.words)
    and (p.n, l.id) not in (select (n, id) from stated where not is_same)
"""
_LIVING_ID = """
with recursive merged as (
    select id, arg_max(if(event = 'merged', other_id, null), (coalesce(generation, 0), load_id, event)) as other_id
    from kept.history where entity = '{entity}' and event in ('merged', 'returned', 'retired', 'minted') group by id),
followed as (
    select natural_key, id, 0 as steps from kept.away where entity = '{entity}' and natural_key in ({keys})
    union
    select f.natural_key, m.other_id, steps + 1 from followed f join merged m using (id)
    where m.other_id is not null and steps < 100)
select natural_key, arg_max(id, steps) as id from followed group by natural_key
"""
"""The id that a natural key had when it was last in force, or what that was merged into since."""

_SAID = """
select row_number() over () as n, {digests}, h.source, h.record_key, h.person_role, nullif(h.no_kk, '') as no_kk,
    h.household_ref, h.valid_from, p.n as person
from {mentions} h left join past p on p.source = h.source and p.record_key = h.record_key and p.role = h.person_role
    and p.valid_from = h.valid_from
"""
"""`person`: the person's version, if it says another thing than the record does now."""

_WHO = """
with tonight as (
    select m.k, i.id from (select n, k from kept.mention where k in (select k from past_household)) m
    join kept.person_component using (n) join kept.person_id i using (component))
select h.*, if(h.person is null, t.id, l.id) as id
from past_household h left join link_of_past l on l.n = h.person left join tonight t on t.k = h.k
"""

_HOME = """
select i.id, arg_min(h.household, place) as household, arg_min(h.family, place) as family
from (
    select p.person, p.household, p.family,
        (m.household_ref is null, not m.is_register, m.source, m.record_key) as place
    from kept.placed p join kept.household_mention m using (h)) h
join kept.person_id i on i.component = h.person
semi join (select distinct id from who) w on w.id = i.id
group by i.id
"""
"""Where a person lives tonight: where a list of households has it, then by the register, then by any record."""

_HOUSEHOLDS = """
with tonight as (select k, h, household_ref from kept.household_mention where k in (select k from past_household)),
listed as (
    select household_ref, mode(home.household) as household, mode(home.family) as family
    from who join home using (id) where household_ref is not null group by household_ref),
placed as (
    select w.*, ref.component as of_ref, home.household as of_home, home.family as home_family,
        card.household as of_card, card.family as card_family, listed.household as of_listed,
        listed.family as listed_family, p.household as of_record, p.family as record_family
    from who w
    left join kept.household_id ref on ref.component = 'D' || w.household_ref
    left join home on home.id = w.id
    left join kept.family_place card on card.family = 'K' || w.no_kk
    left join listed on listed.household_ref = w.household_ref
    left join tonight on tonight.k = w.k
    left join kept.placed p on p.h = tonight.h)
select n, source, record_key, valid_from, household_ref, no_kk,
    coalesce(of_ref, of_home, of_card, of_listed, of_record) as household,
    case when of_ref is not null then if(of_home = of_ref, home_family, coalesce(card_family, record_family, of_ref))
        when of_home is not null then home_family when of_card is not null then card_family
        when of_listed is not null then listed_family else record_family end as family,
    case when of_ref is not null then 'household_ref' when of_home is not null then 'person'
        when of_card is not null then 'card' when of_listed is not null then 'household_ref'
        when of_record is not null then '{record}' end as link_rule
from placed
"""
"""By its own ID_DTKS if that is listed tonight, else where its person lives tonight, else where the card that it states
lies, else where most of those live who were listed with it, else where its record is."""

_NATURAL_KEYS = """
select n, unnest(['D' || household_ref, 'K' || no_kk, 'R' || source || '|' || record_key]) as natural_key,
    generate_subscripts([1, 2, 3], 1) as place
from past_component where {entity} is null
"""

_PLACED = """
select p.source, p.record_key, p.valid_from, coalesce(h.id, kh.id) as household_id, coalesce(f.id, kf.id) as family_id,
    coalesce(p.link_rule, if(kh.id is null, null, '{kept}')) as link_rule
from past_component p
left join kept.household_id h on h.component = p.household left join kept.family_id f on f.component = p.family
left join kept_household kh on kh.n = p.n left join kept_family kf on kf.n = p.n
"""

_ROWS = {
    "past_person_links": """
        select source, record_key, role, valid_from, id as person_id, link_rule, probability as match_probability
        from past left join link_of_past using (n)""",
    "past_household_links": """
        select source, record_key, valid_from, household_id, family_id, link_rule,
            null::double as match_probability
        from past_placed""",
}


def link(connection: duckdb.DuckDBPyConnection, mentions: Path, frozen: Model, folder: Path) -> None:
    """Write the files of the past into a folder.

    mentions: folder of the mention Parquet. Needs tonight's tables in the database `kept`, and the macros of `names`.
    """
    with _layered(connection):
        _read(connection, mentions)
        _link_persons(connection, mentions, frozen)
        _place(connection, mentions)
        for name in FILES:
            connection.execute(f"copy ({_ROWS[name]}) to {literal(folder / f'{name}.parquet')} (format parquet)")


@contextmanager
def _layered(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """New tables are made in memory, and looked up there before those of `kept`."""
    before = connection.execute("select current_setting('search_path')").fetchall()[0][0]
    connection.execute("set search_path = 'memory.main,kept.main'")
    yield
    connection.execute(f"set search_path = '{before}'")


def _mentions(mentions: Path, kind: str) -> str:
    """SQL of the mentions of the past of a kind; those in force, none of them, where nobody has any."""
    if any((mentions / f"past_{kind}_mention").glob("*/*.parquet")):
        return relation(mentions, f"past_{kind}")
    return f"(select * from {relation(mentions, kind)} limit 0)"


def _read(connection: duckdb.DuckDBPyConnection, mentions: Path) -> None:
    """Make the tables `past` (of the persons that say another thing than their record does now, or whose record has
    ended), `last_said` (n: the last versions of records that have ended), and `unlinked`, of each that says another
    thing than the others one.
    """
    number = f"row_number() over () + {largest(connection, 'n', 'kept.mention')}"
    persons.read(connection, _mentions(mentions, "person"), number)
    lay(connection, "past", "from memory.mention anti join kept.mention using (d)")
    lift(connection, "mention", "register")
    lay(
        connection,
        "last_said",
        "select n from past anti join (select k from kept.mention where k in (select k from past)) using (k)"
        " qualify row_number() over (partition by k, source, record_key, role order by valid_from desc) = 1",
    )
    lay(
        connection,
        "alike",
        "select n, first_value(n) over (partition by d order by n in (from last_said) desc, valid_from desc) as one"
        " from past",
    )


def _link_persons(connection: duckdb.DuckDBPyConnection, mentions: Path, frozen: Model) -> None:
    """Make the table `link_of_past` (n, id, link_rule, probability)."""
    connection.execute(rules.EVIDENCE)
    connection.execute(_PERSON)
    if not count(connection, "past"):
        return
    decided = any((mentions / "decision_mention").glob("*/*.parquet"))
    nothing = "select null::bigint as n, null::varchar as id, null::boolean as is_same limit 0"
    lay(connection, "stated", _STATED.format(decisions=relation(mentions, "decision")) if decided else nothing)
    connection.execute(
        f"insert into link_of_past select n, min(id), '{rules.CLERK}', null from stated where is_same"
        " group by n having count(distinct id) = 1"
    )
    _lay_unlinked(connection)
    _lay_known(connection, "register", "kept.register")
    for rule in rules.RULES:
        _by_rule(connection, rule)
    _by_weight(connection, frozen)
    _lay_known(connection, "others", "(select * from kept.mention where not is_register)")
    for rule in rules.RULES:
        _by_rule(connection, rule)
    connection.execute(
        "insert into link_of_past select a.n, id, link_rule, probability"
        " from alike a join link_of_past l on l.n = a.one where a.n not in (select n from link_of_past)"
    )
    ended = f"select {key('p')} from past p join last_said using (n)"
    lay(connection, "kept_id", _LIVING_ID.format(entity="person", keys=ended))
    connection.execute(
        f"insert into link_of_past select p.n, i.id, '{KEPT}', null from past p join last_said using (n)"
        f" join kept_id i on i.natural_key = {key('p')} where p.n not in (select n from link_of_past)"
    )
    connection.execute(_WITH_RECORD)


def _lay_unlinked(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `residue`: those not linked yet, one of those that are alike."""
    lay(
        connection,
        "residue",
        f"select {rules.COLUMNS} from past"
        " where n in (select one from alike) and n not in (select n from link_of_past)",
    )


def _lay_known(connection: duckdb.DuckDBPyConnection, table: str, those: str) -> None:
    """Make the table `known`: of a relation, the mentions that a rule may find, each with its person."""
    near = candidates.sharing_a_rule(those, "residue")
    lay(
        connection,
        "known",
        f"select r.*, id from {those} r join kept.person_component using (n) join kept.person_id using (component)"
        f" where n in ({near})",
    )


def _by_rule(connection: duckdb.DuckDBPyConnection, rule: str) -> None:
    """Link to the one person that fits best; to none if several do equally."""
    lonely = "count(*) over (partition by n) = 1"
    if rule in rules.BY_PLACE:
        lonely += " and count(distinct record_key) over (partition by id, source) = 1"
    _lay_unlinked(connection)
    if not count(connection, "residue"):
        return
    found = rules.candidates(rule, "known", "true", "residue")
    connection.execute(_BY_RULE.format(candidates=found, rule=rule, lonely=lonely))


def _by_weight(connection: duckdb.DuckDBPyConnection, frozen: Model) -> None:
    """Weigh what no rule linked against the register."""
    _lay_unlinked(connection)
    if not count(connection, "residue"):
        return
    lay(connection, "context", candidates.CONTEXT)
    candidates.pair_with_register(connection)
    ends = "(select a as n from candidate union select b from candidate)"
    lay(
        connection,
        "mention",
        f"select * from (select * from kept.mention semi join {ends} using (n))"
        f" union all by name (select * from past semi join {ends} using (n))",
    )
    scoring.profile(connection, frozen)
    scoring.score(connection, frozen)
    connection.execute(
        "create or replace table memory.link (n bigint, target bigint, link_rule varchar, probability double)"
    )
    residue.to_register(connection, frozen)
    connection.execute(
        "insert into link_of_past select l.n, id, l.link_rule, l.probability from memory.link l"
        " join kept.person_component c on c.n = l.target join kept.person_id using (component)"
        " where (l.n, id) not in (select (n, id) from stated where not is_same)"
    )
    lift(connection, "mention", "context", "link")


def _place(connection: duckdb.DuckDBPyConnection, mentions: Path) -> None:
    """Make the table `past_placed`: household records that have ended, and versions that say another thing of their
    household, or of their person, than the record does now; each with its household and family.
    """
    lay(connection, "said", _SAID.format(digests=digests("household", "h"), mentions=_mentions(mentions, "household")))
    lay(connection, "same", "select n from said semi join kept.household_mention using (d) where person is null")
    lay(connection, "past_household", "from said anti join same using (n)")
    lay(connection, "who", _WHO)
    lay(connection, "home", _HOME)
    lay(connection, "past_component", _HOUSEHOLDS.format(record=RECORD))
    for entity in households.ENTITIES:
        keys = "select natural_key from past_key"
        lay(connection, "past_key", _NATURAL_KEYS.format(entity=entity))
        lay(connection, f"kept_{entity}", _LIVING_ID.format(entity=entity, keys=keys))
        lay(
            connection,
            f"kept_{entity}",
            f"select n, arg_min(id, place) as id from past_key join kept_{entity} using (natural_key) group by n",
        )
    lay(connection, "past_placed", _PLACED.format(kept=KEPT))
