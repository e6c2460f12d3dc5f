"""The site as a step of a load, and when a person publishes one: written, or the reason kept why not."""

from __future__ import annotations

from datetime import date

from assets.home import Home
from assets.sharing.agreement import PUBLIC, AgreementError
from assets.sharing.pseudonyms import PseudonymError
from assets.sharing.served import PAGES, WITHHELD, WRITTEN, Served, keep
from assets.sharing.share import ShareError
from assets.site.build import write_site


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
