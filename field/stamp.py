"""When progress was taken, and from what: every page and sheet made from it says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Stamp:
    """load_id, load_as_of: the published load that progress is built on, and its day.
    as_of: the day for which visits are counted.
    taken_at: the minute at which the landing was read, with a zone.
    read, accepted, quarantined, duplicate: rows of submissions that no load has taken in yet; read is their sum.
    refused: deliveries of submissions of which no row was read; their reasons are in `quality.deliveries`.
    last_submitted_at: the newest accepted submission, of all loads, in UTC without a zone; None if there is none.
    """

    load_id: str
    load_as_of: date
    as_of: date
    taken_at: datetime
    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    duplicate: int = 0
    refused: int = 0
    last_submitted_at: datetime | None = None

    @property
    def name(self) -> str:
        """The name of its folder: the load and the minute."""
        return f"{self.load_id}-{self.taken_at:%Y%m%dT%H%M}"
