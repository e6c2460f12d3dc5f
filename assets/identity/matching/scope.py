"""The rules on a night that re-resolves only what changed: over a scope that no pair of a rule leads out of.

This cannot be one query: whom a record ties to its scope is known only when the rules have looked at its pairs.
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
"""What makes records decide over each other: a register person that both may be, or a clerk's word."""


def apply_rules(run: Run) -> None:
    """Make what `linking.apply_rules` makes, of the records in `scope` (n): those that are new, removed, or decided on
    otherwise by a clerk, those that a new register person may be, and all that these are tied to, until nothing is
    added.

    Shadows `mention` and `register` by what the scope needs of them.
    """
    connection = run.connection
    _open_scope(connection)
    shadow(connection, "mention", f"select {rules.COLUMNS} from kept.mention limit 0")
    _take_in(connection)
    connection.execute("insert into scope from reached")  # mostly these are looked at, and others tied to them
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
    """SQL of the records (n) at one end, `o` or `r`, of the pairs that some rule would make one.

    one: a relation, of which only records that are not of the register count. other: one of register persons.
    """
    return " union ".join(f"select {end}.n {rule.pairs(other, 'not o.is_register', one)}" for rule in rules.RULES)


def _grow(connection: duckdb.DuckDBPyConnection) -> int:
    """Add to the scope whatever is tied to it. Returns how many records that were."""
    before = count(connection, "scope")
    while connection.execute(
        "insert into scope select distinct n from ("
        " select b as n from tie where a in (select n from scope)"
        " union all select a from tie where b in (select n from scope)) where n not in (select n from scope)"
    ).fetchall()[0][0]:
        pass
    return count(connection, "scope") - before


def _take_in(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to `mention` what the scope has more than before, and every register person (`reached`) that a rule may give
    to it.
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
    """Take into the scope the register persons that were looked at; says whether others are tied to them."""
    connection.execute(
        "insert into scope select distinct target from memory.rule_edge where target not in (select n from scope)"
    )
    return _grow(connection) > 0
