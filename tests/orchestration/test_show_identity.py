"""Identity on the command line: numbers are masked, markup in values is not interpreted, pictures need no network."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from assets.identity.review.explain import Explanation
from orchestration import show_identity

NIK = "3601014107009001"
PAIR = {
    "pair_id": "L1",
    "source_a": "dinsos_pkh",
    "record_key_a": "P1",
    "role_a": "manager",
    "source_b": "dukcapil_penduduk",
    "record_key_b": NIK,
    "role_b": "self",
    "detector": "splink",
    "weight": 9.5,
    "match_probability": 0.9986,
    "state": "confirmed",
    "evidence": [
        {"field": "name", "level": "same words", "weight": 12.5},
        {"field": "birth", "level": "within a year", "weight": -3.0},
    ],
}
RECORD = {
    "source": "dukcapil_penduduk", "record_key": NIK, "role": "self", "link_rule": "register", "match_probability": 1.0,
    "name": "ASEP [red]HIDAYAT", "sex": "L", "birth_date": None, "birth_year": 1980, "nik": NIK, "nik_state": "valid",
    "no_kk": None, "mother_name": None, "village_code": "3601012001", "valid_from": None,
}  # fmt: skip
FOUND = Explanation("P1", "person", "P2", "20191101-001", [], [RECORD], [PAIR])


def drawn(draw, width: int = 160) -> str:
    console = Console(file=io.StringIO(), width=width)
    draw(console)
    return console.file.getvalue()


def test_numbers_are_masked_unless_asked_for():
    masked = drawn(lambda console: show_identity.explanation(console, FOUND))
    assert NIK not in masked
    assert "360101••••••9001" in masked
    assert NIK in drawn(lambda console: show_identity.explanation(console, FOUND, full=True))


def test_a_merged_id_shows_the_current_one_and_each_fields_weight():
    text = drawn(lambda console: show_identity.explanation(console, FOUND))
    assert "today: P2" in text
    assert "one person (splink, weight 9.5, probability 0.9986)" in text
    assert "+12.5" in text
    assert "-3.0" in text
    assert "ASEP [red]HIDAYAT" in text, "a name is text, never markup"


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [(1.0, 2.5, "+1.50"), (None, 2.5, "new"), (1.0, None, "removed")],
    ids=["other", "new", "gone"],
)
def test_changes_of_a_model(was, now, said):
    rows = [{"field": "name", "level": "same words", "was": was, "is": now}]
    assert said in drawn(lambda console: show_identity.changes(console, rows))


def test_a_picture_loads_nothing_from_the_network(tmp_path):
    show_identity.save_drawing(tmp_path / "x.svg", "title", lambda console: console.print("drawn here"))
    picture = (tmp_path / "x.svg").read_text()
    assert "drawn" in picture
    assert "@font-face" not in picture
