"""Pemeriksaan: every check of the gate with its value, its limits, yesterday's value, and its purpose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from assets.site.data import Data
from assets.site.deliveries import source_names
from assets.site.metrics import limits, value
from assets.site.numbers import NOTHING
from assets.site.page import Context, Page, Values
from assets.site.regions import written
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue, catalogue
from validations import regions
from validations.expectations import words
from validations.expectations.metrics import FAMILIES, Family

_TONES = {"passed": "good", "warning": "warn", "error": "bad"}
_METRICS = "from quality.gate_metrics order by metric, regency_code, subject nulls first"
_LAWS = """
    select name, count(*) as pairs, count(*) filter (not passed) as wrong,
        sum(left_value)::bigint as left_value, sum(right_value)::bigint as right_value
    from quality.reconciliation group by name order by wrong desc, name"""
_DBT = """
    select split_part(name, '.', 1) as kind, count(*) as checks, count(*) filter (not passed) as found
    from quality.gate_results where checker = 'dbt' group by kind order by checks desc"""


@dataclass(frozen=True)
class Block:
    """One family of metrics: its rule, its result, and its values."""

    name: str
    title: str
    rule: str
    protects: str
    tone: str
    result: str
    values: Table


def _context(data: Data, t: Tongue, _: Values) -> Context:
    metrics = data.rows(_METRICS)
    blocks = [_block(family, [row for row in metrics if row["metric"] == family.name], t) for family in FAMILIES]
    there = sorted((block for block in blocks if block), key=lambda block: ("bad", "warn", "good").index(block.tone))
    dbt = data.rows(_DBT)
    return {
        "blocks": there,
        "overview": _overview(there, t),
        "deviating": Counter(block.tone for block in there),
        "laws": _laws(data.rows(_LAWS), t),
        "dbt": _dbt(dbt, t),
        "found": _found(data, t),
        "asked": sum(row["checks"] for row in dbt),
    }


def _block(family: Family, rows: Sequence[Mapping[str, Any]], t: Tongue) -> Block | None:
    if not rows:
        return None
    out = [row for row in rows if not row["passed"]]
    tone = _TONES[family.severity if out else "passed"]
    result = t("pemeriksaan.deviate", n=t.number(len(out)), of=t.number(len(rows))) if out else t("pemeriksaan.within")
    return Block(
        family.name,
        getattr(family, f"title_{t.language}"),
        words.explain_en(family) if t.language == "en" else words.explain_id(family),
        _text(f"lindung.{family.name}", NOTHING, t),
        tone,
        result,
        _values(family, [*out, *(row for row in rows if row["passed"])], t),
    )


def _overview(blocks: Sequence[Block], t: Tongue) -> Table:
    heads = [Head(t("pemeriksaan.check")), Head(t("pemeriksaan.result")), Head(t("pemeriksaan.protects"))]
    rows = [
        [Cell(block.title, link=f"#{block.name}"), Cell(block.result, tone=block.tone), Cell(block.protects)]
        for block in blocks
    ]
    return Table(t("pemeriksaan.overview"), heads, rows, words=True)


def _values(family: Family, rows: Sequence[Mapping[str, Any]], t: Tongue) -> Table:
    subjects = any(row["subject"] for row in rows)
    heads = [
        Head(t("umum.region")),
        *([Head(t("pemeriksaan.subject"))] if subjects else []),
        Head(t("pemeriksaan.value"), True),
        Head(t("pemeriksaan.limits"), True),
        Head(t("pemeriksaan.yesterday"), True),
        Head(t("pemeriksaan.rule")),
    ]
    names = source_names(t)
    return Table(
        getattr(family, f"title_{t.language}"),
        heads,
        [
            [
                Cell(_place(row["regency_code"], t), row["regency_code"]),
                *([Cell(names.get(row["subject"] or "", row["subject"] or NOTHING))] if subjects else []),
                Cell(
                    value(family, row["value"], t),
                    row["value"],
                    tone=None if row["passed"] else _TONES[row["severity"]],
                ),
                Cell(limits(family, row["limit_low"], row["limit_high"], t)),
                Cell(value(family, row["yesterday"], t), -1 if row["yesterday"] is None else row["yesterday"]),
                Cell(words.RULES[row["rule"]][t.language == "en"]),
            ]
            for row in rows
        ],
    )


def _place(code: str, t: Tongue) -> str:
    if code == regions.PROVINCE:
        return t("umum.province")
    return _regencies().get(code) or (t("pemeriksaan.nowhere") if code == "00" else code)


@cache
def _regencies() -> Mapping[str, str]:
    rows = regions.regencies().select("regency_code", "regency_name").iter_rows()
    return {code: written(name) for code, name in rows}


def _laws(rows: Sequence[Mapping[str, Any]], t: Tongue) -> Table:
    heads = [
        Head(t("pemeriksaan.law")),
        Head(t("pemeriksaan.pairs"), True),
        Head(t("pemeriksaan.left"), True),
        Head(t("pemeriksaan.right"), True),
        Head(t("pemeriksaan.result")),
    ]
    return Table(
        t("pemeriksaan.laws"),
        heads,
        [
            [
                Cell(_text(f"hukum.{row['name']}", row["name"], t)),
                Cell(t.number(row["pairs"]), row["pairs"]),
                Cell(t.number(row["left_value"]), row["left_value"]),
                Cell(t.number(row["right_value"]), row["right_value"]),
                Cell(
                    t("pemeriksaan.unequal", n=t.number(row["wrong"])) if row["wrong"] else t("pemeriksaan.equal"),
                    tone="bad" if row["wrong"] else "good",
                ),
            ]
            for row in rows
        ],
    )


def _dbt(rows: Sequence[Mapping[str, Any]], t: Tongue) -> Table:
    heads = [
        Head(t("pemeriksaan.kind")),
        Head(t("pemeriksaan.checks"), True),
        Head(t("pemeriksaan.with_findings"), True),
    ]
    return Table(
        t("pemeriksaan.dbt"),
        heads,
        [
            [
                Cell(_text(f"pemeriksaan.dbt_{row['kind']}", row["kind"], t)),
                Cell(t.number(row["checks"]), row["checks"]),
                Cell(t.number(row["found"]), row["found"], tone="bad" if row["found"] else "good"),
            ]
            for row in rows
        ],
    )


def _text(key: str, default: str, t: Tongue) -> str:
    """A text, or a default if the catalogue lacks it, since a new check elsewhere must not fail the site."""
    return str(t(key)) if key in catalogue() else default


def _found(data: Data, t: Tongue) -> Table | None:
    """All findings of checks of keys, relations and laws."""
    rows = data.rows(
        f"select name, severity, coalesce(detail_{t.language}, observed) as detail from quality.gate_results"
        " where not passed and checker <> 'great_expectations' order by severity, name"
    )
    heads = [Head(t("pemeriksaan.check")), Head(t("pemeriksaan.finding"))]
    cells = [[Cell(row["name"]), Cell(row["detail"], tone=_TONES[row["severity"]])] for row in rows]
    return Table(t("pemeriksaan.findings"), heads, cells) if rows else None


PAGE = Page("mutu/pemeriksaan.html", "pemeriksaan.title", "pemeriksaan.html", _context, of_load=True)
