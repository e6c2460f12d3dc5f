"""Pages of the field in Debian's Chromium without other hosts: display, accessibility, print."""

from __future__ import annotations

import re

import pytest

from tests.assets.site.test_browser import POINTS_OF_A4, WIDTHS, browser, violations

__all__ = ["browser"]

pytestmark = pytest.mark.slow

PAGES = ("index.html", "kecamatan/360101.html", "pendamping/PDP0000.html", "en/kelanjutan.html")


def test_axe_finds_nothing_and_the_pages_fit_without_scripts(browser, pages):
    page = browser.new_page(viewport={"width": min(WIDTHS), "height": 900})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for name in PAGES:
        page.goto((pages / name).as_uri())
        assert violations(page) == [], name
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        page.set_viewport_size({"width": min(WIDTHS), "height": 900})
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}
    page.close()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((pages / PAGES[2]).as_uri())
    assert page.locator("table.visits tbody tr:visible").count() == page.locator("table.visits tbody tr").count() > 10
    context.close()


def test_sheets_and_questions_print_on_a4_with_room_to_write(browser, pages):
    page = browser.new_page()
    for name in PAGES[1:3]:
        page.goto((pages / name).as_uri())
        page.emulate_media(media="print")
        assert page.locator("header nav:visible").count() == 0
        wide = page.evaluate("document.querySelector('.visits td.room').getBoundingClientRect().width")
        assert wide > 80, "room to write"
        sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
        assert sizes
        assert all([float(side) for side in size] == pytest.approx(POINTS_OF_A4, abs=1) for size in sizes)
    page.close()
