"""Invisible characters, spreadsheet wrappers, words for "none", and unreadable cells (rulings 25 to 28): one list for
values of every type.
"""

from __future__ import annotations

import re
import unicodedata

import polars as pl

from validations.field_types.expressions import shared, unless

_INVISIBLE = r"\p{Cf}\x{034F}\x{FE00}-\x{FE0F}"
"""Unicode's class Cf, and two kinds of marks that are not drawn either. Removed."""
_BLANKS = r"\p{Z}\p{Cc}\x{115F}\x{1160}\x{2800}\x{3164}\x{FFA0}"
"""Blanks of every kind, controls, and letters and signs drawn as blanks. A run of them becomes one."""
_INVISIBLE_MARKS = re.compile("[\u034f\ufe00-\ufe0f]")
_DRAWN_BLANK = re.compile("[\\s\u0000-\u001f\u007f-\u009f\u115f\u1160\u2800\u3164\uffa0]+")
_ZEROS = (
    "660 6F0 7C0 966 9E6 A66 AE6 B66 BE6 C66 CE6 D66 DE6 E50 ED0 F20 1040 1090 17E0 1810 1946 19D0 1A80 1A90 1B50 1BB0"
    " 1C40 1C50 A620 A8D0 A900 A9D0 A9F0 AA50 ABF0 FF10 104A0 10D30 10D40 11066 110F0 11136 111D0 112F0 11450 114D0"
    " 11650 116C0 116D0 116DA 11730 118E0 11950 11BF0 11C50 11D50 11DA0 11F50 16130 16A60 16AC0 16B50 16D70 1CCF0 1D7CE"
    " 1D7D8 1D7E2 1D7EC 1D7F6 1E140 1E2F0 1E4F0 1E5F1 1E950 1FBF0"
)
"""The zero of every script's decimal digits (class Nd), followed by its 1 to 9. `\\d` of a pattern matches them all,
but no conversion to a number reads them.
"""
_PLAIN_FORM = {chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)} | {
    chr(int(zero, 16) + digit): str(digit) for zero in _ZEROS.split() for digit in range(10)
}
"""Full-width letters and signs, and digits of every script -> the ASCII character of the same meaning."""
_PLAIN_FORMS = str.maketrans(_PLAIN_FORM)
_OTHER_FORM = r"[\p{Nd}\x{FF01}-\x{FF5E}--[0-9]]"
_AS_IT_IS = r"^[A-Za-z0-9(][!-~]*(?: [!-~]+)*$"
"""Nothing to remove, and no wrapper. It may still be a word for "none"."""
_UPPER_AS_IT_IS = r"^[A-Z0-9(][A-Z0-9.,;:'/()\-]*(?: [A-Z0-9.,;:'/()\-]+)*$"

_APOSTROPHES = "['’` ]*"
"""Marks that turn a number into text."""
_QUOTED = rf'^{_APOSTROPHES}= *"((?:[^"]|"")*)"$'
"""One literal only: `="A"&B2&"C"` is a formula (ruling 28)."""
_NONE = r"NULL|NONE|NIL|NAN|N/A|N\.A\.?|\\N|(?:TIDAK|TDK\.?|TAK|BELUM|BLM\.?) *ADA|NIHIL|KOSONG|BLANK|TANPA KETERANGAN"
_NO_VALUE = rf"(?i)^{_APOSTROPHES}(?:[\[(<]? *(?:{_NONE}) *[\])>]?|[\p{{Pd}}_~]+|\.{{2,}}|…+|ERR:\d+)$"
"""Words for "none" in any case, also in brackets, signs that mean it, and an error that looks like a word."""
_NO_NAME = r"^(?:\.|(?:TIDAK|TDK\.?) *(?:TAHU|DIKETAHUI))$"
"""More such texts in place of a name."""
_ERROR_VALUE = r"#[¡¿]?[\p{L}\p{N}/_ ]*[!?]|#(?:N/?[A-Z]|I/T|YOK|SAKNAS|Н/Д|GETTING_DATA)|#+|ERR:\d+"
"""`#N/A` and similar values in several languages, and the `####` of a narrow column."""
_UNREADABLE = rf"(?i)^{_APOSTROPHES}(?:(?:{_ERROR_VALUE})$|=)"
_TAKEN_OUT = rf"[{_INVISIBLE}{_BLANKS}--[ ]]|{_OTHER_FORM}|^{_APOSTROPHES}="


