"""Tests every page of the site as files: complete, linked, small, in both languages, with agreed data only."""

from __future__ import annotations

import gzip
import posixpath
import re
from pathlib import Path

import pytest

from assets.sharing.agreement import PUBLIC, path_of, read_one
from assets.site.build import SIMULATED, write_pages
from assets.site.pages import all_pages
from tests.assets.site.conftest import make_data

pytestmark = pytest.mark.slow

MOST = 300 * 1024
"""Maximum bytes of a page over the network, with its assets."""


_LINK, _ID = re.compile(r'(?:href|src)="([^"]*)"'), re.compile(r'\bid="([^"]*)"')


def pages_of(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.html"))


def test_every_page_is_there_in_both_languages_and_says_which(site):
    folder = site()
    here = {path.relative_to(folder).as_posix() for path in pages_of(folder)}
    indonesian = {path for path in here if not path.startswith("en/")}
    assert {f"en/{path}" for path in indonesian} == here - indonesian
    assert {"index.html", "peta.html", "program.html", "wilayah/3601.html", "wilayah/360101.html"} <= indonesian
    assert len([path for path in indonesian if path.startswith("wilayah/")]) == 8 + 155
    for path in here:
        language = "en" if path.startswith("en/") else "id"
        assert f'<html lang="{language}">' in (folder / path).read_text(encoding="utf-8"), path


@pytest.mark.parametrize("counts", [True, False])
def test_every_link_leads_to_a_page_that_is_there_and_none_to_another_host(site, counts):
    folder = site(counts, counts)
    texts = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in pages_of(folder)}
    ids = {path: set(_ID.findall(text)) for path, text in texts.items()}
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for path, text in texts.items():
        for link in set(_LINK.findall(text)) - {"data:,"}:
            target, _, part = link.partition("#")
            there = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
            assert there in files, (path, link)
            assert not part or part in ids[there], (path, link)


def test_a_page_with_all_that_it_loads_is_light(site):
    folder = site()
    shared = sum(len(gzip.compress(path.read_bytes())) for path in (folder / "aset").iterdir())
    heaviest = max(len(gzip.compress(path.read_bytes())) for path in pages_of(folder))
    assert shared + heaviest < MOST


def test_a_refused_load_gets_what_is_about_deliveries_and_checks_and_no_count_of_people(site):
    folder = site(counts=False, before=False)
    kinds = {page.path for page in all_pages() if page.of_load}
    assert {path.relative_to(folder).as_posix() for path in pages_of(folder)} >= {"index.html", "en/index.html"}
    assert not (folder / "peta.html").exists()
    assert "peta.html" not in kinds
    assert "20191102-001 tidak diterbitkan" in (folder / "index.html").read_text()


def test_the_first_load_has_no_yesterday(site):
    assert "muatan pertama" in (site(before=False) / "index.html").read_text()
    assert "muatan pertama" not in (site() / "index.html").read_text()


def test_what_changed_is_what_was_shown_then_and_is_now(site):
    page = (site() / "wilayah" / "3601.html").read_text()
    assert "Sejak 1\N{NO-BREAK SPACE}November\N{NO-BREAK SPACE}2019" in page
    assert ">−10</td>" in page
    assert ">tetap</td>" in (site() / "index.html").read_text()


def test_numbers_are_written_as_each_language_writes_them(site):
    folder = site()
    assert "654.460" in (folder / "index.html").read_text()
    assert "5,09%" in (folder / "index.html").read_text()
    english = (folder / "en" / "index.html").read_text()
    assert "654,460" in english
    assert "5.09%" in english
    assert "772" not in english, "a survey of a later day is no news yet"


@pytest.mark.parametrize(("language", "nobody"), [("", "tanpa pendamping"), ("en", "no companion")])
def test_companions_are_codes_and_are_shown_with_others_of_their_kecamatan(site, language, nobody):
    page = (site() / language / "pendamping.html").read_text()
    rows = make_data().rows("select district_code, companion_id, families from shown.visit_progress_by_companion")
    names = {row["companion_id"] for row in rows} - {None}
    codes = re.findall(r'<th scope="row" role="rowheader">([0-9a-f]{8})</th>', page)
    assert sorted(codes) == sorted(name.removeprefix("v1_")[:8] for name in names)
    assert page.count(nobody) == sum(row["companion_id"] is None for row in rows) > 0
    assert not [name for name in names if name in page], "a whole pseudonym"
    districts = {row["district_code"] for row in rows}
    assert len(districts) < 155, "some have too few companions"
    assert sum(map(int, re.findall(r"\((\d+) kecamatan\)", page))) == len(districts)


def test_pages_read_what_the_agreement_gives_and_nothing_else():
    data = make_data()
    given = {table.name: set(table.columns) for table in read_one(path_of(PUBLIC)).tables}
    there = {
        name: {row["column_name"] for row in data.rows(f"describe shown.{name}")}
        for (name,) in data.connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'shown'"
        ).fetchall()
    }
    assert there == given, "the made-up province has the agreement's tables and columns, so that pages can rely on them"


def test_a_simulated_province_is_called_so_on_every_page(tmp_path, monkeypatch):
    monkeypatch.setenv(SIMULATED, "1")
    written = list(write_pages(make_data(counts=False), tmp_path))
    assert written
    assert all("simula" in path.read_text() for path in written)
