"""The residue alone: rows/s compared with plain Splink on the same records, and the pairs that each blocking rule
finds.

python -m benchmarks.residue HOME/loads/20191101-001

Both get the same database after the rules: the register, and the records that no rule linked. Plain Splink blocks,
compares and predicts with the library's own comparisons; training time is excluded for both.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from assets.home import LoadFolder
from assets.identity import model
from assets.identity.matching import steps as matching
from assets.identity.mentions import attach
from assets.identity.review.training import link_by_rules
from assets.identity.steps import Run, run_all
from benchmarks import splink_default

_BROUGHT = """
with pair as (select a, b, rules, (a, b) in (select (a, b) from identity_pair where state = 'confirmed') as is_joined
    from candidate)
select rule, count(*), count(*) filter (len(rules) = 1), count(*) filter (is_joined),
    count(*) filter (is_joined and len(rules) = 1)
from pair, unnest(rules) as each(rule) group by rule order by count(*) filter (is_joined) desc, rule
"""


def plain(connection: duckdb.DuckDBPyConnection) -> float:
    """Seconds that plain Splink takes to block, compare and predict for the same records."""
    connection.execute(
        "create table splink_input as select n as unique_id, array_to_string(words, ' ') as name,"
        " strftime(birth_date, '%Y-%m-%d') as birth_text, sex, nik, village_code as village"
        " from mention where is_register or n in (select n from residue)"
    )
    linker = splink_default.linker(connection)
    started = time.perf_counter()
    linker.inference.predict(threshold_match_probability=splink_default.THRESHOLD)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("load", type=Path, help="a load's folder, with its mentions")
    arguments = parser.parse_args()
    with duckdb.connect() as connection:
        attach(connection, LoadFolder(arguments.load).staging)
        run = Run(connection, model.read())
        link_by_rules(run)
        started = time.perf_counter()
        run_all(run, (*matching.WEIGHTS, *matching.SETTLING))
        own = time.perf_counter() - started
        rows = connection.execute("select count(*) from residue").fetchall()[0][0]
        others = plain(connection)
        brought = connection.execute(_BROUGHT).fetchall()
    console = Console(width=100)
    console.print(f"records that no rule linked: {rows:,}")
    console.print(f"rows/s: {rows / own:,.0f}; plain Splink on the same records: {rows / others:,.0f}")
    console.print(f"ratio: {others / own:.2f}")
    table = Table("rule of candidates", "pairs", "by no other", "joined", "joined by no other")
    for rule, *counts in brought:
        table.add_row(rule, *(f"{count:,}" for count in counts))
    console.print(table)


if __name__ == "__main__":
    main()
