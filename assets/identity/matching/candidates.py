"""Finds the pairs of records to compare: records that no rule linked, with the register and with each other; and
register records that may be duplicates.

Each blocking rule is an equality that few pairs share. `benchmarks.residue` counts, per rule, the pairs it finds and
the joined pairs that no other rule finds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import duckdb

from assets.identity.matching import rules
from assets.identity.tables import count

_SAME_WORDS = "o.words = r.words"
_ONE_WORD = "list_has_any(o.words, r.words)"
_ONE_BIT = "(o.word_bits & r.word_bits) <> 0"  # names that share a word share a bit
_BIRTHS_FIT = f"not {rules.BIRTHS_CONTRADICT}"  # most namesakes of a kecamatan differ in age and cannot match


class Block(NamedTuple):
    """A blocking rule: records `r` that a record `o` is compared with, because they share `keys` (SQL on `o`, or on a
    relation that `beside` joins to it).

    prefilter: a further SQL condition on `rules.BESIDE` only; condition: one on all their columns.
    """

    keys: tuple[str, ...]
    prefilter: str = "true"
    condition: str = "true"
    beside: str = ""

    def others(self) -> tuple[str, ...]:
        """SQL of the keys on `r`."""
        return tuple(key.replace("o.", "r.").replace("c.", "r.") for key in self.keys)

    def join(self, other: str) -> str:
        """SQL that joins the records `r` of a relation."""
        shared = " and ".join(f"{one} = {another}" for one, another in zip(self.keys, self.others(), strict=True))
        return f"{self.beside} join {other} r on {shared} and {self.prefilter} and {self.condition}"


BLOCKS = {
    "nik": Block(("o.nik",)),
    "card": Block(("o.no_kk",)),
    "household": Block(("c.no_kk",), beside="join context c on c.n = o.n"),
    "birth_in_kabupaten": Block(("o.birth_date", "o.regency_code"), f"{rules.NO_HEAP} and {_ONE_BIT}", _ONE_WORD),
    "birth_in_village": Block(("o.birth_date", "o.village_code"), rules.NO_HEAP),
    "birth_and_name": Block(("o.birth_date", "o.name"), rules.NO_HEAP, _SAME_WORDS),
    "year_in_village": Block(("o.birth_year", "o.village_code"), _ONE_BIT, _ONE_WORD),
    "name_in_kecamatan": Block(("o.name", "o.district_code"), _BIRTHS_FIT, _SAME_WORDS),
    "start_of_nik": Block(("left(o.nik, 10)",), f"{_BIRTHS_FIT} and {_ONE_BIT}", _ONE_WORD),
    "end_of_nik": Block(("right(o.nik, 8)",), _ONE_BIT, _ONE_WORD),
}

_DOUBTFUL = """
create or replace table doubtful as
with alike as (
    select birth_date, village_code, name from register
    where len(words) > 1 and not birth_heap and birth_date is not null group by all having count(*) > 1)
select r.* from register r join alike a
using (birth_date, village_code, name)
"""
"""The few register persons who share name, birth date and village with another: the whole register is too large for a
self-join.
"""

_TWICE = Block(
    ("o.name", "o.birth_date", "o.village_code"),
    f"{rules.NO_HEAP} and {rules.SEXES_FIT}",
    f"{_SAME_WORDS} and len(o.words) > 1 and o.nik <> r.nik",
)
"""A register record, and another that may be the same person."""


def pair(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `candidate` (a, b, rules: names of the rules that found the pair). If exactly one of the two is
    not in the register, it is `a`; else a < b.

    Needs `register`, `residue` (columns of `mention`: the records to compare), `context`, and `judged`.
    """
    connection.execute(_DOUBTFUL)
    _bring(connection, (("residue", "register"),), (("residue", "residue"),), "doubtful", "doubtful", "judged")
    connection.execute("drop table doubtful")


