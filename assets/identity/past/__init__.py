"""Links what is no longer in force, earlier versions of records and records that have ended, to current persons.

It runs last and does not affect current links: it founds no person and no household, and asks no clerk. A version equal
to its record's current version is linked as the record is. Any other is linked by its own values: by the rules and
weights that link records to the register, then by the rules that link records with each other; then with its record, if
the names agree; for a record that has ended, first by a clerk's decision and finally to the id that it had. Every night
makes all of it from the mentions and tonight's persons and households, so the result does not depend on the night on
which a record ended.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from assets.identity.matching import candidates, rules, scoring
from assets.identity.matching import steps as matching
from assets.identity.matching.linking import to_register
from assets.identity.mentions import columns, digests, relation
from assets.identity.records.steps import FOLDED_NAME, MENTION
from assets.identity.steps import Run, Step, queries, run_all, shadow, unshadow
from assets.identity.tables import count, largest
from validations.sql import literal

FILES = ("past_person_links", "past_household_links")
"""Files written whole each night. A version without a row is linked as its record is."""

_sql = queries(__file__)
_RECORD = "record_name(p.source, p.record_key, p.role)"

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


def link(run: Run, folder: Path) -> None:
    """Write the files of the past into a folder. Needs tonight's tables in the database `kept`."""
    with _in_memory(run.connection):
        _read(run)
        run_all(run, STEPS)
        for name in FILES:
            run.execute(f"copy ({_sql(name)}) to {literal(folder / f'{name}.parquet')} (format parquet)")


@contextmanager
def _in_memory(connection: duckdb.DuckDBPyConnection) -> Generator[None]:
    """Make new tables in memory, and look tables up there before `kept`."""
    before = connection.execute("select current_setting('search_path')").fetchall()[0][0]
    connection.execute("set search_path = 'memory.main,kept.main'")
    yield
    connection.execute(f"set search_path = '{before}'")


def _read(run: Run) -> None:
    """Make `person_input` and `household_input` views of the mentions of the past, numbered after the current ones."""
    for kind, number, table in (("person", "n", "mention"), ("household", "h", "household_mention")):
        last = largest(run.connection, number, f"kept.{table}")
        run.execute(
            f"create or replace temp view {kind}_input as select row_number() over () + {last} as {number},"
            f" {digests(kind)}, {columns(kind)} from {relation(f'past_{kind}')}"
        )


def _link_persons(run: Run) -> None:
    """Make the table `link_of_past` (n, id, link_rule, probability)."""
    run.execute("create or replace table link_of_past (n bigint, id varchar, link_rule varchar, probability double)")
    if not count(run.connection, "past"):
        return
    run.execute(_sql("by_clerk"))
    _by_rules(run, "register")
    _by_weight(run)
    _by_rules(run, "(select * from mention where not is_register)")
    run.execute(_sql("as_alike"))
    ended = f"select {_RECORD} from past p join last_version using (n)"
    shadow(run.connection, "living_id", _sql("living_id", this_entity="person", this_keys=ended))
    run.execute(_sql("by_kept_id"))
    run.execute(_sql("with_record"))


def _find_unlinked(run: Run) -> int:
    """Make the table `residue`: one record for each group of equal versions that is not linked yet. Returns its number
    of rows.
    """
    return shadow(
        run.connection,
        "residue",
        f"select {rules.COLUMNS} from past"
        " where n in (select one from alike) and n not in (select n from link_of_past)",
    )


def _by_rules(run: Run, those: str) -> None:
    """Link to the mentions of a relation by rules. `known`: mentions that a rule may match, each with its person."""
    if not _find_unlinked(run):
        return
    near = candidates.sharing_a_rule(those, "residue")
    shadow(
        run.connection,
        "known",
        f"select r.*, id from {those} r join person_component using (n) join person_id using (component)"
        f" where n in ({near})",
    )
    for rule in rules.RULES:
        _by_rule(run, rule)
        if not _find_unlinked(run):
            return


def _by_rule(run: Run, rule: rules.Rule) -> None:
    """Link to the one person that fits best; to none if several fit equally."""
    lonely = "count(*) over (partition by n) = 1"
    if rule.unique_in_place:
        lonely += " and count(distinct record_key) over (partition by id, source) = 1"
    found = rule.pairs("known", "true", "residue")
    run.execute(_BY_RULE.format(candidates=found, rule=rule.name, lonely=lonely))


def _by_weight(run: Run) -> None:
    """Weigh the versions that no rule linked against the register."""
    if not _find_unlinked(run):
        return
    run_all(run, (matching.CONTEXT,))
    candidates.pair_with_register(run.connection)
    ends = "(select a as n from candidate union select b from candidate)"
    shadow(
        run.connection,
        "mention",
        f"select * from (select * from kept.mention semi join {ends} using (n))"
        f" union all by name (select * from past semi join {ends} using (n))",
    )
    run_all(run, matching.PROFILES)
    scoring.score(run.connection, run.model)
    shadow(run.connection, "open_pair", "from scored")
    to_register(run)
    run.execute(_sql("by_weight"))
    unshadow(run.connection, "mention", "context", "link", "open_pair")


def _kept_ids(entity: str) -> tuple[Step, ...]:
    """The last id of a household or family that is not placed tonight."""
    keys = "select natural_key from past_key"
    return (
        Step("past_key", reads=("past_component",), sql=_sql("past_key", this_entity=entity)),
        Step(
            "living_id",
            reads=("history", "away", "past_key"),
            sql=_sql("living_id", this_entity=entity, this_keys=keys),
        ),
        Step(
            f"kept_{entity}",
            reads=("past_key", "living_id"),
            sql="select n, arg_min(id, place) as id from past_key join living_id using (natural_key) group by n",
        ),
    )


_PERSONS = ("person_component", "person_id")

STEPS = (
    FOLDED_NAME,
    Step("past_mention", reads=MENTION.reads, sql=MENTION.sql),
    Step("past", reads=("past_mention", "mention"), sql="from past_mention anti join mention using (d)"),
    Step("last_version", reads=("past", "mention"), sql=_sql("last_version")),
    Step("alike", reads=("past", "last_version"), sql=_sql("alike")),
    Step(
        "stated",
        reads=("newest_decision", "past", "last_version", "mention", *_PERSONS),
        sql=_sql("stated"),
    ),
    Step(
        "link_of_past",
        reads=("past", "last_version", "alike", "stated", "mention", "register", *_PERSONS, "history", "away"),
        sql=_link_persons,
    ),
    Step("past_household", reads=("household_input", "past", "household_mention"), sql=_sql("past_household")),
    Step("who", reads=("past_household", "link_of_past", "mention", *_PERSONS), sql=_sql("who")),
    Step("home", reads=("who", "placed", "household_mention", "person_id"), sql=_sql("home")),
    Step(
        "past_component",
        reads=("past_household", "who", "home", "household_mention", "household_id", "family_place", "placed"),
        sql=_sql("past_component"),
    ),
    *_kept_ids("household"),
    *_kept_ids("family"),
)
