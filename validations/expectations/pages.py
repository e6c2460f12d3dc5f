"""The auditors' page of one load: what the gate judged, in Indonesian first, English beside it. Aggregates only.

One static file without scripts, and nothing of another host: it can be read on any machine, and printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from validations import regions
from validations.expectations import words
from validations.expectations.metrics import FAMILIES, Family
from validations.expectations.suite import SIDES, Finding

TITLE = "Sadaya: Laporan Mutu Data / Data Quality Report"
_TEMPLATE = "report.html.jinja"
_BEYOND = {regions.PROVINCE: "Provinsi Banten", "00": "Wilayah tidak diketahui"}


@dataclass(frozen=True)
class Report:
    """What the page tells of a load.

    metrics: rows of quality.gate_metrics, in the order that the suite was given them; others: rows of
    quality.gate_results of the other checkers, dbt and reconciliation.
    """

    load_id: str
    as_of: date
    passed: bool
    findings: Sequence[Finding]
    metrics: Sequence[dict[str, Any]]
    others: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Check:
    """One line of the table of checks: all that is asked of one family, or of all metrics together."""

    title_id: str
    title_en: str
    rule_id: str
    rule_en: str
    severity: str
    deviations: int
    sides: list[tuple[str, str, int]]
    """Where there are deviations: from which limit, in Indonesian and in English, and how many."""

    @property
    def tone(self) -> str:
        """`passed`, `warning` or `error`."""
        return self.severity if self.deviations else "passed"


def render(report: Report) -> str:
    """The page as HTML."""
    checks = sorted(_checks(report.findings), key=lambda check: ("error", "warning", "passed").index(check.tone))
    values = {family.name: [_row(family, row) for row in _of(family, report.metrics)] for family in FAMILIES}
    return _template().render(
        title=TITLE,
        report=report,
        checks=checks,
        tones=Counter([check.tone for check in checks] + [_tone(row) for row in report.others]),
        reasons=_reasons(checks, report.others),
        others=_others(report.others),
        families=[(family, values[family.name]) for family in FAMILIES if values[family.name]],
        deviating=[(family, rows) for family in FAMILIES if (rows := [r for r in values[family.name] if r["tone"]])],
    )


@cache
def _template() -> Any:
    import jinja2

    folder = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(loader=folder, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template(_TEMPLATE)


def _checks(findings: Iterable[Finding]) -> Iterable[Check]:
    """The findings of a family together, in the order in which families are declared."""
    findings = list(findings)
    for finding in findings:
        if finding.family is None:
            yield Check(finding.title_id, finding.title_en, "", "", finding.severity, finding.deviations, [])
    for family in FAMILIES:
        asked = [finding for finding in findings if finding.family == family.name]
        if asked:
            missed = [finding for finding in asked if not finding.passed]
            sides = [(*SIDES[finding.name.rpartition(".")[2]], finding.deviations) for finding in missed]
            number = sum(finding.deviations for finding in missed)
            texts = (family.title_id, family.title_en, words.explain_id(family), words.explain_en(family))
            yield Check(*texts, family.severity, number, sides)


def _others(results: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each other checker: how many checks there are, and those that found something."""
    told = []
    for checker in dict.fromkeys(row["checker"] for row in results):
        own = [row for row in results if row["checker"] == checker]
        found = [row for row in own if not row["passed"]]
        told.append({"checker": checker, "number": len(own), "found": found})
    return told


def _tone(row: dict[str, Any]) -> str:
    return "passed" if row["passed"] else row["severity"]


def _reasons(checks: Iterable[Check], others: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """What keeps the load from being published, in Indonesian and in English."""
    told = [(row["detail_id"], row["detail_en"]) for row in others if _tone(row) == "error"]
    return told + [(check.title_id, check.title_en) for check in checks if check.tone == "error"]


def _of(family: Family, metrics: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in metrics if row["metric"] == family.name]


def _row(family: Family, row: dict[str, Any]) -> dict[str, Any]:
    """One metric as it is shown; `tone`: nothing if it is within its limits, else the family's severity."""
    return {
        "subject": row["subject"] or "",
        "value": _number(family.unit, row["value"]),
        "yesterday": _number(family.unit, row["yesterday"]),
        "limits": _limits(family.unit, row["limit_low"], row["limit_high"]),
        "region": _region(row["regency_code"]),
        "rule": words.RULES[row["rule"]],
        "tone": _tone(row).replace("passed", ""),
    }


def _limits(unit: str, low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return "–"
    if low is None or high is None:
        return f"≥ {_number(unit, low)}" if high is None else f"≤ {_number(unit, high)}"
    return f"{_number(unit, low)} … {_number(unit, high)}"


def _region(code: str) -> str:
    return _BEYOND.get(code) or _region_names().get(code, code)


@cache
def _region_names() -> dict[str, str]:
    names = regions.regencies().select("regency_code", "regency_name").iter_rows()
    return {code: name.title() for code, name in names}


def _number(unit: str, value: float | None) -> str:
    """As Indonesians write it: 1.234,5."""
    if value is None:
        return "–"
    text = f"{100 * value:,.2f} %" if unit == "share" else f"{value:,.1f}".removesuffix(".0")
    return text.translate(str.maketrans(",.", ".,"))
