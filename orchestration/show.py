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
from orchestration.bahasa import both, say
from validations.messages import Filled

if TYPE_CHECKING:
    from assets.intake import CheckResult, Corrected
    from orchestration.nightly import Outcome
    from orchestration.progress import Step
    from orchestration.pull import PullOutcome

_COUNTED = {
    "read": "dibaca",
    "accepted": "diterima",
    "quarantined": "ditahan",
    "duplicate": "kembar",
    "furniture": "bukan data",
}
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
            said = Filled("", row["reason_id"], row["reason_en"])
            console.print(f"[bold]{row['delivery_id']}[/bold] {escape(both(said))}")
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
                ("marts.dim_household", say("rumah tangga", "households")),
                ("marts.dim_person", say("orang", "persons")),
                ("marts.fct_enrolment", say("kepesertaan", "enrolments")),
            )
            if table in outcome.rows
        )
        published_ = say("[green]Terbit[/green] muatan", "[green]Published[/green] load")
        return f"{published_} {outcome.load_id}{': ' + shown if shown else ''}."
    if outcome.status == "unchanged":
        return say(
            f"Tidak ada yang baru sampai {outcome.as_of}; {standing}.",
            f"Nothing new as of {outcome.as_of}; {standing}.",
        )
    if outcome.status == "rejected":
        command = f"sadaya publish {outcome.load_id} --override --by NAME --reason WHY"
        return say(
            f"[yellow]Gerbang mutu menolak[/yellow] muatan {outcome.load_id}; {standing}."
            f" Seorang petugas dapat memutuskan lain: {command}",
            f"[yellow]The gate rejected[/yellow] load {outcome.load_id}; {standing}."
            f" A person can override that: {command}",
        )
    reason, log = escape(str(outcome.reason)), escape(str(outcome.log))
    return say(
        f"[red]Gagal[/red]: {reason}; {standing}. Catatan: {log}",
        f"[red]Failed[/red]: {reason}; {standing}. Log: {log}",
    )


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
        said, held = Filled("", row["reason_id"], row["reason_en"]), say("ditahan", "held")
        console.print(f"[yellow]{held}[/yellow] {row['delivery_id']}: {escape(both(said))}", highlight=False)


def check(console: Console, result: CheckResult) -> None:
    """Show the verdict on one file, in the user's language; Indonesian first if that is not known."""
    if result.refused is not None:
        console.print(f"[red]{_heading('Ditolak', 'refused')}[/red]: {escape(both(result.refused))}")
    else:
        counts = vars(result.counts)
        console.print(", ".join(f"{say(indonesian, name)} {counts[name]:,}" for name, indonesian in _COUNTED.items()))
    for title, found in ((("galat", "errors"), result.errors), (("peringatan", "warnings"), result.warnings)):
        for name, lines in found.items():
            console.print(f"  {_heading(*title)}: {name} {lines:,}")
    for notice in result.notices:
        console.print(f"  {escape(both(notice))}")
    for known in result.unjudged:
        console.print(f"  {_heading('Tidak diperiksa di sini', 'not judged here')}: {escape(both(known))}")
    if result.workbook is not None:
        title, where = _heading("Berkas bertanda", "marked workbook"), escape(str(result.workbook))
        console.print(f"{title}: {where}", highlight=False, soft_wrap=True)


def corrected(console: Console, result: Corrected, source: str) -> None:
    """Show what was corrected, and what to do with the new file."""
    console.print(
        say(
            f"{result.values:,} nilai diperbaiki di {result.corrected:,} dari {result.rows:,} baris: ",
            f"{result.values:,} values corrected in {result.corrected:,} of {result.rows:,} rows: ",
        )
        + escape(str(result.path)),
        soft_wrap=True,
    )
    if result.others:
        console.print(
            say(
                f"{result.others:,} baris buku kerja menandai berkas lain dan tidak dipakai di sini.",
                f"{result.others:,} rows of the workbook mark other files and were not used here.",
            )
        )
    command = f"sadaya check {result.path.name} --source {source}"
    console.print(say(f"Periksa sebelum dikirim: {command}", f"Check it before sending: {command}"), soft_wrap=True)


def _heading(indonesian: str, english: str) -> str:
    return both(Filled("", indonesian, english))


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
        return say("belum ada yang terbit", "nothing is published yet")
    load_id, day = load["load_id"], load["as_of_date"]
    return say(f"pembaca melihat muatan {load_id} (per {day})", f"readers see load {load_id} (as of {day})")


def deliveries(rows: list[dict[str, Any]]) -> Table:
    table = Table(title=say("Kiriman", "Deliveries"), title_justify="left", box=SIMPLE_HEAD)
    for name in (say("sumber", "source"), say("kiriman", "delivery")):
        table.add_column(name, no_wrap=True)
    for name, indonesian in _COUNTED.items():
        table.add_column(say(indonesian, name), justify="right")
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
    table = Table(title=say("Umur tiap sumber", "Age of each source"), title_justify="left", box=SIMPLE_HEAD)
    table.add_column(say("sumber", "source"))
    for name in (
        say("kiriman terakhir", "last delivery"),
        say("umur (hari)", "days old"),
        say("jadwal (hari)", "due every"),
    ):
        table.add_column(name, justify="right")
    for row in rows:
        age = say("belum pernah", "never") if row["age_days"] is None else f"{row['age_days']}"
        colour = "yellow" if row.get("late") else "white"
        due = row.get("expected_every_days")
        table.add_row(
            row["source"], row["last_delivery_date"] or "-", f"[{colour}]{age}[/{colour}]", f"{due} d" if due else "-"
        )
    return table
