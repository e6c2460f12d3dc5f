"""Prose: no line is wrapped by accident, and words of an old dialect do not come back.

Both checks are sober. A wrap counts only where the next word and `SLACK` more characters would have fitted, inside a
sentence, between two lines of equal indentation (so tables and commands pass). The words are few and have hardly any
proper use in this repository; that a text without them is plain English is not checked. Prose is: docstrings,
comments, names of functions, descriptions in YAML, and Markdown. Generated pages are left out.
"""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIMIT = 120
SLACK = 20
GENERATED = ("contracts/", "docs/kamus/", "docs/kontrak/")
DIALECT = {
    r"anew": "again, from scratch",
    r"whoever": "a person who, every user who",
    r"goes? on from": "continues, is incremental",
    r"(is|are|was|were) no more": "is removed, no longer exists",
    r"(is|are|be|was|were|been) told (of|by)": "is reported, knows, is distinguished by",
    r"lays?|laid": "writes, stores",
    r"heard|unsaid": "added, superseded",
    r"stands? twice": "appears twice",
    r"for ever": "permanently",
    r"in earnest": "in production",
    r"decides? nothing": "does not affect the result",
    r"by little": "from little evidence",
    r"thereof|thereby|wherein|whither|hereafter": "(leave it out)",
}
"""Pattern -> what to write instead."""
_DIALECT = re.compile(rf"\b({'|'.join(DIALECT)})\b", re.IGNORECASE)
_MARKS = {".py": "#", ".sql": "--", ".yml": "#", ".yaml": "#", ".toml": "#"}

Paragraph = list[tuple[int, str]]
"""Lines of prose that follow each other, with their numbers."""


@cache
def _files() -> list[Path]:
    names = subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines()
    known = [name for name in names if not name.startswith(GENERATED) and name != "tests/test_prose.py"]
    return [path for name in known if (path := ROOT / name).suffix in (*_MARKS, ".md") and path.is_file()]


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def comments(text: str, mark: str) -> Iterator[Paragraph]:
    """Blocks of whole-line comments, without their marks."""
    block: Paragraph = []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        bare = line.lstrip()
        if bare.startswith(mark):
            block.append((number, line.replace(mark, " " * len(mark), 1)))
        elif block:
            yield block
            block = []


def docstrings(text: str) -> Iterator[Paragraph]:
    """Strings that stand alone as a statement."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            block = [(number, lines[number - 1]) for number in range(node.lineno, (node.end_lineno or 0) + 1)]
            number, first = block[0]
            yield [(number, first.replace('"""', "", 1)), *block[1:]]


def wrapped(block: Paragraph) -> Iterator[tuple[int, str]]:
    """Lines of a paragraph that end in the middle of a sentence although the next words would have fitted."""
    for (number, line), (_, following) in itertools.pairwise(block):
        one, other = line.rstrip(), following.rstrip()
        inside = bool(re.search(r"[\w,)'\"`]$", one)) and bool(re.match(r"\s*[a-z(`]", other))
        even = len(one) - len(one.lstrip()) == len(other) - len(other.lstrip())
        table = re.search(r"\S {2,}\S", one.strip()) or "|" in one or one.lstrip().startswith("python -m ")
        if inside and even and not table and len(f"{one} {other.split()[0]}") + SLACK <= LIMIT:
            yield number, one.strip()


def dialect(text: str) -> list[str]:
    """The words of a text that this repository does not use."""
    return [found[0] for found in _DIALECT.finditer(text)]


def _prose(path: Path) -> Iterator[Paragraph]:
    text = _text(path)
    if path.suffix == ".py":
        yield from docstrings(text)
    if path.suffix in _MARKS:
        yield from comments(text, _MARKS[path.suffix])


def _words(path: Path) -> Iterator[tuple[int, str]]:
    if not dialect(_text(path).replace("_", " ")):  # most files: reading their prose costs more
        return
    if path.suffix in (".md", ".yml", ".yaml"):
        yield from enumerate(_text(path).splitlines(), 1)
        return
    for block in _prose(path):
        yield from block
    if path.suffix == ".py":
        for found in re.finditer(r"def (\w+)", _text(path)):
            yield _text(path).count("\n", 0, found.start()) + 1, found[1].replace("_", " ")


def test_no_line_is_wrapped_by_accident() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number} {line}"
        for path in _files()
        for block in _prose(path)
        for number, line in wrapped(block)
    ]
    assert not found, "\n".join(found)


def test_no_dialect_word_comes_back() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number} {words}"
        for path in _files()
        for number, line in _words(path)
        if (words := dialect(line))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("# one word\n# and another", [1]),
        ("# One sentence.\n# and another", []),
        ("# One word\n# Another", []),
        (f"# {'x' * 95}\n# {'y' * 10}", []),
        ("# name    meaning\n# id      a number", []),
    ],
)
def test_finds_short_lines_within_a_sentence(text: str, lines: list[int]) -> None:
    assert [number for block in comments(text, "#") for number, _ in wrapped(block)] == lines


def test_finds_docstrings_of_modules_and_names() -> None:
    assert [len(block) for block in docstrings('"""One\ntwo."""\nA = 1\n"""A\'s."""\n')] == [2, 1]


def test_finds_dialect_words() -> None:
    assert dialect("Made anew of what is no more. No more than two.") == ["anew", "is no more"]
