"""Rules over several columns (row rules) or rows (set rules), and repairs that need two columns (mends)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from validations.field_types.characters import clean
from validations.field_types.dates import DMY, EARLIEST, LATEST, YMD
from validations.field_types.nik import IS_KK, birth_date_of
from validations.field_types.numbers import DECIMAL
from validations.messages import Message

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class RowRule:
    """An inconsistency between the columns of one row.

    when: given the delivery's date, an expression over the canonical columns that is true where the rule is broken. A
    warning needs a `reason`: why such a row may be accepted. value: the column whose text replaces `{value}` in the
    message; by default the delivered value of `column`. notice: message about a file in which most rows break the rule.
    """

    message: Message
    column: str
    when: Callable[[date], pl.Expr]
    severity: Severity = "error"
    reason: str = ""
    value: str = ""
    notice: Message | None = None

    def __post_init__(self) -> None:
        if self.severity == "warning" and not self.reason:
            raise ValueError(f"warning {self.message.code} gives no reason")


@dataclass(frozen=True)
class SetRule:
    """An inconsistency between rows, or between a delivery and other sources: members of its set, or ones it refers to.

    sql: a DuckDB query giving `file_name, row_number, value` of the offending rows. It may read `rows` (this delivery's
    good rows, canonical columns in lower case), `judged` (including rows with errors) and, for each of `partners`,
    tables `<partner>` (accepted rows) and `<partner>_keys` (every record_key the partner delivered, accepted or
    quarantined). A source as its own partner means its earlier deliveries. Without its partners a rule is skipped.
    before_keys: it reads `judged` only, and the rows that break it are removed before rows with the same key are
    compared.
    """

    message: Message
    column: str
    sql: str
    partners: tuple[str, ...] = ()
    severity: Severity = "error"
    reason: str = ""
    before_keys: bool = False

    def __post_init__(self) -> None:
        if self.severity == "warning" and not self.reason:
            raise ValueError(f"warning {self.message.code} gives no reason")


@dataclass(frozen=True, eq=False)
class Mend:
    """A repair that one column alone cannot decide: where `when` is true, the columns take the values of `becomes`.

    stage: `raw` before the columns are normalised, `canonical` after. message: None if nothing is repaired and a rule
    reports the problem.
    """

    message: Message | None
    column: str
    when: pl.Expr
    becomes: dict[str, pl.Expr]
    stage: Literal["raw", "canonical"]


@dataclass(frozen=True, eq=False)
class Derived:
    """Columns computed last, from several canonical columns of a row.

    make: frame with the contract's columns -> the same rows with `columns` (content of the record) and `aside` (only
    read by rules and their messages).
    """

    columns: tuple[str, ...]
    make: Callable[[pl.DataFrame], pl.DataFrame]
    aside: tuple[str, ...] = ()


RT_RW_SPLIT = Message(
    "rt_rw_split", "RT dan RW tertulis dalam satu sel; dipisahkan.", "RT and RW were written in one cell; taken apart."
)
DAY_MONTH_SWAPPED = Message(
    "day_month_swapped",
    "Hari dan bulan pada {column} tertukar; NIK membuktikannya.",
    "Day and month of {column} were swapped; the NIK proves it.",
)
BIRTH_NOT_IN_NIK = Message(
    "birth_date_not_in_nik",
    "{column} berbeda dari tanggal lahir di NIK.",
    "{column} differs from the birth date in the NIK.",
)
SEX_NOT_IN_NIK = Message(
    "sex_not_in_nik", "{column} berbeda dari jenis kelamin di NIK.", "{column} differs from the sex in the NIK."
)
SEX_NOT_IN_RELATION = Message(
    "sex_not_in_relation", "{column} tidak cocok dengan jenis kelamin.", "{column} does not agree with the sex."
)
IN_FUTURE = Message(
    "date_in_future", "{column} sesudah tanggal kiriman.", "{column} is later than the date of the delivery."
)

YEAR_AFTER_DELIVERY = Message(
    "year_after_delivery", "{column} sesudah tahun kiriman.", "{column} is later than the year of the delivery."
)

NIK_IS_KK = Message(
    "nik_is_kk",
    "{column} sama dengan NO_KK di baris ini: yang tertulis nomor kartu keluarga. Tulis NIK orangnya.",
    "{column} equals NO_KK of this row: it is the family card's number. Write the person's NIK.",
)
MOST_ARE_KK = Message(
    "most_niks_are_kk",
    "Sebagian besar {column} di berkas ini sama dengan NO_KK: kolomnya tampaknya terisi nomor kartu keluarga.",
    "Most values of {column} in this file equal NO_KK: the column seems to hold family card numbers.",
)
_BOTH = r"^\s*['’`]?\s*(?:RT[.:\s]*)?(\d{1,3})\s*/\s*(?:RW[.:\s]*)?(\d{1,3})\s*$"
_YEARS = "|".join(map(str, range(EARLIEST, LATEST + 1)))
"""What is outside has its own finding, and no rule adds another."""


def year_of(column: str) -> pl.Expr:
    """The year of a canonical date or year, as text; null if the value is neither, or outside the range of dates."""
    return pl.col(column).str.extract(rf"^({_YEARS})(?:-\d{{2}}-\d{{2}})?$")


def number_of(column: str) -> pl.Expr:
    """The number of a canonical decimal; null if the value is none."""
    return pl.col(column).str.extract(f"({DECIMAL})").cast(pl.Float64, strict=False)


def rt_rw_in_one_cell(rt: str = "RT", rw: str = "RW") -> tuple[Mend, ...]:
    """`001/002` in either column is RT and RW (ruling 7)."""
    return tuple(
        Mend(
            RT_RW_SPLIT,
            column,
            cell.str.contains(_BOTH),
            {rt: cell.str.extract(_BOTH, 1), rw: cell.str.extract(_BOTH, 2)},
            "raw",
        )
        for column, cell in ((column, clean(pl.col(column))) for column in (rt, rw))
    )


def day_month_by_nik(nik: str, birth: str) -> Mend:
    """Swap day and month only where the NIK proves it, row by row (ruling 6), also if `02-17-1985`, read as day and
    month, is not a date.
    """
    day, month, year = birth_date_of(pl.col(nik))
    given = pl.col(birth)
    first = pl.coalesce(given.str.extract(DMY, 1), given.str.extract(YMD, 3)).str.zfill(2)
    second = pl.coalesce(given.str.extract(DMY, 2), given.str.extract(YMD, 2)).str.zfill(2)
    full_year = pl.coalesce(given.str.extract(DMY, 3), given.str.extract(YMD, 1))
    proved = (
        (pl.col(f"{nik}_state") == "valid")
        & (day != month)
        & (first.cast(pl.Int32) == month)
        & (second.cast(pl.Int32) == day)
        & (full_year.cast(pl.Int32) % 100 == year)
    )
    turned = pl.concat_str([full_year, first, second], separator="-")
    return Mend(DAY_MONTH_SWAPPED, birth, proved.fill_null(False), {birth: turned}, "canonical")


def card_in_place_of_nik(nik: str, no_kk: str) -> Mend:
    """Mark a NIK that equals the family card's number: its state excludes it from matching (ruling 29)."""
    return Mend(None, nik, pl.col(nik) == pl.col(no_kk), {f"{nik}_state": pl.lit(IS_KK)}, "canonical")


