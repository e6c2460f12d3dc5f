"""Shows the results of deliveries on several pages: bars, tables, reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assets.site.charts import Part
from assets.site.checks import sentence
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue
from assets.sources import all_sources

ROWS = (("accepted", "blue"), ("quarantined", "vermilion"), ("duplicate", "ochre"))
"""Results of rows, as named in the ledger, with their colours. They add up to all rows read."""
TONES = {"accepted": "good", "replayed": "good", "held": "warn", "refused": "bad", "withdrawn": "bad"}
Row = Mapping[str, Any]


def source_names(t: Tongue) -> Mapping[str, str]:
    """Source -> its title."""
    return {source.name: getattr(source.contract, f"title_{t.language}") for source in all_sources()}


def parts(row: Row, t: Tongue) -> list[Part]:
    return [
        Part(t(f"kiriman.{name}"), row[f"rows_{name}"], colour, t.number(row[f"rows_{name}"])) for name, colour in ROWS
    ]


def total(rows: Iterable[Row]) -> dict[str, int]:
    rows = list(rows)
    return {f"rows_{name}": sum(row[f"rows_{name}"] for row in rows) for name in ("read", *(name for name, _ in ROWS))}


def lines(rows: Sequence[Row], names: Mapping[str, str], t: Tongue) -> list[dict[str, Any]]:
    """One bar per delivery."""
    return [
        {
            "name": names.get(row["source"], row["source"]),
            "link": None,
            "parts": parts(row, t),
            "said": t.percent(_share(row, "accepted"), 1),
        }
        for row in rows
    ]


def table(rows: Sequence[Row], names: Mapping[str, str], label: str, t: Tongue) -> Table:
    """Every delivery: read = accepted + quarantined + duplicate, and its status."""
    most = max((row["rows_quarantined"] for row in rows), default=0) or 1
    heads = [
        Head(t("kiriman.source")),
        Head(t("kiriman.day"), True),
        *(Head(t(f"kiriman.{name}"), True) for name in ("read", *(name for name, _ in ROWS))),
        Head(t("kiriman.status")),
    ]
    return Table(
        label,
        heads,
        [
            [
                Cell(names.get(row["source"], row["source"])),
                Cell(t.day(row["delivery_date"]), row["delivery_date"].isoformat()),
                Cell(t.number(row["rows_read"]), row["rows_read"]),
                Cell(t.number(row["rows_accepted"]), row["rows_accepted"]),
                Cell(
                    t.number(row["rows_quarantined"]),
                    row["rows_quarantined"],
                    bar=row["rows_quarantined"] / most,
                    colour="vermilion",
                ),
                Cell(t.number(row["rows_duplicate"]), row["rows_duplicate"]),
                Cell(t(f"kiriman.is_{row['status']}"), tone=TONES[row["status"]]),
            ]
            for row in rows
        ],
    )


def refusals(rows: Sequence[Row], names: Mapping[str, str], t: Tongue) -> Table | None:
    """Deliveries that have a reason for their status."""
    said = [row for row in rows if row[f"reason{'_en' if t.language == 'en' else ''}"]]
    if not said:
        return None
    heads = [Head(t("kiriman.source")), Head(t("kiriman.day"), True), Head(t("kiriman.reason"))]
    reason = "reason_en" if t.language == "en" else "reason"
    return Table(
        t("kiriman.refusals"),
        heads,
        [
            [
                Cell(names.get(row["source"], row["source"])),
                Cell(t.day(row["delivery_date"]), row["delivery_date"].isoformat()),
                Cell(row[reason], tone=TONES[row["status"]]),
            ]
            for row in said
        ],
    )


def reasons(rows: Sequence[Row], names: Mapping[str, str], label: str, t: Tongue, colour: str = "vermilion") -> Table:
    """Number of rows that a check quarantined or noted, by column."""
    most = max((row["rows"] for row in rows), default=1)
    heads = [
        Head(t("kiriman.source")),
        Head(t("kiriman.column")),
        Head(t("kiriman.reason")),
        Head(t("kiriman.rows"), True),
    ]
    return Table(
        label,
        heads,
        [
            [
                Cell(names.get(row["source"], row["source"])),
                Cell(row["column_name"] or t("kiriman.whole")),
                Cell(sentence(row["check_name"], row["column_name"], t.language)),
                Cell(t.number(row["rows"]), row["rows"], bar=row["rows"] / most, colour=colour),
            ]
            for row in rows
        ],
    )


def _share(row: Row, name: str) -> float | None:
    return row[f"rows_{name}"] / row["rows_read"] if row["rows_read"] else None
