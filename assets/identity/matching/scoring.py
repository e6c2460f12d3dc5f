"""Weighs pairs of records with Splink, under the frozen model: a pair's weight depends on its two records alone."""

from __future__ import annotations

import logging
from typing import Any

import duckdb

from assets.identity.matching import comparisons
from assets.identity.model import Model
from validations.sql import literal

_NOTHING = """
create or replace table scored (a bigint, b bigint, weight double, probability double, evidence varchar)
"""


def settings(trained: dict[str, Any] | None = None) -> dict[str, Any]:
    """Splink's settings. trained: the settings of a model; without it, the start values of training."""
    given = trained or {
        "probability_two_random_records_match": 1 / comparisons.POPULATION,
        "comparisons": comparisons.comparisons(),
    }
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "n",
        "blocking_rules_to_generate_predictions": ["l.n = r.n"],  # never used: the pairs are given
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": True,
        **given,
    }


def score(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make the table `scored` (a, b, weight in bits, probability, evidence: JSON list of field, level and weight) of
    the pairs of `candidate` above the lowest threshold.
    """
    from splink import DuckDBAPI

    if not connection.execute("select exists (from candidate)").fetchall()[0][0]:
        connection.execute(_NOTHING)
        return
    connection.execute(
        "create or replace table pair as select a as join_key_l, b as join_key_r, '0' as match_key from candidate"
    )
    api = DuckDBAPI(connection=connection)
    splink = linker(api.register("scored_profile"), settings(model.settings), validate=False)
    splink.table_management.register_blocked_pairs_for_predict(api.register("pair"))
    found = splink.inference.predict(threshold_match_weight=min(model.ask, model.link - model.margin))
    connection.execute(
        "create or replace table scored as select n_l as a, n_r as b, round(match_weight, 6) as weight,"
        f" match_probability as probability, {_evidence(model)} as evidence from {found.physical_name}"
    )
    for table in (found.physical_name, "pair"):
        connection.execute(f"drop table {table}")


def linker(frames: Any, given: dict[str, Any], validate: bool = True) -> Any:
    """A Splink linker that logs errors only. validate: check the settings against the tables' columns, which takes
    longer than a small night; a frozen model was validated when it was trained.
    """
    from splink import Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    return Linker(frames, given, log_level=None, validate_settings=validate)


def _evidence(model: Model) -> str:
    """SQL of the evidence per field, from Splink's columns."""
    fields = []
    for comparison in model.settings["comparisons"]:
        name = comparison["output_column_name"]
        labels = labels_of(comparison)
        levels = ", ".join(f"{gamma}: {literal(label)}" for gamma, label in labels.items())
        frequent = any("tf_adjustment_column" in level for level in comparison["comparison_levels"])
        weight = f"mw_{name}" + (f" + mw_tf_adj_{name}" if frequent else "")
        fields.append(f"{{'field': '{name}', 'level': map {{{levels}}}[gamma_{name}], 'weight': round({weight}, 2)}}")
    return f"to_json([{', '.join(fields)}])::varchar"


def labels_of(comparison: dict[str, Any]) -> dict[int, str]:
    """The labels of a comparison's levels by Splink's number of the level (`gamma`)."""
    levels = comparison["comparison_levels"]
    known = [level["label_for_charts"] for level in levels if not level.get("is_null_level")]
    unknown = next(level["label_for_charts"] for level in levels if level.get("is_null_level"))
    return {-1: unknown} | dict(zip(reversed(range(len(known))), known, strict=True))
