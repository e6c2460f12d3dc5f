"""Commands about shares: agreements, extracts, PostgreSQL, and pseudonyms."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.command import (
    ByOption,
    HomeOption,
    VerboseOption,
    app,
    deciding,
    errors_shown,
    home_at,
    reading,
    stderr,
    stdout,
    user,
)

if TYPE_CHECKING:
    from assets.home import Home
    from assets.sharing.agreement import Agreement
    from assets.sharing.catalogue import Catalogue

AgencyArgument = Annotated[str, typer.Argument(metavar="AGENCY", help="An agency's code, e.g. dindik.")]
OptionalHome = Annotated[
    Path | None,
    typer.Option("--home", envvar="SADAYA_HOME", help="Check against the publication there, too.", file_okay=False),
]

agreements = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What agencies may read, and until when.")
app.add_typer(agreements, name="agreements")


@agreements.command("check")
def check_agreements(home: OptionalHome = None, verbose: VerboseOption = False) -> None:
    """Check every agreement; with a warehouse also against its tables, and its extract. Exit 1 if there is a
    problem.
    """
    with errors_shown(home, verbose):
        from assets.sharing.agreement import read
        from orchestration import show_sharing
        from orchestration.clock import today

        checked = show_sharing.check(stdout(), read(), _catalogue(home), today())
        checked &= show_sharing.damages(stdout(), _damages(home))
    raise typer.Exit(0 if checked else 1)


@agreements.command("show")
def show_agreement(agency: AgencyArgument, verbose: VerboseOption = False) -> None:
    """Show what an agency may read: tables, rows, columns and masking."""
    with errors_shown(verbose=verbose):
        from orchestration import show_sharing

        show_sharing.agreement(stdout(), _agreement(agency))


@agreements.command("diff")
def diff_agreements(load: str, home: HomeOption, verbose: VerboseOption = False) -> None:
    """Compare what agreements give now with what was given of a load."""
    with reading(home, verbose) as there:
        from assets.sharing.agreement import read
        from assets.sharing.differences import differences
        from orchestration import show_sharing

        if not there.publication(load).is_dir():
            raise typer.BadParameter(f"there is no publication of load {load}", param_hint="LOAD")
        show_sharing.differences(stdout(), load, differences(there, load, read()))


@app.command()
def extract(
    agency: AgencyArgument,
    home: HomeOption,
    to: Annotated[
        Path | None,
        typer.Option("--to", help="A folder for the agency's folder. Default: in the publication.", file_okay=False),
    ] = None,
    verbose: VerboseOption = False,
) -> None:
    """Write an agency's extract of the published load again."""
    with (reading if to else deciding)(home, verbose) as there:
        from assets.seal import pointed_at
        from assets.sharing.extracts import write_extract
        from assets.sharing.served import WRITTEN
        from orchestration.clock import today
        from orchestration.sharing import reports, write_again

        load_id, agreement = pointed_at(there), _agreement(agency)
        if load_id is None:
            raise typer.BadParameter("nothing is published yet", param_hint="--home")
        if to is None:
            made = write_again(there, load_id, agency)
            place, rows, size = there.extract(load_id, agency), made.rows, made.bytes
            if made.state != WRITTEN:
                stderr().print(f"[red]Error:[/red] {made.reason or 'the agreement does not name extracts'}")
                raise typer.Exit(1)
        else:
            more = reports(there, load_id, agency)
            written = write_extract(there, load_id, agreement, today(), _place_for(agency, to), **more)
            place, rows, size = written.folder, sum(written.rows.values()), written.bytes
    stdout().print(f"Extract of load {load_id} for {agency}: {rows:,} rows, {size / 1e6:,.1f} MB, in {place}")


@app.command()
def serve(
    home: HomeOption,
    agency: Annotated[
        str | None, typer.Argument(metavar="[AGENCY]", help="An agency's code. Default: all.", show_default=False)
    ] = None,
    load: Annotated[
        str | None, typer.Option("--load", metavar="LOAD", help="Fail unless this load is published.")
    ] = None,
    local: Annotated[
        Path | None,
        typer.Option("--local", help="Start a local server in this folder, and use it.", file_okay=False),
    ] = None,
    port: Annotated[int, typer.Option("--port", min=1024, max=65535, help="Port of the local server.")] = 5433,
    connections: Annotated[
        bool, typer.Option("--connections", help="Show a connection string for each login, with its password.")
    ] = False,
    verbose: VerboseOption = False,
) -> None:
    """Write shares of the published load to the PostgreSQL server that SADAYA_POSTGRES_DSN names."""
    with deciding(home, verbose) as there:
        from dataclasses import asdict

        from assets.seal import pointed_at
        from orchestration import show
        from orchestration.sharing import serve_on_postgres

        load_id = pointed_at(there)
        if load_id is None or (load and load != load_id):
            seen = f"readers see load {load_id}" if load_id else "nothing is published yet"
            raise typer.BadParameter(f"{seen}: only the published load is served", param_hint="--load")
        chosen = [_agreement(agency).agency] if agency else None
        _start_or_require(local, port)
        shares = serve_on_postgres(there, load_id, chosen)
        show.shares(stdout(), [asdict(each) for each in shares])
        complaints = [each.complaint for each in shares if each.complaint]
        show.complaints(stderr(), complaints)
        _warn()
        if connections:
            for written in (each.agency for each in shares if each.state == "written"):
                _show_connections(there, written)
    raise typer.Exit(1 if complaints else 0)


