"""The counts of all aggregates of a publication, and the relations that hold between them.

A number that appears in several rows or tables is one count; `aggregates` in tables.yaml names these, and counts that
remain when others are subtracted. Regions add up: the difference between a region and the regions below it is also a
count, of those who have no lower region. All of it is computed in SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from assets.sharing.catalogue import aggregates

if TYPE_CHECKING:
    from scipy import sparse  # at run time where it is used: Dagster's definitions import this module

UNPLACED = "+"
"""Suffix of a place: those who are counted there but in no place below it."""
_LEVELS = {"regency": ("province", 2), "district": ("regency", 4), "village": ("district", 6)}
"""Level -> the level above, and the number of digits of a region's code that are the code of the region above."""
_SUMS = f"""
    select 'sum ' || name || place as relation, name, place, 1 as factor from rest_ where number >= 0
    union all select 'sum ' || name || place, name, place || '{UNPLACED}', -1 from rest_ where number >= 0
    union all select 'sum ' || c.name || c.above, c.name, c.place, -1
    from cell_ as c join rest_ as r on r.name = c.name and r.place = c.above where c.agrees and r.number >= 0"""
_NO_CELL = "select '' as name, '' as place, '' as above, 0 as number, false as may_go limit 0"
_TERM = re.compile(r"([+-]?)\s*(\w+)(?:\[([^\]]*)\])?")


@dataclass(frozen=True)
class Counts:
    """true: int64, n counts. relations: n columns, one row for each sum of counts that is zero or more; a row whose
    true sum is 0 is an equation. broken: number of such sums that are in truth negative, and of equal numbers that in
    truth differ; these are left out. may_go: bool, n counts; which are left empty first where not all can be rounded.
    """

    true: np.ndarray
    relations: sparse.csr_matrix
    broken: int
    may_go: np.ndarray

    def of(self, chosen: np.ndarray) -> Counts:
        """Some of the counts, with the relations that are between them alone."""
        whole = abs(self.relations) @ ~chosen == 0
        return Counts(self.true[chosen], self.relations[whole][:, chosen], self.broken, self.may_go[chosen])


def key(term: str, columns: dict[str, str]) -> str:
    """SQL of a count's name: `name[expression, ...]`, or a column that has one. columns: column -> term."""
    parsed = _TERM.fullmatch(columns.get(term, term))
    assert parsed is not None, "a test checks the terms of tables.yaml"
    _, name, by = parsed.groups()
    return f"[{', '.join([repr(name), *filter(None, [by])])}]::varchar"


def place(known: dict[str, str]) -> str:
    """SQL of the name of a row's place."""
    return f"({known['level']}) || ':' || ({known['region']})"


def read(connection: duckdb.DuckDBPyConnection, database: str) -> Counts:
    """Read all counts of an attached publication. Makes the temporary table `count_` (id from 0, name, place, number)
    on the connection; `name` and `place` as made by `key` and `place`.
    """
    known = aggregates(connection, database)
    cells = [
        f"select {key(column, each['counts'])} as name, {place(each)} as place, {_above(each)} as above,"
        f" {column}::bigint as number, {each.get('may_go', False)} as may_go"
        f" from {database}.{table} where {column} is not null"
        for table, each in known.items()
        for column in each["counts"]
    ]
    connection.execute(f"""
        create or replace temp table cell_ as
        select name, place, any_value(above) as above, min(number) as number, min(number) = max(number) as agrees,
            bool_and(may_go) as may_go
        from ({" union all ".join(cells) or _NO_CELL})
        group by name, place;
        create or replace temp table rest_ as
        select p.name, p.place, p.number - sum(c.number) as number
        from cell_ as p join cell_ as c on c.name = p.name and c.above = p.place
        where p.agrees and c.agrees
        group by p.name, p.place, p.number;
        create or replace temp table count_ as
        select (row_number() over (order by name, place) - 1)::integer as id, * from (
            select name, place, number, may_go from cell_ where agrees
            union all select name, place || '{UNPLACED}', number::bigint, false from rest_ where number >= 0
        )""")
    relations = _relations(connection, database, known)
    true = _column(connection, "select number from count_ order by id")
    left = relations @ true
    ((unequal,),) = connection.execute("select count(*) filter (not agrees) from cell_").fetchall()
    ((negative,),) = connection.execute("select count(*) filter (number < 0) from rest_").fetchall()
    may_go = _column(connection, "select may_go::tinyint from count_ order by id").astype(bool)
    return Counts(true, relations[left >= 0], int((left < 0).sum()) + unequal + negative, may_go)


