"""Typing slips: a wrong letter or digit, words run together or reordered, a wrong part of a date.

All of them are off in rates.toml, and on in benchmarks/elsewhere.toml: noise that identity was not designed with.
Defects that are off draw nothing, so that the province of a seed does not change.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from simulation.strikes import Strikes

_LETTERS = np.array(list("ABDEGHIJKLMNOPRSTUWY"))
_DATES_OFF = ("-1y", "-10y", "1mo", "9d")


def names(strikes: Strikes, name: pl.Series) -> pl.Series:
    """Names, some with a wrong letter, the first words run together, the words reordered, or an initial at the end."""
    name = _struck(strikes, "name_slip", name, _letter_off)
    name = _struck(strikes, "name_joined", name, lambda _, one: one.str.replace(" ", "", literal=True))
    name = _struck(strikes, "name_turned", name, lambda _, one: one.str.split(" ").list.reverse().list.join(" "))
    return _struck(strikes, "name_initial", name, lambda _, one: one.str.replace("( [A-Z])[A-Z]+$", "$1"))


def niks(strikes: Strikes, nik: pl.Series) -> pl.Series:
    """NIKs, some with two neighbouring digits exchanged, or two digits off; the first six stay."""
    nik = _struck(strikes, "nik_transposed", nik, _exchanged)
    return _struck(strikes, "nik_two_slips", nik, lambda rng, one: _digit_off(rng, _digit_off(rng, one)))


def births(strikes: Strikes, birth: pl.Series) -> pl.Series:
    """Dates, some a year, ten years, a month or nine days off."""
    if not strikes.rates["birth_slip"]:
        return birth
    which = pl.Series(np.where(strikes.hit("birth_slip"), strikes.rng.integers(0, len(_DATES_OFF), len(birth)), -1))
    off = pl.lit(birth)
    for number, by in enumerate(_DATES_OFF):
        off = pl.when(which == number).then(pl.lit(birth).dt.offset_by(by)).otherwise(off)
    return pl.select(off.alias("birth")).to_series()


def _struck(
    strikes: Strikes, defect: str, column: pl.Series, change: Callable[[np.random.Generator, pl.Series], pl.Series]
) -> pl.Series:
    if not strikes.rates[defect]:
        return column
    return strikes.where(column, (strikes.hit(defect), change(strikes.rng, column)))


def _letter_off(rng: np.random.Generator, text: pl.Series) -> pl.Series:
    """One letter of each text is replaced, missing, doubled, or moved after the next."""
    at = (rng.random(len(text)) * text.str.len_chars().fill_null(1).to_numpy()).astype(int)
    frame = pl.DataFrame({"text": text, "at": at, "letter": rng.choice(_LETTERS, len(text))})
    kind = pl.lit(pl.Series(rng.integers(0, 4, len(text))))
    before, here, after = _around(pl.col("text"), pl.col("at"))
    return frame.select(
        pl.when(kind == 0).then(before + pl.col("letter") + after)
        .when(kind == 1).then(before + after)
        .when(kind == 2).then(before + here + here + after)
        .otherwise(before + after.str.slice(0, 1) + here + after.str.slice(1))
    ).to_series()  # fmt: skip


def _exchanged(rng: np.random.Generator, text: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"text": text, "at": rng.integers(6, 15, len(text))})
    before, here, after = _around(pl.col("text"), pl.col("at"))
    return frame.select(before + after.str.slice(0, 1) + here + after.str.slice(1)).to_series()


def _digit_off(rng: np.random.Generator, text: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"text": text, "at": rng.integers(6, 16, len(text)), "by": rng.integers(1, 10, len(text))})
    return frame.select(another_digit(pl.col("text"), pl.col("at"), pl.col("by"))).to_series()


def another_digit(text: pl.Expr, at: pl.Expr, by: pl.Expr) -> pl.Expr:
    """A number with the digit at a position (from 0) increased by so much; a shorter number is unchanged."""
    before, here, after = _around(text, at)
    another = ((here.cast(pl.Int64, strict=False) + by) % 10).cast(pl.String)
    return before + another.fill_null("") + after


def _around(text: pl.Expr, at: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """The text before a position, at it, and after it."""
    return text.str.slice(0, at), text.str.slice(at, 1), text.str.slice(at + 1)
