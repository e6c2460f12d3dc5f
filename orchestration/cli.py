"""The command `sadaya`. Heavy libraries are imported inside the commands, so that `status` answers at once.

Exit codes: 0 published, or nothing new; 1 failed; 2 wrong usage; 3 loaded, but the gate refused to publish.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from assets.home import Home

app = typer.Typer(
    name="sadaya",
    help="Sadaya: the one poverty-household warehouse of Banten province.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

HomeOption = Annotated[
    Path, typer.Option("--home", envvar="SADAYA_HOME", help="The warehouse's folder.", file_okay=False)
]
LandingOption = Annotated[
    Path,
    typer.Option(
        "--landing",
        envvar="SADAYA_LANDING",
        help="Where agencies' deliveries arrive: <source>/<YYYY-MM-DD>/.",
        exists=True,
        file_okay=False,
    ),
]
DateOption = Annotated[
    datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Deliveries up to this day. Default: today.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="The summary as JSON on stdout, and nothing else there.")]
SettleOption = Annotated[
    int,
    typer.Option(
        "--settle-seconds",
        envvar="SADAYA_SETTLE_SECONDS",
        help="A folder is a delivery when nothing in it changed for so long, or when it holds `_SELESAI`.",
        min=0,
    ),
]
WaitOption = Annotated[bool, typer.Option("--wait", help="Wait for a running load instead of giving up.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", help="Show logs and whole errors.")]
ByOption = Annotated[str | None, typer.Option("--by", help="Who decides, on record. Default: the system's user.")]
ReasonOption = Annotated[str | None, typer.Option("--reason", help="Why, on record.")]

FIRST_DATE = date(2015, 1, 1)
_SPEAKING = {"Busy", "DecisionError", "PublicationError", "DbtError", "Refusal"}
"""Our own errors, whose words are meant for users."""


@app.command()
def simulate(
    out: Annotated[Path, typer.Option("--out", help="A new folder; gets landing/ and truth/.", file_okay=False)],
    scale: Annotated[float, typer.Option("--scale", help="1 is the whole province.", min=0.00001, max=10)] = 0.01,
    seed: Annotated[int, typer.Option("--seed", help="The same seed writes the same bytes.", min=0)] = 1,
    nights: Annotated[int, typer.Option("--nights", help="How many nights of deliveries.", min=1)] = 1,
) -> None:
    """Write a simulated province: every export with its defects, and the truth behind it. All of it is synthetic."""
    if out.exists() and any(out.iterdir()):
        raise typer.BadParameter(f"{out} is not empty", param_hint="--out")
    with told():
        from simulation import write_province

        with _stderr().status("simulating") as status:
            made = write_province(scale, seed, out, nights, progress=lambda code: status.update(f"simulating {code}"))
    _stdout().print(
        f"{made.persons:,} people, {made.files} files, {made.dates[0]} to {made.dates[-1]}: {out / 'landing'}"
    )


@app.command()
def nightly(
    landing: LandingOption,
    home: HomeOption,
    date: DateOption = None,
    settle_seconds: SettleOption = 60,
    as_json: JsonOption = False,
    wait: WaitOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Load what is new, judge it, publish it."""
    as_of = _as_of(date)
    os.environ["SADAYA_SETTLE_SECONDS"] = str(settle_seconds)
    with told(home, verbose):
        from orchestration import show
        from orchestration.nightly import run_night
        from orchestration.session import Backwards

        try:
            with show.progress(_stderr()):
                outcome = run_night(_home(home), landing.resolve(), as_of, wait, verbose)
        except Backwards as backwards:
            raise typer.BadParameter(str(backwards), param_hint="--date") from backwards
    if as_json:
        print(outcome.json())
    else:
        show.night(_stdout(), outcome)
    raise typer.Exit(outcome.exit_code)


@app.command()
def pull(
    landing: LandingOption,
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="SOURCE", help="Which. Default: every source whose settings are set."),
    ] = None,
    date: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="The delivery's day. Default: today.")
    ] = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Fetch into the landing what agencies do not send. What is there is left alone. Exit 0 unless a pull failed."""
    day = _as_of(date)
    with told(verbose=verbose):
        from orchestration import show
        from orchestration.pull import Unpullable, run_pulls

        try:
            outcome = run_pulls(sources or [], landing.resolve(), day, os.environ, verbose)
        except Unpullable as unpullable:
            raise typer.BadParameter(str(unpullable), param_hint="SOURCE") from unpullable
    if as_json:
        print(outcome.json())
    else:
        show.pulls(_stdout(), outcome)
    raise typer.Exit(outcome.exit_code)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file, as it is to be sent.")],
    source: Annotated[str, typer.Option("--source", help="Which export it is, e.g. dinsos_pkh.")],
    out: Annotated[Path | None, typer.Option("--out", help="Where the marked workbook goes. Default: beside.")] = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Hold a file against its contract before sending it; nothing is stored. Exit 0 if every row is fine, else 1."""
    with told(verbose=verbose):
        from assets.intake import check as check_file
        from assets.sources import all_sources, source_named
        from orchestration import show
        from orchestration.clock import today

        known = sorted(each.name for each in all_sources())
        if source not in known:
            raise typer.BadParameter(f"no source {source}; known: {', '.join(known)}", param_hint="--source")
        declared = source_named(source)
        if not declared.formats_of(file.name):
            extensions = sorted({extension for format_ in declared.formats for extension in format_.extensions})
            raise typer.BadParameter(f"{source} is sent as {' or '.join(extensions)}", param_hint="FILE")
        result = check_file(file.resolve(), declared, (out or file.parent).resolve(), today())
    if as_json:
        print(json.dumps(show.check_json(result), ensure_ascii=False, indent=2))
    else:
        show.check(_stdout(), result)
    raise typer.Exit(0 if result.clean else 1)


