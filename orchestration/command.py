"""Shared by the commands of `sadaya`: the app, options, error handling, and output."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from assets.home import Home
from orchestration.bahasa import OPTION, Group, both, say
from validations.errors import SadayaError
from validations.messages import Refusal

app = typer.Typer(
    name="sadaya",
    cls=Group,
    help="Sadaya: the one poverty-household warehouse of Banten province.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def speaking(
    bahasa: Annotated[
        str | None,
        typer.Option(OPTION, metavar="id|en", help="Language. Default: the system's (LANG); may stand anywhere."),
    ] = None,
) -> None:
    """Sadaya: the one poverty-household warehouse of Banten province."""  # `Group` has taken the option already


HomeOption = Annotated[
    Path, typer.Option("--home", envvar="SADAYA_HOME", help="The warehouse's folder.", file_okay=False)
]
LandingOption = Annotated[
    Path,
    typer.Option(
        "--landing",
        envvar="SADAYA_LANDING",
        help="Folder of deliveries: <source>/<YYYY-MM-DD>/.",
        exists=True,
        file_okay=False,
    ),
]
DateOption = Annotated[
    datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Deliveries up to this day. Default: today.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Write only the summary as JSON to stdout.")]
SettleOption = Annotated[
    int,
    typer.Option(
        "--settle-seconds",
        envvar="SADAYA_SETTLE_SECONDS",
        help="A folder is read when it has not changed for so long, or contains `_SELESAI`.",
        min=0,
    ),
]
WaitOption = Annotated[bool, typer.Option("--wait", help="Wait for a running load instead of failing.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", help="Show logs and full errors.")]
ByOption = Annotated[str | None, typer.Option("--by", help="Person who decides, recorded. Default: the system user.")]
ReasonOption = Annotated[str | None, typer.Option("--reason", help="Why, on record.")]

FIRST_DATE = date(2015, 1, 1)


_PLACES = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.ENOTDIR, errno.ENAMETOOLONG}
"""What is wrong with a place that the user named: its name and the system's word say all."""


@contextmanager
def errors_shown(home: Path | None = None, verbose: bool = False) -> Generator[None]:
    """Show an error as one line and exit with code 1; the traceback goes to a log file."""
    try:
        yield
    except (typer.Exit, typer.BadParameter, typer.Abort):
        raise
    except KeyboardInterrupt:
        said = say(
            "[red]Dihentikan.[/red] Publikasi sebelumnya tetap berlaku.",
            "[red]Interrupted.[/red] The earlier publication stays in force.",
        )
        stderr().print(said)
        raise typer.Exit(1) from None
    except Exception as error:
        if verbose:
            traceback.print_exc()
        if isinstance(error, OSError) and error.filename and (error.errno in _PLACES or error.filename == str(home)):
            from assets.intake.shown import masked

            where, why = escape(masked(str(error.filename))), error.strerror
            stderr().print(f"[red]{say('Galat', 'Error')}:[/red] {where}: {why}", soft_wrap=True)
        elif isinstance(error, SadayaError):
            stderr().print(f"[red]{say('Galat', 'Error')}:[/red] {escape(_message(error))}", soft_wrap=True)
        else:
            log = write_error(home, error)
            kind, where = type(error).__name__, escape(str(log))
            said = say(f"{kind}; galat selengkapnya ada di {where}", f"{kind}; the full error is in {where}")
            stderr().print(f"[red]{say('Galat', 'Error')}:[/red] {said}", soft_wrap=True)
        raise typer.Exit(1) from None


def _message(error: SadayaError) -> str:
    return both(error.filled) if isinstance(error, Refusal) else error.user_message


def write_error(home: Path | None, error: Exception) -> Path:
    """Write the traceback, which may quote a row, to a file that only its owner can read."""
    folder = home if home is not None and home.is_dir() and os.access(home, os.W_OK) else None
    handle, name = tempfile.mkstemp(prefix="sadaya-error-", suffix=".log", dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("".join(traceback.format_exception(error)))
    return Path(name)


@contextmanager
def reading(home: Path, verbose: bool) -> Generator[Home]:
    """Context of a command that reads a warehouse and changes nothing."""
    there = existing(home)
    with errors_shown(home, verbose):
        yield there


@contextmanager
def deciding(home: Path, verbose: bool) -> Generator[Home]:
    """Context of a person's decision: a warehouse, locked, with its ledger repaired."""
    with reading(home, verbose) as there:
        from orchestration.lock import writer
        from orchestration.session import prepare

        with writer(there):
            prepare(there)
            yield there


def home_at(path: Path) -> Home:
    return Home(path.resolve())


def existing(path: Path) -> Home:
    home = home_at(path)
    if not home.ledger.exists():
        raise typer.BadParameter(f"{path} has no warehouse: nothing was loaded there yet", param_hint="--home")
    return home


def as_of_day(stated: datetime | None) -> date:
    from orchestration.clock import today

    as_of = stated.date() if stated else today()
    if not FIRST_DATE <= as_of <= today():
        raise typer.BadParameter(f"from {FIRST_DATE} to today ({today()})", param_hint="--date")
    return as_of


def user() -> str:
    import getpass

    return getpass.getuser()


def stdout() -> Console:
    """A console for people; in a pipe or log 120 characters wide."""
    return Console(width=None if sys.stdout.isatty() else 120, highlight=False)


def stderr() -> Console:
    return Console(stderr=True, highlight=False)
