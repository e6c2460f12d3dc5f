"""Commands about identity: explanations of ids, questions to clerks, a new model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.command import ByOption, HomeOption, ReasonOption, VerboseOption, app, reading, stdout, user


@app.command()
def explain(
    wanted: Annotated[str, typer.Argument(metavar="ID", help="A person_id, household_id, family_id or pair_id.")],
    home: HomeOption,
    full: Annotated[bool, typer.Option("--full", help="Show whole NIK and KK numbers.")] = False,
    by: ByOption = None,
    reason: ReasonOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Explain an id: records, pairs, evidence, history. Every request is recorded."""
    with reading(home, verbose) as there:
        from assets.identity.review.explain import explain as gather
        from orchestration import show_identity

        show_identity.explanation(stdout(), gather(there, wanted, by or user(), reason or "-"), full)


@app.command()
def train(
    home: HomeOption,
    out: Annotated[Path, typer.Option("--out", help="Folder for the new version.", file_okay=False)],
    by: ByOption = None,
    reason: ReasonOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Train a new version of the identity model on the published load. Loads keep using the frozen version."""
    with reading(home, verbose) as there:
        from assets.identity.review.training import retrain
        from orchestration import show_identity

        new, rows = retrain(there, out, by or user(), reason or "-")
        show_identity.changes(stdout(), rows)
        show_identity.save_drawing(
            out / "changes.svg", f"Model {new.version}", lambda console: show_identity.changes(console, rows)
        )
    stdout().print(f"Model {new.version} is in {out}: model.json, words.csv, changes.svg. Nothing uses it yet.")


@app.command()
def questions(
    home: HomeOption,
    out: Annotated[Path, typer.Option("--out", help="Folder for the workbooks.", file_okay=False)],
    by: ByOption = None,
    reason: ReasonOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Write the questions to clerks: pairs of records that may be one person, a workbook per kabupaten/kota; in
    `kartu`, listed households whose family card is other people's.
    """
    with reading(home, verbose) as there:
        from assets.identity.review.questions import export

        written = export(there, out, by or user(), reason or "-")
    for path, count in written.items():
        stdout().print(f"{count:6,}  {path}")
    stdout().print("Put completed pairs into the landing under sadaya_keputusan/<date>/; correct cards in the lists.")
