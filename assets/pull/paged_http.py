"""Pulls a paged HTTP response that can change while it is read: complete and consistent, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import httpx

from assets.pull.answers import Shifted, consistently, document, page_name, repeated
from assets.pull.declared import PagedHttp
from assets.pull.http import Caller
from assets.pull.outcome import LOG, Gathered, PullFailed
from assets.pull.patience import Sleep
from assets.pull.settings import Settings
from assets.pull.workplace import Workplace

ROWS = "data"


@dataclass(frozen=True)
class _Page:
    """A page's own numbers, and its rows."""

    number: int
    last: int
    total: int
    rows: list


def gather(pull: PagedHttp, settings: Settings, place: Workplace, sleep: Sleep) -> Gathered:
    """Fetch every page that is missing, and check them against each other.

    Raises:
        PullFailed: the server refuses, does not answer, or its data changes during every try (then nothing is kept).
    """
    url = httpx.URL(settings.url() + pull.path)
    of = {"url": str(url), "per_page": pull.per_page}
    with Caller(sleep, settings["TOKEN"]) as caller:

        def attempt() -> Gathered:
            place.resume(of)
            return Gathered("landed", _whole(caller, url, pull, place))

        return consistently(pull.begin_again, place, attempt)


def _whole(caller: Caller, url: httpx.URL, pull: PagedHttp, place: Workplace) -> int:
    first = _page(caller, url, pull, place, 1)
    page_name(pull.name, first.last)  # fail before a thousand pages are fetched
    if not 1 <= first.last <= max(1, first.total):
        raise PullFailed(f"the server states {first.last} pages for {first.total} rows")
    rows = len(first.rows)
    for number in range(2, first.last + 1):
        page = _page(caller, url, pull, place, number)
        if (page.last, page.total) != (first.last, first.total):
            raise Shifted(f"page {number} states another number of pages or rows than page 1")
        rows += len(page.rows)
        LOG.info("page %d of %d", number, first.last)
    if rows != first.total:
        raise Shifted(f"the pages have {rows} rows, but {first.total} are stated")
    if first.last > 1:
        _still_the_same(caller, url, pull, place, first)
    if twice := repeated(place.files(), ROWS, pull.key):
        raise Shifted(f"{twice} rows are on two pages")
    return rows


def _page(caller: Caller, url: httpx.URL, pull: PagedHttp, place: Workplace, number: int) -> _Page:
    """A page, from the workplace if an earlier pull stored it there."""
    name = page_name(pull.name, number)
    if place.has(name):
        return _read((place.delivery / name).read_bytes(), number)
    with place.storing(name) as path:
        return _ask(caller, url, pull, path, number)


def _ask(caller: Caller, url: httpx.URL, pull: PagedHttp, path: Path, number: int) -> _Page:
    asked = url.copy_merge_params({"page": number, "per_page": pull.per_page})
    return caller.fetch(asked, path, lambda content: _read(content, number))


def _still_the_same(caller: Caller, url: httpx.URL, pull: PagedHttp, place: Workplace, first: _Page) -> None:
    """Check page 1 again: rows added or removed early shift all later rows, also those on page 1."""
    again = place.delivery.parent / "again"
    if _ask(caller, url, pull, again, 1) != first:
        raise Shifted("page 1 has changed")


def _read(content: bytes, number: int) -> _Page:
    read = document(content)
    try:
        meta, rows = read["meta"], read[ROWS]
        page = _Page(int(meta["page"]), int(meta["last_page"]), int(meta["total"]), rows)
    except (KeyError, TypeError, ValueError, OverflowError):
        page = None
    if page is None or not isinstance(page.rows, list):
        raise PullFailed(f"page {number} has no `{ROWS}` or no `meta` with page, last_page and total")
    if page.number != number:
        raise PullFailed(f"page {number} was requested, but page {page.number} was returned")
    return page
