"""Trains a new version of the model on the mentions of a load. It never reads the simulator's truth.

u is counted on random pairs; m is estimated by Splink's expectation maximisation over two independent blocks: equal NIK
(for name, birth, sex, mother) and equal name and birth date (for tie, NIK, sex, mother).
"""

from __future__ import annotations

import hashlib
import json
import math
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from assets.home import Home
from assets.identity import model, names
from assets.identity.matching import rules, scoring
from assets.identity.matching import steps as matching
from assets.identity.mentions import attach
from assets.identity.model import Model
from assets.identity.records import steps as records
from assets.identity.records.changes import read_all
from assets.identity.steps import Run, run_all
from assets.ledger import Ledger, now
from validations.errors import SadayaError
from validations.sql import literal

SAMPLE = 200_000
"""Number of records outside the register to train on, and of register persons to compare them with at random."""
RANDOM_PAIRS = 5e6
LEAST_M = 0.002
"""Lower bound of m: a level that training seldom saw is not impossible for one person."""
FEWEST_BEARERS = 20
"""A word that fewer people have is left out: the file is in the repository and must not identify anyone."""
BLOCKS = ("l.nik = r.nik", "l.name_key = r.name_key and l.birth_date = r.birth_date")
_SEED = 1

_SAMPLE = """
create or replace table residue as
select * from mention where not is_register
order by hash(record_name(source, record_key, role)) limit {sample};
create or replace table stranger as
select * from register order by hash(nik) limit {sample}
"""

_PAIRS = """
create or replace table candidate as
select o.n as a, r.n as b from residue o join register r on o.nik = r.nik
union select o.n, r.n from residue o join register r on o.words = r.words and o.birth_date = r.birth_date
union select r.n, r.n from stranger r union select o.n, o.n from residue o
"""


class TrainingError(SadayaError):
    """There is nothing to train on; the message is for the user."""


def words(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the share of register persons whose name has each word, rounded to six decimals."""
    connection.execute(
        "copy (select word, round(count(*) / (select count(*) from register), 6) as share"
        " from (select unnest(words) as word from register) group by word"
        f" having count(*) >= {FEWEST_BEARERS} and share > 0 order by word) to {literal(path)} (header)"
    )


def train(run: Run, folder: Path, named: str) -> Model:
    """Write a new version of the run's model into a folder, and read it back. named: prefix of its version, for example
    a date.

    Needs `mention`, `register` and `rule_link`, as `link_by_rules` makes them. Thresholds and the share of an unseen
    word are decisions, not estimates: they are copied from the old version.
    """
    old = run.model
    folder.mkdir(parents=True, exist_ok=True)
    words(run.connection, folder / "words.csv")
    _sample(replace(run, model=replace(old, words=folder / "words.csv")))
    trained = _estimate(run.connection)
    body = {
        "weights": {"link": old.link, "ask": old.ask, "margin": old.margin},
        "unseen_word": old.unseen_word,
        "settings": trained,
    }
    content = json.dumps(body, sort_keys=True).encode() + (folder / "words.csv").read_bytes()
    version = f"{named}-{hashlib.sha256(content).hexdigest()[:8]}"
    text = json.dumps({"version": version} | body, indent=1, ensure_ascii=False)
    (folder / "model.json").write_text(text + "\n", encoding="utf-8")
    return model.read(folder)


def link_by_rules(run: Run) -> None:
    """Read the mentions and apply decisions and rules, from scratch."""
    names.install(run.connection)
    rules.install(run.connection)
    read_all(run)
    run_all(run, (*records.READING, *matching.DECISIONS, *matching.RULES))


def _sample(run: Run) -> None:
    connection = run.connection
    connection.execute(_SAMPLE.format(sample=SAMPLE))
    run_all(run, (matching.CONTEXT,))
    connection.execute(_PAIRS)
    run_all(run, matching.PROFILES)
    connection.execute("create or replace table other as select * from scored_profile semi join residue using (n)")
    connection.execute("create or replace table person as select * from scored_profile semi join register using (n)")
    connection.execute("create or replace table anybody as select * from scored_profile semi join stranger using (n)")


def _estimate(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The prior and the comparisons with their m and u."""
    from splink import DuckDBAPI

    api = DuckDBAPI(connection=connection)

    other = api.register("other")

    def linker(people: str, given: dict[str, Any] | None) -> Any:
        return scoring.linker([other, api.register(people)], scoring.settings(given) | {"link_type": "link_only"})

    at_random = linker("anybody", None)
    at_random.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=_SEED, min_count_per_level=None)
    blocked = linker("person", _kept(at_random.misc.save_model_to_json()))
    for block in BLOCKS:
        blocked.training.estimate_parameters_using_expectation_maximisation(
            block, estimate_without_term_frequencies=True, record_sample_proportion=1.0
        )
    trained = _kept(blocked.misc.save_model_to_json())
    for comparison in trained["comparisons"]:
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level") and not level.get("fix_m_probability"):
                level["m_probability"] = max(level["m_probability"], LEAST_M)
    return trained


def _kept(settings: dict[str, Any]) -> dict[str, Any]:
    """The estimated or compared parts of Splink's settings; `scoring.settings` adds the rest."""
    return {key: settings[key] for key in ("probability_two_random_records_match", "comparisons")}


def retrain(home: Home, folder: Path, by: str, reason: str) -> tuple[Model, list[dict[str, Any]]]:
    """Train on the published load's mentions, write the new version into a folder, and record it.

    Returns the new version and the levels whose weight changed: field, level, was, is (bits). The frozen model is not
    replaced: the new version is committed to the repository.

    Raises:
        TrainingError: nothing is published.
        MentionsError: an earlier version made the published load.
    """
    with Ledger(home.ledger) as ledger:
        published = ledger.published_load()
    if published is None:
        raise TrainingError("nothing is published yet: there are no mentions to train on")
    old = model.read()
    with (
        tempfile.TemporaryDirectory(prefix="training.", dir=home.root) as work,
        duckdb.connect(f"{work}/training.duckdb") as connection,
    ):
        attach(connection, home.load(published["load_id"]).staging)
        run = Run(connection, old)
        link_by_rules(run)
        new = train(run, folder, now()[:10])
    rows = changed(old, new)
    with Ledger(home.ledger) as ledger:
        ledger.decide("train", f"{old.version} -> {new.version}", by, reason)
    return new, rows


def changed(old: Model, new: Model) -> list[dict[str, Any]]:
    """Weight in bits of each level under two versions: field, level, was, is; None if a version has no such level."""
    was, now_is = _weights(old), _weights(new)
    return [
        {"field": field, "level": level, "was": was.get((field, level)), "is": now_is.get((field, level))}
        for field, level in dict.fromkeys([*was, *now_is])
    ]


def _weights(version: Model) -> dict[tuple[str, str], float]:
    return {
        (comparison["output_column_name"], level["label_for_charts"]): round(
            math.log2(level["m_probability"] / level["u_probability"]), 4
        )
        for comparison in version.settings["comparisons"]
        for level in comparison["comparison_levels"]
        if not level.get("is_null_level")
    }
