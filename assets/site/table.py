"""Tables as pages show them: what a cell says, how it is sorted, and a bar behind a number where that helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class Head:
    """A column's title. number: its cells are set to the right."""

    title: str | Markup
    number: bool = False


@dataclass(frozen=True)
class Cell:
    """text: as it is read. sort: by what the script sorts, where that is not the text. bar: a share of the column's
    width that is filled, 0 to 1. colour: of the bar, by name. link: where the text leads. tone: `good`, `warn`, `bad`,
    shown as a mark beside the text, which says it too.
    """

    text: str | Markup
    sort: float | str | None = None
    bar: float | None = None
    colour: str = "blue"
    link: str | None = None
    tone: str | None = None


@dataclass(frozen=True)
class Table:
    """The first cell of a row is its name. label: what the table is of, for who cannot see it. long: it can be filtered
    by a script. words: its cells hold sentences, so that on a telephone they stand one below the other.
    """

    label: str | Markup
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    long: bool = False
    words: bool = False
