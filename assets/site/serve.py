"""Writes the site as a step of a load, or when a person publishes a load; records the reason if it cannot."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from assets.home import Home
from assets.sharing.agreement import PUBLIC, AgreementError
from assets.sharing.changes import changes_of
from assets.sharing.pseudonyms import PseudonymError
from assets.sharing.served import PAGES, WITHHELD, WRITTEN, Served, keep
from assets.sharing.share import ShareError
from assets.site.build import alone, write_site
from assets.site.card import card, numbers_of
from assets.site.offices import offices
from assets.site.tongue import Tongue

CARD = "rapor.html"
"""File name of the report card in the folder of a sender's reports."""


def serve(home: Home, load_id: str, day: date) -> Served:
    """Write the site of a load. If its agreement cannot be carried out, write only the pages about deliveries and
    checks, and record the reason as for a withheld share.

    Raises:
        OSError, duckdb.Error, jinja2.TemplateError: it failed; the caller must record that with `failed`.
    """
    try:
        site, reason = write_site(home, load_id, day), None
    except (AgreementError, ShareError, PseudonymError) as error:
        site, reason = write_site(home, load_id, day, counts=False), str(error)
    state = WITHHELD if reason else WRITTEN
    return keep(home, load_id, Served(PUBLIC, state, reason, site.pages, site.bytes, medium=PAGES))


def write_card(home: Home, load_id: str, agency: str, folder: Path) -> None:
    """Write an agency's report card, in Indonesian, into the folder of its reports as a sender. Does nothing if it has
    no sources. The folder is in the extract that is being written; the card says what changed in that.

    Raises:
        LookupError: the ledger has no such load.
        OSError, duckdb.Error, jinja2.TemplateError: it failed.
    """
    office = offices().get(agency)
    if office is None or not office.sources:
        return
    folder.mkdir(exist_ok=True)
    changes = changes_of(home, load_id, office.agreement, folder.parent) if office.agreement else None
    with numbers_of(home, load_id, office) as data:
        said = alone("rapor.html", data, "id", card(data, office, Tongue("id"), changes))
    (folder / CARD).write_text(said, encoding="utf-8")
