"""The command `sadaya`. Heavy libraries are imported inside the commands, so that `status` answers at once.

Exit codes: 0 published, or nothing new; 1 failed; 2 wrong usage; 3 loaded, but the gate refused to publish.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.bahasa import unknown, wrong
from orchestration.command import (
    ByOption,
    DateOption,
    HomeOption,
    JsonOption,
    LandingOption,
    ReasonOption,
    SettleOption,
    VerboseOption,
    WaitOption,
    app,
    as_of_day,
    deciding,
    errors_shown,
    home_at,
    reading,
    stderr,
    stdout,
    user,
)

if TYPE_CHECKING:
    from assets.sources import Source


@app.command()
def simulate(
    out: Annotated[Path, typer.Option("--out", help="A new folder; gets landing/ and truth/.", file_okay=False)],
    scale: Annotated[float, typer.Option("--scale", help="1 is the whole province.", min=0.00001, max=10)] = 0.01,
    seed: Annotated[int, typer.Option("--seed", help="The same seed writes the same bytes.", min=0)] = 1,
    nights: Annotated[int, typer.Option("--nights", help="How many nights of deliveries.", min=1)] = 1,
    rates: Annotated[
        Path | None,
        typer.Option("--rates", help="A TOML file with values that override simulation/rates.toml.", dir_okay=False),
    ] = None,
) -> None:
    """Write a simulated province: every export with its defects, and the truth behind it. All of it is synthetic."""
    if out.exists() and any(out.iterdir()):
        raise typer.BadParameter(f"{out} is not empty", param_hint="--out")
    with errors_shown():
        from simulation import write_province

        with stderr().status("simulating") as status:
            made = write_province(
                scale, seed, out, nights, config=rates, progress=lambda code: status.update(f"simulating {code}")
            )
    stdout().print(
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
    """Load new deliveries, judge the load, and publish it."""
    as_of = as_of_day(date)
    os.environ["SADAYA_SETTLE_SECONDS"] = str(settle_seconds)
    with errors_shown(home, verbose):
        from orchestration import show
        from orchestration.nightly import run_night
        from orchestration.session import Backwards

        try:
            with show.progress(stderr()):
                outcome = run_night(home_at(home), landing.resolve(), as_of, wait, verbose)
        except Backwards as backwards:
            raise typer.BadParameter(str(backwards), param_hint="--date") from backwards
    if as_json:
        print(outcome.json())
    else:
        show.night(stdout(), outcome)
    raise typer.Exit(outcome.exit_code)


@app.command()
def pull(
    landing: LandingOption,
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="SOURCE", help="Source to pull. Default: every source that is configured."),
    ] = None,
    date: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="The delivery's day. Default: today.")
    ] = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Fetch the deliveries of pulled sources into the landing, unless they are there. Exit 0 unless a pull failed."""
    day = as_of_day(date)
    with errors_shown(verbose=verbose):
        from orchestration import show
        from orchestration.pull import Unpullable, run_pulls

        try:
            outcome = run_pulls(sources or [], landing.resolve(), day, os.environ, verbose)
        except Unpullable as unpullable:
            raise typer.BadParameter(str(unpullable), param_hint="SOURCE") from unpullable
    if as_json:
        print(outcome.json())
    else:
        show.pulls(stdout(), outcome)
    raise typer.Exit(outcome.exit_code)


SourceOption = Annotated[str, typer.Option("--source", help="Its source, e.g. dinsos_pkh.")]


def _declared(source: str, hint: str) -> Source:
    """The source of that name. hint: the option or argument that has it.

    Raises:
        BadParameter: no agency declares it.
    """
    from assets.sources import all_sources

    known = {each.name: each for each in all_sources()}
    if source not in known:
        raise unknown(source, sorted(known), hint)
    return known[source]


