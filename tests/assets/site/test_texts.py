"""Tests the catalogue: both languages of every text, and exactly the texts that are used."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from assets.site import numbers, tongue
from assets.site.tongue import TextError, Tongue, catalogue

SITE = Path(tongue.__file__).parent
_IN_TEMPLATES = re.compile(r"\bt\('([a-z_]+\.\w*)'( ~)?")


def used() -> set[str]:
    """Keys used by pages and templates; parts filled in later are `*`."""
    found = {
        f"{key}*" if joined else key
        for path in SITE.rglob("*.html")
        for key, joined in _IN_TEMPLATES.findall(path.read_text(encoding="utf-8"))
    }
    for path in SITE.rglob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
        found |= {text for node in nodes if id(node) not in parts and (text := _text(node))}
    return found


def _text(node: ast.AST) -> str | None:
    """A Python string that is the name of a text, not of a page."""
    match node:
        case ast.Constant(value=str(text)):
            pass
        case ast.JoinedStr(values=parts):
            text = "".join(part.value if isinstance(part, ast.Constant) else "*" for part in parts)
        case _:
            return None
    named = re.fullmatch(r"([a-z_]+)\.[\w*]+", text)
    return text if named and named[1] in files() and text.rpartition(".")[2] not in ("html", "") else None


def files() -> set[str]:
    return {path.stem for path in tongue.FOLDER.glob("*.toml")}


def matches(pattern: str, key: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".+"), key) is not None


def test_every_text_that_is_used_is_there_and_every_text_is_used():
    patterns, keys = used(), set(catalogue())
    assert not {each for each in patterns if not any(matches(each, key) for key in keys)}
    assert not {key for key in keys if not any(matches(each, key) for each in patterns)}


def test_a_text_in_one_language_alone_is_no_text(tmp_path, monkeypatch):
    (tmp_path / "satu.toml").write_text('[halo]\nid = "Halo"\n')
    monkeypatch.setattr(tongue, "FOLDER", tmp_path)
    with pytest.raises(TextError, match=r"satu.toml: halo: not a text in each of id, en"):
        catalogue.__wrapped__()


def test_both_languages_of_a_text_have_the_same_places():
    def places(text):
        return set(re.findall(r"\{(\w+)\}", text))

    assert not {key for key, texts in catalogue().items() if places(texts["id"]) != places(texts["en"])}


def test_a_text_or_a_place_that_is_missing_is_said_and_values_are_escaped():
    t = Tongue("id")
    with pytest.raises(TextError, match=r"text umum\.tidak_ada"):
        t("umum.tidak_ada")
    with pytest.raises(TextError, match="day is missing"):
        t("umum.as_of")
    assert t("umum.as_of", day="<b>") == "keadaan per &lt;b&gt;"


@pytest.mark.parametrize(
    ("value", "decimals", "indonesian", "english"),
    [
        (1234567.8, 1, "1.234.567,8", "1,234,567.8"),
        (0, 0, "0", "0"),
        (-30, 0, "−30", "−30"),
        (-0.001, 1, "0,0", "0.0"),
        (None, 0, "–", "–"),
    ],
)
def test_numbers(value, decimals, indonesian, english):
    assert numbers.number(value, "id", decimals) == indonesian
    assert numbers.number(value, "en", decimals) == english


@pytest.mark.parametrize(
    ("share", "decimals", "written"),
    [
        *[(0.0509, 2, "5,09%"), (0.43, 0, "43%"), (0, 0, "0%"), (1, 0, "100%"), (None, 0, "–")],
        *[(0.001, 0, "<\N{NO-BREAK SPACE}1%"), (0.999, 0, ">\N{NO-BREAK SPACE}99%")],
    ],
)
def test_a_share_that_is_not_nothing_or_all_is_not_written_so(share, decimals, written):
    assert numbers.percent(share, "id", decimals) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        *[(24e6, "Rp 24 juta"), (1.25e9, "Rp 1,25 miliar"), (87.5e9, "Rp 87,5 miliar"), (2.5e12, "Rp 2,50 triliun")],
        *[(465000, "Rp 465.000"), (0, "Rp 0"), (None, "–")],
    ],
)
def test_money(value, written):
    assert numbers.rupiah(value, "id").replace("\N{NO-BREAK SPACE}", " ") == written


def test_signs_days_and_lists():
    assert [numbers.signed(value, "id") for value in (10, 0, -10)] == ["+10", "0", "−10"]
    assert numbers.day(date(2019, 11, 1), "id").replace("\N{NO-BREAK SPACE}", " ") == "1 November 2019"
    assert numbers.month(2019, 3, "en").replace("\N{NO-BREAK SPACE}", " ") == "March 2019"
    assert Tongue("id").listed(["a", "b", "c"]) == "a, b dan c"
