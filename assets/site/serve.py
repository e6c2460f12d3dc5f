"""The site as a step of a load, and when a person publishes one: written, or the reason kept why not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from assets.home import Home
from assets.sharing.agreement import PUBLIC, AgreementError
from assets.sharing.pseudonyms import PseudonymError
from assets.sharing.served import PAGES, WITHHELD, WRITTEN, Served, keep
from assets.sharing.share import ShareError
from assets.site.build import alone, write_site
from assets.site.card import card, numbers_of
from assets.site.offices import offices
from assets.site.tongue import Tongue

CARD = "rapor.html"
"""The report card among what an agency is told as a sender."""


def serve(home: Home, load_id: str, day: date) -> Served:
    """Write the site of a load. Where its agreement or its counts do not allow more, only what tells of deliveries and
    checks; the reason is kept, and said as that of a share that was withheld.

    Raises:
        OSError, duckdb.Error, jinja2.TemplateError: it went wrong; the caller is to keep that with `failed`.
    """
    try:
        site, reason = write_site(home, load_id, day), None
    except (AgreementError, ShareError, PseudonymError) as error:
        site, reason = write_site(home, load_id, day, counts=False), str(error)
    state = WITHHELD if reason else WRITTEN
    return keep(home, load_id, Served(PUBLIC, state, reason, site.pages, site.bytes, medium=PAGES))


def write_card(home: Home, load_id: str, agency: str, folder: Path) -> None:
    """Write an agency's report card, in Indonesian, into the folder of what it is told as a sender. Nothing for who
    sends nothing.

    Raises:
        LookupError: the ledger knows no such load.
        OSError, duckdb.Error, jinja2.TemplateError: it went wrong.
    """
    office = offices().get(agency)
    if office is None or not office.sources:
        return
    folder.mkdir(exist_ok=True)
    with numbers_of(home, load_id, office) as data:
        (folder / CARD).write_text(alone("rapor.html", data, "id", card(data, office, Tongue("id"))), encoding="utf-8")
