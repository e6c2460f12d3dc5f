"""What a table or column means, in Indonesian and English, in the forms in which it is written, kept and shown.

Written once, as a dbt doc block: Indonesian, a line `---`, English. Kept as a comment of the published file: one line
of each.
"""

from __future__ import annotations

from dataclasses import dataclass

from validations.errors import SadayaError

_BETWEEN = "---"


class MeaningError(SadayaError):
    """A description is not one text in Indonesian and one in English; says which."""


@dataclass(frozen=True)
class Meaning:
    """One paragraph in each language."""

    id: str
    en: str

    @property
    def comment(self) -> str:
        """As the published file keeps it."""
        return f"{self.id}\n{self.en}"


def of_description(description: str, what: str) -> Meaning:
    """From a dbt doc block. what: named in the error.

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
        raise MeaningError(f"{what} is to be described in Indonesian, a line {_BETWEEN}, and English")
    return Meaning(*(" ".join(words) for words in texts))


def of_comment(comment: str | None) -> Meaning:
    """From a comment of a published file; empty texts where there is none."""
    indonesian, _, english = (comment or "").partition("\n")
    return Meaning(indonesian, english)