def visible(text: pl.Expr) -> pl.Expr:
    """The visible text of a cell: nothing invisible, one blank for any run of blanks, none at the ends, digits of any
    script as 0 to 9, `="0001"` as 0001. It may be empty.
    """
    text = text.map_batches(_in_plain_form, return_dtype=pl.String, is_elementwise=True)
    seen = text.str.replace_all(rf"[{_INVISIBLE}]+", "").str.replace_all(rf"[{_BLANKS}]+", " ").str.strip_chars(" ")
    return shared(
        lambda seen, quoted: (
            pl.when(quoted.is_null()).then(seen)
            .otherwise(quoted.str.replace_all('""', '"', literal=True).str.strip_chars(" "))
        ),
        seen,
        seen.str.extract(_QUOTED),
    )  # fmt: skip


def seen(text: str) -> str:
    """`visible` of one text, such as a header."""
    if not text.isascii():
        text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
        text = _INVISIBLE_MARKS.sub("", text).translate(_PLAIN_FORMS)
    shown = _DRAWN_BLANK.sub(" ", text).strip()
    quoted = re.search(_QUOTED, shown)
    return quoted[1].replace('""', '"').strip() if quoted else shown


def clean(text: pl.Expr) -> pl.Expr:
    """The visible text of a cell. Null if it is empty, a word for "none", or unreadable."""
    return _with_a_value(unless(_AS_IT_IS, text, _readable))


def upper(text: pl.Expr) -> pl.Expr:
    """Cleaned, in upper case. An apostrophe before a number is dropped."""

    return _with_a_value(unless(_UPPER_AS_IT_IS, text, lambda other: _counted(_readable(other)).str.to_uppercase()))


def as_shown(text: pl.Expr) -> pl.Expr:
    """The visible text in upper case, including words for "none": a list may give such a word a meaning."""
    return unless(_UPPER_AS_IT_IS, text, lambda other: _counted(visible(other)).str.to_uppercase())


def bare(text: pl.Expr) -> pl.Expr:
    """Cleaned, without the apostrophes that turn a number into text."""
    return shared(lambda rest: pl.when(rest != "").then(rest), clean(text).str.replace(rf"^{_APOSTROPHES}", ""))


def unquoted(text: pl.Expr) -> pl.Expr:
    """Bare, and without the `.0` that a spreadsheet adds to a number; `1.000` is kept, as it may be a thousand."""
    return bare(text).str.replace(r"^(\d+)[.,]0{1,2}$", "$1")


def named(name: pl.Expr) -> pl.Expr:
    """A person's name in upper case; null if it says "unknown"."""
    return shared(lambda name: pl.when(~name.str.contains(_NO_NAME)).then(name), name)


def unreadable(text: pl.Expr) -> pl.Expr:
    """Whether a cell holds what a spreadsheet could not compute: an error value, or a formula without its result."""
    return visible(text).str.contains(_UNREADABLE)


def taken_out(text: pl.Expr) -> pl.Expr:
    """Whether a cell has invisible characters, digits or letters of another form, or is wrapped as `="0001"`."""
    return text.str.contains(_TAKEN_OUT)


def _in_plain_form(texts: pl.Series) -> pl.Series:
    """Digits of every script, and full-width letters, as ASCII. Few columns have any: the others are only searched."""
    other = texts.str.contains(_OTHER_FORM).fill_null(False)
    if not other.any():
        return texts
    plain = texts.set(~other, None).str.replace_many(_PLAIN_FORM)
    return plain.zip_with(other, texts)


def _counted(text: pl.Expr) -> pl.Expr:
    return text.str.replace(r"^['’`]+ *(\d)", "$1")


def _readable(text: pl.Expr) -> pl.Expr:
    return shared(lambda shown: pl.when((shown != "") & ~shown.str.contains(_UNREADABLE)).then(shown), visible(text))


def _with_a_value(text: pl.Expr) -> pl.Expr:
    return shared(lambda text: pl.when(~text.str.contains(_NO_VALUE)).then(text), text)
