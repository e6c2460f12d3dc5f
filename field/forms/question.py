"""What a form is declared with: questions, lists of choices, repeats. `build` writes them as XLSForms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "integer", "date", "geopoint", "image", "note", "calculate", "choice", "start", "end"]


@dataclass(frozen=True)
class Text:
    """A text for the companion in both languages."""

    id: str
    en: str


NOTHING = Text("", "")


@dataclass(frozen=True)
class Choice:
    """An answer. name: as it is sent; the contract reads it as one of its values. within: name of the choice of a
    list above that it belongs to.
    """

    name: str
    label: Text
    within: str = ""


@dataclass(frozen=True)
class Choices:
    """A list of answers: its own choices, or a file that comes to the phone with the form. filter: XPath over a
    choice's columns.
    """

    name: str
    choices: tuple[Choice, ...] = ()
    file: str = ""
    filter: str = ""


@dataclass(frozen=True)
class Question:
    """A question, or a value that the phone adds (`start`, `end`, `calculate`).

    relevant, constraint, calculation: XPath with `${name}` for another question and `.` for the answer. low, high:
    range of a whole number, part of the constraint. column: the contract's column; empty: only the form needs the
    answer. variable: the variable of DTSEN that it asks for.
    """

    kind: Kind
    name: str
    label: Text = NOTHING
    hint: Text = NOTHING
    required: bool = False
    relevant: str = ""
    constraint: str = ""
    message: Text = NOTHING
    low: int | None = None
    high: int | None = None
    choices: Choices | None = None
    calculation: str = ""
    default: str = ""
    appearance: str = ""
    parameters: str = ""
    column: str = ""
    variable: str = ""

    @property
    def limits(self) -> str:
        """The whole constraint, with the range."""
        found = [f". >= {self.low}"] if self.low is not None else []
        found += [f". <= {self.high}"] if self.high is not None else []
        return " and ".join([*found, *([self.constraint] if self.constraint else [])])


@dataclass(frozen=True)
class Repeat:
    """Questions asked once for each of several, such as the members of a family. source: the contract of its rows."""

    name: str
    label: Text
    source: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Form:
    """A form. source: the contract of its answers. instance: XPath of the name under which Collect lists a filled form.

    version: to be raised with every change, as ODK Central demands.
    """

    name: str
    title: Text
    source: str
    version: str
    instance: str
    parts: tuple[Question | Repeat, ...] = field(default_factory=tuple)

    @property
    def questions(self) -> tuple[Question, ...]:
        """Its questions outside repeats."""
        return tuple(part for part in self.parts if isinstance(part, Question))

    @property
    def repeats(self) -> tuple[Repeat, ...]:
        return tuple(part for part in self.parts if isinstance(part, Repeat))

    def lists(self) -> Iterator[Choices]:
        """Every list of choices once, in the order of the questions."""
        seen: set[str] = set()
        every = [question for repeat in self.repeats for question in repeat.questions]
        for question in (*self.questions, *every):
            if question.choices and question.choices.name not in seen:
                seen.add(question.choices.name)
                yield question.choices
