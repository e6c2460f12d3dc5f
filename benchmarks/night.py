"""The cost of an incremental night of identity, as a fraction of a load from scratch.

    python -m benchmarks.night HOME/loads/20191101-001
    python -m benchmarks.night HOME/loads/20191101-001 HOME/loads/20191102-001

For two loads: the second as it is. For one load: two nights are made from its mentions at random, so that one mention
in a hundred changes and changes are as scattered as possible. A quarter of these are missing from the first night,
another quarter from the second; half have another value (a shorter name, a NIK with a slip, another birth date, another
card). The second night is resolved twice after the first: incrementally, and from scratch. The outputs must be equal,
to the last id and pair.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb
from rich.console import Console

from assets import identity
from assets.home import Home, LoadFolder
from assets.identity import Previous, outputs
from assets.identity.mentions import attach, digests, relation
from assets.load import Load
from validations.sql import literal

_DRAW = "hash(source, record_key, {role}) % 400"
_MISSING = {"first": 0, "second": 1}
_CHANGED = {"first": "false", "second": f"{_DRAW} in (2, 3)"}
_OTHERWISE = {
    "name": "regexp_replace(name, ' [^ ]+$', '')",
    "nik": "left(nik, 14) || nik[16] || nik[15]",
    "birth_date": "birth_date + 1",
    "no_kk": "left(no_kk, 12) || '9999'",
}
"""The other values of the changed mentions, each for one in four."""
_ROLES = {"person": "role", "household": "person_role"}


def make(load: Path, night: str, target: Path) -> None:
    """Write a night's mentions into a staging database. load: the folder of the load whose mentions they were."""
    target.parent.mkdir(parents=True)
    with duckdb.connect() as connection:
        attach(connection, LoadFolder(load).staging)
        connection.execute(f"attach {literal(target)} as made; create schema made.mentions")
        for kind in ("person", "household", "past_person", "past_household", "decision"):
            rows = _changed(connection, kind, night) if kind in _ROLES else f"from {relation(kind)}"
            connection.execute(f"create table made.mentions.{kind}_mention as {rows}")


def _changed(connection: duckdb.DuckDBPyConnection, kind: str, night: str) -> str:
    """SQL of a night's mentions of a kind."""
    role = _ROLES[kind]
    columns = {row[0] for row in connection.execute(f"describe {relation(kind)}").fetchall()}
    which = f"hash(source, record_key, {role}) // 400 % {len(_OTHERWISE)}"
    changes = ", ".join(
        f"if({_CHANGED[night].format(role=role)} and {which} = {nth}, {otherwise}, {column}) as {column}"
        for nth, (column, otherwise) in enumerate(_OTHERWISE.items())
        if column in columns
    )
    there = f"{_DRAW.format(role=role)} <> {_MISSING[night]}"
    return f"select * replace ({changes}) from {relation(kind)} where {there}"


def seconds(home: Home, load_id: str, previous: Path | None) -> tuple[float, Path]:
    """Seconds that identity takes for a load, and the folder that it wrote."""
    load = Load(home, home.root, load_id, date(2019, 11, 1))
    started = time.perf_counter()
    summary = identity.resolve(load, Previous(previous, previous))
    taken = time.perf_counter() - started
    Console().print(f"{load_id}: {taken:.2f} s; {summary.looked_at:,} of {summary.records:,} mentions decided on")
    return taken, load.folder.identity


def differences(one: Path, other: Path) -> int:
    """Rows that only one of two folders has; in the history, ignoring loads and times."""
    found = 0
    with duckdb.connect() as connection:
        for name in outputs.FILES:
            rows = "entity, id, event, other_id" if name == "identity_history" else "*"
            sides = [f"(select {rows} from {outputs.relation(folder, name)})" for folder in (one, other)]
            for left, right in (sides, sides[::-1]):
                count = f"select count(*) from (from {left} except all from {right})"
                found += connection.execute(count).fetchall()[0][0]
    return found


def others(one: Path, other: Path) -> float:
    """Mentions that a night brings or leaves out, or that say another thing, as a share of those before. one, other:
    staging databases.
    """
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"attach {literal(path)} as {name} (read_only)")
        before, said = (
            f"(select {digests('person')} from {name}.mentions.person_mention)" for name in ("one", "other")
        )
        of_before = f"(select count(*) from {before})"
        heard = f"(select count(*) from {said} s anti join {before} b using (d))"
        gone = f"(select count(*) from {before} b anti join {said} s using (k))"
        return connection.execute(f"select ({heard} + {gone}) / {of_before}").fetchall()[0][0]


def _lend(staging: Path, target: Path) -> None:
    """Let a load read the mentions of another, as they lie there."""
    target.parent.mkdir(parents=True)
    target.symlink_to(staging.resolve())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("load", type=Path, help="a load's folder, with its mentions")
    parser.add_argument("next", type=Path, nargs="?", help="the load after it; else, changes are made at random")
    arguments = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="night.") as work:
        home = Home(Path(work)).create()
        before, after = (home.load(load_id).staging for load_id in ("first", "goes-on"))
        if arguments.next is None:
            make(arguments.load.resolve(), "first", before)
            make(arguments.load.resolve(), "second", after)
        else:
            _lend(LoadFolder(arguments.load).staging, before)
            _lend(LoadFolder(arguments.next).staging, after)
        _lend(after, home.load("scratch").staging)
        console.print(f"mentions that are others: {others(before, after):.2%}")
        _, first = seconds(home, "first", None)
        goes_on, one = seconds(home, "goes-on", first)
        home.identity.unlink()
        scratch, other = seconds(home, "scratch", first)
        console.print(f"going on costs {goes_on / scratch:.3f} of a load from scratch")
        console.print(f"rows that differ: {differences(one, other):,}")


if __name__ == "__main__":
    main()
