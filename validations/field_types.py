"""The shared field types of exports.md, each once: how a delivered text becomes canonical, and what may then be
said against it.

A normaliser is total: what it cannot read it leaves as it came, for the check on the canonical pattern to catch;
nothing is ever
turned into a null that was not one. Everything is a Polars expression over text columns, never a loop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from validations import regions
from validations.messages import Message

REQUIRED = Message("required", "Kolom {column} wajib diisi.", "Column {column} must be filled in.")
UNKNOWN_CODE = Message(
    "unknown_code", "Nilai “{value}” tidak dikenal untuk {column}.", "Value “{value}” is not known for {column}."
)
UNKNOWN_VALUE = Message(
    "unknown_value",
    "Nilai “{value}” tidak ada di daftar {column}; dicatat sebagai TIDAK DIKETAHUI.",
    "Value “{value}” is not in the list of {column}; noted as TIDAK DIKETAHUI.",
)
NAME_MALFORMED = Message("name_malformed", "{column} tidak memuat huruf.", "{column} holds no letter.")
DATE_INVALID = Message("date_invalid", "{column} bukan tanggal yang ada.", "{column} is not a date that exists.")
DATE_ORDER_REPAIRED = Message(
    "month_before_day",
    "Seluruh berkas menulis bulan sebelum hari; {column} dibaca demikian.",
    "The whole file writes the month before the day; {column} is read so.",
)
NUMBER_INVALID = Message(
    "number_invalid",
    "{column} harus bilangan bulat {low}–{high}.",
    "{column} must be a whole number from {low} to {high}.",
)
VILLAGE_UNKNOWN = Message(
    "village_unknown",
    "Kode desa “{value}” tidak ada di Banten.",
    "Village code “{value}” does not exist in Banten.",
)
VILLAGE_RECODED = Message(
    "village_recoded",
    "Kode desa lama “{value}” diganti dengan kode yang berlaku.",
    "Old village code replaced by the new.",
)
COMPONENT_EMPTY = Message("component_empty", "{column} kosong.", "{column} is empty.")
TOO_MANY_COMPONENTS = Message(
    "too_many_components", "{column} memuat lebih dari empat komponen.", "{column} holds more than four components."
)
UNKNOWN = "TIDAK DIKETAHUI"


@dataclass(frozen=True)
class Finding:
    """A named thing to be said of a value: `when` is given the delivered, the canonical expression and the file's
    profile.
    """

    message: Message
    when: Callable[[pl.Expr, pl.Expr, Mapping[str, Any]], pl.Expr]


@dataclass(frozen=True)
class FieldType:
    """How one kind of value is read and judged.

    normalise: delivered text (blank is null) and the file's profile -> canonical text. errors: what quarantines the
    row;
    repairs and warnings: what is only noted. profile: facts about the whole file's column that reading one row needs.
    companions: extra columns by suffix (`state`), made from the delivered and canonical values.
    """

    name: str
    normalise: Callable[[pl.Expr, Mapping[str, Any]], pl.Expr]
    errors: tuple[Finding, ...] = ()
    repairs: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    profile: Callable[[pl.Series], dict[str, Any]] = lambda _: {}
    companions: Mapping[str, Callable[[pl.Expr, pl.Expr, Mapping[str, Any]], pl.Expr]] = None  # type: ignore[assignment]
    allowed_id: str = ""
    allowed_en: str = ""

    def __post_init__(self) -> None:
        if self.companions is None:
            object.__setattr__(self, "companions", {})


def clean(text: pl.Expr) -> pl.Expr:
    """One blank for any run of blanks or control characters, none at the ends; a blank value is null."""
    squeezed = text.str.replace_all(r"[\s\u00a0\u200b\p{Cc}]+", " ").str.strip_chars(" ")
    return pl.when(squeezed == "").then(None).otherwise(squeezed)


def upper(text: pl.Expr) -> pl.Expr:
    return clean(text).str.to_uppercase()


def whole_number(text: pl.Expr) -> pl.Expr:
    """Digits of a whole number: thousands' blanks, an apostrophe, `.0` and leading zeros gone; anything else as it
    came.
    """
    bare = clean(text).str.replace(r"^['’`]+", "").str.replace_all(" ", "").str.replace(r"^(\d+)[.,]0+$", "$1")
    return bare.str.replace(r"^0+(\d)", "$1")


def text() -> FieldType:
    """Free text: upper case, single blanks."""
    return FieldType("text", lambda raw, _: upper(raw), allowed_id="teks", allowed_en="text")


def key_text() -> FieldType:
    """An agency's own number or code: upper case, single blanks; `.0` of a spreadsheet's number is not part of it."""
    return FieldType(
        "key", lambda raw, _: upper(raw).str.replace(r"^(\d+)\.0+$", "$1"), allowed_id="kode", allowed_en="code"
    )


def name() -> FieldType:
    """A person's name as delivered, upper case, single blanks. Titles and spellings stay: identity weighs them."""
    return FieldType(
        "name",
        lambda raw, _: upper(raw),
        errors=(Finding(NAME_MALFORMED, lambda raw, value, _: ~value.str.contains(r"\p{L}")),),
        allowed_id="nama, paling sedikit satu huruf",
        allowed_en="a name, at least one letter",
    )


