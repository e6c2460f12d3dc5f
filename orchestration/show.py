"""Output of the command line for people: progress line by line, then tables."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assets.ledger_rows import UNFINISHED

if TYPE_CHECKING:
    from assets.intake import CheckResult
    from orchestration.nightly import Outcome
    from orchestration.progress import Step
    from orchestration.pull import PullOutcome

_COUNTED = ("read", "accepted", "quarantined", "duplicate", "furniture")
_COLOURS = {"accepted": "green", "replayed": "cyan", "held": "yellow", "refused": "red", "withdrawn": "magenta"}


@contextmanager
def progress(console: Console) -> Generator[None]:
    """Show each stage of the load inside the block: its steps while they run, its seconds when it ends."""
    from orchestration.progress import listening

    with console.status("[bold]starting[/bold]") as status:
        lines = _Stages(console, status)
        with listening(lines):
            yield
        lines.close()


class _Stages:
    """Sums the steps of one stage and prints a line when the next one starts."""

    def __init__(self, console: Console, status: Any) -> None:
        self._console, self._status = console, status
        self._stage, self._seconds, self._failed = "", 0.0, False

    def __call__(self, step: Step) -> None:
        if step.stage != self._stage:
            self.close()
            self._stage = step.stage
        if step.done:
            self._seconds += step.seconds
            self._failed |= step.failed
        else:
            self._status.update(f"[bold]{step.stage}[/bold] {step.detail}")

    def close(self) -> None:
        if self._stage:
            mark = "[red]x[/red]" if self._failed else "[green]ok[/green]"
            self._console.print(f"  {self._stage:<18} {self._seconds:8.1f} s  {mark}")
        self._stage, self._seconds, self._failed = "", 0.0, False


def night(console: Console, outcome: Outcome) -> None:
    """Show the outcome of a nightly load."""
    if outcome.deliveries:
        console.print(deliveries(outcome.deliveries))
    for row in outcome.deliveries:
        if row["reason_id"]:
            console.print(f"[bold]{row['delivery_id']}[/bold] {row['reason_id']} / {row['reason_en']}")
    if outcome.status == "rejected" and outcome.failures:
        console.print(failures(outcome.failures))
    if outcome.sources:
        console.print(ages(outcome.sources))
    if outcome.damage:
        console.print(f"[red]Damage[/red]: {outcome.damage}.", soft_wrap=True)
    if outcome.changes:
        console.print(changes(outcome.changes))
    if outcome.poor:
        console.print(_to_clean_up(outcome), soft_wrap=True)
    shares(console, [*outcome.extracts, *outcome.postgres])
    complaints(console, outcome.complaints)
    console.print(_conclusion(outcome), soft_wrap=True)
    if outcome.site:
        console.print(f"Site: {escape(outcome.site)}", soft_wrap=True)


def shares(console: Console, rows: list[dict[str, Any]]) -> None:
    """Show how many agencies got their share, by medium; `complaints` shows why others did not."""
    for medium, words in (("extracts", "Extracts for"), ("postgres", "On PostgreSQL:")):
        written = [row for row in rows if row["medium"] == medium and row["state"] == "written"]
        if written:
            size, count = sum(row["bytes"] for row in written) / 1e6, sum(row["rows"] for row in written)
            amount = f"{size:,.1f} MB" if size else f"{count:,} rows"
            console.print(f"{words} {', '.join(row['agency'] for row in written)}: {amount}.", soft_wrap=True)


def complaints(console: Console, sentences: list[str]) -> None:
    """Show problems of shares."""
    for sentence in sentences:
        console.print(f"[yellow]Share[/yellow]: {escape(sentence)}", soft_wrap=True)


def _to_clean_up(outcome: Outcome) -> str:
    return (
        f"Of {outcome.poor['households']:,} poor households {outcome.poor['without_living_member']:,} have no living"
        " member (marts.empty_households);"
        f" {outcome.rows['marts.duplicate_listings']:,} rows of lists are duplicates (marts.duplicate_listings)."
    )


def _conclusion(outcome: Outcome) -> str:
    standing = published(outcome.published)
    if outcome.status == "published":
        shown = ", ".join(
            f"{outcome.rows[table]:,} {words}"
            for table, words in (
                ("marts.dim_household", "households"),
                ("marts.dim_person", "persons"),
                ("marts.fct_enrolment", "enrolments"),
            )
            if table in outcome.rows
        )
        return f"[green]Published[/green] load {outcome.load_id}{': ' + shown if shown else ''}."
    if outcome.status == "unchanged":
        return f"Nothing new as of {outcome.as_of}; {standing}."
    if outcome.status == "rejected":
        return (
            f"[yellow]The gate rejected[/yellow] load {outcome.load_id}; {standing}. A person can override that:"
            f" sadaya publish {outcome.load_id} --override --by NAME --reason WHY"
        )
    return f"[red]Failed[/red]: {outcome.reason}; {standing}. Log: {outcome.log}"


def pulls(console: Console, outcome: PullOutcome) -> None:
    """Show the outcome of each pulled source, one line each."""
    if not outcome.sources:
        console.print("No source is pulled.")
    for each in outcome.sources:
        colour = {"landed": "green", "failed": "red", "waiting": "yellow"}.get(each.status, "cyan")
        counts = f"{each.files} files, {each.bytes:,} bytes" if each.status == "landed" else each.reason or ""
        rows = "" if each.rows is None or each.status != "landed" else f", {each.rows:,} rows"
        words = each.status.replace("_", " ")
        console.print(f"{each.source:<26} [{colour}]{words}[/{colour}] {counts}{rows}", soft_wrap=True)


def status(console: Console, found: dict[str, Any]) -> None:
    """Show the output of `sadaya status`."""
    console.print(f"{published(found['published']).capitalize()}.")
    if found["damage"]:
        repair = "The next load points them to the last intact publication; `sadaya rollback` does so at once."
        console.print(f"[red]It is damaged[/red]: {found['damage']}. {repair}", soft_wrap=True)
    last = found["last"]
    if last and (found["published"] is None or last["load_id"] != found["published"]["load_id"]):
        unfinished = last["state"] in UNFINISHED
        reason = "it is running, or was interrupted" if unfinished else last["reason"] or ""
        console.print(f"The newest load is {last['load_id']}: {last['state']}. {reason}", soft_wrap=True)
    if found["sources"]:
        console.print(ages(found["sources"]))
    for row in found["held"]:
        console.print(
            f"[yellow]held[/yellow] {row['delivery_id']}: {row['reason_id']} / {row['reason_en']}", highlight=False
        )


def check(console: Console, result: CheckResult) -> None:
    """Show the verdict on one file, Indonesian first."""
    if result.refused is not None:
        console.print(f"[red]Ditolak / refused[/red]: {result.refused.id} / {result.refused.en}")
    else:
        counts = vars(result.counts)
        console.print(", ".join(f"{name} {counts[name]:,}" for name in _COUNTED))
    for title, found in (("galat / errors", result.errors), ("peringatan / warnings", result.warnings)):
        for name, lines in found.items():
            console.print(f"  {title}: {name} {lines:,}")
    for notice in result.notices:
        console.print(f"  {notice.id} / {notice.en}")
    for known in result.unjudged:
        console.print(f"  Tidak diperiksa di sini / not judged here: {known.id} / {known.en}")
    if result.workbook is not None:
        console.print(f"Berkas bertanda / marked workbook: {result.workbook}", highlight=False, soft_wrap=True)


def check_json(result: CheckResult) -> dict[str, Any]:
    """The verdict on one file as JSON."""
    return {
        "clean": result.clean,
        **result.counts.columns(),
        "errors": dict(result.errors),
        "warnings": dict(result.warnings),
        "repairs": dict(result.repairs),
        "notices": [vars(notice) for notice in result.notices],
        "unjudged": [vars(known) for known in result.unjudged],
        "refused": vars(result.refused) if result.refused else None,
        "workbook": str(result.workbook) if result.workbook else None,
    }


def published(load: dict[str, Any] | None) -> str:
    if load is None:
        return "nothing is published yet"
    return f"readers see load {load['load_id']} (as of {load['as_of_date']})"


def deliveries(rows: list[dict[str, Any]]) -> Table:
    table = Table(title="Deliveries", title_justify="left", box=SIMPLE_HEAD)
    for name in ("source", "delivery"):
        table.add_column(name, no_wrap=True)
    for name in _COUNTED:
        table.add_column(name, justify="right")
    table.add_column("status", no_wrap=True)
    for row in rows:
        colour = _COLOURS.get(row["status"], "white")
        counts = [f"{row[f'rows_{name}']:,}" for name in _COUNTED]
        table.add_row(row["source"], row["delivery_date"], *counts, f"[{colour}]{row['status']}[/{colour}]")
    return table


def failures(rows: list[dict[str, Any]], at_most: int = 20) -> Table:
    table = Table(title="Why the gate rejected the load", title_justify="left", box=SIMPLE_HEAD)
    for name in ("checker", "alasan", "reason"):
        table.add_column(name, overflow="fold")
    for row in rows[:at_most]:
        table.add_row(row["checker"], row["id"], row["en"])
    if len(rows) > at_most:
        table.add_row("...", f"{len(rows) - at_most} more in quality.gate_results", "")
    return table


def changes(rows: list[dict[str, Any]]) -> Table:
    since = rows[0]["since_load_id"]
    table = Table(title=f"What changed since load {since}", title_justify="left", box=SIMPLE_HEAD)
    for name in ("of a", "change", "subject"):
        table.add_column(name)
    table.add_column("count", justify="right")
    for row in rows:
        table.add_row(row["entity"], row["change"], row["subject"], f"{row['count']:,}")
    return table


def ages(rows: list[dict[str, Any]]) -> Table:
    table = Table(title="Age of each source", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("source")
    for name in ("last delivery", "days old", "due every"):
        table.add_column(name, justify="right")
    for row in rows:
        age = "never" if row["age_days"] is None else f"{row['age_days']}"
        colour = "yellow" if row.get("late") else "white"
        due = row.get("expected_every_days")
        table.add_row(
            row["source"], row["last_delivery_date"] or "-", f"[{colour}]{age}[/{colour}]", f"{due} d" if due else "-"
        )
    return table
