"""The command `sadaya progress`: progress of the field between two loads."""

from __future__ import annotations

import os

import typer

from orchestration.command import (
    DateOption,
    HomeOption,
    JsonOption,
    LandingOption,
    SettleOption,
    VerboseOption,
    app,
    as_of_day,
    errors_shown,
    home_at,
    stderr,
    stdout,
)


@app.command()
def progress(
    landing: LandingOption,
    home: HomeOption,
    date: DateOption = None,
    settle_seconds: SettleOption = 60,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Rebuild progress of the field from submissions that no load has taken in yet. Exit 0 if published or nothing new,
    1 if it failed, or a pull did.
    """
    as_of = as_of_day(date)
    os.environ["SADAYA_SETTLE_SECONDS"] = str(settle_seconds)
    with errors_shown(home, verbose):
        from orchestration import show, show_progress
        from orchestration.field_progress import run_progress
        from orchestration.session import Backwards

        try:
            with show.progress(stderr()):
                outcome = run_progress(home_at(home), landing.resolve(), as_of, os.environ)
        except Backwards as backwards:
            raise typer.BadParameter(str(backwards), param_hint="--date") from backwards
    if outcome.complaint and outcome.is_news:
        from orchestration import alerts

        alerts.send(alerts.Alert("progress", "-", outcome.as_of, outcome.complaint))
    if as_json:
        print(outcome.json())
    else:
        show_progress.outcome(stdout(), outcome)
    raise typer.Exit(outcome.exit_code)