def _code_key(text: pl.Expr) -> pl.Expr:
    return upper(text).str.replace_all(r"[\s_\-]+", " ").str.strip_chars(" ").str.replace(r"^(\d+)\.0+$", "$1")


def coded(values: Mapping[str, tuple[str, ...]], lenient: bool = False) -> FieldType:
    """A value from a list: canonical -> synonyms; case, blanks, `_` and `-` do not matter.

    lenient: an unknown value becomes `TIDAK DIKETAHUI` with a warning (ruling 16); otherwise it is an error that
    names it.
    """
    spellings = {
        spelling.upper().replace("_", " ").replace("-", " "): canonical
        for canonical, synonyms in values.items()
        for spelling in (canonical, *synonyms)
    }
    known = list(dict.fromkeys([*values, *([UNKNOWN] if lenient else [])]))

    def normalise(raw: pl.Expr, _: Mapping[str, Any]) -> pl.Expr:
        key = _code_key(raw)
        found = key.replace_strict(spellings, default=None, return_dtype=pl.String)
        other = pl.lit(UNKNOWN) if lenient else upper(raw)
        return pl.when(key.is_null()).then(None).otherwise(pl.coalesce(found, other))

    def unlisted(raw: pl.Expr, value: pl.Expr, _: Mapping[str, Any]) -> pl.Expr:
        return (value == UNKNOWN) & (_code_key(raw) != UNKNOWN)

    return FieldType(
        "lenient_code" if lenient else "code",
        normalise,
        errors=() if lenient else (Finding(UNKNOWN_CODE, lambda raw, value, _: ~value.is_in(known)),),
        warnings=(Finding(UNKNOWN_VALUE, unlisted),) if lenient else (),
        allowed_id=", ".join(known),
        allowed_en=", ".join(known),
    )


def sex() -> FieldType:
    """`L` or `P`."""
    return coded(
        {
            "L": ("LAKI-LAKI", "LAKI LAKI", "LAKI", "LK", "PRIA", "1"),
            "P": ("PEREMPUAN", "PR", "WANITA", "2"),
        }
    )


def integer(low: int, high: int) -> FieldType:
    """A whole number within a range, both ends included."""
    message = Message(
        NUMBER_INVALID.code,
        NUMBER_INVALID.id.replace("{low}", str(low)).replace("{high}", str(high)),
        NUMBER_INVALID.en.replace("{low}", str(low)).replace("{high}", str(high)),
    )

    def outside(raw: pl.Expr, value: pl.Expr, _: Mapping[str, Any]) -> pl.Expr:
        number = value.str.extract(r"^(\d{1,9})$").cast(pl.Int64, strict=False)
        return ~(number.is_between(low, high).fill_null(False))

    return FieldType(
        "integer",
        lambda raw, _: whole_number(raw),
        errors=(Finding(message, outside),),
        allowed_id=f"{low}–{high}",
        allowed_en=f"{low}–{high}",
    )


# dates ----------------------------------------------------------------------------------------------------------------

