"""Every published table and column is described in Indonesian and English, and each meaning once."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from assets.meaning import Meaning, MeaningError, of_comment, of_description
from assets.sharing.dictionary import Described, described
from assets.sharing.units import UNITS
from orchestration.dbt_manifest import PROJECT, read_manifest

NUMBERS = ("int", "double", "decimal")
ENGLISH = re.compile(r"\b(the|of|which|where|null|and|whose|this)\b")
"""English words that an Indonesian text does not contain, except in names of columns and codes."""
NAMES = re.compile(r"`[^`]*`|\b[a-z]+_[a-z_]+\b|\([^)]*\)")


@pytest.fixture(scope="module")
def manifest() -> dict:
    return read_manifest()


@pytest.fixture(scope="module")
def tables(manifest) -> dict[str, Described]:
    return described(manifest)


@pytest.fixture(scope="module")
def blocks(manifest) -> dict[str, Meaning]:
    """The doc blocks of this project."""
    ours = (doc for doc in manifest["docs"].values() if doc["package_name"] == "sadaya")
    return {doc["name"]: of_description(doc["block_contents"], doc["name"]) for doc in ours}


def test_published_tables_are_described_in_both_languages(manifest, tables):
    published = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed") and node["config"]["schema"] in ("marts", "reference")
    ]
    assert {f"{node['schema']}.{node['name']}" for node in published} == tables.keys()
    assert all(each.columns for each in tables.values())
    meanings = [each.meaning for each in tables.values()]
    meanings += [column.meaning for each in tables.values() for column in each.columns]
    assert [meaning.id for meaning in meanings if ENGLISH.search(NAMES.sub("", meaning.id))] == []
    assert [meaning.id for meaning in meanings if meaning.id == meaning.en] == []


def test_a_meaning_is_written_once_and_every_block_is_used(blocks):
    texts = Counter(text for meaning in blocks.values() for text in (meaning.id, meaning.en))
    assert [text for text, times in texts.items() if times > 1] == []
    files = [*(PROJECT / "models").rglob("*.yml"), *(PROJECT / "seeds").rglob("*.yml")]
    used = set(re.findall(r"doc\('(\w+)'\)", "".join(path.read_text(encoding="utf-8") for path in files)))
    assert used == blocks.keys()


def test_the_stated_grain_is_the_tested_grain(tables):
    for table in tables.values():
        told = table.meaning.en.rpartition("Grain: ")[2].rstrip(".").split(", ")
        assert sorted(told) == sorted(table.grain), table.name
        assert table.meaning.id.endswith(f"Satu baris per: {', '.join(told)}."), table.name


def test_numbers_have_units_and_nothing_else_has(tables):
    columns = [(table.name, column) for table in tables.values() for column in table.columns]
    numbers = [(name, column) for name, column in columns if any(kind in column.type for kind in NUMBERS)]
    assert [
        (name, column.name) for name, column in columns if (column.unit is not None) != ((name, column) in numbers)
    ] == []
    assert {column.unit for _, column in numbers} == UNITS.keys()


def test_allowed_values_and_origin_follow_from_the_project(tables):
    coverage = {column.name: column for column in tables["marts.coverage_by_region"].columns}
    assert coverage["unit"].allowed == ("person", "family", "household")
    assert coverage["unit"].required
    assert coverage["coverage_share"].unit == "share"
    assert tables["marts.fct_school"].sources == ("dindik_siswa",)
    assert "reference.ref_programme" in tables["marts.coverage_by_region"].parents
    reason = next(column for column in tables["marts.worklist_dinkes_pbi_of_gone"].columns if column.name == "reason")
    assert reason.allowed == ("died", "moved_away")


def test_a_text_in_one_language_is_refused():
    for text in ("Rumah tangga.", "Rumah tangga.\n\n---\n", "a\n---\nb\n---\nc"):
        with pytest.raises(MeaningError, match=r"marts\.x"):
            of_description(text, "marts.x")


def test_a_comment_separates_both_texts():
    meaning = of_description("Rumah\ntangga.\n\n---\n\nA household -- of people.", "x")
    assert of_comment(meaning.comment) == meaning == Meaning("Rumah tangga.", "A household -- of people.")
    assert of_comment(None) == Meaning("", "")


def test_the_blocks_lie_where_dbt_finds_them(blocks):
    found = set()
    for path in Path(PROJECT / "models" / "marts" / "docs").glob("*.md"):
        found |= set(re.findall(r"{% docs (\w+) %}", path.read_text(encoding="utf-8")))
    assert found == blocks.keys()
