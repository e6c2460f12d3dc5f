"""The Great Expectations suite over the gate's metrics: the only check of each value's limits.

A batch is the table `quality.gate_metrics` of one load as a pandas frame: aggregates only, no personal data. Great
Expectations is imported inside functions because the import takes seconds.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from validations.expectations.metrics import FAMILIES, Family

if TYPE_CHECKING:
    import pandas as pd

SUITE = "gerbang-publikasi"
SIDES = {"low": ("batas bawah", "lower limit"), "high": ("batas atas", "upper limit")}
"""Suffix of a limit's finding name -> which limit, in Indonesian and in English."""


class ExpectationError(Exception):
    """An expectation could not be evaluated: an error in the check, not in the data."""


@dataclass(frozen=True)
class Finding:
    """One evaluated expectation.

    family: the metric it is about, None if about all metrics together.
    rows: positions of the metrics that deviate. A failure without a row, such as a missing metric, counts as one
        deviation.
    """

    name: str
    severity: str
    passed: bool
    title_id: str
    title_en: str
    family: str | None = None
    rows: tuple[int, ...] = ()

    @property
    def deviations(self) -> int:
        return 0 if self.passed else max(len(self.rows), 1)


def run_suite(metrics: pd.DataFrame) -> list[Finding]:
    """Validate the metrics of one load with the suite.

    `metrics`: columns of quality.gate_metrics without `passed`, which follows from the findings (`within`). A failed
    expectation of severity `warning` is a finding that does not block publication.

    Raises:
        ExpectationError: an expectation raised an exception instead of returning a result.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    batch = (
        context.data_sources.add_pandas("sadaya")
        .add_dataframe_asset("quality.gate_metrics")
        .add_batch_definition_whole_dataframe("load")
        .get_batch({"dataframe": metrics.reset_index(drop=True)})
    )
    suite = gx.ExpectationSuite(SUITE, expectations=_expectations())
    outcome = batch.validate(suite, result_format="COMPLETE")
    return [_finding(result) for result in outcome.results]


def within(findings: list[Finding], rows: int) -> list[bool]:
    """For each of `rows` rows of metrics, whether no finding names it."""
    outside = {row for finding in findings for row in finding.rows}
    return [row not in outside for row in range(rows)]


def _expectations() -> list[Any]:
    """All expectations: principal families are present, every value is counted and within its limits."""
    import great_expectations.expectations as gxe

    whole = [
        gxe.ExpectColumnDistinctValuesToContainSet(
            column="metric",
            value_set=[family.name for family in FAMILIES if family.principal],
            meta=_meta("metrics_present", "error", "Setiap ukuran pokok terhitung", "Every principal metric is there"),
        ),
        gxe.ExpectColumnValuesToNotBeNull(
            column="value",
            meta=_meta("values_present", "error", "Tidak ada ukuran tanpa nilai", "No metric is without a value"),
        ),
    ]
    limited = [_limit(gxe, family, side) for family in FAMILIES for side in SIDES if _has(family, side)]
    return whole + limited


def _has(family: Family, side: str) -> bool:
    return family.has_low if side == "low" else family.has_high


def _limit(gxe: Any, family: Family, side: str) -> Any:
    """value >= limit_low, or limit_high >= value, over the rows of one family that have that limit."""
    from great_expectations.expectations.row_conditions import Column

    columns = ("value", "limit_low") if side == "low" else ("limit_high", "value")
    side_id, side_en = SIDES[side]
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=columns[0],
        column_B=columns[1],
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        row_condition=Column("metric") == family.name,
        severity="critical" if family.severity == "error" else "warning",
        meta=_meta(
            f"{family.name}.{side}",
            family.severity,
            f"{family.title_id}: {side_id}",
            f"{family.title_en}: {side_en}",
            family.name,
        ),
    )


def _meta(name: str, severity: str, title_id: str, title_en: str, family: str | None = None) -> dict[str, Any]:
    return {"name": name, "severity": severity, "title_id": title_id, "title_en": title_en, "family": family}


def _finding(result: Any) -> Finding:
    meta = result.expectation_config.meta
    _raise_on_exception(meta["name"], result.exception_info or {})
    rows = (result.result or {}).get("unexpected_index_list") or ()
    return Finding(passed=bool(result.success), rows=tuple(map(int, rows)), **meta)


def _raise_on_exception(name: str, info: dict[str, Any]) -> None:
    """`exception_info` is one record, or one per metric that Great Expectations computed for the expectation."""
    records = [info] if "raised_exception" in info else list(info.values())
    raised = [record for record in records if record.get("raised_exception")]
    if raised:
        raise ExpectationError(f"expectation {name} could not be evaluated: {raised[0].get('exception_message')}")