_MONTHS = {
    "JANUARI": 1, "FEBRUARI": 2, "MARET": 3, "APRIL": 4, "MEI": 5, "JUNI": 6, "JULI": 7, "AGUSTUS": 8,
    "SEPTEMBER": 9, "OKTOBER": 10, "NOVEMBER": 11, "DESEMBER": 12, "PEBRUARI": 2, "NOPEMBER": 11, "JAN": 1, "FEB": 2, "PEB": 2,
    "MAR": 3, "APR": 4, "JUN": 6, "JUL": 7, "AGU": 8, "AGT": 8, "AGS": 8, "SEP": 9, "OKT": 10, "NOV": 11, "NOP": 11, "DES": 12,
}  # fmt: skip
_DMY = r"^(\d{1,2})\s*[-/.\s]\s*(\d{1,2})\s*[-/.\s]\s*(\d{4})(?:[ T]00:00(?::00)?(?:\.0+)?)?$"
_YMD = r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T][\d:.]+Z?)?$"
_WORDS = r"^(\d{1,2})[ \-]([A-Z]+)\.?[ \-,](\d{4})$"
_YEAR = r"^(?:00?[-/.]00?[-/.])?(\d{4})(?:[-/.]00?[-/.]00?)?$"
EARLIEST, LATEST = 1880, 2100


