"""NIK and NO_KK: 16 digits `PPKKCC DDMMYY SSSS`, and the damage that spreadsheets do to them (rulings 1, 4, 5, 17).

A number that passed through floating point is *lost*: it looks like a NIK but is another person's. It is never guessed,
padded or matched on. No province's code is below 11, so a short NIK has lost more than a leading zero.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from validations import regions
from validations.field_types.base import Cell, FieldType, Finding, Profile
from validations.field_types.characters import clean, unreadable
from validations.field_types.expressions import shared, unless
from validations.messages import Message

UNUSABLE = ("missing", "sentinel", "malformed", "lost")
"""States without a usable number; the others are `valid`, or numbers that must not be matched on."""

IS_KK = "is_kk"
"""State of a NIK that equals the row's family card number: set from both columns (`validations.rules`)."""

NIK_UNUSABLE = Message(
    "nik_unusable",
    "{column} tidak dapat dipakai: {value}. Yang benar: {allowed}.",
    "{column} cannot be used: {value}. It must be: {allowed}.",
)
NIK_SERIAL_ZERO = Message(
    "nik_serial_zero",
    "{column} bernomor urut 0000, yang tidak pernah diterbitkan.",
    "{column} has serial 0000, never issued.",
)
NIK_UNKNOWN_PREFIX = Message(
    "nik_unknown_prefix",
    "{column} diawali kode kecamatan yang tidak pernah ada.",
    "{column} begins with a kecamatan code that never existed.",
)
NIK_IMPOSSIBLE_DATE = Message(
    "nik_impossible_date",
    "{column} memuat tanggal lahir yang tidak ada.",
    "{column} holds a birth date that does not exist.",
)
KK_UNUSABLE = Message(
    "kk_unusable",
    "{column} tidak dapat dipakai: {value}. Yang benar: {allowed}.",
    "{column} cannot be used: {value}. It must be: {allowed}.",
)
CLEANED = Message(
    "number_cleaned",
    "Tanda petik, titik, spasi, “.0” atau karakter tak terlihat pada {column} dihapus; angka aksara lain ditulis 0–9.",
    "Apostrophe, dots, blanks, `.0` or invisible characters were removed from {column}; digits are written as 0–9.",
)

SCIENTIFIC = r"^\d+(?:[.,]\d+)?\s*[eE]\s*\+?\s*\d+$"
_SENTINEL = r"^(?:0+|9{9,16}|3600000000000000|\?+|NA)$"
_CHANCE, _SHARE = 1e-6, 0.2
"""A column counts as rounded if so many final zeros would arise by chance in less than one in a million files, and
exceed a fifth of its distinct numbers: in small files nearly all, in large ones still twice the usual tenth.
"""


def _bare(raw: pl.Expr) -> pl.Expr:
    """The number without the apostrophe, blanks, dots, dashes and `.0` that spreadsheets and people add."""
    given = clean(raw).str.replace(r"^['’`]+", "")

    def joined(exact: pl.Expr) -> pl.Expr:
        digits = exact.str.replace_all(r"[.\s\-]", "")
        return pl.when(digits.str.contains(r"^\d+$")).then(digits).otherwise(exact)

    return shared(joined, given.str.replace(r"^(\d{10,})[.,]0+$", "$1"))


def _is_sentinel(bare: pl.Expr) -> pl.Expr:
    return bare.str.to_uppercase().str.contains(_SENTINEL)


def _digits(raw: pl.Expr) -> pl.Expr:
    """Sixteen digits that are no sentinel, else null."""

    def slow(other: pl.Expr) -> pl.Expr:
        return shared(
            lambda bare: pl.when(bare.str.contains(r"^\d{16}$") & ~_is_sentinel(bare)).then(bare), _bare(other)
        )

    return unless(r"^[0-9]{15}[1-8]$", raw, slow)  # no sentinel ends in 1 to 8


def _rounded(digits: pl.Expr, profile: Profile) -> pl.Expr:
    return digits.str.ends_with("0") if profile.get("rounded") else digits.is_null() & False


def _profile(column: pl.Series) -> dict[str, Any]:
    """`rounded`: the share of numbers that end in 0 is far above one in ten, so the last digit was lost (ruling 4).

    Each number counts once: a family card is in the row of every member.
    """
    from scipy.special import bdtrc  # importing it takes longer than all field types

    digits = column.to_frame("raw").lazy().select(_digits(pl.col("raw"))).unique().collect().to_series().drop_nulls()
    zeros = int(digits.str.ends_with("0").sum())
    improbable = bool(bdtrc(zeros - 1, digits.len(), 0.1) < _CHANCE)
    return {"rounded": improbable and zeros > _SHARE * digits.len()}


