"""Levels of the comparisons, and that everything that is said of them can be said to a clerk in Indonesian."""

from __future__ import annotations

import duckdb
import pytest

from assets.identity import comparisons, model, names, questions
from assets.identity.scoring import labels_of


@pytest.fixture(scope="module")
def macros():
    with duckdb.connect() as connection:
        names.install(connection)
        comparisons.install(connection)
        yield connection


@pytest.mark.parametrize(
    ("macro", "one", "other", "wanted"),
    [
        ("day_and_month_swapped", "1980-05-07", "1980-07-05", True),
        ("day_and_month_swapped", "1980-05-07", "1981-07-05", False),
        ("one_part_differs", "1980-05-07", "1980-05-17", True),
        ("one_part_differs", "1980-05-07", "1980-06-07", True),
        ("one_part_differs", "1980-05-07", "1980-06-08", False),
        ("one_part_differs", "1980-05-07", "1981-05-07", False),
        ("only_the_year_differs", "1980-05-07", "1981-05-07", True),
        ("only_the_year_differs", "1980-05-07", "1980-05-07", False),
        ("only_the_year_differs", "1980-01-01", "1981-01-01", False),
    ],
)
def test_dates(macros, macro, one, other, wanted):
    assert macros.execute(f"select {macro}(date '{one}', date '{other}')").fetchall() == [(wanted,)]


@pytest.mark.parametrize(
    ("other", "slips"), [("3601014107009002", 1), ("3601014107009903", 2), ("3601014107090001", 1)]
)
def test_slips_of_a_nik(macros, other, slips):
    assert macros.execute("select niks_near('3601014107009001', ?)", [other]).fetchall() == [(slips,)]


def test_a_parent_among_the_elders(macros):
    among = "select a_parent_among(['NURAENI'], [['ASEP', 'HIDAYAT'], ['NURAENI', 'SARI']]), a_parent_among(['X'], [])"
    assert macros.execute(among).fetchall() == [(True, False)]


def test_the_frozen_model_compares_what_the_code_says():
    """A change of the comparisons needs a new model."""
    frozen = model.read().settings["comparisons"]
    assert [labels_of(one) for one in frozen] == [labels_of(one) for one in comparisons.comparisons()]
    pairs = zip(frozen, comparisons.comparisons(), strict=True)
    for one, other in pairs:
        conditions = [level["sql_condition"] for level in one["comparison_levels"]]
        assert conditions == [level["sql_condition"] for level in other["comparison_levels"]]


def test_a_clerk_is_told_everything_in_indonesian():
    settings = model.read().settings
    assert {one["output_column_name"] for one in settings["comparisons"]} <= set(questions.FIELDS)
    assert {label for one in settings["comparisons"] for label in labels_of(one).values()} <= set(questions.LEVELS)
