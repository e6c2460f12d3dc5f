"""Mutu data: a load for auditors: whether it was published, by whom, from which deliveries, by which checks."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from typing import Any

from assets.publication.retention import VARIABLES, Retention
from assets.site import deliveries
from assets.site.data import Data
from assets.site.page import Context, Page, Values
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue, catalogue

_STATES = {
    "published": "good",
    "superseded": "good",
    "rejected": "bad",
    "failed": "bad",
    "damaged": "bad",
    "withdrawn": "warn",
    "rolled_back": "warn",
}
_MOST = 10
"""Number of reasons that are not folded away."""
_HISTORY = """
    select load.*, count(delivery.delivery_id) as deliveries, coalesce(sum(rows_read), 0)::bigint as rows_read,
        coalesce(sum(rows_accepted), 0)::bigint as rows_accepted,
        coalesce(sum(rows_quarantined), 0)::bigint as rows_quarantined,
        coalesce(sum(rows_duplicate), 0)::bigint as rows_duplicate
    from quality.loads as load left join quality.deliveries as delivery using (load_id)
    group by all order by load_seq desc"""
_REASONS = """
    select source, column_name, check_name, sum(rows)::bigint as rows from quality.quarantine_counts
    where delivery_id in (select delivery_id from quality.deliveries where load_id = $load)
    group by all order by rows desc, source, column_name, check_name"""


def _context(data: Data, t: Tongue, _: Values) -> Context:
    history = data.rows(_HISTORY)
    load = next(row for row in history if row["load_id"] == data.load_id)
    decisions = data.rows("from quality.decisions order by decision_id desc")
    override = next((row for row in decisions if (row["action"], row["subject"]) == ("override", data.load_id)), None)
    own = data.rows(
        "from quality.deliveries where load_id = $load order by rows_read desc, source", {"load": data.load_id}
    )
    held = data.rows(_REASONS, {"load": data.load_id})
    names = deliveries.source_names(t)
    failures = data.rows(
        f"select coalesce(detail_{t.language}, name) as reason from quality.gate_results"
        " where not passed and severity = 'error' order by checker, name"
    )
    return {
        "heading": t(f"mutu.is_{_verdict(load['state'], override)}"),
        "load": load,
        "override": override,
        "failures": [row["reason"] for row in failures],
        "checks": _checks(data),
        "total": deliveries.total(own),
        "own": own,
        "whole": deliveries.parts(deliveries.total(own), t),
        "lines": deliveries.lines(own, names, t),
        "by_delivery": deliveries.table(own, names, t("mutu.by_delivery"), t),
        "refusals": deliveries.refusals(own, names, t),
        "reasons": deliveries.reasons(held[:_MOST], names, t("mutu.reasons_most"), t),
        "rest": deliveries.reasons(held[_MOST:], names, t("mutu.reasons_rest", n=t.number(len(held[_MOST:]))), t),
        "cards": [each for each in data.offices.values() if each.sources],
        "history": _history(history, t),
        "earlier": len(history) > 1,
        "decisions": _decisions(decisions, t),
        "kept": Retention.from_environment(os.environ).quality,
        "variable": VARIABLES["quality"],
    }


def _verdict(state: str, override: Mapping[str, Any] | None) -> str:
    """Key of the text about the load's state and about an override."""
    if state in ("published", "superseded"):
        return "overridden" if override else "published"
    return state if state in _STATES else "unfinished"


def _checks(data: Data) -> Counter[str]:
    """Numbers of checks by result: `passed`, `warning`, `error`, and `all`."""
    found = Counter(
        "passed" if row["passed"] else row["severity"]
        for row in data.rows("select passed, severity from quality.gate_results")
    )
    found["all"] = found.total()
    return found


def _history(rows: list[dict[str, Any]], t: Tongue) -> Table:
    shares = [row["rows_quarantined"] / row["rows_read"] if row["rows_read"] else 0.0 for row in rows]
    most = max(shares, default=0) or 1
    heads = [
        Head(t("mutu.load")),
        Head(t("mutu.as_of"), True),
        Head(t("mutu.state")),
        Head(t("mutu.deliveries"), True),
        Head(t("kiriman.read"), True),
        Head(t("mutu.quarantined_share"), True),
        Head(t("mutu.code")),
    ]
    return Table(
        t("mutu.history"),
        heads,
        [
            [
                Cell(row["load_id"]),
                Cell(t.day(row["as_of_date"]), row["as_of_date"].isoformat()),
                Cell(t(f"mutu.state_{row['state']}"), tone=_STATES.get(row["state"], "warn")),
                Cell(t.number(row["deliveries"]), row["deliveries"]),
                Cell(t.number(row["rows_read"]), row["rows_read"]),
                Cell(t.percent(share, 2), share, bar=share / most, colour="vermilion"),
                Cell(row["code_version"]),
            ]
            for row, share in zip(rows, shares, strict=True)
        ],
        long=len(rows) > 12,
    )


def _decisions(rows: list[dict[str, Any]], t: Tongue) -> Table | None:
    if not rows:
        return None
    heads = [Head(t("mutu.decided")), Head(t("mutu.when"), True), Head(t("mutu.by")), Head(t("mutu.why"))]
    return Table(
        t("mutu.decisions"),
        heads,
        [
            [
                Cell(t("mutu.decided_what", action=_action(row["action"], t), subject=row["subject"] or "")),
                Cell(t.day(row["decided_at"].date()), row["decided_at"].isoformat()),
                Cell(row["decided_by"] or t.day(None)),
                Cell(row["reason"] or t("mutu.reason_kept")),
            ]
            for row in rows
        ],
        long=len(rows) > 12,
    )


def _action(name: str, t: Tongue) -> str:
    return str(t(f"mutu.action_{name}")) if f"mutu.action_{name}" in catalogue() else name


PAGE = Page("mutu/index.html", "mutu.title", "mutu.html", _context, order=60, of_load=True)
