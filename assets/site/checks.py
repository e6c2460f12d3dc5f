"""Describes the checks of rows by the messages that agencies read, without values of a row."""

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
_ONLY_OF_THE_ROW = re.compile(r"(?<=[a-z”)}]\.) [^.{]*: \{(?!column)\w+\}\.|: \{(?!column)\w+\}(?=\.)")
"""Parts of a message that need a row: a later sentence that ends with a value of it, or such an ending."""


class _Left(dict[str, str]):
    """Gives `…` for fields of a message that only a row could fill."""

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
    """The message of a check for a column; the check's name if it no longer has a message."""
    message = messages().get(check)
    text = getattr(message, language) if message else check
    return _ONLY_OF_THE_ROW.sub("", text).format_map(_Left(column=column or "…"))
