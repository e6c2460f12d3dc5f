"""The Great Expectations suite over the gate's metrics, and the pages that auditors read about it.

A batch is the table `quality.gate_metrics` of one load as a pandas frame: aggregates only, no personal data. Great
Expectations is imported where it is used: the import takes seconds.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from validations.expectations import pages
from validations.expectations.findings import Finding
from validations.expectations.metrics import FAMILIES, Family

if TYPE_CHECKING:
    import pandas as pd

SUITE = "gerbang-publikasi"


class ExpectationError(Exception):
    """An expectation could not be evaluated. That is a fault of the check, and says nothing about the data."""


def run_suite(metrics: pd.DataFrame, load_id: str, site: Path) -> list[Finding]:
    """Hold the metrics of one load against the suite and build the Data Docs in the folder `site`.

    `metrics`: columns of quality.gate_metrics. An expectation of severity `warning` that fails is a finding that does
    not stop the publication.

    Raises:
        ExpectationError: an expectation raised an exception instead of giving an answer.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    for name in list(context.variables.data_docs_sites or {}):
        context.delete_data_docs_site(name)
    site_of_ours = pages.site_configuration(site)
    # Its typed dictionary of what a site may have leaves out most keys, as it says itself.
    context.add_data_docs_site("auditor", site_of_ours)  # ty: ignore[invalid-argument-type]
    batch = (
        context.data_sources.add_pandas("sadaya")
        .add_dataframe_asset("quality.gate_metrics")
        .add_batch_definition_whole_dataframe(load_id)
    )
    suite = context.suites.add(gx.ExpectationSuite(SUITE, expectations=_expectations()))
    definition = gx.ValidationDefinition(name=f"muatan-{load_id}", data=batch, suite=suite)
    outcome = context.validation_definitions.add(definition).run(
        batch_parameters={"dataframe": metrics},
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": _WHERE},
        run_id=gx.RunIdentifier(run_name=load_id),
    )
    findings = [_finding(result) for result in outcome.results]
    context.build_data_docs()
    pages.finish(site, load_id, findings)
    return findings


_WHERE = ["metric", "subject", "regency_code", "yesterday", "rule"]


def _expectations() -> list[Any]:
    """All that is asked of the metrics: each family is there and counted, and each lies within its limits."""
    import great_expectations.expectations as gxe

    whole = [
        gxe.ExpectColumnDistinctValuesToContainSet(
            column="metric",
            value_set=[family.name for family in FAMILIES if family.floor is not None and family.unit == "count"],
            description="Setiap ukuran pokok terhitung pada muatan ini. / Every principal metric was counted.",
            meta=_meta("metrics_present", "error", "Setiap ukuran pokok terhitung", "Every principal metric is there"),
        ),
        gxe.ExpectColumnValuesToNotBeNull(
            column="value",
            description="Tidak ada ukuran tanpa nilai. / No metric is without a value.",
            meta=_meta("values_present", "error", "Tidak ada ukuran tanpa nilai", "No metric is without a value"),
        ),
    ]
    limited = [_limit(gxe, family, low) for family in FAMILIES for low in (True, False) if _has(family, low)]
    return whole + limited


def _has(family: Family, low: bool) -> bool:
    return family.has_low if low else family.has_high


def _limit(gxe: Any, family: Family, low: bool) -> Any:
    """value >= limit_low, or limit_high >= value, over the rows of one family that have that limit."""
    from great_expectations.expectations.row_conditions import Column

    columns = ("value", "limit_low") if low else ("limit_high", "value")
    side_id, side_en = ("batas bawah", "lower limit") if low else ("batas atas", "upper limit")
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=columns[0],
        column_B=columns[1],
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        row_condition=Column("metric") == family.name,
        severity="critical" if family.severity == "error" else "warning",
        description=f"{family.title_id}: tidak melewati {side_id}. / {family.title_en}: within the {side_en}.",
        notes=[pages.explain_id(family), pages.explain_en(family)],
        meta=_meta(
            f"{family.name}.{'low' if low else 'high'}",
            family.severity,
            f"{family.title_id}: {side_id}",
            f"{family.title_en}: {side_en}",
        ),
    )


def _meta(name: str, severity: str, title_id: str, title_en: str) -> dict[str, str]:
    return {"name": name, "severity": severity, "title_id": title_id, "title_en": title_en}


def _finding(result: Any) -> Finding:
    meta = result.expectation_config.meta
    _raise_on_exception(meta["name"], result.exception_info or {})
    observed = result.result or {}
    missing = 0 if result.success else 1
    return Finding(
        meta["name"],
        meta["severity"],
        bool(result.success),
        int(observed.get("unexpected_count", missing)),
        meta["title_id"],
        meta["title_en"],
    )


def _raise_on_exception(name: str, info: dict[str, Any]) -> None:
    """`exception_info` is one record, or one per metric that Great Expectations computed for the expectation."""
    records = [info] if "raised_exception" in info else list(info.values())
    raised = [record for record in records if record.get("raised_exception")]
    if raised:
        raise ExpectationError(f"expectation {name} could not be evaluated: {raised[0].get('exception_message')}")
