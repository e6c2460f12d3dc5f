"""The command `sadaya lists`: the families that each companion's phone carries."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from orchestration.command import (
    ByOption,
    HomeOption,
    JsonOption,
    ReasonOption,
    VerboseOption,
    app,
    deciding,
    reading,
    stdout,
    user,
)


@app.command()
def lists(
    home: HomeOption,
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder of the lists. Default: `lists` in HOME.", file_okay=False)
    ] = None,
    central: Annotated[
        bool, typer.Option("--central", help="Also bring the lists on ODK Central up to date (SADAYA_FIELD_LISTS_URL).")
    ] = False,
    allow_removals: Annotated[
        bool, typer.Option("--allow-removals", help="The lists may lose many families at once: a person's decision.")
    ] = False,
    reason: ReasonOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Write the lists of families that companions' phones carry: one for each companion, and one of all."""
    if allow_removals and not reason:
        raise typer.BadParameter("say why, on record", param_hint="--reason")
    with (deciding if allow_removals else reading)(home, verbose) as there:
        from assets.ledger import Ledger
        from assets.seal import pointed_at
        from field.lists.files import CURRENT
        from field.lists.make import make
        from orchestration.clock import today

        load_id = pointed_at(there)
        if load_id is None:
            raise typer.BadParameter("nothing is published yet", param_hint="--home")
        if allow_removals:
            with Ledger(there.ledger) as ledger:
                ledger.decide("shrink_lists", load_id, by or user(), reason)
        made = make(there, load_id, to.resolve() if to else there.lists, today(), central, allow_removals)
    summary = {**asdict(made), "folder": str(made.folder), "central": made.central and made.central.counts()}
    if as_json:
        print(json.dumps(summary, indent=2))
        return
    stdout().print(
        f"Lists of load {load_id}: {made.families:,} families of {made.companions:,} companions"
        f" ({made.without_companion:,} have no companion), in {made.folder.parent / CURRENT}",
        soft_wrap=True,
    )
    if made.central is not None:
        stdout().print("ODK Central: " + ", ".join(f"{name} {count}" for name, count in made.central.counts().items()))
