"""The outcome of each agency's share of a load, by medium: written, withheld or failed; stored in the publication.

A share that cannot be made stops neither the publication nor another agency's share (decision 0026).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from assets import durable
from assets.home import Home
from assets.sharing.agreement import AgreementError, path_of, read_one
from assets.sharing.extracts import FILE_MODE, FOLDER_MODE, remove_extract, write_extract
from assets.sharing.pseudonyms import PseudonymError
from assets.sharing.share import ShareError

WRITTEN, NOT_AGREED, WITHHELD, WAITING, FAILED = "written", "not agreed", "withheld", "waiting", "failed"
EXTRACTS, POSTGRES, PAGES, EFFECT = "extracts", "postgres", "pages", "effect"


@dataclass(frozen=True)
class Served:
    """state: `written`; `not agreed`, if the agreement does not name the medium; `withheld`, if the agreement or the
    publication does not allow it; `waiting`, if readers used the old tables all the time; `failed`, if an error
    occurred. reason: why, for the last three, without data. note: a problem of a share that was written.
    """

    agency: str
    state: str
    reason: str | None = None
    rows: int = 0
    bytes: int = 0
    medium: str = EXTRACTS
    note: str | None = None

    @property
    def complaint(self) -> str | None:
        """A sentence for the operators; None if there is no problem."""
        if self.reason is None:
            return self.note and f"extract of {self.agency}: {self.note}"
        what = {
            EXTRACTS: "no extract for",
            POSTGRES: "not on PostgreSQL:",
            PAGES: "no site, or only its part about quality, for",
            EFFECT: "no estimate of the programme's effect for",
        }
        return f"{what[self.medium]} {self.agency} ({self.state}): {self.reason}"


def serve(
    home: Home,
    load_id: str,
    agency: str,
    day: date,
    tell_sender: Callable[[Path], None] | None = None,
    add_pages: Callable[[Path], None] | None = None,
) -> Served:
    """Write an agency's extract into a publication, or record why not; then an existing one is removed.

    tell_sender, add_pages: as of `assets.sharing.extracts.write_extract`.

    Raises:
        OSError, duckdb.Error: it failed; the caller must record that as `failed`.
    """
    try:
        agreement = read_one(path_of(agency))
        if "extracts" not in agreement.media:
            remove_extract(home, load_id, agency)
            return keep(home, load_id, Served(agency, NOT_AGREED))
        extract = write_extract(home, load_id, agreement, day, tell_sender=tell_sender, add_pages=add_pages)
    except (AgreementError, ShareError, PseudonymError) as error:
        remove_extract(home, load_id, agency)
        return keep(home, load_id, Served(agency, WITHHELD, str(error)))
    rows = sum(extract.rows.values())
    return keep(home, load_id, Served(agency, WRITTEN, None, rows, extract.bytes, note=extract.note))


def failed(home: Home, load_id: str, agency: str, reason: str, medium: str = EXTRACTS) -> Served:
    """Record that a share failed. reason: without data. A partial extract is removed."""
    if medium == EXTRACTS:
        remove_extract(home, load_id, agency)
    return keep(home, load_id, Served(agency, FAILED, reason, medium=medium))


def outcomes(home: Home, load_id: str) -> list[Served]:
    """The outcome of every agency's share of a load, by medium and agency."""
    return [
        Served(**json.loads(path.read_text(encoding="utf-8")))
        for medium in (EXTRACTS, POSTGRES, EFFECT, PAGES)
        for path in sorted(home.outcomes(load_id, medium).glob("*.json"))
    ]


def purge(home: Home, day: date) -> list[str]:
    """Remove the extracts of agencies whose agreement has ended or was removed from every publication, and what killed
    processes left next to extracts.

    An agreement that cannot be read is a mistake, and removes nothing. Returns what was removed, as load/agency.
    """
    for folder in home.publications.glob("*/extracts"):
        durable.sweep(folder)
    kept = sorted(home.publications.glob("*/extracts/*/manifest.json"))
    ended = {agency for agency in {path.parent.name for path in kept} if _has_ended(path_of(agency), day)}
    removed = [(path.parents[2].name, path.parent.name) for path in kept if path.parent.name in ended]
    for load_id, agency in removed:
        remove_extract(home, load_id, agency)
    return [f"{load_id}/{agency}" for load_id, agency in removed]


def _has_ended(path: Path, day: date) -> bool:
    if not path.is_file():
        return True
    try:
        return not read_one(path).in_force(day)
    except AgreementError:
        return False


def keep(home: Home, load_id: str, served: Served) -> Served:
    """Record the outcome of a share of a load. Returns it."""
    path = home.outcomes(load_id, served.medium) / f"{served.agency}.json"
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    durable.write_text(path, json.dumps(asdict(served), ensure_ascii=False) + "\n", FILE_MODE)
    return served
