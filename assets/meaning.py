"""The meaning of a table or column in Indonesian and English.

It is written once, as a dbt doc block: Indonesian, a line `---`, English. It is stored as a comment in the published
file: one line in each language.
"""

from __future__ import annotations

from dataclasses import dataclass

from validations.errors import SadayaError

_BETWEEN = "---"


class MeaningError(SadayaError):
    """A description does not have exactly one text in Indonesian and one in English; the message names it."""


@dataclass(frozen=True)
class Meaning:
    """One paragraph in each language."""

    id: str
    en: str

    @property
    def comment(self) -> str:
        """The comment in the published file."""
        return f"{self.id}\n{self.en}"


def of_description(description: str, what: str) -> Meaning:
    """Parse a dbt doc block. what: named in the error.

    Raises:
        MeaningError: there are not exactly two texts.
    """
    texts: list[list[str]] = [[]]
    for line in description.splitlines():
        if line.strip() == _BETWEEN:
            texts.append([])
        else:
            texts[-1].extend(line.split())
    if len(texts) != 2 or not all(texts):
        raise MeaningError(f"describe {what} in Indonesian, then a line {_BETWEEN}, then English")
    return Meaning(*(" ".join(words) for words in texts))


def of_comment(comment: str | None) -> Meaning:
    """Parse a comment of a published file; empty texts if there is none."""
    indonesian, _, english = (comment or "").partition("\n")
    return Meaning(indonesian, english)
