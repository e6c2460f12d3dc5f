"""The list of steps: `reads` of each is made before it, and equals the tables in its SQL."""

from __future__ import annotations

import re

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from assets.identity import past
from assets.identity.model import read
from assets.identity.pipeline import INPUTS, KEPT, STEPS
from assets.identity.steps import EVERY, Run, Shadow, Step, Unshadow, run_all, run_changed

FROM_CHANGES = {
    f"{kind}_{what}" for kind in ("person", "household") for what in ("added", "superseded", "removed", "stated")
}
"""Made before `run_changed` goes through the steps (`records.changes`)."""
SCOPE = "scope"
"""Made by the step whose keys are asked of it (`matching.scope`)."""


def tables_in(sql: str) -> set[str]:
    """The tables that SQL reads, by sqlglot; `touched.x` is a part of x."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    named = {cte.alias for cte in tree.find_all(exp.CTE)}
    return {table.name for table in tree.find_all(exp.Table) if table.name} - named


def made_before(steps, given) -> list[tuple[Step, set[str]]]:
    """Each step, with the tables that exist when it runs."""
    there, found = set(given), []
    for step in steps:
        if isinstance(step, Step):
            found.append((step, set(there)))
            there |= {step.name, *step.also}
    return found


PIPELINE = made_before(STEPS, INPUTS)
PAST = made_before(past.STEPS, {"person_input", "household_input", *(step.name for step, _ in PIPELINE)})


@pytest.mark.parametrize(("step", "there"), [pytest.param(*one, id=one[0].name) for one in PIPELINE + PAST])
def test_a_step_reads_what_was_made_before_it(step, there):
    assert set(step.reads) <= there
    assert len(set(step.reads)) == len(step.reads)


@pytest.mark.parametrize(
    "step", [pytest.param(step, id=step.name) for step, _ in PIPELINE + PAST if isinstance(step.sql, str)]
)
def test_a_step_reads_the_tables_in_its_sql(step):
    assert tables_in(step.sql) == set(step.reads)


def test_tables_read_by_changes_were_made_before():
    """Tables in the SQL of `touched` and of shadows: of an earlier step (before, after, or what differs), or of an
    earlier shadow.
    """
    there = set(INPUTS) | FROM_CHANGES | KEPT
    for step in STEPS:
        sql = step.touched if isinstance(step, Step) else getattr(step, "sql", "")
        if isinstance(sql, str) and sql not in ("", EVERY):
            assert tables_in(sql) - {SCOPE} <= there, step
        if isinstance(step, Shadow):
            there.add(step.name)
        if isinstance(step, Step):
            there |= {step.name, *step.also}
            there |= {f"{step.name}_{what}" for what in ("touched", "old", "new", "changed") if step.touched}


def test_shadows_are_dropped_at_the_end():
    """Otherwise later steps would see a small province."""
    hidden = set()
    for step in STEPS:
        if isinstance(step, Shadow) and step.name in KEPT:
            hidden.add(step.name)
        if isinstance(step, Unshadow):
            hidden -= set(step.names)
    assert not hidden


@pytest.fixture
def run():
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("attach ':memory:' as kept")
        yield Run(connection, read())


DOUBLED = Step(
    "doubled",
    reads=("number",),
    sql="select key, 2 * value as value from touched.number",
    key="key",
    touched="select key from asked",
)


def test_a_night_makes_only_touched_rows_and_replaces_those_that_differ(run):
    run.execute("create table kept.number as select unnest([1, 2, 3]) as key, unnest([10, 20, 30]) as value")
    run.execute("use kept")
    run_all(run, [DOUBLED])
    run.execute("update number set value = value + 1")
    run.execute("delete from number where key = 3")
    run.execute("set search_path = 'memory.main,kept.main'")
    run_changed(run, [Shadow("asked", "select unnest([1, 3]) as key"), DOUBLED])
    assert run.execute("from kept.doubled order by key").fetchall() == [(1, 22), (2, 40)], "2 was not asked for"
    assert run.execute("from doubled_changed order by key").fetchall() == [(1,), (3,)]


def test_a_shadow_hides_the_kept_table_until_it_is_dropped(run):
    run.execute("create table kept.number as select 1 as key, 10 as value")
    run.execute("set search_path = 'memory.main,kept.main'")
    small = Step("seen", reads=("number",), sql="from number")
    steps = [Shadow("number", "from kept.number limit 0"), small, Unshadow(("number",))]
    run_changed(run, steps)
    assert run.execute("select count(*) from seen").fetchall() == [(0,)]
    assert run.execute("select count(*) from number").fetchall() == [(1,)]


def test_no_step_is_left_with_a_placeholder():
    for step in (*STEPS, *past.STEPS):
        for sql in (getattr(step, "sql", ""), getattr(step, "touched", "")):
            assert not (isinstance(sql, str) and re.search(r"\bthis_\w+", sql)), step
