"""All definitions for Dagster. Loading them touches neither HOME nor landing, network nor data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration import dbt, lists, sharing, submissions, warehouse
from orchestration.evening import PULL, every_evening, pulls
from orchestration.intake import intake_assets
from orchestration.resources import NIGHTLY, environment_resource
from orchestration.schedules import alert_on_failure, alert_on_waiting, every_night, when_landed


def build(project: Path = dbt.PROJECT) -> dg.Definitions:
    """The definitions, for a dbt project.

    Raises:
        orchestration.dbt_manifest.DbtError: the project cannot be parsed.
    """
    first, second = dbt.halves(project)
    pulled, between = pulls(), submissions.progress()
    loaded = [
        *intake_assets(),
        warehouse.inputs,
        first,
        warehouse.identity(),
        second,
        warehouse.gate(_models(second.keys)),
        *sharing.extracts(warehouse.GATE),
        sharing.effect(warehouse.GATE),
        sharing.site(warehouse.GATE),
        *sharing.access_log(warehouse.GATE),
        warehouse.warehouse,
        *sharing.on_postgres(warehouse.WAREHOUSE),
        *lists.steps(warehouse.WAREHOUSE),
    ]
    made = sum(len(step.keys) for step in loaded if isinstance(step, dg.AssetsDefinition))
    return dg.Definitions(
        assets=[*pulled, *loaded, between],
        jobs=jobs(pulled, between),
        schedules=[every_evening, every_night],
        sensors=[when_landed, submissions.when_submitted, alert_on_failure, alert_on_waiting],
        resources={"load": environment_resource(made), "dbt": dbt.resource(project)},
        executor=dg.in_process_executor,
    )


def jobs(pulled: Sequence[dg.AssetsDefinition], between: dg.AssetsDefinition) -> list[Any]:
    """The jobs: a whole load, the pulls before it, and what is made between two loads, which is in neither."""
    fetched, alone = dg.AssetSelection.assets(*pulled), dg.AssetSelection.assets(between)
    executor = dg.in_process_executor
    load = "A whole load: take in new deliveries, judge and link them, build the warehouse, publish it if it passes."
    progress = "Pull submissions where that is configured, and rebuild progress of the field on the published load."
    pull = "Fetch deliveries of pulled sources into the landing, unless they are there already."
    return [
        dg.define_asset_job(
            NIGHTLY,
            dg.AssetSelection.all() - fetched - alone,
            description=load,
            executor_def=executor,
        ),
        dg.define_asset_job(PULL, fetched, description=pull, executor_def=executor),
        dg.define_asset_job(submissions.JOB, alone, description=progress, executor_def=executor),
    ]


def _models(keys: Iterable[dg.AssetKey]) -> list[dg.AssetKey]:
    return sorted(keys, key=lambda key: key.path)


defs = build()
