"""Persons on a night that goes on: which records may be linked otherwise than they were, and how they are."""

from __future__ import annotations

import duckdb

from assets.identity import candidates, clerk, leftover, persons, residue, rules, scoring
from assets.identity.again.layer import lay, lift, replace
from assets.identity.model import Model
from assets.identity.tables import differing

_TIES = """
create or replace table tie as
select n as a, target as b from kept.rule_edge
union all select a, b from kept.decision union all select a, b from decision
"""
"""What makes records decide over each other: a register person that both may be, or a clerk's word."""

_DECIDED_OTHERWISE = f"""
with now as (select least(a, b) as a, greatest(a, b) as b, is_same from decision),
was as (select least(a, b) as a, greatest(a, b) as b, is_same from kept.decision),
otherwise as (from {differing("now", "was")})
select a as n from otherwise union select b from otherwise
"""

_DIRTY = f"""
with card as (select no_kk from fresh where is_register union select no_kk from person_unsaid where is_register),
decided as (select a, b from decision union all select a, b from kept.decision)
select n from fresh union select n from person_unsaid
union select n from {differing("(select n from residue_was)", "(select n from residue_is)")}
union select n from {differing("kept.context", "context_is")}
union select n from kept.register where no_kk in (select no_kk from card)
union select n from scope where n in (select a from decided union select b from decided)
"""
"""Records whose profile (`scoring`) may be another than it was, or that are or were to be weighed for another reason:
by their own words, because a rule links them no more or now does, by the cards of their household, by the others on
their card, by a clerk's word.
"""


def link(connection: duckdb.DuckDBPyConnection, frozen: Model) -> None:
    """Make the tables `world` (n: the records that were settled again) and, of these, `settled_person_component` and
    `settled_identity_pair`. What those are compared with in `kept` stays as it was.

    Needs `fresh`, `person_unsaid`, and the tables of `clerk.read`. Rules and weights are kept as tonight's.
    """
    connection.execute(rules.EVIDENCE)
    lay(connection, "decided_otherwise", _DECIDED_OTHERWISE)
    _apply_rules(connection)
    _weigh(connection, frozen)
    _settle(connection, frozen)


def _apply_rules(connection: duckdb.DuckDBPyConnection) -> None:
    """The rules, over all records that a register person of the scope may be: until no pair leads out of it."""
    _open_scope(connection)
    lay(connection, "mention", f"select {rules.COLUMNS} from kept.mention limit 0")
    _lay_out(connection)
    connection.execute("insert into scope from reached")  # mostly these are looked at, and others tied to them
    _grow(connection)
    while True:
        _lay_out(connection)
        lay(connection, "register", f"select {persons.REGISTER.format(mention='mention')}")
        persons.apply_rules(connection)
        if not _outgrown(connection):
            break
    for table in ("rule_edge", "rule_link"):
        replace(connection, table, "n in (select n from scope)", f"from memory.{table}")
    unlinked = "not is_register and n in (select n from scope) and n not in (select n from link)"
    lay(connection, "residue_was", "from kept.residue semi join scope using (n)")
    lay(connection, "residue_is", f"from memory.mention where {unlinked}")
    replace(connection, "residue", "n in (select n from residue_was)", "from residue_is")
    lift(connection, "mention", "register", "link", "rule_link", "rule_edge")


def _open_scope(connection: duckdb.DuckDBPyConnection) -> None:
    """Records that are new, gone, or decided on by a clerk, those that a new register person may be, and all that these
    are tied to.
    """
    lay(connection, "new_register", f"select {persons.REGISTER.format(mention='fresh')}")
    outside = f"(select {rules.COLUMNS} from kept.mention where not is_register)"
    lay(
        connection, "near", f"select * from {outside} where n in ({candidates.sharing_a_rule(outside, 'new_register')})"
    )
    lay(
        connection,
        "scope",
        "select n from fresh union select n from person_unsaid union from decided_otherwise"
        f" union {_fitting('o', 'near', 'new_register')}",
    )
    connection.execute(_TIES)
    _grow(connection)


