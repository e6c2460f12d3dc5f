"""Output of identity on the command line, for authorised people. Numbers are masked unless requested whole."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from assets.identity.review.explain import Explanation

_NUMBER = re.compile(r"\b(\d{6})\d{6}(\d{4})\b")
_BITS_OF_A_BLOCK = 2
_STATES = {
    "confirmed": "[green]one person[/green]",
    "open": "[yellow]asked[/yellow]",
    "dismissed": "[red]two people[/red]",
}


def save_drawing(path: Path, title: str, draw: Callable[[Console], None]) -> None:
    """Save what `draw` draws on a console as an SVG picture; the picture loads no fonts from the network."""
    console = Console(record=True, width=130, file=io.StringIO())
    draw(console)
    form = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    console.save_svg(str(path), title=title, code_format=form)


def explanation(console: Console, found: Explanation, full: bool = False) -> None:
    """Show the id and its events, its golden record, its records, and each pair with its evidence."""

    def text(value: Any) -> str:
        if value is None:
            return ""
        return escape(str(value) if full else _NUMBER.sub(r"\1••••••\2", str(value)))

    console.print(f"[bold]{found.entity} {found.id}[/bold], load {found.load_id}")
    if found.current != found.id:
        console.print(f"today: {found.current or 'retired'}")
    _table(console, "Events of the id", found.events, text)
    if found.entity == "person" and found.current and not found.golden:
        console.print("No golden record: the person is in no household of a list or programme.")
    _table(console, "Golden record", found.golden, text)
    _table(console, "Records", [_compact(record) for record in found.records], text)
    for pair in found.pairs:
        _pair(console, pair, text)


def _table(console: Console, title: str, rows: list[dict[str, Any]], text: Any) -> None:
    if not rows:
        return
    columns = [column for column in rows[0] if any(row[column] is not None for row in rows)]
    table = Table(*columns, title=title, title_justify="left", box=SIMPLE_HEAD)
    for row in rows:
        table.add_row(*(text(row[column]) for column in columns))
    console.print(table)


def _compact(record: dict[str, Any]) -> dict[str, Any]:
    """A record in as few columns as fit in a terminal."""
    shown = {"record": f"{record['source']} {record['record_key']} {record['role'] or ''}".rstrip()}
    if "birth_year" not in record:
        return shown | {key: record[key] for key in ("household_id", "family_id", "link_rule", "person_id")}
    rule, probability = record.get("link_rule"), record.get("match_probability")
    weighed = rule and probability is not None and rule != "register"
    state = record["nik_state"]
    return shown | {
        "rule": f"{rule} {probability:.4f}" if weighed else rule,
        "name": record["name"],
        "sex": record["sex"],
        "born": record["birth_date"] or record["birth_year"],
        "NIK": record["nik"] if state == "valid" else f"{record['nik'] or ''} ({state})".strip(),
        "mother": record["mother_name"],
        "village": record["village_code"],
    }


def _pair(console: Console, pair: dict[str, Any], text: Any) -> None:
    """Show a pair: what found it, and per field the evidence for one person (right) or two (left)."""
    sides = " = ".join(
        text(f"{pair[f'source_{side}']} {pair[f'record_key_{side}']} ({pair[f'role_{side}']})") for side in "ab"
    )
    weighed = f", weight {pair['weight']:.1f}, probability {pair['match_probability']:.4f}" if pair["weight"] else ""
    console.print(f"[bold]{pair['pair_id']}[/bold] {sides}: {_STATES[pair['state']]} ({pair['detector']}{weighed})")
    table = Table(box=None, padding=(0, 2), show_header=False)
    for one in pair["evidence"]:
        table.add_row(one["field"], escape(one["level"]), *_weight(one.get("weight")))
    console.print(table)


def changes(console: Console, rows: list[dict[str, Any]]) -> None:
    """Show the levels whose weight differs between a trained model and the frozen one, with bars of both weights."""
    table = Table(
        "field", "level", "was", "", "is", "", "change", title="Weights in bits", title_justify="left", box=SIMPLE_HEAD
    )
    for row in rows:
        both = row["was"] is not None and row["is"] is not None
        table.add_row(
            row["field"],
            escape(row["level"]),
            *_weight(row["was"]),
            *_weight(row["is"]),
            f"{row['is'] - row['was']:+.2f}" if both else "new" if row["was"] is None else "removed",
        )
    console.print(table)


def _weight(bits: float | None) -> tuple[str, str]:
    """A weight, and a bar of it: green for one person, red for two."""
    if bits is None:
        return "", ""
    colour = "green" if bits > 0 else "red"
    return f"{bits:+.1f}", f"[{colour}]{'█' * round(abs(bits) / _BITS_OF_A_BLOCK)}[/{colour}]"