def nik_is_no_card(nik: str, severity: Severity = "warning") -> RowRule:
    """The rule on what `card_in_place_of_nik` marks."""
    reason = "the row is about somebody all the same; the number cannot be matched on (ruling 29)"
    when = pl.col(f"{nik}_state") == IS_KK
    return RowRule(NIK_IS_KK, nik, lambda _: when, severity, reason if severity == "warning" else "", "", MOST_ARE_KK)


def birth_agrees_with_nik(nik: str, birth: str) -> RowRule:
    """Warning: a NIK keeps the birth date of first registration when the date is corrected, so this is not an error."""
    day, month, year = birth_date_of(pl.col(nik))
    stated = [pl.col(birth).str.slice(at, 2).cast(pl.Int32, strict=False) for at in (8, 5, 2)]
    same = (stated[0] == day) & (stated[1] == month) & (stated[2] == year)
    iso = pl.col(birth).str.contains(r"^\d{4}-\d{2}-\d{2}$")
    return RowRule(
        BIRTH_NOT_IN_NIK,
        birth,
        lambda _: (pl.col(f"{nik}_state") == "valid") & iso & ~same,
        "warning",
        "a NIK keeps its digits when the birth date is corrected (PP 37/2007, article 37), and may be another member's",
    )


def sex_agrees_with_nik(nik: str, sex: str) -> RowRule:
    """Women have 40 added to the day."""
    woman = pl.col(nik).str.slice(6, 2).cast(pl.Int32, strict=False) > 40
    return RowRule(
        SEX_NOT_IN_NIK,
        sex,
        lambda _: (pl.col(f"{nik}_state") == "valid") & pl.col(sex).is_in(["L", "P"]) & (woman != (pl.col(sex) == "P")),
        "warning",
        "the number may be another family member's; identity weighs it",
    )


def spouse_of_the_other_sex(relation: str, sex: str) -> RowRule:
    """ISTRI is a woman, SUAMI a man."""
    pair = pl.col(relation) + pl.col(sex)
    return RowRule(
        SEX_NOT_IN_RELATION,
        relation,
        lambda _: pair.is_in(["ISTRIL", "SUAMIP"]),
        "warning",
        "one of the two is a slip, and neither decides who the person is",
    )


def not_in_future(column: str) -> RowRule:
    """No event is later than the delivery that reports it."""
    known = year_of(column).is_not_null()
    return RowRule(IN_FUTURE, column, lambda delivered: known & (pl.col(column) > str(delivered)))


def year_not_in_future(column: str) -> RowRule:
    """Same for a year."""
    return RowRule(YEAR_AFTER_DELIVERY, column, lambda delivered: year_of(column) > str(delivered)[:4])
