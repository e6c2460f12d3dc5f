"""Output of `sadaya progress`, and of what `sadaya status` tells of it, for people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape

from orchestration import show
from orchestration.bahasa import both, say
from orchestration.clock import BANTEN
from validations.messages import Filled

if TYPE_CHECKING:
    from orchestration.field_progress import ProgressOutcome


def outcome(console: Console, found: ProgressOutcome) -> None:
    """Show what was pulled and taken in, why files were not, and what readers see now."""
    for each in found.pulled:
        if each.status == "failed":
            console.print(f"[red]{each.source}[/red]: {escape(each.reason or '')}", soft_wrap=True)
    if found.deliveries:
        console.print(show.deliveries(found.deliveries))
    for row in found.deliveries:
        if row["reason_id"]:
            said = Filled("", row["reason_id"], row["reason_en"])
            console.print(f"[bold]{row['delivery_id']}[/bold] {escape(both(said))}")
    if found.status == "unchanged":
        console.print(say("Tidak ada kiriman baru.", "No new submissions."))
    if found.reason:
        console.print(f"[red]{say('Gagal', 'Failed')}[/red]: {escape(found.reason)}.", soft_wrap=True)
    standing(console, found.current)


def standing(console: Console, current: dict[str, Any] | None, failure: dict[str, str] | None = None) -> None:
    """Show what readers of progress see, and since when it could not be rebuilt."""
    if failure:
        since, why = _minute(failure["at"]), escape(failure["reason"])
        said = say(f"Kemajuan tidak dapat diperbarui sejak {since}", f"Progress has not been complete since {since}")
        console.print(f"[yellow]{said}[/yellow]: {why}.", soft_wrap=True)
    if current is None:
        return
    if current["damage"]:
        said = say("Berkas kemajuan rusak", "The file of progress is damaged")
        console.print(f"[red]{said}[/red]: {current['damage']}.", soft_wrap=True)
        return
    at, last = _minute(current["taken_at"]), current["last_submitted_at"]
    newest = say(", formulir terakhir ", ", newest form ") + _minute(last) if last else ""
    counts = {name: f"{current[name]:,}" for name in ("read", "accepted", "quarantined", "duplicate", "refused")}
    load = say(f"Kemajuan per {at} atas muatan", f"Progress as of {at} on load") + f" {current['load_id']}{newest}"
    rows = say(
        f"{counts['read']} formulir baru dibaca, {counts['accepted']} diterima, {counts['quarantined']} ditahan,"
        f" {counts['duplicate']} kembar",
        f"{counts['read']} new forms read, {counts['accepted']} accepted, {counts['quarantined']} quarantined,"
        f" {counts['duplicate']} duplicate",
    )
    refused = say(f"{counts['refused']} kiriman ditolak", f"{counts['refused']} deliveries refused")
    console.print(f"{load}: {rows}; {refused}.", soft_wrap=True)


def _minute(text: str) -> str:
    """A time, in UTC if it has no zone, as the minute in Banten."""
    at = datetime.fromisoformat(text)
    return f"{(at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(BANTEN):%Y-%m-%d %H:%M}"
