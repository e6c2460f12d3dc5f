"""Fetches an answer whose pages each name the next: complete and consistent, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx

from assets.answer_names import answer_name
from assets.pull.answers import Shifted, document, page_name, repeated
from assets.pull.outcome import LOG, PullFailed
from assets.pull.workplace import Workplace

Fetch = Callable[[httpx.URL, Path, Callable[[bytes], Any]], Any]


@dataclass(frozen=True)
class Pages:
    """Where a page has its rows, the address of the next one, and the number of all rows; and a row its id."""

    rows: str
    key: str
    next: str
    count: str


@dataclass(frozen=True)
class Question:
    """A question whose answer has pages. about: what is asked, and from where: an interrupted pull is continued only
    with the same. until: the instant up to which it asks.
    """

    first: httpx.URL
    about: dict[str, Any]
    name: str
    until: datetime


def whole(fetch: Fetch, ask: Question, pages: Pages, place: Workplace) -> tuple[int, datetime]:
    """Fetch every page that is missing. Returns the number of rows of all pages, and up to when they were asked for.

    Raises:
        PullFailed: a page is not one.
        Shifted: the pages are not consistent.
    """
    kept: dict[str, Any] = place.resume(ask.about)
    if not kept:
        kept = {"next": str(ask.first), "until": ask.until.isoformat(), "pages": 0, "rows": 0, "counts": []}
    until = datetime.fromisoformat(kept["until"])
    while kept["next"]:
        kept = _one_page(fetch, answer_name(ask.name, until), pages, place, kept)
        place.remember(kept)
        LOG.info("page %d, %d rows so far", kept["pages"], kept["rows"])
    if kept["counts"] not in ([], [kept["rows"]]):
        raise Shifted(f"the pages have {kept['rows']} rows, but {kept['counts']} are stated")
    files = place.files()
    if len(files) != kept["pages"]:
        raise Shifted("a fetched page is missing")
    if twice := repeated(files, pages.rows, pages.key):
        raise Shifted(f"{twice} rows are on two pages")
    return kept["rows"], until


def _one_page(fetch: Fetch, name: str, pages: Pages, place: Workplace, kept: dict[str, Any]) -> dict[str, Any]:
    """Fetch the next page. Returns the state to store after it."""
    url = httpx.URL(kept["next"])
    number = kept["pages"] + 1
    with place.storing(page_name(name, number)) as path:
        rows, link, count = rows_of(fetch(url, path, document), pages, f"page {number}")
    return {
        "next": str(following(url, link, f"page {number}")) if link else None,
        "until": kept["until"],
        "pages": number,
        "rows": kept["rows"] + len(rows),
        "counts": sorted({*kept["counts"], count} if isinstance(count, int) else kept["counts"]),
    }


def rows_of(page: Any, pages: Pages, name: str) -> tuple[list[Any], str | None, Any]:
    """The rows of a page, the address of the next one, and the number of all rows. name: of the page, for errors.

    Raises:
        PullFailed: it is no page.
    """
    rows, link = (page.get(pages.rows), page.get(pages.next)) if isinstance(page, dict) else (None, None)
    if not isinstance(rows, list) or not isinstance(link, str | None):
        raise PullFailed(f"{name} has no list `{pages.rows}`")
    return rows, link, page.get(pages.count)


def listed(fetch: Fetch, url: httpx.URL, pages: Pages, scratch: Path) -> list[dict[str, Any]]:
    """All rows of an answer that is not kept. scratch: a file for each page in turn, deleted at the end.

    Raises:
        PullFailed: a page is not one, or has a row without an id.
    """
    rows: list[dict[str, Any]] = []
    number = 0
    try:
        while True:
            number += 1
            found, link, _ = rows_of(fetch(url, scratch, document), pages, f"page {number}")
            if not all(isinstance(row, dict) and pages.key in row for row in found):
                raise PullFailed(f"page {number} has a row without `{pages.key}`")
            rows += found
            if not link:
                return rows
            url = following(url, link, f"page {number}")
    finally:
        scratch.unlink(missing_ok=True)


def following(url: httpx.URL, link: str, name: str) -> httpx.URL:
    """The address of the next page, which must be on the server that the token is for. name: of this page, for errors.

    Raises:
        PullFailed: it is on another server, or the page's own.
    """
    try:
        found = httpx.URL(urljoin(str(url), link))
    except (ValueError, httpx.InvalidURL):
        raise PullFailed(f"{url.host} names a next page that is not an address") from None
    if _origin(found) != _origin(url):
        raise PullFailed(f"{url.host} names a next page on another server, which is not followed")
    if found == url:
        raise PullFailed(f"{name} names itself as the page that follows")
    return found


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host, port; httpx omits the scheme's default port."""
    return url.scheme, url.host, url.port
