"""What the checks of rows mean, in words: the messages that agencies read, without the values that a row had."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Mapping
from functools import cache

import validations
from assets.site.numbers import Language
from validations.messages import Message

_GATE = "validations.expectations"
_ONLY_OF_THE_ROW = re.compile(r"(?<=[a-z…”)]\.) [^.…]*: …\.")
"""A sentence after the first that says nothing without the row."""


class _Left(dict[str, str]):
    """Places of a message that no row fills here."""

    def __missing__(self, key: str) -> str:
        return "…"


@cache
def messages() -> Mapping[str, Message]:
    """Every message that a check declares, by the check's name."""
    modules = (
        importlib.import_module(each.name)
        for each in pkgutil.walk_packages(validations.__path__, "validations.")
        if not each.name.startswith(_GATE)
    )
    return {value.code: value for module in modules for value in vars(module).values() if isinstance(value, Message)}


def sentence(check: str, column: str | None, language: Language) -> str:
    """What a check says of a column; its name where it has no message any more."""
    message = messages().get(check)
    text = getattr(message, language) if message else check
    said = text.format_map(_Left(column=column or "…"))
    return _ONLY_OF_THE_ROW.sub("", said).replace(": ….", ".")