def _of_file(file: Path, source: str) -> Source:
    """The declared source of a file to check or correct.

    Raises:
        BadParameter: there is no such source, it is not sent as such a file, or the file is a marked workbook.
    """
    from validations.workbook import is_marked

    declared = _declared(source, "--source")
    if not declared.formats_of(file.name):
        extensions = sorted({extension for format_ in declared.formats for extension in format_.extensions})
        raise wrong(
            f"{source} dikirim sebagai {' atau '.join(extensions)}",
            f"{source} is sent as {' or '.join(extensions)}",
            "FILE",
        )
    if is_marked(file.name):
        raise wrong(
            "ini buku kerja buatan `check`; periksa berkas asalnya",
            "this workbook was written by `check`; check the original file",
            "FILE",
        )
    return declared


def _outside_landing(out: Path | None) -> Path:
    """The folder to write to: `out`, or the current one.

    Raises:
        BadParameter: it is in a landing, where it would be taken for a delivery.
    """
    from assets.intake.landing import lies_in_landing
    from assets.sources import all_sources

    target, landing = (out or Path.cwd()).resolve(), os.environ.get("SADAYA_LANDING")
    if lies_in_landing(target, all_sources(), Path(landing) if landing else None):
        raise wrong(
            f"{target} ada di dalam folder kiriman: pilih folder lain",
            f"{target} is in a landing: choose another folder",
            "--out",
        )
    return target


@app.command()
def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file to check.")],
    source: SourceOption,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the marked workbook. Default: the current folder.")
    ] = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Check a file against its contract before sending it; nothing is stored. Exit 0 if every row is accepted,
    else 1.
    """
    with errors_shown(verbose=verbose):
        from assets.intake import check as check_file
        from orchestration import show
        from orchestration.clock import today

        declared, target = _of_file(file, source), _outside_landing(out)
        result = check_file(file.resolve(), declared, target, today())
    if as_json:
        print(json.dumps(show.check_json(result), ensure_ascii=False, indent=2))
    else:
        show.check(stdout(), result)
    raise typer.Exit(0 if result.clean else 1)


@app.command()
def correct(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file as it was sent.")],
    marked: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Its marked workbook, corrected.")],
    source: SourceOption,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the corrected file. Default: the current folder.")
    ] = None,
    verbose: VerboseOption = False,
) -> None:
    """Carry the corrections in a marked workbook into the file that it marks; the result is a whole file to send."""
    with errors_shown(verbose=verbose):
        from assets.intake import correct as correct_file
        from orchestration import show

        declared, target = _of_file(file, source), _outside_landing(out)
        result = correct_file(file.resolve(), marked.resolve(), declared, target)
    show.corrected(stdout(), result, source)


@app.command()
def template(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Its source, e.g. dinsos_kunjungan.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for the workbook. Default: the current folder.", file_okay=False),
    ] = None,
    verbose: VerboseOption = False,
) -> None:
    """Write a workbook to fill in by hand, for a source that accepts workbooks: headings, instructions, lists."""
    with errors_shown(verbose=verbose):
        from assets.sources import Workbook
        from validations.template import SUFFIX, write

        declared = _declared(source, "SOURCE")
        workbooks = [format_ for format_ in declared.formats if isinstance(format_, Workbook)]
        if not workbooks:
            raise wrong(f"{source} tidak dikirim sebagai XLSX", f"{source} does not come as a workbook", "SOURCE")
        folder = out or Path.cwd()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{source}{SUFFIX}"
        write(declared.contract, path, workbooks[0].sheet)
    stdout().print(f"{path}", soft_wrap=True)


@app.command()
def status(home: HomeOption, as_json: JsonOption = False, verbose: VerboseOption = False) -> None:
    """Show the published load, the age of each source, and held deliveries. Exit 1 if the publication is damaged."""
    with reading(home, verbose) as there:
        from orchestration import show, show_progress
        from orchestration.status import describe

        found = describe(there)
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        show.status(stdout(), found)
        show_progress.standing(stdout(), found["progress"], found["progress_failure"])
    raise typer.Exit(1 if found["damage"] else 0)


@app.command()
def rollback(
    home: HomeOption, by: ByOption = None, reason: ReasonOption = None, verbose: VerboseOption = False
) -> None:
    """Return to the publication before the current one."""
    with deciding(home, verbose) as there:
        from assets.publication import rollback as roll_back
        from assets.sharing.served import purge
        from orchestration import show
        from orchestration.clock import today
        from orchestration.sharing import serve_on_postgres

        purge(there, today())
        load_id = roll_back(there, by or user(), reason or "-")
        shares = serve_on_postgres(there, load_id)
        show.complaints(stdout(), [served.complaint for served in shares if served.complaint])
    stdout().print(f"Readers see load {load_id}.")


@app.command()
def release(
    delivery: str, home: HomeOption, by: ByOption = None, reason: ReasonOption = None, verbose: VerboseOption = False
) -> None:
    """Accept a held delivery (and its set); the next load applies it."""
    with deciding(home, verbose) as there:
        from assets.intake import release as release_delivery

        released = release_delivery(there, delivery, by or user(), reason)
    stdout().print(f"Released: {', '.join(released)}. The next load applies them.")


@app.command()
def withdraw(
    delivery: str,
    home: HomeOption,
    reason: Annotated[str, typer.Option("--reason", help="Why, on record.")],
    by: ByOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Withdraw a delivery (and its set) permanently; the next load leaves it out."""
    with deciding(home, verbose) as there:
        from assets.intake import withdraw as withdraw_delivery

        withdrawn = withdraw_delivery(there, delivery, by or user(), reason)
    stdout().print(f"Withdrawn: {', '.join(withdrawn)}. The next load leaves them out.")


