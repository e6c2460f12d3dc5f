"""Formats values of the gate's metrics."""

from __future__ import annotations

from assets.site.numbers import NOTHING
from assets.site.tongue import Tongue
from validations.expectations.metrics import Family


def value(family: Family, number: float | None, t: Tongue) -> str:
    """Format a value of a family's metric in its unit."""
    if family.unit == "share":
        return t.percent(number, 2)
    return t.number(number, 0 if number is None or number == int(number) else 1)


def limits(family: Family, low: float | None, high: float | None, t: Tongue) -> str:
    """Format the limits of a metric."""
    if low is None and high is None:
        return NOTHING
    if high is None:
        return f"≥ {value(family, low, t)}"
    return f"≤ {value(family, high, t)}" if low is None else f"{value(family, low, t)} … {value(family, high, t)}"
