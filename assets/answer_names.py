"""Names of the pages of a paged answer, which say which files of a delivery's folder are one answer.

A source may be pulled several times a day. Each pull adds its pages to the folder of that date under the instant up to
which it asked: `submissions_20191104T053000000000Z_p0001.json`. Files with one instant and one name are one answer,
and a delivery of their own: a form and its edit of the same day are then two deliveries, the later of which counts, and
no key conflict. All other files of a folder are one answer together.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

MOST_PAGES = 9999
"""Pages are read in the order of their names, which have four digits."""
_STAMP = "%Y%m%dT%H%M%S%fZ"
_PAGE = re.compile(r"(?P<name>.+)_(?P<stamp>\d{8}T\d{12}Z)_p\d{4}\.json", re.IGNORECASE)


def answer_name(name: str, until: datetime) -> str:
    """The name of an answer to a question about what happened up to an instant."""
    return f"{name}_{until.astimezone(UTC).strftime(_STAMP)}"


def page_name(name: str, number: int) -> str:
    """The file name of a page; number: from 1 to `MOST_PAGES`."""
    return f"{name}_p{number:04}.json"


def answer_of(file_name: str) -> tuple[str, str]:
    """The instant and the name of the answer that a file belongs to, which sort as answers came; empty for a file that
    states none.
    """
    match = _PAGE.fullmatch(file_name)
    return (match["stamp"].upper(), match["name"]) if match else ("", "")


def asked_until(file_name: str, name: str) -> datetime | None:
    """The instant up to which the pull that made this page asked; None for a file that is no page of that name."""
    stamp, found = answer_of(file_name)
    if not stamp or found != name:
        return None
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
