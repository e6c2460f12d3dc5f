"""Tries at random whether a login can get data from the server that its agreement does not give.

python -m benchmarks.attack --home HOME --local DIR --queries 10000 --seed 1

HOME is a warehouse whose published load was served (`sadaya serve --local DIR`) to the server in DIR.
`benchmarks.attack_share` computes independently, from the agreements' YAML, what a login may see. Exit 1 if any other
data was returned.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console

from assets.home import Home
from assets.local_postgres import DATABASE, start
from assets.seal import pointed_at
from assets.sharing import kept
from assets.sharing.agreement import FOLDER
from benchmarks.attack_queries import Attacker, Query, Target
from benchmarks.attack_share import Allowed, logins, words

_SECONDS = "2s"
_HARMLESS = ("pg_sleep", "pg_sleep_for", "pg_sleep_until")
_MOST = 5_000


@dataclass
class Result:
    """Result of an attack. answered: number of queries that were not refused, by kind. breaches: leaks, described
    without data.
    """

    role: str
    tried: Counter = field(default_factory=Counter)
    answered: Counter = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)


def attack(parameters: Mapping[str, Any], allowed: Allowed, target: Target, queries: int, seed: int) -> Result:
    """Run so many queries as a login. parameters: its connection parameters."""
    attacker, result = Attacker(allowed, target, seed), Result(allowed.role)
    said: list[str] = []
    connection = None
    for _ in range(queries):
        if connection is None or connection.closed:
            connection = psycopg.connect(**parameters, autocommit=True)
            connection.add_notice_handler(lambda notice: said.append(notice.message_primary or ""))
            connection.execute(f"set statement_timeout = '{_SECONDS}'; set lock_timeout = '{_SECONDS}'")
        query = attacker.query()
        result.tried[query.kind] += 1
        _try(connection, query, allowed, result, said)
        said.clear()
    if connection is not None:
        connection.close()
    return result


def _try(connection: psycopg.Connection, query: Query, allowed: Allowed, result: Result, said: list[str]) -> None:
    try:
        answers = list(_answers(connection, query.sql))
    except psycopg.Error as error:
        diagnosis = error.diag
        texts = (diagnosis.message_primary, diagnosis.message_detail, diagnosis.message_hint, diagnosis.context)
        _search([*filter(None, texts), str(error)], query, allowed, result)
        if not connection.closed:
            connection.rollback()
        return
    finally:
        _search(said, query, allowed, result)
    result.answered[query.kind] += 1
    if query.forbidden:
        result.breaches.append(f"{query.kind}: was allowed: {query.sql}")
    for rows in answers:
        _search((str(value) for row in rows for value in row if value is not None), query, allowed, result)
        if query.table and not allowed.tables[query.table].holds(list(query.columns), rows):
            result.breaches.append(f"{query.kind}: rows outside the share: {query.sql}")


def _answers(connection: psycopg.Connection, sql: str) -> Iterator[list[tuple]]:
    """The rows of each result; for a COPY, its lines."""
    cursor = connection.cursor()
    if sql.startswith("copy ") and " to stdout" in sql:
        with cursor.copy(sql.encode()) as copy:
            yield [(bytes(line).decode("utf-8", "replace"),) for line in copy]
        return
    cursor.execute(sql.encode())
    while True:
        if cursor.description:
            yield cursor.fetchmany(_MOST)
        if not cursor.nextset():
            return


def _search(texts: Iterable[str], query: Query, allowed: Allowed, result: Result) -> None:
    """Record a breach if the texts contain something outside the share. Text from the query itself is not a breach."""
    found = (words(texts) & allowed.secrets) - words([query.sql])
    if found:
        result.breaches.append(f"{query.kind}: {len(found)} words from outside the share: {query.sql}")


def reconnoitre(parameters: Mapping[str, Any], allowed: Allowed, everybody: Iterable[Allowed]) -> Target:
    """What the login can find out by itself, and from agreements, which are public."""
    elsewhere = {f"{each.schema}.{name}" for each in everybody if each.schema != allowed.schema for name in each.tables}
    mine = {each for each in everybody if each.schema == allowed.schema for each in each.tables}
    with psycopg.connect(**parameters) as connection:
        catalogue = connection.execute(
            "select relnamespace::regnamespace || '.' || relname from pg_class where relkind in ('r', 'v')"
            " and relnamespace::regnamespace::text in ('pg_catalog', 'information_schema') order by 1"
        ).fetchall()
        functions = connection.execute(
            "select p.oid::regproc::text, array(select format_type(t, null) from unnest(proargtypes) as t)"
            " from pg_proc as p where prokind = 'f' and proname <> all(%s) order by p.oid",
            (list(_HARMLESS),),
        ).fetchall()
        roles = connection.execute("select rolname from pg_roles where rolname <> current_user order by 1").fetchall()
    hidden = {f"{allowed.schema}.{name}" for name in mine - allowed.tables.keys()}
    return Target(sorted(elsewhere | hidden), [n for (n,) in catalogue], functions, [n for (n,) in roles])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--local", type=Path, required=True, help="the folder of the server that was served to")
    parser.add_argument("--queries", type=int, default=10_000, help="of each login")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    home, console = Home(given.home.resolve()), Console()
    server = start(given.local, 5433)
    load_id = pointed_at(home)
    if load_id is None:
        parser.error(f"nothing is published in {home.root}")
    everybody = logins(home.warehouse(load_id), FOLDER, home.keys)
    breached = False
    for allowed in everybody:
        password = kept.read(home.keys / f"{allowed.role}.password")
        entry = {
            "host": "127.0.0.1",
            "port": server["port"],
            "dbname": DATABASE,
            "user": allowed.role,
            "password": password,
        }
        result = attack(entry, allowed, reconnoitre(entry, allowed, everybody), given.queries, given.seed)
        tried, answered = sum(result.tried.values()), sum(result.answered.values())
        console.print(f"{allowed.role:<24} {tried:,} queries, {answered:,} answered, {len(result.breaches)} breaches")
        for breach in result.breaches[:20]:
            console.print(f"  {breach}", markup=False, soft_wrap=True)
        breached |= bool(result.breaches)
    sys.exit(1 if breached else 0)


if __name__ == "__main__":
    main()
