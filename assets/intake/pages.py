"""Checks by their own metadata whether the pages of a paged answer are complete."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice

from assets.intake.parsed import Page
from validations.messages import Filled, Message

PAGE_MISSING = Message(
    "page_missing",
    "Halaman {pages} dari {last} tidak ada; jawaban yang tidak lengkap ditolak.",
    "Of {last} pages these are missing: {pages}. An answer that is not whole is refused.",
)
PAGE_TWICE = Message("page_twice", "Halaman {page} ada lebih dari satu kali.", "Page {page} is there more than once.")
LAST_PAGE_MISSING = Message(
    "last_page_missing",
    "Halaman terakhir masih menunjuk halaman berikutnya; jawaban yang tidak lengkap ditolak.",
    "The last page names another that follows. An answer that is not whole is refused.",
)
PAGES_DISAGREE = Message(
    "pages_disagree",
    "Halaman-halaman tidak sepakat tentang jumlahnya: data berubah selama diambil, atau kiriman tercampur.",
    "The pages do not agree on how much there is: the data changed while they were fetched, or answers are mixed.",
)
PAGE_META = Message(
    "page_meta",
    "Halaman harus menyebut nomornya di “meta”: {fields} tidak ada atau bukan bilangan yang mungkin. Yang benar: "
    '"meta": {{"page": 1, "last_page": 3, "total": 1200}}, dan page mulai dari 1.',
    "A page must state its place in `meta`: {fields} is missing, or is no number that can be. Right: "
    '"meta": {{"page": 1, "last_page": 3, "total": 1200}}, and page counts from 1.',
)
ROWS_NOT_TOTAL = Message(
    "rows_not_total",
    "Halaman-halaman memuat {rows} baris, sedangkan jumlah tertulis {total}.",
    "The pages hold {rows} rows, the stated total is {total}.",
)
SHOWN = 10


def incomplete(pages: Sequence[Page]) -> Filled | None:
    """Why these pages, in the order of their file names, are not a complete answer; None if they are."""
    if len({page.numbered for page in pages}) > 1:
        return PAGES_DISAGREE.fill()
    return (_numbered(pages) if pages[0].numbered else _linked(pages)) or _total(pages)


def contradiction(page: Page) -> Filled | None:
    """Why this page cannot be part of a complete answer, whatever the other pages; None if it can."""
    more = page.total is not None and page.rows > page.total
    if not page.numbered:
        return ROWS_NOT_TOTAL.fill(rows=page.rows, total=page.total) if more else None
    if odd := _odd_meta(page):
        return odd
    if page.last == 1:
        return incomplete([page])
    return ROWS_NOT_TOTAL.fill(rows=page.rows, total=page.total) if more else None


def _odd_meta(page: Page) -> Filled | None:
    """The fields of a numbered page's `meta` that are missing or impossible."""
    last = page.last
    odd = {
        "page": page.number is None or page.number < 1 or (last is not None and 1 <= last < page.number),
        "last_page": last is None or last < 1,
        "total": page.total is None or page.total < 0,
    }
    fields = ", ".join(f"meta.{name}" for name, is_odd in odd.items() if is_odd)
    return PAGE_META.fill(fields=fields) if fields else None


def _numbered(pages: Sequence[Page]) -> Filled | None:
    if odd := next(filter(None, map(_odd_meta, pages)), None):
        return odd
    last = pages[0].last
    if last is None or any(page.last != last for page in pages):
        return PAGES_DISAGREE.fill()
    numbers = Counter(page.number for page in pages if page.number is not None)
    missing = (number for number in range(1, last + 1) if number not in numbers)
    if first := list(islice(missing, SHOWN + 1)):  # `last` may be wrong: never build a list of that length
        shown = ", ".join(map(str, first[:SHOWN])) + (" …" if len(first) > SHOWN else "")
        return PAGE_MISSING.fill(pages=shown, last=last)
    twice = [number for number, times in numbers.items() if times > 1]
    if twice:
        return PAGE_TWICE.fill(page=min(twice))
    return PAGES_DISAGREE.fill() if len(numbers) > last else None


def _linked(pages: Sequence[Page]) -> Filled | None:
    if pages[-1].followed:
        return LAST_PAGE_MISSING.fill()
    return PAGES_DISAGREE.fill() if any(not page.followed for page in pages[:-1]) else None


def _total(pages: Sequence[Page]) -> Filled | None:
    totals = {page.total for page in pages if page.total is not None}
    if len(totals) > 1:
        return PAGES_DISAGREE.fill()
    rows = sum(page.rows for page in pages)
    return ROWS_NOT_TOTAL.fill(rows=rows, total=totals.pop()) if totals and totals != {rows} else None