def pair_changed(connection: duckdb.DuckDBPyConnection) -> None:
    """As `pair`, but only pairs with a record in the table `dirty` (n)."""
    if not count(connection, "dirty"):
        connection.execute("create or replace table candidate (a bigint, b bigint, rules varchar[])")
        return
    for table in ("residue", "register"):
        connection.execute(f"create or replace table dirty_{table} as select * from {table} semi join dirty using (n)")
    near = sharing("register", "dirty_residue", BLOCKS.values())
    connection.execute(f"create or replace table near_register as select * from register where n in ({near})")
    twice = sharing("register", "dirty_register", [_TWICE])
    connection.execute(f"create or replace table near_twice as select * from register where n in ({twice})")
    of_register = (("dirty_residue", "near_register"), ("residue", "dirty_register"))
    of_residue = (("dirty_residue", "residue"), ("residue", "dirty_residue"))
    judged = "(select * from judged where a in (select n from dirty) or b in (select n from dirty))"
    _bring(connection, of_register, of_residue, "dirty_register", "near_twice", judged)


def pair_with_register(connection: duckdb.DuckDBPyConnection) -> None:
    """As `pair`, but only pairs of a residue record and a register record, and no `judged` pairs."""
    near = sharing("register", "residue", BLOCKS.values())
    connection.execute(f"create or replace table near_register as select * from register where n in ({near})")
    no_record = "(select * from near_register limit 0)"
    no_pair = "(select null::bigint as a, null::bigint as b limit 0)"
    _bring(connection, (("residue", "near_register"),), (), no_record, no_record, no_pair)


def sharing_a_rule(relation: str, one: str) -> str:
    """SQL of the records (n) of a relation that share the keys of a rule (`rules.RULES`) with a record of another
    relation.
    """
    keys_alone = [set(rule.keys) for rule in rules.RULES if rule.prefilter == "true"]
    blocks = [
        Block(tuple(f"o.{key}" for key in rule.keys), rule.prefilter)
        for rule in rules.RULES
        if not any(fewer < set(rule.keys) for fewer in keys_alone)
    ]
    return sharing(relation, one, blocks)


def sharing(relation: str, one: str, blocks: Iterable[Block]) -> str:
    """SQL of the records (n) of a relation that share the keys of a block with a record of another, and meet its
    prefilter. It reads only these columns of the relation: conditions read more, and are evaluated on the few records
    left.
    """
    beside = ", ".join(f"o.{column}" for column in rules.BESIDE)
    return " union ".join(
        f"select r.n from {relation} r semi join ("
        f"select {', '.join(f'{key} as key_{nth}' for nth, key in enumerate(block.keys))}, {beside}"
        f" from {one} o {block.beside}) o"
        f" on {' and '.join(f'o.key_{nth} = {key}' for nth, key in enumerate(block.others()))} and {block.prefilter}"
        for block in blocks
    )


def _bring(
    connection: duckdb.DuckDBPyConnection,
    of_register: tuple[tuple[str, str], ...],
    of_residue: tuple[tuple[str, str], ...],
    one: str,
    other: str,
    judged: str,
) -> None:
    """Make the table `candidate`. The arguments are SQL of the relations whose records are compared."""
    ends = "least(o.n, r.n) as a, greatest(o.n, r.n) as b"
    brought = [
        f"select {ends}, 'registered_twice' as rule from {one} o {_TWICE.join(other)} where o.n <> r.n",
        f"select a, b, 'judged' from {judged}",
    ]
    for rule, block in BLOCKS.items():
        for left, right in of_register:
            brought.append(f"select o.n as a, r.n as b, '{rule}' from {left} o {block.join(right)}")
        for left, right in of_residue:
            brought.append(f"select {ends}, '{rule}' from {left} o {block.join(right)} where o.n <> r.n")
    connection.execute(
        "create or replace table candidate as select a, b, list_sort(list_distinct(list(rule))) as rules"
        f" from ({' union all '.join(brought)}) group by a, b"
    )
