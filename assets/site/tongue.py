"""One language of the site: the catalogue of texts, and the format of numbers.

The catalogue is `texts/*.toml`: a file per page or part, a table per text; a text is named `file.key`. Every key must
have both languages.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

from assets.site import numbers
from assets.site.numbers import LANGUAGES, Language
from validations.errors import SadayaError

FOLDER = Path(__file__).with_name("texts")


class TextError(SadayaError):
    """The catalogue lacks a text, or has one in one language only."""


@cache
def catalogue(more: Path | None = None) -> Mapping[str, Mapping[str, str]]:
    """All texts: `file.key` -> language -> text. more: another folder with texts, of pages outside the site.

    Raises:
        TextError: a text is not in exactly the site's languages.
    """
    found: dict[str, Mapping[str, str]] = {}
    for path in sorted([*FOLDER.glob("*.toml"), *(more.glob("*.toml") if more else ())]):
        for key, texts in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if not isinstance(texts, dict) or texts.keys() != set(LANGUAGES):
                raise TextError(f"{path.name}: {key}: not a text in each of {', '.join(LANGUAGES)}")
            found[f"{path.stem}.{key}"] = {language: str(text).strip() for language, text in texts.items()}
    return found


@dataclass(frozen=True)
class Tongue:
    """Texts and formats of one language: `t("file.key", name=value)`, `t.number(4640)`, `t.percent(0.43)`. more: as of
    `catalogue`.
    """

    language: Language
    more: Path | None = None

    def __call__(self, key: str, **values: object) -> Markup:
        """Return a text with its fields filled. The catalogue may have HTML; values are escaped.

        Raises:
            TextError: there is no such text, or a field has no value.
        """
        try:
            text = catalogue(self.more)[key][self.language]
            return Markup(text.format_map({name: escape(value) for name, value in values.items()}))  # noqa: S704 -- ours
        except KeyError as error:
            raise TextError(f"text {key}: {error.args[0]} is missing") from None

    def number(self, value: float | None, decimals: int = 0) -> str:
        return numbers.number(value, self.language, decimals)

    def signed(self, value: float | None, decimals: int = 0) -> str:
        return numbers.signed(value, self.language, decimals)

    def percent(self, share: float | None, decimals: int = 0) -> str:
        return numbers.percent(share, self.language, decimals)

    def rupiah(self, value: float | None) -> str:
        return numbers.rupiah(value, self.language)

    def day(self, value: date | None) -> str:
        return numbers.day(value, self.language)

    def moment(self, value: datetime | None) -> str:
        return numbers.moment(value, self.language)

    def month(self, year: int, nth: int | None) -> str:
        return numbers.month(year, nth, self.language)

    def listed(self, words: list[str]) -> Markup:
        """a, b dan c. Plain words are escaped."""
        if len(words) < 2:
            return Markup("").join(words)
        last = Markup(" dan ") if self.language == "id" else Markup(" and ")
        return last.join([Markup(", ").join(words[:-1]), words[-1]])
