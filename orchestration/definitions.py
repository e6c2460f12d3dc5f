"""Everything that Dagster is shown. Loading this touches neither HOME nor landing, network nor data."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import dagster as dg

from orchestration import dbt, sharing, warehouse
from orchestration.evening import every_evening, pull_job
from orchestration.intake import intake_assets
from orchestration.resources import environment_resource
from orchestration.schedules import NIGHTLY, alert_on_failure, alert_on_waiting, every_night, when_landed

JOB = dg.define_asset_job(
    NIGHTLY,
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    description="A whole load: what is new in the landing is taken in, judged, linked, built, published if it may be.",
)


def build(project: Path = dbt.PROJECT) -> dg.Definitions:
    """The definitions round a dbt project.

    Raises:
        orchestration.dbt.DbtError: the project cannot be parsed.
    """
    first, second = dbt.halves(project)
    return dg.Definitions(
        assets=[
            *intake_assets(),
            warehouse.inputs,
            first,
            warehouse.mentions(_models(first.keys)),
            warehouse.identity(),
            second,
            warehouse.gate(_models(second.keys)),
            *sharing.extracts(warehouse.GATE),
            *sharing.access_log(warehouse.GATE),
            warehouse.warehouse,
            *sharing.on_postgres(warehouse.WAREHOUSE),
        ],
        jobs=[JOB, pull_job()],
        schedules=[every_evening, every_night],
        sensors=[when_landed, alert_on_failure, alert_on_waiting],
        resources={"load": environment_resource(), "dbt": dbt.resource(project)},
        executor=dg.in_process_executor,
    )


def _models(keys: Iterable[dg.AssetKey]) -> list[dg.AssetKey]:
    return sorted(keys, key=lambda key: key.path)


defs = build()
