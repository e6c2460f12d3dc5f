"""The command line's part that is about who reads what: agreements, extracts, and what a pseudonym stands for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.command import (
    ByOption,
    HomeOption,
    VerboseOption,
    app,
    deciding,
    home_at,
    reading,
    stderr,
    stdout,
    told,
    user,
)

if TYPE_CHECKING:
    from assets.sharing.agreement import Agreement
    from assets.sharing.catalogue import Catalogue

AgencyArgument = Annotated[str, typer.Argument(metavar="AGENCY", help="An agency's code, e.g. dindik.")]
OptionalHome = Annotated[
    Path | None,
    typer.Option("--home", envvar="SADAYA_HOME", help="Also against what is published there.", file_okay=False),
]

agreements = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What agencies may read, and until when.")
app.add_typer(agreements, name="agreements")


@agreements.command("check")
def check_agreements(home: OptionalHome = None, verbose: VerboseOption = False) -> None:
    """Check every agreement; with a warehouse also whether it fits, and its extract. Exit 1 if something is wrong."""
    with told(home, verbose):
        from assets.sharing.agreement import read
        from orchestration import show_sharing
        from orchestration.clock import today

        checked = show_sharing.check(stdout(), read(), _catalogue(home), today())
        checked &= show_sharing.damages(stdout(), _damages(home))
    raise typer.Exit(0 if checked else 1)


@agreements.command("show")
def show_agreement(agency: AgencyArgument, verbose: VerboseOption = False) -> None:
    """What an agency may read: tables, rows, columns and how they are shown."""
    with told(verbose=verbose):
        from orchestration import show_sharing

        show_sharing.agreement(stdout(), _agreement(agency))


@agreements.command("diff")
def diff_agreements(load: str, home: HomeOption, verbose: VerboseOption = False) -> None:
    """What agreements give now, against what was given of a load."""
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
        typer.Option(
            "--to", help="A folder; gets one of the agency's name. Default: in the publication.", file_okay=False
        ),
    ] = None,
    verbose: VerboseOption = False,
) -> None:
    """Make an agency's extract of the published load again."""
    with (reading if to else deciding)(home, verbose) as there:
        from assets.seal import pointed_at
        from assets.sharing.extracts import write_extract
        from assets.sharing.served import WRITTEN, serve
        from orchestration.clock import today

        load_id, agreement = pointed_at(there), _agreement(agency)
        if load_id is None:
            raise typer.BadParameter("nothing is published yet", param_hint="--home")
        if to is None:
            made = serve(there, load_id, agency, today())
            told_of, rows, size = there.extract(load_id, agency), made.rows, made.bytes
            if made.state != WRITTEN:
                stderr().print(f"[red]Error:[/red] {made.reason or 'extracts are no medium of the agreement'}")
                raise typer.Exit(1)
        else:
            written = write_extract(there, load_id, agreement, today(), _place_for(agency, to))
            told_of, rows, size = written.folder, sum(written.rows.values()), written.bytes
    stdout().print(f"Extract of load {load_id} for {agency}: {rows:,} rows, {size / 1e6:,.1f} MB, in {told_of}")


def _place_for(agency: str, folder: Path) -> Path:
    """Where an extract goes in a folder of the user's: it takes no other folder's place."""
    from assets.sharing.extracts import read_manifest

    target = folder.resolve() / agency
    if target.exists() and read_manifest(target) is None:
        raise typer.BadParameter(f"{target} is there and is no extract", param_hint="--to")
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
    """What an agency's pseudonym stands for, for the data team. Every look is put on record."""
    with reading(home, verbose) as there:
        from assets.sharing.pseudonyms import reveal as look_behind
        from orchestration.clock import today

        found = look_behind(there, _agreement(agency), pseudonym, today(), by or user(), reason)
    for column, value in found:
        stdout().print(f"{column} {value}")


def _damages(home: Path | None) -> dict[str, str]:
    """Agency -> what is wrong with its extract of what readers see; of an extract that was not made, why."""
    from assets.seal import pointed_at
    from assets.sharing.extracts import damage
    from assets.sharing.served import WRITTEN, outcomes

    there = home_at(home) if home else None
    load_id = pointed_at(there) if there else None
    if load_id is None:
        return {}
    found = {
        served.agency: served.reason or damage(there.extract(load_id, served.agency))
        for served in outcomes(there, load_id)
        if served.reason or served.state == WRITTEN
    }
    return {agency: wrong for agency, wrong in found.items() if wrong}


def _agreement(agency: str) -> Agreement:
    from assets.sharing.agreement import codes, path_of, read_one

    if agency not in codes():
        raise typer.BadParameter(f"no agreement of {agency}; there are: {', '.join(codes())}", param_hint="AGENCY")
    return read_one(path_of(agency))


def _catalogue(home: Path | None) -> Catalogue | None:
    """What readers see in a warehouse; None without one."""
    from assets.sharing.catalogue import Catalogue
    from orchestration.command import existing

    if home is None:
        return None
    there = existing(home)
    if not there.current_snapshot.exists():
        raise typer.BadParameter("nothing is published yet", param_hint="--home")
    return Catalogue.read(there.current_snapshot)