def _start_or_require(local: Path | None, port: int) -> None:
    """Start a local server, for this process; without a folder, require one in the environment."""
    from assets.sharing.postgres import DSN, configured

    if local is not None:
        from psycopg.conninfo import make_conninfo

        from assets.local_postgres import make_database, start

        os.environ[DSN] = make_conninfo(**make_database(start(local, port)))
    elif not configured():
        raise typer.BadParameter(f"{DSN} is not set; --local DIR starts a server", param_hint="--local")


def _warn() -> None:
    """Show recommendations for the server."""
    from assets.sharing.postgres import PostgresError, warnings

    try:
        found = warnings()
    except PostgresError:
        return  # already shown for each agency
    for sentence in found:
        stderr().print(f"[yellow]The server[/yellow]: {sentence}.", soft_wrap=True)


def _show_connections(home: Home, agency: str) -> None:
    from assets.sharing.postgres import connection_strings

    for text in connection_strings(home, _agreement(agency)):
        print(text)


@app.command("stop-server")
def stop_server(
    local: Annotated[Path, typer.Option("--local", help="The folder of the server.", exists=True, file_okay=False)],
) -> None:
    """Stop the server that `serve --local` started."""
    with errors_shown():
        from assets.local_postgres import stop

        stop(local)


def _place_for(agency: str, folder: Path) -> Path:
    """The target of an extract in the user's folder; it replaces only an earlier extract."""
    from assets.sharing.extracts import read_manifest

    target = folder.resolve() / agency
    if target.exists() and read_manifest(target) is None:
        raise typer.BadParameter(f"{target} exists and is not an extract", param_hint="--to")
    return target


@app.command()
def reveal(
    agency: AgencyArgument,
    pseudonym: Annotated[str, typer.Argument(metavar="PSEUDONYM", help="As the agency sees it: v1_ and 32 digits.")],
    home: HomeOption,
    reason: Annotated[str, typer.Option("--reason", help="Why, on record.")],
    by: ByOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Show the value behind an agency's pseudonym, for the data team. Every request is recorded."""
    with reading(home, verbose) as there:
        from assets.sharing.pseudonyms import reveal as look_behind
        from orchestration.clock import today

        found = look_behind(there, _agreement(agency), pseudonym, today(), by or user(), reason)
    for column, value in found:
        stdout().print(f"{column} {value}")


def _damages(home: Path | None) -> list[tuple[str, str]]:
    """Problems of shares of the published load, in words, and the command that writes them again."""
    from assets.seal import pointed_at
    from assets.sharing.extracts import damage
    from assets.sharing.served import EXTRACTS, WRITTEN, outcomes

    there = home_at(home) if home else None
    load_id = pointed_at(there) if there else None
    if there is None or load_id is None:
        return []
    found = []
    for served in outcomes(there, load_id):
        wrong = served.complaint
        if served.medium == EXTRACTS and served.state == WRITTEN:
            damaged = damage(there.extract(load_id, served.agency))
            wrong = damaged and f"extract of {served.agency}: {damaged}"
        if wrong:
            command = "extract" if served.medium == EXTRACTS else "serve"
            found.append((wrong, f"sadaya {command} {served.agency}"))
    return found


def _agreement(agency: str) -> Agreement:
    from assets.sharing.agreement import codes, path_of, read_one

    if agency not in codes():
        raise typer.BadParameter(f"{agency} has no agreement; known: {', '.join(codes())}", param_hint="AGENCY")
    return read_one(path_of(agency))


def _catalogue(home: Path | None) -> Catalogue | None:
    """The published tables of a warehouse; None without one."""
    from assets.sharing.catalogue import Catalogue
    from orchestration.command import existing

    if home is None:
        return None
    there = existing(home)
    if not there.current_snapshot.exists():
        raise typer.BadParameter("nothing is published yet", param_hint="--home")
    return Catalogue.read(there.current_snapshot)