def _iso(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """ISO text of a date that exists, else null."""
    numbers = [part.cast(pl.Int32, strict=False) for part in (year, month, day)]
    padded = pl.format(
        "{}-{}-{}",
        numbers[0].cast(pl.String).str.zfill(4),
        numbers[1].cast(pl.String).str.zfill(2),
        numbers[2].cast(pl.String).str.zfill(2),
    )
    return padded.str.to_date("%Y-%m-%d", strict=False).dt.to_string("%Y-%m-%d")


def _date_text(raw: pl.Expr, profile: Mapping[str, Any]) -> pl.Expr:
    given = upper(raw).str.replace(r"^['’`]", "")
    first, second = (2, 1) if profile.get("month_first") else (1, 2)
    month_word = given.str.extract(_WORDS, 2).replace_strict(_MONTHS, default=None, return_dtype=pl.Int32)
    year_only = given.str.extract(_YEAR, 1)
    return pl.coalesce(
        _iso(given.str.extract(_YMD, 1), given.str.extract(_YMD, 2), given.str.extract(_YMD, 3)),
        _iso(given.str.extract(_DMY, 3), given.str.extract(_DMY, second), given.str.extract(_DMY, first)),
        _iso(given.str.extract(_WORDS, 3), month_word, given.str.extract(_WORDS, 1)),
        year_only,
        given,
    )


def _date_profile(column: pl.Series) -> dict[str, Any]:
    """`month_first`: the file reads only as month before day (ruling 6). `heap`: 1 January is far too common in it."""
    frame = column.drop_nulls().to_frame("raw").select(given=upper(pl.col("raw")))
    parts = frame.select(
        first=pl.col("given").str.extract(_DMY, 1).cast(pl.Int32, strict=False),
        second=pl.col("given").str.extract(_DMY, 2).cast(pl.Int32, strict=False),
    ).drop_nulls()
    over_first, over_second = (parts["first"] > 12).sum(), (parts["second"] > 12).sum()
    month_first = parts.height >= 10 and over_first == 0 and over_second >= 0.2 * parts.height
    dates = frame.select(iso=_date_text(pl.col("given"), {"month_first": month_first}))["iso"]
    new_year = dates.str.ends_with("-01-01").sum()
    return {
        "month_first": bool(month_first),
        "heap": bool(new_year >= 5 and new_year > 5 * dates.len() / 365),
    }


def date(year_only: bool = False) -> FieldType:
    """A date, canonical `YYYY-MM-DD`; with `year_only` also a bare year, canonical `YYYY` (`00-00-1957`, `1957`).

    Companion `state`: `day`, `year`, `heap` (1 January in a file that heaps there), `missing`.
    """
    pattern = r"^\d{4}-\d{2}-\d{2}$" + (r"|^\d{4}$" if year_only else "")

    def invalid(raw: pl.Expr, value: pl.Expr, _: Mapping[str, Any]) -> pl.Expr:
        year = value.str.slice(0, 4).cast(pl.Int32, strict=False)
        return ~(value.str.contains(pattern) & year.is_between(EARLIEST, LATEST).fill_null(False))

    def turned(raw: pl.Expr, value: pl.Expr, profile: Mapping[str, Any]) -> pl.Expr:
        return pl.lit(bool(profile.get("month_first"))) & upper(raw).str.contains(_DMY)

    def state(raw: pl.Expr, value: pl.Expr, profile: Mapping[str, Any]) -> pl.Expr:
        heap = pl.lit(bool(profile.get("heap"))) & value.str.ends_with("-01-01")
        return (
            pl.when(value.is_null()).then(pl.lit("missing"))
            .when(value.str.len_chars() == 4).then(pl.lit("year"))
            .when(heap).then(pl.lit("heap"))
            .otherwise(pl.lit("day"))
        )  # fmt: skip

    return FieldType(
        "date",
        _date_text,
        errors=(Finding(DATE_INVALID, invalid),),
        repairs=(Finding(DATE_ORDER_REPAIRED, turned),),
        profile=_date_profile,
        companions={"state": state},
        allowed_id="DD-MM-YYYY, DD/MM/YYYY, YYYY-MM-DD, “17 Agustus 1985”" + (", atau tahun saja" if year_only else ""),
        allowed_en="DD-MM-YYYY, DD/MM/YYYY, YYYY-MM-DD, “17 Agustus 1985”"
        + (", or the year alone" if year_only else ""),
    )


# regions --------------------------------------------------------------------------------------------------------------


def _village_digits(raw: pl.Expr) -> pl.Expr:
    given = clean(raw).str.replace(r"^['’`]+", "").str.replace(r"^(\d{10})[.,]0+$", "$1")
    digits = given.str.replace_all(r"[.\s]", "")
    return pl.when(digits.str.contains(r"^\d{10}$")).then(digits).otherwise(given)


def village_code() -> FieldType:
    """A Kemendagri village code of Banten, ten digits, with or without dots; codes that were replaced are mapped."""
    codes, changes = regions.village_codes(), regions.village_changes()
    renewed = dict(zip(changes["old_code"], changes["new_code"], strict=True))

    def normalise(raw: pl.Expr, _: Mapping[str, Any]) -> pl.Expr:
        digits = _village_digits(raw)
        return digits.replace(renewed) if renewed else digits

    return FieldType(
        "village_code",
        normalise,
        errors=(Finding(VILLAGE_UNKNOWN, lambda raw, value, _: ~value.is_in(codes.implode())),),
        repairs=(Finding(VILLAGE_RECODED, lambda raw, value, _: _village_digits(raw) != value),),
        allowed_id="kode Kemendagri 10 angka, dengan atau tanpa titik",
        allowed_en="Kemendagri code, 10 digits, with or without dots",
    )


def neighbourhood() -> FieldType:
    """An RT or RW: up to three digits, zero-padded to three; zero, `-` and blank mean unknown."""

    def normalise(raw: pl.Expr, _: Mapping[str, Any]) -> pl.Expr:
        given = (
            upper(raw)
            .str.replace(r"^(?:RT|RW)[.:\s]*", "")
            .str.replace(r"^['’`]+", "")
            .str.replace(r"^(\d+)\.0+$", "$1")
        )
        none = given.str.contains(r"^(?:0+|-+)$")
        digits = given.str.contains(r"^\d{1,3}$")
        return pl.when(none).then(None).when(digits).then(given.str.zfill(3)).otherwise(given)

    message = Message(
        "neighbourhood_malformed", "{column} harus paling banyak tiga angka.", "{column} must be three digits at most."
    )
    return FieldType(
        "neighbourhood",
        normalise,
        warnings=(Finding(message, lambda raw, value, _: ~value.str.contains(r"^\d{3}$")),),
        allowed_id="001–999, atau “001/002” untuk RT/RW",
        allowed_en="001–999, or `001/002` for RT/RW",
    )


def components(values: tuple[str, ...], most: int) -> FieldType:
    """A set of codes joined by `;`, canonical in the order of `values`; empty is a warning."""
    one = "|".join(values)

    def normalise(raw: pl.Expr, _: Mapping[str, Any]) -> pl.Expr:
        parts = (
            upper(raw)
            .str.replace_all(r"\s*[;,/+]\s*", ";")
            .str.strip_chars(";")
            .str.split(";")
            .list.unique()
            .list.sort()
        )
        return pl.when(upper(raw).is_null()).then(None).otherwise(parts.list.join(";"))

    return FieldType(
        "components",
        normalise,
        errors=(
            Finding(UNKNOWN_CODE, lambda raw, value, _: ~value.str.contains(rf"^(?:{one})(?:;(?:{one}))*$")),
            Finding(TOO_MANY_COMPONENTS, lambda raw, value, _: value.str.count_matches(";") >= most),
        ),
        warnings=(Finding(COMPONENT_EMPTY, lambda raw, value, _: value.is_null()),),
        allowed_id=f"paling banyak {most} dari {', '.join(values)}, dipisah “;”",
        allowed_en=f"at most {most} of {', '.join(values)}, joined by `;`",
    )
