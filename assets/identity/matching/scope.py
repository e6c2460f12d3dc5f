"""The rules in an incremental run: applied to a scope that is closed under the pairs of rules.

This cannot be one query: which records belong to the scope is known only after the rules have been applied to it.
"""

from __future__ import annotations

import duckdb

from assets.identity.matching import candidates, linking, rules
from assets.identity.records.steps import REGISTER
from assets.identity.steps import Run, shadow
from assets.identity.tables import count

_TIES = """
create or replace table tie as
select n as a, target as b from kept.rule_edge
union all select a, b from decision_old union all select a, b from decision_new
"""
"""Ties between records that affect each other's links: a register person that both may be, or a clerk's decision."""


def apply_rules(run: Run) -> None:
    """Make the tables of `linking.apply_rules` for the records in `scope` (n): those that are added, removed, or whose
    decision changed, those that a new register person may be, and all records tied to them, until no record is added.

    Shadows `mention` and `register` with the rows that the scope needs.
    """
    connection = run.connection
    _open_scope(connection)
    shadow(connection, "mention", f"select {rules.COLUMNS} from kept.mention limit 0")
    _take_in(connection)
    connection.execute("insert into scope from reached")  # the rules match most of these, and others are tied to them
    _grow(connection)
    while True:
        _take_in(connection)
        shadow(connection, "register", REGISTER.replace("touched.", ""))
        linking.apply_rules(run)
        if not _outgrown(connection):
            break


def _open_scope(connection: duckdb.DuckDBPyConnection) -> None:
    shadow(
        connection,
        "scope",
        "select n from mention_new union select n from person_superseded union from decided_otherwise",
    )
    if shadow(connection, "new_register", REGISTER.replace("touched.mention", "mention_new")):
        outside = f"(select {rules.COLUMNS} from kept.mention where not is_register)"
        near = candidates.sharing_a_rule(outside, "new_register")
        shadow(connection, "near", f"select * from {outside} where n in ({near})")
        fitting = _fitting("o", "near", "new_register")
        connection.execute(f"insert into scope select n from ({fitting}) where n not in (from scope)")
    connection.execute(_TIES)
    _grow(connection)


def _fitting(end: str, one: str, other: str) -> str:
    """SQL of the records (n) at one end, `o` or `r`, of the pairs that a rule matches.

    one: a relation, of which only records outside the register count. other: a relation of register persons.
    """
    return " union ".join(f"select {end}.n {rule.pairs(other, 'not o.is_register', one)}" for rule in rules.RULES)


def _grow(connection: duckdb.DuckDBPyConnection) -> int:
    """Add to the scope all records tied to it. Returns the number of records added."""
    before = count(connection, "scope")
    while connection.execute(
        "insert into scope select distinct n from ("
        " select b as n from tie where a in (select n from scope)"
        " union all select a from tie where b in (select n from scope)) where n not in (select n from scope)"
    ).fetchall()[0][0]:
        pass
    return count(connection, "scope") - before


def _take_in(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to `mention` the records added to the scope, and every register person (`reached`) that a rule may match with
    them.
    """
    newcomers = shadow(
        connection,
        "newcomer",
        f"select {rules.COLUMNS} from kept.mention where n in ("
        "select n from scope where n not in (select n from memory.mention))",
    )
    if not newcomers:
        shadow(connection, "reached", "select n from newcomer")
        return
    connection.execute("insert into memory.mention from newcomer")
    near = candidates.sharing_a_rule("kept.register", "(select * from newcomer where not is_register)")
    shadow(connection, "near", f"select * from kept.register where n in ({near})")
    fitting = _fitting("r", "newcomer", "near")
    shadow(connection, "reached", f"select n from ({fitting}) where n not in (select n from memory.mention)")
    connection.execute(f"insert into memory.mention select {rules.COLUMNS} from kept.mention where n in (from reached)")


def _outgrown(connection: duckdb.DuckDBPyConnection) -> bool:
    """Add to the scope the register persons that the rules matched; returns whether more records are tied to them."""
    connection.execute(
        "insert into scope select distinct target from memory.rule_edge where target not in (select n from scope)"
    )
    return _grow(connection) > 0
