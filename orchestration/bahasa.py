"""In which language the command line speaks: what `--bahasa` says, else Indonesian where the user's system does, else
both where it speaks to agencies and English elsewhere.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import typer
from typer._click.exceptions import ClickException, UsageError
from typer.core import TyperGroup

from orchestration.help_id import in_indonesian
from validations.messages import Filled

INDONESIAN, ENGLISH = "id", "en"
OPTION = "--bahasa"
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_chosen: str | None = None


def language(environment: Mapping[str, str] = os.environ) -> str | None:
    """`id` or `en` as the user asked, `id` if the system's messages are Indonesian, else None."""
    if _chosen is not None:
        return _chosen
    first = next((value for name in _VARIABLES if (value := environment.get(name))), "")
    return INDONESIAN if re.match(r"(?:id|in)(?:[_.@]|$)", first, re.IGNORECASE) else None


def say(indonesian: str, english: str) -> str:
    """One sentence of the command line: English unless the user reads Indonesian."""
    return indonesian if language() == INDONESIAN else english


def both(message: Filled) -> str:
    """A message to an agency: in the user's language, or both if it is not known."""
    return {INDONESIAN: message.id, ENGLISH: message.en}.get(language() or "", f"{message.id} / {message.en}")


def wrong(indonesian: str, english: str, hint: str) -> typer.BadParameter:
    """Wrong usage of the option or argument `hint`."""
    return typer.BadParameter(say(indonesian, english), param_hint=hint)


def unknown(name: str, known: list[str], hint: str) -> typer.BadParameter:
    """A source that nobody declares; the one that may be meant is named."""
    near = get_close_matches(name.lower(), known, n=1, cutoff=0.5)
    maybe = (f" Maksud Anda {near[0]}?", f" Did you mean {near[0]}?") if near else ("", "")
    listed = ", ".join(known)
    return wrong(
        f"tidak ada sumber {name}.{maybe[0]} Yang ada: {listed}", f"no source {name}.{maybe[1]} Known: {listed}", hint
    )


class Group(TyperGroup):
    """The commands; `--bahasa` may stand anywhere, and help and wrong usage are told in the user's language."""

    def main(self, args: Any = None, *rest: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run a command, as `TyperGroup` does."""
        global _chosen
        _chosen = None
        try:
            given, _chosen = _without_language(list(sys.argv[1:] if args is None else args))
            told = in_indonesian(self) if language() == INDONESIAN else self
            code = super(Group, told).main(given, *rest, standalone_mode=False, **extra)
        except ClickException as error:
            if not standalone_mode:
                raise
            _show(error)
            sys.exit(error.exit_code)
        except typer.Abort:
            if not standalone_mode:
                raise
            sys.exit(1)
        if not standalone_mode:
            return code
        sys.exit(code if isinstance(code, int) else 0)


def _without_language(arguments: list[str]) -> tuple[list[str], str | None]:
    """The arguments without `--bahasa` and its value, and that value.

    Raises:
        UsageError: it has no value, or another than `id` and `en`.
    """
    rest, chosen = [], None
    words = iter(arguments)
    for word in words:
        if word == "--":
            return [*rest, word, *words], chosen
        name, equals, value = word.partition("=")
        if name != OPTION:
            rest.append(word)
            continue
        chosen = value if equals else next(words, "")
        if chosen not in (INDONESIAN, ENGLISH):
            raise UsageError(f"{OPTION}: id / en")
    return rest, chosen


def _show(error: ClickException) -> None:
    """What was wrong, on stderr."""
    if language() != INDONESIAN:
        error.show()
        return
    context = getattr(error, "ctx", None)
    if context is not None:
        sys.stderr.write(f"{context.get_usage()}\nLihat '{context.command_path} --help'.\n\n")
    sys.stderr.write(f"Galat: {translated(error.format_message())}\n")


_TRANSLATIONS = tuple(
    (re.compile(f"^{pattern}$", re.DOTALL | re.IGNORECASE), template)
    for pattern, template in (
        (r"Invalid value for ('[^']+'(?: \(env var: '[^']+'\))?|.+?): (.*)", "Nilai {0} salah: {1}"),
        (r"Value error, (.+)", "{0}"),
        (r"Input should be a valid (?:integer|number).*", "harus bilangan."),
        (r"Invalid value: (.*)", "Nilai salah: {0}"),
        (r"Missing option (.+?)\.?", "Opsi {0} belum diberikan."),
        (r"Missing argument (.+?)\.?", "Argumen {0} belum diberikan."),
        (r"Missing command\.?", "Perintah belum diberikan."),
        (r"No such command (.+?)\.(.*)", "Tidak ada perintah {0}. {1}"),
        (r"No such option:? (.+?)\.?(?: (Did you mean .+|\(Possible .+))?", "Tidak ada opsi {0}. {1}"),
        (r" *Did you mean (?:one of: )?(.+)\?", "Maksud Anda {0}?"),
        (r"\(Possible options: (.+)\)", "Maksud Anda salah satu dari {0}?"),
        (r"Option (.+) requires an argument\.", "Opsi {0} memerlukan nilai."),
        (r"Got unexpected extra arguments? \((.+)\)", "Argumen berlebih ({0})."),
        (r"(?:Path|File|Directory) (.+) does not exist\.", "{0} tidak ada."),
        (r"(?:Path|File) (.+) is a directory\.", "{0} adalah folder, bukan berkas."),
        (r"(?:Path|Directory) (.+) is a file\.", "{0} adalah berkas, bukan folder."),
        (r"(?:Path|File|Directory) (.+) is not readable\.", "{0} tidak dapat dibaca."),
        (r"(.+) does not match the formats? (.+)\.", "{0} tidak berbentuk {1}."),
        (r"(.+) is not a valid (?:integer|float)\.?", "{0} bukan angka."),
        (r"(.+) is not in the range (.+)\.", "{0} di luar rentang {1}."),
    )
)


def translated(sentence: str) -> str:
    """A sentence of the library of commands in Indonesian; one that is not known stays as it is."""
    for pattern, template in _TRANSLATIONS:
        if found := pattern.match(sentence):
            parts = [part or "" for part in found.groups()]
            inner = [translated(part) for part in parts]
            return template.format(*inner).strip()
    return sentence
