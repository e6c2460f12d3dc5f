"""Splink with default settings on the same records: the library's own comparisons, as a new user would write them."""

from __future__ import annotations

from typing import Any

import duckdb

from assets.identity.matching import scoring

THRESHOLD = 0.95
_BLOCKS = (
    "l.nik = r.nik",
    "l.name = r.name and l.birth_text = r.birth_text",
    "l.name = r.name and l.village = r.village",
)


def cluster(connection: duckdb.DuckDBPyConnection, mentions: str) -> None:
    """Make the table `splink_default` (n, cluster) of the records in `record`."""
    connection.execute(f"""
        create or replace table splink_input as
        select r.n as unique_id, m.name, strftime(m.birth_date, '%Y-%m-%d') as birth_text, m.sex,
            r.nik, m.village_code as village
        from record r join {mentions} m using (source, record_key, role)
    """)
    splink = linker(connection)
    pairs = splink.inference.predict(threshold_match_probability=THRESHOLD)
    found = splink.clustering.cluster_pairwise_predictions_at_threshold(pairs, THRESHOLD)
    connection.execute(
        "create or replace table splink_default as"
        f" select unique_id as n, cluster_id as cluster from {found.physical_name}"
    )


def linker(connection: duckdb.DuckDBPyConnection) -> Any:
    """A trained Splink linker over the table `splink_input` (unique_id, name, birth_text, sex, nik, village)."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, SettingsCreator
    from splink.blocking_rule_library import CustomRule

    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("name"),
            cl.DateOfBirthComparison("birth_text", input_is_string=True),
            cl.ExactMatch("nik"),
            cl.ExactMatch("village").configure(term_frequency_adjustments=True),
            cl.ExactMatch("sex"),
        ],
        blocking_rules_to_generate_predictions=[CustomRule(block) for block in _BLOCKS],
    )
    splink = scoring.linker(
        DuckDBAPI(connection=connection).register("splink_input"), settings.create_settings_dict("duckdb")
    )
    splink.training.estimate_probability_two_random_records_match([_BLOCKS[0]], recall=0.8)
    splink.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for block in _BLOCKS[:2]:
        splink.training.estimate_parameters_using_expectation_maximisation(block)
    return splink
