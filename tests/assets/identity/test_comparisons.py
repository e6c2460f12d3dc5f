"""Levels of the comparisons, and their Indonesian descriptions for clerks."""

from __future__ import annotations

import duckdb
import pytest

from assets.identity import model, names
from assets.identity.matching import comparisons, rules
from assets.identity.matching.scoring import labels_of
from assets.identity.review import questions


@pytest.fixture(scope="module")
def macros():
    with duckdb.connect() as connection:
        names.install(connection)
        rules.install(connection)
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
    ("other", "slip"),
    [
        ("3601014107009001", False),
        ("3601014107009011", True),
        ("3601014107090001", True),
        ("3671014107009001", True),
        ("3601014107009903", False),
        ("3601014107009002", False),
    ],
    ids=["the same", "a digit", "transposed", "in the district", "two digits", "the last digit: a twin's"],
)
def test_slips_of_a_nik(macros, other, slip):
    assert macros.execute("select a_slip_apart('3601014107009001', ?)", [other]).fetchall() == [(slip,)]


@pytest.mark.parametrize(
    ("nik", "born", "fits"),
    [
        ("3601011705809001", "1980-05-17", True),
        ("3601015705809001", "1980-05-17", True),
        ("3601011705809001", "1980-05-18", False),
        ("3601011705809001", "1981-05-17", False),
        ("3601011705809001", "1980-01-01", True),
        ("3601011705809001", "1981-01-01", False),
        ("3601010000809001", "1980-05-17", False),
        ("36010117058", "1980-05-17", False),
        ("-", "1980-05-17", False),
    ],
    ids=[
        "a man's",
        "a woman's",
        "another day",
        "another year",
        "1 January",
        "of another year",
        "no date",
        "cut short",
        "no number",
    ],
)
def test_a_nik_that_fits_a_birth_date(macros, nik, born, fits):
    query = "select coalesce(nik_fits($1, $2::date, year($2::date)), false)"
    assert macros.execute(query, [nik, born]).fetchone() == (fits,)


@pytest.mark.parametrize(
    ("other", "born", "two"),
    [
        ("3601011705809002", "1980-05-17", True),
        ("3601011705809011", "1980-05-17", False),
        ("3671015705809001", "1980-05-17", True),
        ("3671011705809001", "1980-05-17", False),
        ("3601011705809001", "1980-05-17", False),
        ("3671012705809001", "1980-05-17", False),
        (None, "1980-05-17", False),
        ("3671012705809001", None, False),
    ],
    ids=[
        "the last digit is another",
        "a slip in the serial",
        "elsewhere, a woman's",
        "a slip",
        "the same",
        "does not fit",
        "no NIK",
        "no birth",
    ],
)
def test_two_numbers_that_each_fit(macros, other, born, two):
    query = "select two_numbers('3601011705809001', $1, date '1980-05-17', $2::date, 1980, year($2::date))"
    assert macros.execute(query, [other, born]).fetchone() == (two,)
    query = "select two_numbers($1, '3601011705809001', $2::date, date '1980-05-17', year($2::date), 1980)"
    assert macros.execute(query, [other, born]).fetchone() == (two,)


def test_a_parent_among_the_elders(macros):
    among = "select a_parent_among(['NURAENI'], [['ASEP', 'HIDAYAT'], ['NURAENI', 'SARI']]), a_parent_among(['X'], [])"
    assert macros.execute(among).fetchall() == [(True, False)]


def test_the_frozen_model_compares_what_the_code_says():
    """If the comparisons change, the model must be trained again."""
    frozen = model.read().settings["comparisons"]
    assert [labels_of(one) for one in frozen] == [labels_of(one) for one in comparisons.comparisons()]
    pairs = zip(frozen, comparisons.comparisons(), strict=True)
    for one, other in pairs:
        conditions = [level["sql_condition"] for level in one["comparison_levels"]]
        assert conditions == [level["sql_condition"] for level in other["comparison_levels"]]


def test_all_evidence_has_an_indonesian_label():
    settings = model.read().settings
    assert {one["output_column_name"] for one in settings["comparisons"]} <= set(questions.FIELDS)
    assert {label for one in settings["comparisons"] for label in labels_of(one).values()} <= set(questions.LEVELS)