def _fitting(end: str, one: str, other: str) -> str:
    """SQL of the records (n) at one end, `o` or `r`, of the pairs that some rule would make one.

    one: a relation, of which records out of the register count. other: one of register persons.
    """
    return " union ".join(
        f"select {end}.n {rules.candidates(rule, other, 'not o.is_register', one)}" for rule in rules.RULES
    )


def _grow(connection: duckdb.DuckDBPyConnection) -> int:
    """Add to the scope whatever is tied to it. Returns how many records that were."""
    grown = 0
    while True:
        added = connection.execute(
            "insert into scope select distinct n from ("
            " select b as n from tie where a in (select n from scope)"
            " union all select a from tie where b in (select n from scope)) where n not in (select n from scope)"
        ).fetchall()[0][0]
        if not added:
            return grown
        grown += added


def _lay_out(connection: duckdb.DuckDBPyConnection) -> None:
    """Lay out what the scope has more than before, and every register person (`reached`) that a rule may give to it."""
    lay(
        connection,
        "newcomer",
        f"select {rules.COLUMNS} from kept.mention where n in ("
        "select n from scope where n not in (select n from memory.mention))",
    )
    connection.execute("insert into memory.mention from newcomer")
    claimants = "(select * from newcomer where not is_register)"
    lay(
        connection,
        "near",
        f"select * from kept.register where n in ({candidates.sharing_a_rule('kept.register', claimants)})",
    )
    fitting = _fitting("r", "newcomer", "near")
    lay(connection, "reached", f"select n from ({fitting}) where n not in (select n from memory.mention)")
    connection.execute(f"insert into memory.mention select {rules.COLUMNS} from kept.mention where n in (from reached)")


def _outgrown(connection: duckdb.DuckDBPyConnection) -> bool:
    """Take into the scope the register persons that were looked at; says whether others are tied to them."""
    connection.execute(
        "insert into scope select distinct target from memory.rule_edge where target not in (select n from scope)"
    )
    return _grow(connection) > 0


def _weigh(connection: duckdb.DuckDBPyConnection, frozen: Model) -> None:
    """Weigh again the pairs of which a record's profile may be another."""
    lay(connection, "context_is", candidates.CONTEXT)
    lay(connection, "dirty", _DIRTY)
    dirty = "n in (select n from dirty)"
    replace(connection, "context", dirty, f"from context_is where {dirty}")
    clerk.judge(connection)
    candidates.pair_again(connection)
    scoring.profile(connection, frozen)
    scoring.score(connection, frozen)
    replace(connection, "weighed", "a in (select n from dirty) or b in (select n from dirty)", "from scored")


def _settle(connection: duckdb.DuckDBPyConnection, frozen: Model) -> None:
    """Settle all of the residue again, which is small, and with it whoever is linked where it might be."""
    lay(
        connection,
        "world",
        "select n from kept.mention semi join (select n from kept.residue union select n from scope"
        " union select a from kept.weighed union select b from kept.weighed"
        " union select a from decision union select b from decision"
        f" union {leftover.NEAR}) using (n)",
    )
    for end, other in (("n", "target"), ("target", "n")):
        connection.execute(
            f"insert into world select distinct {other} from kept.rule_link"
            f" where {end} in (select n from world) and {other} not in (select n from world)"
        )
    lay(connection, "mention", f"select {rules.COLUMNS} from kept.mention semi join world using (n)")
    lay(connection, "register", f"select {persons.REGISTER.format(mention='mention')}")
    lay(connection, "link", "select * from kept.rule_link semi join world using (n)")
    residue.settle(connection, frozen)
    persons.gather(connection)
    lift(connection, "mention", "register", "link")
    for table in ("person_component", "identity_pair"):
        connection.execute(f"alter table memory.{table} rename to settled_{table}")
