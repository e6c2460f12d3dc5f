"""Tests the site in Debian's Chromium without other hosts: display, accessibility, keyboard, print."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

from tests.services import lacking

pytestmark = pytest.mark.slow

PAGES = ["index.html", "peta.html", "program.html", "jamsosratu.html", "wilayah/3601.html", "wilayah/360101.html"]
PAGES += ["mutu/index.html", "mutu/pemeriksaan.html", "mutu/identitas.html", "mutu/rapor-dinsos.html"]
PAGES += ["kamus/index.html", "kamus/quality.gate_metrics.html", "instansi/index.html", "instansi/dinsos.html"]
PAGES += ["pendamping.html", "gaya.html"]
WIDTHS = (1280, 390)
POINTS_OF_A4 = (595, 842)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = shutil.which("chromium")
    if path is None:
        lacking("chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        arguments = ["--host-resolver-rules=MAP * ~NOTFOUND", "--no-sandbox"]
        chromium = play.chromium.launch(executable_path=path, args=arguments)
        yield chromium
        chromium.close()


@cache
def axe() -> str:
    (script,) = Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")
    return script.read_text(encoding="utf-8")


def violations(page: Any) -> list[str]:
    page.evaluate(axe())
    found = page.evaluate("axe.run({resultTypes: ['violations'], preload: false})")["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_the_page_fits_and_asks_nothing_of_others(browser, site, name, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked, wrong = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto((site() / name).as_uri())
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert wrong == []
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}
    page.close()


def test_axe_finds_nothing_on_pages_of_a_refused_load_and_in_english(browser, site):
    page = browser.new_page()
    refused = site(counts=False, before=False)
    of_load = [refused / name for name in ("index.html", "mutu/index.html", "mutu/pemeriksaan.html")]
    for path in (*of_load, site() / "en" / "index.html", site() / "en" / "mutu" / "index.html"):
        page.goto(path.as_uri())
        assert violations(page) == []
    page.close()


def test_all_content_stands_without_scripts(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site() / "peta.html").as_uri())
    assert page.locator("section:visible").count() == page.locator("section").count() > 5
    assert page.locator("svg.tilemap:visible").count() > 5
    context.close()


def test_with_scripts_one_map_is_shown_and_tables_sort_and_filter(browser, site):
    page = browser.new_page()
    page.goto((site() / "peta.html").as_uri())
    assert page.locator("section:visible").count() == 1
    page.get_by_role("link", name="PIP: sasaran yang belum terjangkau").click()
    assert page.locator("section:visible h2").inner_text() == "PIP: sasaran yang belum terjangkau"
    page.locator("details summary").last.click()
    page.get_by_label("Saring").fill("Cilegon")
    shown = page.locator("table.long tbody tr:visible")
    assert shown.count() == 8
    page.goto((site() / "program.html").as_uri())
    table = page.locator("table.data:visible", has_text="Dasar hukum").first
    head, column = table.get_by_role("button", name="Rumah tangga miskin"), table.locator("tbody tr td:nth-child(2)")
    orders = []
    for order in ("ascending", "descending"):
        head.click()
        assert table.locator("th[aria-sort]").get_attribute("aria-sort") == order
        orders.append([float(text.replace(".", "")) for text in column.all_inner_texts()])
    assert len(orders[0]) > 5
    assert orders == [sorted(orders[0]), sorted(orders[0], reverse=True)]
    page.close()


def test_the_keyboard_reaches_content_menu_and_the_other_language(browser, site):
    page = browser.new_page()
    page.goto((site() / "index.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#isi"
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('href')"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", "where one is can be seen"
    assert {"en/index.html", "peta.html", "program.html"} <= set(reached)
    page.get_by_role("link", name="English").press("Enter")
    assert page.url.endswith("/en/index.html")
    page.close()


@pytest.mark.parametrize("name", ["index.html", "mutu/rapor-dinsos.html"])
def test_it_prints_on_a4_without_menu(browser, site, name):
    page = browser.new_page()
    page.goto((site() / name).as_uri())
    page.emulate_media(media="print")
    assert page.locator("header nav:visible").count() == 0
    assert page.locator("h1:visible").count() == 1
    printed = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert sizes
    assert all([float(side) for side in size] == pytest.approx(POINTS_OF_A4, abs=1) for size in sizes)
    page.close()
