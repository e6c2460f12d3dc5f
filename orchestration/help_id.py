"""Help of the command line in Indonesian: its texts, and the words that the library of commands adds to them."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from typer._click.core import Command, Context
from typer._click.formatting import HelpFormatter

AnyCommand = TypeVar("AnyCommand", bound=Command)
_CATALOGUE = Path(__file__).with_suffix(".toml")
_SECTIONS = {"Options": "Opsi", "Arguments": "Argumen", "Commands": "Perintah"}
_ADDED = (
    (re.compile(r"^Show this message and exit\.$"), "Tampilkan bantuan ini."),
    (re.compile(r"(?<=[\[ ])default: "), "bawaan: "),
    (re.compile(r"(?<=[\[ ])env var: "), "variabel lingkungan: "),
    (re.compile(r"(?<=[\[ ])required\]$"), "wajib]"),
)


@cache
def catalogue() -> Mapping[str, str]:
    """English text, with single blanks -> Indonesian."""
    return tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))


def in_indonesian(command: AnyCommand) -> AnyCommand:
    """A copy of a command, and of those below it, whose help is in Indonesian; a text without translation stays."""
    told = copy.deepcopy(command)
    _translate(told)
    return told


def texts_of(command: Command) -> set[str]:
    """Every help text of a command and of those below it, with single blanks."""
    own = {_joined(owner.help) for owner in _with_help(command)}
    return own.union(*(texts_of(below) for below in _below(command)))


def _translate(command: Command) -> None:
    command.context_class = _Context
    for owner in _with_help(command):
        owner.help = catalogue().get(_joined(owner.help), owner.help)
    for below in _below(command):
        _translate(below)


def _with_help(command: Command) -> Sequence[Any]:
    """A command and its parameters, as far as they have a help text."""
    return [owner for owner in (command, *command.params) if getattr(owner, "help", None)]


def _below(command: Command) -> Sequence[Command]:
    return list(getattr(command, "commands", {}).values())


def _joined(text: str) -> str:
    return " ".join(text.split())


class _Formatter(HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or "Pemakaian: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(_SECTIONS.get(heading, heading))

    def write_dl(self, rows: Sequence[tuple[str, str]], *rest: Any, **more: Any) -> None:
        super().write_dl([(term, _translated(text)) for term, text in rows], *rest, **more)


def _translated(text: str) -> str:
    for pattern, indonesian in _ADDED:
        text = pattern.sub(indonesian, text)
    return text


class _Context(Context):
    formatter_class = _Formatter
