"""What became of what companions reported: new families in DTKS, exits on the list and at the bank, payments seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assets.site.data import Data
from assets.site.numbers import NOTHING
from assets.site.page import Context, Page, Values
from assets.site.regions import written
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue
from field.pages.content import MANY, RECENT_DAYS, Row, read, stamped

CHANGES = ("BARU", "LULUS", "KELUAR", "PINDAH", "MENINGGAL")
_OUTCOMES = ("done", "already", "waiting")
_TONES = {"done": "good", "already": "good", "waiting": "warn"}
_COMPARED = ("agrees", "cut", "differs", "returned_but_seen", "not_reported")
_SEEN = """
    select comparison, count(*)::int as forms, sum(difference)::bigint as difference
    from marts.fct_payment_seen where is_counted group by comparison"""
_UNEQUAL = """
    select seen.*, region.region_name from marts.fct_payment_seen seen
    left join marts.dim_region region on region.region_code = seen.district_code
    where is_counted and comparison not in ('agrees', 'not_reported')
    order by regency_code, district_code, companion_id, participant_no, period"""


def _context(data: Data, t: Tongue, _: Values) -> Context:
    content = data.once(read)
    return stamped(data, t) | {
        "outcomes": outcomes(content.reports, t),
        "reports": table(content.reports, t),
        "days": RECENT_DAYS,
        "seen": _compared(data.rows(_SEEN), t),
        "unequal": _unequal(data.rows(_UNEQUAL), t),
    }


def outcomes(reports: Sequence[Row], t: Tongue) -> Table | None:
    """Reports by kind and what became of them; None without any."""
    if not reports:
        return None
    found = Counter((row["change"], row["outcome"]) for row in reports)
    paid = Counter(row["change"] for row in reports if row["payments_after"])
    heads = [
        Head(t("lapangan.change")),
        *(Head(t(f"lapangan.{outcome}"), True) for outcome in _OUTCOMES),
        Head(t("lapangan.paid_after"), True),
    ]
    rows = [
        [
            Cell(t(f"lapangan.change_{change.lower()}")),
            *(Cell(t.number(found[change, outcome]), found[change, outcome]) for outcome in _OUTCOMES),
            Cell(NOTHING if change in ("BARU", "PINDAH") else t.number(paid[change]), paid[change]),
        ]
        for change in CHANGES
        if any(found[change, outcome] for outcome in _OUTCOMES)
    ]
    return Table(t("lapangan.outcomes"), heads, rows)


def table(reports: Sequence[Row], t: Tongue) -> Table | None:
    """Reports one by one; None without any."""
    if not reports:
        return None
    keys = ("number_or_head", "change", "village", "companion", "changed_on", "outcome", "paid_after")
    heads = [Head(t(f"lapangan.{key}"), key == "paid_after") for key in keys]
    rows = [
        [
            Cell(row["participant_no"] or row["head_name"]),
            Cell(t(f"lapangan.change_{row['change'].lower()}")),
            Cell(written(row["village_name"]) if row["village_name"] else NOTHING),
            Cell(row["companion_id"]),
            Cell(t.day(row["changed_on"]), row["changed_on"].isoformat()),
            Cell(_outcome(row, t), row["outcome"], tone=_TONES[row["outcome"]]),
            Cell(t.rupiah(row["amount_after"]) if row["payments_after"] else NOTHING, row["amount_after"]),
        ]
        for row in reports
    ]
    return Table(t("lapangan.reports"), heads, rows, long=len(rows) > MANY)


def _outcome(row: Row, t: Tongue) -> str:
    if row["outcome"] == "waiting":
        return t("lapangan.waiting_for", days=t.number(row["days_since"]))
    return t(f"lapangan.{row['outcome']}_on", day=t.day(row["settled_on"]))


def _compared(rows: Sequence[Row], t: Tongue) -> Table | None:
    if not rows:
        return None
    found = {row["comparison"]: row for row in rows}
    heads = [Head(t("lapangan.comparison")), Head(t("lapangan.forms"), True), Head(t("lapangan.difference"), True)]
    cells = [
        [
            Cell(t(f"lapangan.{name}")),
            Cell(t.number(found[name]["forms"]), found[name]["forms"]),
            Cell(t.rupiah(found[name]["difference"]), found[name]["difference"]),
        ]
        for name in _COMPARED
        if name in found
    ]
    return Table(t("lapangan.seen"), heads, cells)


def _unequal(rows: Sequence[Row], t: Tongue) -> Table | None:
    if not rows:
        return None
    keys = ("number", "period", "companion", "place", "amount_seen", "amount_reported", "comparison")
    heads = [Head(t(f"lapangan.{key}"), key.startswith("amount")) for key in keys]
    cells = [
        [
            Cell(row["participant_no"]),
            Cell(row["period"]),
            Cell(row["companion_id"]),
            Cell(written(row["region_name"]) if row["region_name"] else NOTHING),
            *(Cell(t.rupiah(row[name]), row[name]) for name in ("amount_seen", "amount_reported")),
            Cell(t(f"lapangan.{row['comparison']}")),
        ]
        for row in rows
    ]
    return Table(t("lapangan.unequal"), heads, cells, long=len(cells) > MANY)


PAGE = Page("kelanjutan.html", "lapangan.reports_title", "kelanjutan.html", _context, order=2)