@app.command()
def status(home: HomeOption, as_json: JsonOption = False, verbose: VerboseOption = False) -> None:
    """What is published, how old each source is, what waits for a person."""
    there = _existing(home)
    with told(home, verbose):
        from orchestration import show
        from orchestration.status import describe

        found = describe(there)
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        show.status(_stdout(), found)


@app.command()
def rollback(
    home: HomeOption, by: ByOption = None, reason: ReasonOption = None, verbose: VerboseOption = False
) -> None:
    """Show readers the publication before the one they see."""
    with _deciding(home, verbose) as there:
        from assets.publication import rollback as roll_back

        load_id = roll_back(there, by or _user(), reason or "-")
    _stdout().print(f"Readers see load {load_id}.")


@app.command()
def release(
    delivery: str, home: HomeOption, by: ByOption = None, reason: ReasonOption = None, verbose: VerboseOption = False
) -> None:
    """Accept a delivery that was held (and its set); the next load applies it."""
    with _deciding(home, verbose) as there:
        from assets.intake import release as release_delivery

        released = release_delivery(there, delivery, by or _user(), reason)
    _stdout().print(f"Released: {', '.join(released)}. The next load applies them.")


@app.command()
def withdraw(
    delivery: str,
    home: HomeOption,
    reason: Annotated[str, typer.Option("--reason", help="Why, on record.")],
    by: ByOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Take a delivery (and its set) out of the state for ever; the next load shows it."""
    with _deciding(home, verbose) as there:
        from assets.intake import withdraw as withdraw_delivery

        withdrawn = withdraw_delivery(there, delivery, by or _user(), reason)
    _stdout().print(f"Withdrawn: {', '.join(withdrawn)}. The next load leaves them out.")


@app.command()
def publish(
    load: str,
    home: HomeOption,
    by: Annotated[str, typer.Option("--by", help="Who decides, on record.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, on record.")],
    override: Annotated[bool, typer.Option("--override", help="Against the gate's word.")] = False,
    verbose: VerboseOption = False,
) -> None:
    """Publish a load that the gate refused: a person's decision, on record."""
    if not override:
        raise typer.BadParameter("a load is published by hand only against the gate's word", param_hint="--override")
    with _deciding(home, verbose) as there:
        from assets.publication import override as publish_anyway

        load_id = publish_anyway(there, load, by, reason)
    _stdout().print(f"Readers see load {load_id}.")


@app.command()
def ui(
    home: HomeOption,
    landing: LandingOption,
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 3000,
    host: Annotated[str, typer.Option("--host", help="Has no login: keep it on this machine.")] = "127.0.0.1",
) -> None:
    """Dagster's web UI, with its daemon, on the same instance."""
    from orchestration.instance import prepare_instance
    from orchestration.version import ROOT

    prepare_instance(_home(home))
    os.environ |= {"SADAYA_HOME": str(home.resolve()), "SADAYA_LANDING": str(landing.resolve())}
    arguments = ["-m", "dagster", "dev", "-w", str(ROOT / "workspace.yaml"), "-h", host, "-p", str(port)]
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 -- the UI takes this process's place


def main() -> None:
    """Entry point. Libraries' warnings are not the user's business."""
    if "--verbose" not in sys.argv:
        warnings.simplefilter("ignore")
    app()


# what the commands share ---------------------------------------------------------------------------------------------


@contextmanager
def told(home: Path | None = None, verbose: bool = False) -> Iterator[None]:
    """End with one clear line and exit code 1 where something goes wrong; the whole error goes to a log file."""
    try:
        yield
    except (typer.Exit, typer.BadParameter, typer.Abort):
        raise
    except KeyboardInterrupt:
        _stderr().print("[red]Interrupted.[/red] What was published before stays in place.")
        raise typer.Exit(1) from None
    except Exception as error:
        if verbose:
            traceback.print_exc()
        if type(error).__name__ in _SPEAKING:
            _stderr().print(f"[red]Error:[/red] {error}")
        else:
            log = _write_error(home, error)
            _stderr().print(f"[red]Error:[/red] {type(error).__name__}; the whole error is in {log}")
        raise typer.Exit(1) from None


def _write_error(home: Path | None, error: Exception) -> Path:
    """The traceback, which may quote a row, in a file for its owner only."""
    folder = home if home is not None and home.is_dir() else None
    handle, name = tempfile.mkstemp(prefix="sadaya-error-", suffix=".log", dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("".join(traceback.format_exception(error)))
    return Path(name)


@contextmanager
def _deciding(home: Path, verbose: bool) -> Iterator[Home]:
    """What a person's decision needs: a warehouse, its lock, and the ledger put right."""
    there = _existing(home)
    with told(home, verbose):
        from orchestration.lock import writer
        from orchestration.session import prepare

        with writer(there):
            prepare(there)
            yield there


def _home(path: Path) -> Home:
    return Home(path.resolve())


def _existing(path: Path) -> Home:
    home = _home(path)
    if not home.ledger.exists():
        raise typer.BadParameter(f"{path} holds no warehouse: nothing was loaded there yet", param_hint="--home")
    return home


def _as_of(stated: datetime | None) -> date:
    from orchestration.clock import today

    as_of = stated.date() if stated else today()
    if not FIRST_DATE <= as_of <= today():
        raise typer.BadParameter(f"from {FIRST_DATE} to today ({today()})", param_hint="--date")
    return as_of


def _user() -> str:
    import getpass

    return getpass.getuser()


def _stdout() -> Console:
    """For people; in a pipe or log as wide as the tables need."""
    return Console(width=None if sys.stdout.isatty() else 120, highlight=False)


def _stderr() -> Console:
    return Console(stderr=True, highlight=False)
