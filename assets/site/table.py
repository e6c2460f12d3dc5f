"""Tables of pages: text of cells, sort keys, and bars behind numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class Head:
    """A column's title. number: its cells are right-aligned."""

    title: str | Markup
    number: bool = False


@dataclass(frozen=True)
class Cell:
    """text: displayed. sort: the script's sort key, if it is not the text. bar: the filled share of the column's width,
    0 to 1. colour: of the bar, by name. link: target of the text. tone: `good`, `warn`, `bad`, shown as a mark beside
    the text, which must say the same.
    """

    text: str | Markup
    sort: float | str | None = None
    bar: float | None = None
    colour: str = "blue"
    link: str | None = None
    tone: str | None = None


@dataclass(frozen=True)
class Table:
    """The first cell of a row is its name. label: description for screen readers. long: a script can filter it. words:
    its cells have sentences, so they are stacked on a phone.
    """

    label: str | Markup
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    long: bool = False
    words: bool = False
