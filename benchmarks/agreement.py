"""How well a found grouping of records agrees with the true one: pairwise, B-cubed, and whole clusters.

Everything is counted from (found, true) cells, never from pairs, so that millions of records are feasible. B-cubed
after Bagga and Baldwin (1998); a cluster is exact if it equals a true one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Agreement:
    """The agreement of some records. `right`, `found_pairs`, `true_pairs`: numbers of pairs with these records; ratios
    are 1 if there are none.
    """

    records: float
    right: float
    found_pairs: float
    true_pairs: float
    b3_precision: float
    b3_recall: float
    exact: float

    @property
    def precision(self) -> float:
        return self.right / self.found_pairs if self.found_pairs else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true_pairs if self.true_pairs else 1.0


def weigh(connection: duckdb.DuckDBPyConnection, records: str, found: str, true: str = "true_id") -> None:
    """Make the table `weighed`: the records (a relation with a unique column `n`), each with the number of others in
    its found cluster, in its true cluster, and in both.

    found, true: columns that name a record's cluster; records without a cluster (null) are alone.
    """
    alone = "concat('alone ', n)"
    connection.execute(f"""
        create or replace table weighed as with
        given as (
            select *, coalesce({found}::varchar, {alone}) as f_, coalesce({true}::varchar, {alone}) as t_
            from {records})
        select *, count(*) over (partition by f_, t_) - 1 as both_with,
            count(*) over (partition by f_) - 1 as found_with, count(*) over (partition by t_) - 1 as true_with
        from given
    """)


CELLS = {"right": "f_, t_", "found": "f_", "true": "t_"}
"""Kind of pairs, in the order of an Agreement -> the columns of `weighed` in which the two records agree."""

_MEASURES = """
    count(*), sum(both_with), sum(found_with), sum(true_with),
    avg((both_with + 1) / (found_with + 1)), avg((both_with + 1) / (true_with + 1)),
    sum(case when both_with = found_with and both_with = true_with then 1 / (true_with + 1) else 0 end)
        / sum(1 / (true_with + 1))
"""


def of_all(connection: duckdb.DuckDBPyConnection) -> Agreement:
    """All records of `weighed`; each pair counts once."""
    count, right, found, true, *ratios = _one(connection, "weighed")
    return Agreement(count, right / 2, found / 2, true / 2, *ratios)


def of_part(connection: duckdb.DuckDBPyConnection, where: str) -> Agreement:
    """The records of `weighed` that meet `where`: the pairs with at least one of them, each once."""
    count, right, found, true, *ratios = _one(connection, f"(select * from weighed where {where})")
    within = [_pairs_within(connection, where, columns) for columns in CELLS.values()]
    sums = [total - inside for total, inside in zip((right, found, true), within, strict=True)]
    return Agreement(count, *sums, *ratios)


def by(connection: duckdb.DuckDBPyConnection, column: str) -> dict[str, Agreement]:
    """By the values of a column: each record's own pairs, so a pair within a group counts for both records."""
    rows = connection.execute(
        f"select {column}, {_MEASURES} from weighed where {column} is not null group by 1 order by 1"
    ).fetchall()
    return {str(value): Agreement(*measures) for value, *measures in rows}


def by_source_pair(connection: duckdb.DuckDBPyConnection) -> dict[str, Agreement]:
    """By the two sources of a pair; only pairs are counted, so B-cubed and exactness are not given (NaN)."""
    pairs = " union all ".join(
        f"""
        select a.source as s, b.source as u, '{what}' as what, sum(a.c * (b.c - (a.source = b.source)::int)) as pairs
        from (select {cell}, source, count(*) as c from weighed group by all) a
        join (select {cell}, source, count(*) as c from weighed group by all) b using ({cell})
        where a.source <= b.source group by all"""
        for what, cell in CELLS.items()
    )
    sums = ", ".join(f"coalesce(sum(pairs) filter (what = '{what}'), 0)" for what in CELLS)
    rows = connection.execute(
        f"select s, u, {sums} from ({pairs}) group by all having sum(pairs) > 0 order by all"
    ).fetchall()
    found = {}
    for source, other, *pairs in rows:
        once = [float(number) / (2 if source == other else 1) for number in pairs]
        found[f"{source} / {other}"] = Agreement(0, *once, math.nan, math.nan, math.nan)
    return found


def _pairs_within(connection: duckdb.DuckDBPyConnection, where: str, columns: str) -> float:
    """Pairs within the part that agree in these columns."""
    counts = f"select count(*) as c from weighed where {where} group by {columns}"
    return float(connection.execute(f"select coalesce(sum(c * (c - 1)) / 2, 0) from ({counts})").fetchall()[0][0])


def _one(connection: duckdb.DuckDBPyConnection, relation: str) -> list[float]:
    row = connection.execute(f"select {_MEASURES} from {relation}").fetchall()[0]
    return [row[0], *(float(value) if value is not None else 0.0 for value in row[1:4])] + [
        float(value) if value is not None else math.nan for value in row[4:]
    ]