def _above(known: dict[str, str]) -> str:
    cases = " ".join(
        f"when '{level}' then '{above}:' || left({known['region']}, {digits})"
        for level, (above, digits) in _LEVELS.items()
    )
    return f"case {known['level']} {cases} end"


def _relations(connection: duckdb.DuckDBPyConnection, database: str, known: dict[str, Any]) -> sparse.csr_matrix:
    from scipy import sparse

    parts = [_SUMS]
    for nth, (table, each) in enumerate(known.items()):
        if rests := each.get("rests"):
            _prepare_rows(connection, f"row_{nth}_", database, table, each)
            parts += _terms(f"row_{nth}_", rests, each["counts"])
        if wholes := each.get("wholes"):
            _prepare_rows(connection, f"row_{nth}_", database, table, each)
            parts += _of_wholes(f"row_{nth}_", wholes, each["counts"])
    connection.execute(f"""
        create or replace temp table term_ as
        with term as (
            select relation, id, sum(factor)::bigint as factor
            from ({" union all ".join(parts)}) join count_ using (name, place)
            group by relation, id having sum(factor) <> 0
        ),
        relation as (
            select distinct terms
            from (select list({{'id': id, 'factor': factor}} order by id) as terms from term group by relation)
        )
        select n, unnest(terms, recursive := true)
        from (select row_number() over (order by terms) - 1 as n, terms from relation)""")
    rows, columns, factors = (_column(connection, f"select {what} from term_") for what in ("n", "id", "factor"))
    ((counts,),) = connection.execute("select count(*) from count_").fetchall()
    return sparse.csr_matrix((factors, (rows, columns)), shape=(rows.max(initial=-1) + 1, counts))


def _prepare_rows(
    connection: duckdb.DuckDBPyConnection, rows: str, database: str, table: str, known: dict[str, Any]
) -> None:
    """Make a table of the rows of an aggregate, and a second row for those of its region who are in none below it, if
    there are any.
    """
    first = key(next(iter(known["counts"])), known["counts"])
    connection.execute(f"""
        create or replace temp table {rows} as
        select *, {place(known)} as place_, rowid as row_ from {database}.{table};
        insert into {rows} select r.* replace (place_ || '{UNPLACED}' as place_, -1 - row_ as row_) from {rows} as r
        where exists (from count_ as c where c.name = {first} and c.place = r.place_ || '{UNPLACED}')""")


def _terms(rows: str, rests: list[str], counts: dict[str, str]) -> Iterator[str]:
    for number, rest in enumerate(rests):
        for sign, name, by in _TERM.findall(rest):
            named = key(name if name in counts and not by else f"{name}[{by}]", counts)
            yield (
                f"select '{rows} {number} ' || row_ as relation, {named} as name, place_ as place,"
                f" {sign or '+'}1 as factor from {rows}"
            )


def _of_wholes(rows: str, wholes: list[dict[str, str]], counts: dict[str, str]) -> Iterator[str]:
    """A whole, once for each place, minus the rows that are its parts."""
    for number, each in enumerate(wholes):
        whole, part = key(each["whole"], counts), key(each["part"], counts)
        rows_of_wholes = f"from (select *, {whole} as whole_, {part} as part_ from {rows}{each.get('split', '')})"
        named = f"concat('{rows} whole {number} ', whole_, place_, {each.get('by', 'null')}) as relation"
        yield f"select distinct {named}, whole_ as name, place_ as place, 1 as factor {rows_of_wholes}"
        yield f"select {named}, part_, place_, -1 {rows_of_wholes}"


def _column(connection: duckdb.DuckDBPyConnection, query: str) -> np.ndarray:
    (column,) = connection.execute(query).fetchnumpy().values()
    return np.asarray(column, dtype=np.int64)
