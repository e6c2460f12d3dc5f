"""Messages to agencies: one sentence in Indonesian, one in English, with placeholders. Each is declared beside its
check.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from validations.errors import SadayaError

MOST_CHARACTERS = 400
"""Maximum length of an inserted value: a list of columns, or a name, may have any length."""


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        return f"{value[:MOST_CHARACTERS]}…"
    return value


@dataclass(frozen=True)
class Message:
    """A sentence in both languages. `code` is the check's name in quality.quarantine; `{name}` is a placeholder."""

    code: str
    id: str
    en: str

    def fill(self, **values: Any) -> Filled:
        """The sentence with its values, shortened if long.

        Raises:
            KeyError: a value is missing.
        """
        short = {name: _short(value) for name, value in values.items()}
        return Filled(self.code, self.id.format(**short), self.en.format(**short))


@dataclass(frozen=True)
class Filled:
    """A message with its values."""

    code: str
    id: str
    en: str


@dataclass
class Refusal(SadayaError):  # noqa: N818 -- the domain's word: a delivery is refused
    """A file or delivery that is refused entirely. Values hold no personal data: column names, counts, positions."""

    message: Message
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def filled(self) -> Filled:
        return self.message.fill(**self.values)

    def __str__(self) -> str:
        return f"{self.filled.code}: {self.filled.en}"
