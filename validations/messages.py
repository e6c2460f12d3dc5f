"""What we tell an agency: one sentence in Indonesian, one in English, with places for values. Each is declared
beside its check.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from validations.errors import SadayaError

MOST_CHARACTERS = 400
"""So much of a value is said: a list of columns, or a name, may be as long as its sender likes."""


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        return f"{value[:MOST_CHARACTERS]}…"
    return value


@dataclass(frozen=True)
class Message:
    """A sentence in both languages. `code` is the check's name in quality.quarantine; `{name}` marks the place of a
    value.
    """

    code: str
    id: str
    en: str

    def fill(self, **values: Any) -> Filled:
        """The sentence with its values, cut where they are long.

        Raises:
            KeyError: a value is missing.
        """
        short = {name: _short(value) for name, value in values.items()}
        return Filled(self.code, self.id.format(**short), self.en.format(**short))


@dataclass(frozen=True)
class Filled:
    """A message ready to be read."""

    code: str
    id: str
    en: str


@dataclass
class Refusal(SadayaError):  # noqa: N818 -- the domain's word: a delivery is refused
    """A file or delivery that may not come in at all. Values hold no personal data: names of columns, counts,
    positions.
    """

    message: Message
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def filled(self) -> Filled:
        return self.message.fill(**self.values)

    def __str__(self) -> str:
        return f"{self.filled.code}: {self.filled.en}"
