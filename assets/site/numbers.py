"""Formats numbers, money and dates in Indonesian and in English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")
NOTHING = "–"
_NO_BREAK = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_SWAPPED = str.maketrans(",.", ".,")
MONTHS: Mapping[Language, tuple[str, ...]] = {
    "id": (
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
        *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_SCALES: Mapping[Language, tuple[tuple[float, str], ...]] = {
    "id": ((1e12, "triliun"), (1e9, "miliar"), (1e6, "juta")),
    "en": ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")),
}


def number(value: float | None, language: Language, decimals: int = 0) -> str:
    """1.234.567,8 or 1,234,567.8. A dash for None; negative numbers get U+2212."""
    if value is None:
        return NOTHING
    written = f"{abs(value):,.{decimals}f}"
    written = written.translate(_SWAPPED) if language == "id" else written
    return _MINUS + written if value < 0 and written.strip("0,.") else written


def signed(value: float | None, language: Language, decimals: int = 0) -> str:
    """Format a number with its sign; zero has none."""
    written = number(value, language, decimals)
    return f"+{written}" if value is not None and value > 0 and written.strip("0,.") else written


def percent(share: float | None, language: Language, decimals: int = 0) -> str:
    """Format a share: 0.0509 is 5,09%. Only 0 and 1 are rounded to 0% and 100%: below half a step it is `< 1%`."""
    if share is None:
        return NOTHING
    step = 10**-decimals
    if 0 < 100 * share < step / 2:
        return f"<{_NO_BREAK}{number(step, language, decimals)}%"
    if 100 - step / 2 < 100 * share < 100:
        return f">{_NO_BREAK}{number(100 - step, language, decimals)}%"
    return f"{number(100 * share, language, decimals)}%"


def rupiah(value: float | None, language: Language) -> str:
    """Rp 24 juta, Rp 1,25 miliar; below a million in full."""
    if value is None:
        return NOTHING
    for size, name in _SCALES[language]:
        if abs(value) >= size:
            scaled = value / size
            decimals = 0 if abs(scaled) >= 100 or scaled == int(scaled) else 1 if abs(scaled) >= 10 else 2
            return f"Rp{_NO_BREAK}{number(scaled, language, decimals)}{_NO_BREAK}{name}"
    return f"Rp{_NO_BREAK}{number(value, language)}"


def day(value: date | None, language: Language) -> str:
    """1 November 2019."""
    if value is None:
        return NOTHING
    return f"{value.day}{_NO_BREAK}{MONTHS[language][value.month - 1]}{_NO_BREAK}{value.year}"


def moment(value: datetime | None, language: Language) -> str:
    """1 November 2019 14.05; 14:05 in English."""
    if value is None:
        return NOTHING
    return f"{day(value.date(), language)}{_NO_BREAK}{value:{'%H.%M' if language == 'id' else '%H:%M'}}"


def month(year: int, nth: int | None, language: Language) -> str:
    """Maret 2019; 2002 if the month is not known."""
    return f"{MONTHS[language][nth - 1]}{_NO_BREAK}{year}" if nth else str(year)