def birth_date_of(digits: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """(day, month, two-digit year) in a NIK; the day of birth, without the 40 added for women."""
    day, month, year = (digits.str.slice(at, 2).cast(pl.Int32, strict=False) for at in (6, 8, 10))
    return pl.when(day > 40).then(day - 40).otherwise(day), month, year


def _date_part_exists(digits: pl.Expr) -> pl.Expr:
    """Whether `DDMMYY` (day + 40 for women) is a date in either century; 1900 had no 29 February, but 2000 had."""
    day, month, year = birth_date_of(digits)
    last = (
        pl.when(month == 2).then(pl.when(year % 4 == 0).then(29).otherwise(28))
        .when(month.is_in([4, 6, 9, 11])).then(30)
        .otherwise(31)
    )  # fmt: skip
    return month.is_between(1, 12) & (day >= 1) & (day <= last)


def has_its_form(text: pl.Expr) -> pl.Expr:
    """Whether a text is built as a NIK: 16 digits, a known prefix and a date that exists."""

    def built(digits: pl.Expr) -> pl.Expr:
        known = digits.str.slice(0, 6).is_in(regions.nik_prefixes().implode())
        return (known & _date_part_exists(digits)).fill_null(False)

    return shared(lambda text: built(pl.when(text.str.contains(r"^[0-9]{16}$")).then(text)), text)


_WHY = {
    "missing": ("tidak berisi nilai", "it holds no value"),
    "sentinel": ("berisi nol atau tanda pengganti", "it holds zeros, or a sign that stands for nothing"),
    "lost": ("angkanya sudah dibulatkan lembar kerja", "a spreadsheet has rounded it"),
}
"""State -> why it is unusable, in Indonesian and in English."""


def _why(state: pl.Expr, raw: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Why a number is unusable: its state, or if malformed its number of digits and whether it has other signs."""
    digits = _bare(raw).str.count_matches("[0-9]")
    other = _bare(raw).str.contains("[^0-9]")
    indonesian = pl.format("memuat {} angka", digits) + pl.when(other).then(pl.lit(" dan tanda lain")).otherwise(
        pl.lit("")
    )
    english = pl.format("it has {} digits", digits) + pl.when(other).then(pl.lit(" and other signs")).otherwise(
        pl.lit("")
    )
    known = [state.replace_strict({name: said[at] for name, said in _WHY.items()}, default=None) for at in (0, 1)]
    return pl.coalesce(known[0], indonesian), pl.coalesce(known[1], english)


def _unusable_state(bare: pl.Expr) -> pl.Expr:
    return (
        pl.when(_is_sentinel(bare)).then(pl.lit("sentinel"))
        .when(bare.str.contains(SCIENTIFIC)).then(pl.lit("lost"))
        .otherwise(pl.lit("malformed"))
    )  # fmt: skip


def _state(raw: pl.Expr, value: pl.Expr, profile: Profile) -> pl.Expr:
    odd = pl.when(value.is_null()).then(raw)
    return (
        pl.when(value.is_null()).then(
            pl.when(clean(odd).is_not_null()).then(shared(_unusable_state, _bare(odd)))
            .when(unreadable(odd)).then(pl.lit("malformed"))
            .otherwise(pl.lit("missing"))
        )
        .when(_rounded(value, profile)).then(pl.lit("lost"))
        .when(value.str.ends_with("0000")).then(pl.lit("serial_zero"))
        .when(~value.str.slice(0, 6).is_in(regions.nik_prefixes().implode())).then(pl.lit("unknown_prefix"))
        .when(~_date_part_exists(value)).then(pl.lit("impossible_date"))
        .otherwise(pl.lit("valid"))
    )  # fmt: skip


def _cleaned(cell: Cell) -> pl.Expr:
    return cell.value.is_not_null() & (cell.value != cell.raw)


def nik(register: bool = False, optional: bool = False) -> FieldType:
    """A NIK: canonical 16 digits or null, companion `state` (docs/architecture.md).

    register: the civil register's own NIK, where an unusable number is an error; elsewhere it is a warning and the row
    is accepted. optional: a missing number raises no warning.
    """

    def unusable(cell: Cell) -> pl.Expr:
        return cell.state.is_in(UNUSABLE[1:] if optional else UNUSABLE) & ~cell.unreadable

    def doubt(message: Message, state: str) -> Finding:
        reason = "the person is real, only the number cannot be matched on (ruling 5)"
        return Finding(message, lambda cell: cell.state == state, reason)

    doubts = (
        doubt(NIK_SERIAL_ZERO, "serial_zero"),
        doubt(NIK_UNKNOWN_PREFIX, "unknown_prefix"),
        doubt(NIK_IMPOSSIBLE_DATE, "impossible_date"),
    )
    reason = "a family must not lose its aid over its number (ruling 1)"
    finding = Finding(NIK_UNUSABLE, unusable, reason, lambda cell: _why(cell.state, cell.raw))
    return FieldType(
        "nik",
        lambda raw, _: _digits(raw),
        errors=(finding,) if register else (),
        warnings=doubts if register else (finding, *doubts),
        repairs=(Finding(CLEANED, _cleaned),),
        profile=_profile,
        companions={"state": _state},
        allowed_id="16 angka, disimpan sebagai teks",
        allowed_en="16 digits, kept as text",
        whole=True,
    )


def no_kk(expected: bool = False) -> FieldType:
    """A family card number: canonical 16 digits; null if unusable, a sentinel or lost, so that it links no one.

    expected: a missing number is a warning too.
    """

    def unusable(cell: Cell) -> pl.Expr:
        given = clean(cell.valueless).is_not_null()
        return cell.value.is_null() & (expected | given) & ~cell.unreadable

    def why(cell: Cell) -> tuple[pl.Expr, pl.Expr]:
        digits = _digits(cell.raw)
        state = (
            pl.when(clean(cell.raw).is_null()).then(pl.lit("missing"))
            .when(digits.is_not_null()).then(pl.lit("lost"))
            .otherwise(_unusable_state(_bare(cell.raw)))
        )  # fmt: skip
        return _why(state, cell.raw)

    def normalise(raw: pl.Expr, profile: Profile) -> pl.Expr:
        return shared(lambda digits: pl.when(~_rounded(digits, profile)).then(digits), _digits(raw))

    return FieldType(
        "no_kk",
        normalise,
        warnings=(
            Finding(KK_UNUSABLE, unusable, "a card changes often and is no key; without one nobody is joined", why),
        ),
        repairs=(Finding(CLEANED, _cleaned),),
        profile=_profile,
        allowed_id="16 angka, disimpan sebagai teks",
        allowed_en="16 digits, kept as text",
        whole=True,
    )
