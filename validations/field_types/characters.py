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
_AS_IT_IS = r"^[A-Za-z0-9(][!-~]*(?: [!-~]+)*$"
"""Nothing to remove, and no wrapper. It may still be a word for "none"."""
_UPPER_AS_IT_IS = r"^[A-Z0-9(][A-Z0-9.,;:'/()\-]*(?: [A-Z0-9.,;:'/()\-]+)*$"

_APOSTROPHES = "['’` ]*"
"""Marks that turn a number into text."""
_QUOTED = rf'^{_APOSTROPHES}= *"(.*)"$'
_NONE = r"NULL|NONE|NIL|NAN|N/A|N\.A\.?|\\N|(?:TIDAK|TDK\.?|TAK|BELUM|BLM\.?) *ADA|NIHIL|KOSONG|BLANK|TANPA KETERANGAN"
_NO_VALUE = rf"(?i)^{_APOSTROPHES}(?:[\[(<]? *(?:{_NONE}) *[\])>]?|[\p{{Pd}}_~]+|\.{{2,}}|…+|ERR:\d+)$"
"""Words for "none" in any case, also in brackets, signs that mean it, and an error that looks like a word."""
_NO_NAME = r"^(?:\.|(?:TIDAK|TDK\.?) *(?:TAHU|DIKETAHUI))$"
"""More such texts in place of a name."""
_ERROR_VALUE = r"#[¡¿]?[\p{L}\p{N}/_ ]*[!?]|#(?:N/?[A-Z]|I/T|YOK|SAKNAS|Н/Д|GETTING_DATA)|#+|ERR:\d+"
"""`#N/A` and similar values in several languages, and the `####` of a narrow column."""
_UNREADABLE = rf"(?i)^{_APOSTROPHES}(?:(?:{_ERROR_VALUE})$|=)"
_TAKEN_OUT = rf"[{_INVISIBLE}{_BLANKS}--[ ]]|^{_APOSTROPHES}="


def visible(text: pl.Expr) -> pl.Expr:
    """The visible text of a cell: nothing invisible, one blank for any run of blanks, none at the ends, `="0001"` as
    0001. It may be empty.
    """
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
    shown = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    shown = _DRAWN_BLANK.sub(" ", _INVISIBLE_MARKS.sub("", shown)).strip()
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
    """Whether a cell has invisible characters, or is wrapped as `="0001"`."""
    return text.str.contains(_TAKEN_OUT)


def _counted(text: pl.Expr) -> pl.Expr:
    return text.str.replace(r"^['’`]+ *(\d)", "$1")


def _readable(text: pl.Expr) -> pl.Expr:
    return shared(lambda shown: pl.when((shown != "") & ~shown.str.contains(_UNREADABLE)).then(shown), visible(text))


def _with_a_value(text: pl.Expr) -> pl.Expr:
    return shared(lambda text: pl.when(~text.str.contains(_NO_VALUE)).then(text), text)
