"""Measures a rebuild of progress between two loads: CPU seconds by stage, and of a check that finds nothing new.

python -m benchmarks.progress --home data/home --landing data/province/landing --submissions 2000 --to /tmp/progress

Copies the home, whose files are linked as far as possible, and adds submissions of the day after the published load.
`--repeat N` makes the published tables that progress reads N times as long (other households, the same visits), to see
what grows with the register. `--agree` then loads the night of that day, and compares all rebuilt marts with it.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import shutil
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from assets.home import Home
from assets.intake.apart import stop
from assets.ledger import Ledger
from assets.seal import read_summary, seal_of, summary_path
from benchmarks.submissions import families, visits, write_pages
from field.progress import shadow
from validations.sql import identifier, literal

ASIDE = ("known_from",)
"""Columns that are not compared: the load that first had a row, which for submissions of the day is still to come."""
SOURCE = "dinsos_kunjungan"


@dataclass
class Stages:
    """Wall and CPU seconds by stage, CPU with that of ended child processes."""

    seconds: dict[str, tuple[float, float]] = field(default_factory=dict)

    @contextmanager
    def measured(self, name: str) -> Generator[None]:
        wall, cpu = time.monotonic(), _cpu()
        yield
        self.seconds[name] = (time.monotonic() - wall, _cpu() - cpu)


def _cpu() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def differences(progress: Path, warehouse: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Compare all marts of a file of progress with those of a load, row by row. Returns the rows of each, and how many
    rows are in only one of the two files, of marts that differ.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(progress)} as progress (read_only)")
        connection.execute(f"attach {literal(warehouse)} as night (read_only)")
        tables = "select table_name from duckdb_tables() where database_name = 'progress' and schema_name = 'marts'"
        rows, differing = {}, {}
        for (name,) in connection.execute(tables).fetchall():
            described = connection.execute(f"describe progress.marts.{name}").fetchall()
            columns = ", ".join(identifier(row[0]) for row in described if row[0] not in ASIDE)
            one, other = (f"select {columns} from {file}.marts.{name}" for file in ("progress", "night"))
            only = f"(({one}) except all ({other})) union all (({other}) except all ({one}))"
            (rows[name],), (count,) = (
                connection.execute(f"select count(*) from ({sql})").fetchall()[0] for sql in (one, only)
            )
            differing |= {name: count} if count else {}
    return rows, differing


def copy_home(home: Path, target: Path) -> Home:
    """A copy of a home on the same disk. Deliveries are linked; what is written is copied."""
    target.mkdir(parents=True)
    for path in home.iterdir():
        if path.name == "deliveries":
            (target / path.name).mkdir()
            for source in path.iterdir():
                shutil.copytree(source, target / path.name / source.name, copy_function=os.link)
        elif path.is_dir():
            shutil.copytree(path, target / path.name, symlinks=True)
        else:
            shutil.copy2(path, target / path.name)
    return Home(target)


def lengthen(home: Home, load_id: str, times: int) -> dict[str, int]:
    """Make the tables of the load that progress sees `times` as long: copies with other values in all text columns, so
    that they join with each other and with no visit. Returns their rows.
    """
    from orchestration.dbt_manifest import read_manifest

    manifest = read_manifest()
    rows = {}
    files = {"staging": home.load(load_id).staging, "warehouse": home.warehouse(load_id)}
    for database, path in files.items():
        path.chmod(0o640)
        with duckdb.connect(str(path)) as connection:
            for one in shadow.read_by(manifest, shadow.rebuilt(manifest)):
                if one.database == database and not _is_view(connection, one.name):
                    rows[one.name] = _lengthen(connection, f"{identifier(one.schema)}.{identifier(one.name)}", times)
    sealed = read_summary(home, load_id) | seal_of(files["warehouse"])
    summary = summary_path(home, load_id)
    summary.chmod(0o640)
    summary.write_text(json.dumps(sealed, default=str))
    return rows


def _is_view(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    found = connection.execute("select 1 from duckdb_views() where view_name = ?", [name])
    return found.fetchone() is not None


def _lengthen(connection: duckdb.DuckDBPyConnection, table: str, times: int) -> int:
    described = connection.execute(f"describe {table}").fetchall()
    kept = {"programme", "status", "source", "participant_state", "period", "region_level"}
    values = ", ".join(
        f"{identifier(row[0])} || '~' || n" if row[1] == "VARCHAR" and row[0] not in kept else identifier(row[0])
        for row in described
    )
    if not any("~" in value for value in values.split(", ")):
        return connection.execute(f"select count(*) from {table}").fetchall()[0][0]
    connection.execute(f"create temp table longer as select {values} from {table}, range(1, {times}) t(n)")
    connection.execute(f"insert into {table} from longer; drop table longer; checkpoint")
    return connection.execute(f"select count(*) from {table}").fetchall()[0][0]


def measure(home: Home, landing: Path, day: date) -> tuple[Stages, Path]:
    """Rebuild progress with the command line, in this process; then check again. `all` has the start too: imports."""
    from orchestration.cli import app
    from orchestration.progress import Step, listening

    stages, began = Stages(), {}

    def listen(step: Step) -> None:
        if step.done:
            wall, cpu = began.pop(step.stage)
            stages.seconds[step.stage] = (time.monotonic() - wall, _cpu() - cpu)
        else:
            began[step.stage] = (time.monotonic(), _cpu())

    arguments = ["progress", "--home", str(home.root), "--landing", str(landing), "--date", day.isoformat(), "--json"]
    with redirect_stdout(io.StringIO()):
        with listening(listen), stages.measured("all"):
            app(arguments, standalone_mode=False)
            stop()  # the parser's process, so that its time counts
        rebuilt = {"start": _rest(stages.seconds)} | stages.seconds
        with stages.measured("nothing new"):
            app(arguments, standalone_mode=False)
    return Stages(rebuilt | {"nothing new": stages.seconds["nothing new"]}), home.current_progress.resolve()


def _rest(seconds: dict[str, tuple[float, float]]) -> tuple[float, float]:
    """What is in no stage: imports, checks, and the process that parses files."""
    wall, cpu = (
        seconds["all"][nth] - sum(used[nth] for name, used in seconds.items() if name != "all") for nth in (0, 1)
    )
    return wall, cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--landing", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True, help="a new folder")
    parser.add_argument("--submissions", type=int, default=2000)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--agree", action="store_true")
    given = parser.parse_args()
    console = Console()
    home = copy_home(given.home, given.to / "home")
    landing = shutil.copytree(given.landing, given.to / "landing")
    with Ledger(home.ledger) as ledger:
        published = ledger.published_load()
    assert published is not None, "nothing is published there"
    day = date.fromisoformat(published["as_of_date"]) + timedelta(1)
    os.environ |= {"SADAYA_SETTLE_SECONDS": "0", "SADAYA_CODE_VERSION": published["code_version"]}
    if given.repeat > 1:
        console.print(lengthen(home, published["load_id"], given.repeat))
    morning = datetime.fromisoformat(f"{day}T01:00:00+00:00")
    made = visits(families(home.warehouse(published["load_id"])), given.submissions, morning)
    write_pages(landing / SOURCE / day.isoformat(), made, morning + timedelta(seconds=given.submissions))
    stages, folder = measure(home, landing, day)
    table = Table("stage", "seconds", "CPU seconds")
    for name, (wall, cpu) in stages.seconds.items():
        table.add_row(name, f"{wall:.1f}", f"{cpu:.1f}")
    console.print(table)
    if given.agree:
        sys.exit(_agree(console, home, landing, day, folder))


def _agree(console: Console, home: Home, landing: Path, day: date, folder: Path) -> int:
    from orchestration.cli import app

    app(
        ["nightly", "--home", str(home.root), "--landing", str(landing), "--date", day.isoformat(), "--json"],
        standalone_mode=False,
    )
    rows, differing = differences(folder / "progress.duckdb", home.current_snapshot)
    console.print("rows:", rows, "differing:", differing or "none")
    return 1 if differing else 0


if __name__ == "__main__":
    main()
