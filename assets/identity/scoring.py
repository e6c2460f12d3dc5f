"""Weighs pairs of records with Splink, under the frozen model: a pair's weight depends on its two records alone."""

from __future__ import annotations

import logging
from typing import Any

import duckdb

from assets.home import literal
from assets.identity import comparisons
from assets.identity.model import Model

PARENT_AGE = 13
"""Years by which somebody on a card must be older to be a child's mother or father."""

_PROFILES = f"""
create or replace table profile as
with involved as (select a as n from candidate union select b from candidate),
card as (
    select no_kk, list(nik order by nik) filter (nik is not null) as niks,
        list({{'born': birth_year, 'words': words}} order by n) as people
    from register where no_kk in (select no_kk from register semi join involved using (n)) group by no_kk),
own as (
    select n, list(distinct no_kk order by no_kk) as cards from (
        select n, no_kk from context union all select n, no_kk from residue where no_kk is not null) group by n)
select m.n, m.words, array_to_string(m.words, ' ') as name_key, m.birth_date, m.birth_year, m.birth_heap, m.sex,
    m.nik_stated as nik, m.village_code, m.district_code, m.regency_code, m.mother_words,
    case when m.is_register then [m.no_kk] else own.cards end as cards,
    case when m.is_register then card.niks end as card_niks,
    case when m.is_register then list_transform(
        list_filter(card.people, lambda one: one.born <= m.birth_year - {PARENT_AGE}), lambda one: one.words)
    end as elders
from mention m join involved using (n) left join own using (n)
left join card on m.is_register and card.no_kk = m.no_kk
"""

_FREQUENCIES = """
create or replace table scored_profile as
with word as (select distinct name_key, unnest(words) as word from profile),
frequency as (
    select name_key, list_product(list(coalesce(share, $unseen) order by word)) as tf_name_key
    from word left join read_csv($words, types = {'word': 'varchar', 'share': 'double'}) using (word) group by name_key)
select profile.*, tf_name_key from profile left join frequency using (name_key)
"""


_NOTHING = """
create or replace table scored (a bigint, b bigint, weight double, probability double, evidence varchar)
"""


def settings(trained: dict[str, Any] | None = None) -> dict[str, Any]:
    """Splink's settings. trained: a model's own; without, what training starts from."""
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


def profile(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make the table `scored_profile`: of every record of a candidate pair what `comparisons` compares.

    Needs `mention`, `register`, `residue`, `context` and `candidate`.
    """
    comparisons.install(connection)
    connection.execute(_PROFILES)
    connection.execute(_FREQUENCIES, {"words": str(model.words), "unseen": model.unseen_word})


def score(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Make the table `scored` (a, b, weight in bits, probability, evidence: JSON list of field, level and weight) of
    the pairs of `candidate` that weigh enough to matter.
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
    """A Splink linker that keeps its progress to itself. validate: hold the settings against the tables' columns, which
    costs more than a small night; a frozen model was validated when it was trained.
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