@app.command()
def publish(
    load: str,
    home: HomeOption,
    by: Annotated[str, typer.Option("--by", help="Person who decides, recorded.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, on record.")],
    override: Annotated[bool, typer.Option("--override", help="Override the gate's verdict.")] = False,
    verbose: VerboseOption = False,
) -> None:
    """Publish a load that the gate rejected: a person's decision, on record."""
    if not override:
        raise typer.BadParameter("only a load that the gate rejected is published by hand", param_hint="--override")
    with deciding(home, verbose) as there:
        from dataclasses import asdict

        from assets.publication import override as publish_anyway
        from orchestration import show
        from orchestration.sharing import serve_all, serve_on_postgres

        load_id = publish_anyway(there, load, by, reason)
        shares = [*serve_all(there, load_id), *serve_on_postgres(there, load_id)]
        show.shares(stdout(), [asdict(served) for served in shares])
        show.complaints(stdout(), [served.complaint for served in shares if served.complaint])
    stdout().print(f"Readers see load {load_id}.")


@app.command()
def ui(
    home: HomeOption,
    landing: LandingOption,
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 3000,
    host: Annotated[str, typer.Option("--host", help="The UI has no login: keep it on this machine.")] = "127.0.0.1",
) -> None:
    """Run Dagster's web UI and daemon on the instance in HOME."""
    from orchestration.instance import prepare_instance
    from orchestration.version import ROOT

    prepare_instance(home_at(home))
    os.environ |= {"SADAYA_HOME": str(home.resolve()), "SADAYA_LANDING": str(landing.resolve())}
    arguments = ["-m", "dagster", "dev", "-w", str(ROOT / "workspace.yaml"), "-h", host, "-p", str(port)]
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 -- the UI replaces this process


from orchestration import (  # noqa: E402 -- so that their commands are listed last
    cli_identity,  # noqa: F401
    cli_lists,  # noqa: F401
    cli_progress,  # noqa: F401
    cli_sharing,  # noqa: F401
)


def main() -> None:
    """Entry point. Warnings of libraries are shown with --verbose only."""
    if "--verbose" not in sys.argv:
        warnings.simplefilter("ignore")
    app()
