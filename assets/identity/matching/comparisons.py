"""How Splink compares two records: the fields, their levels, and the SQL of each level.

The levels of a field exclude each other; the first that fits counts. What a household shares (card number, place, NIK
of a relative) counts once, in `tie`: counted separately, it would link brothers and sisters. A NIK shows where its
owner was registered, so place counts only where the NIKs are not alike. The model holds m, u and the term frequencies;
this module only defines what is compared.
"""

from __future__ import annotations

from typing import Any

POPULATION = 12_000_000
"""People of the province (BPS, order of magnitude). The prior, and u of a shared card or NIK, follow from it."""
CARD_SIZE = 4
SLIP = 0.01
"""Share of mistyped names. Not trained: it depends on the typists, and other provinces have others."""
RAREST_NAME = 1e-6
"""Lower bound of a name's frequency: the words of a name are not independent, and families repeat them."""

_PLACES = {"same village": "village_code", "same kecamatan": "district_code", "same kabupaten": "regency_code"}


def _level(label: str, sql: str, m: float, u: float, **more: Any) -> dict[str, Any]:
    return {"sql_condition": sql, "label_for_charts": label, "m_probability": m, "u_probability": u, **more}


def _unknown(sql: str) -> dict[str, Any]:
    return {"sql_condition": sql, "label_for_charts": "not known", "is_null_level": True}


def _comparison(name: str, *levels: dict[str, Any]) -> dict[str, Any]:
    return {"output_column_name": name, "comparison_levels": list(levels)}


def _frequent(label: str, sql: str, m: float, u: float, **more: Any) -> dict[str, Any]:
    """A level weighted by the frequency of the name itself: of two names that differ, by the more frequent one."""
    frequency = {"tf_adjustment_column": "name_key", "tf_minimum_u_value": RAREST_NAME}
    return _level(label, sql, m, u, **frequency, disable_tf_exact_match_detection=True, **more)


def _fixed(label: str, sql: str, m: float, u: float) -> dict[str, Any]:
    """A level too rare among random pairs to be counted: u follows from the population."""
    return _level(label, sql, m, u, fix_u_probability=True)


def _decided(label: str, sql: str, m: float, u: float) -> dict[str, Any]:
    """A level with a fixed weight: another field already counts the same evidence, or nearly."""
    return _level(label, sql, m, u, fix_m_probability=True, fix_u_probability=True)


def comparisons() -> list[dict[str, Any]]:
    """Splink's comparisons, with the m and u that training starts from.

    Columns of a record: words, name_key, tf_name_key, birth_date, birth_year, birth_heap, sex, nik, card_niks, cards,
    village_code, district_code, regency_code, mother_words, elders (see `scoring`).
    """
    heap = "(birth_heap_l or birth_heap_r)"
    name = _comparison(
        "name",
        _unknown("name_key_l = '' or name_key_r = ''"),
        _frequent("same words", "name_key_l = name_key_r", 0.80, 1e-3),
        _frequent("same words but for a slip", "words_equal(words_l, words_r)", SLIP, 1e-3, fix_m_probability=True),
        _frequent("one within the other", "words_agree(words_l, words_r)", 0.08, 1e-2),
        _frequent("alike", "words_alike(words_l, words_r)", SLIP, 1e-3, fix_m_probability=True),
        _level("a word in common", "list_has_any(words_l, words_r)", 0.01, 0.05),
        _level("different", "ELSE", 0.01, 0.93),
    )
    birth = _comparison(
        "birth",
        _unknown("birth_year_l is null or birth_year_r is null"),
        _level("same date", f"birth_date_l = birth_date_r and not {heap}", 0.88, 4e-5),
        _level("same 1 January", "birth_date_l = birth_date_r", 0.02, 4e-5),
        _level("day and month swapped", "day_and_month_swapped(birth_date_l, birth_date_r)", 0.02, 2e-5),
        _level("only the day or the month differs", "one_part_differs(birth_date_l, birth_date_r)", 0.02, 2e-3),
        _level("only the year differs", "only_the_year_differs(birth_date_l, birth_date_r)", 0.01, 3e-3),
        _level(
            "same year, date not known or 1 January",
            f"birth_year_l = birth_year_r and (birth_date_l is null or birth_date_r is null or {heap})",
            0.04,
            2e-3,
        ),
        _level("within a year", "abs(birth_year_l - birth_year_r) <= 1", 0.01, 0.04),
        _level("different", "ELSE", 0.01, 0.95),
    )
    sex = _comparison(
        "sex",
        _unknown("sex_l is null or sex_r is null"),
        _level("same", "sex_l = sex_r", 0.99, 0.5),
        _level("different", "ELSE", 0.01, 0.5),
    )
    of_household = "of_relative(nik_l, card_niks_r) or of_relative(nik_r, card_niks_l)"
    tie = _comparison(
        "tie",
        {
            "sql_condition": "nik_l = nik_r or a_slip_apart(nik_l, nik_r)"
            " or (regency_code_l is null or regency_code_r is null) and not card_shared(cards_l, cards_r)",
            "label_for_charts": "not known, or counted as NIK",
            "is_null_level": True,
        },
        _fixed(
            "same card, or NIK of somebody on it",
            f"card_shared(cards_l, cards_r) or {of_household}",
            0.60,
            CARD_SIZE / POPULATION,
        ),
        *(
            _level(label, f"{column}_l = {column}_r", m, u)
            for (label, column), m, u in zip(_PLACES.items(), (0.3, 0.05, 0.03), (1e-3, 8e-3, 0.15), strict=True)
        ),
        _level("another kabupaten", "ELSE", 0.02, 0.85),
    )
    number = _comparison(
        "nik",
        _unknown("nik_l is null or nik_r is null"),
        _fixed("same", "nik_l = nik_r", 0.90, 1 / POPULATION),
        _fixed("with a slip", "a_slip_apart(nik_l, nik_r)", 0.03, 10 / POPULATION),
        _decided("with another serial number", "left(nik_l, 12) = left(nik_r, 12)", 0.01, 0.3),
        _fixed("with two slips", "damerau_levenshtein(nik_l, nik_r) = 2", 0.005, 0.004),
        _decided("of somebody on the card", of_household, 1.0, 1.0),
        _fixed("another person's", "ELSE", 0.05, 1.0),
    )
    parent = _comparison(
        "parent",
        _unknown(
            "(mother_words_l is null or (mother_words_r is null and elders_r is null))"
            " and (mother_words_r is null or elders_l is null)"
        ),
        _level(
            "mother found",
            "coalesce(words_agree(mother_words_l, mother_words_r), false)"
            " or coalesce(a_parent_among(mother_words_l, elders_r), false)"
            " or coalesce(a_parent_among(mother_words_r, elders_l), false)",
            0.85,
            0.01,
        ),
        _level("not found", "ELSE", 0.15, 0.99),
    )
    return [name, birth, sex, tie, number, parent]
