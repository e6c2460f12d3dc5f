"""One load: where it reads, where it works, and as of which date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assets.home import Home, LoadFolder
from assets.ledger import Ledger
from assets.ledger_rows import LoadRow


@dataclass(frozen=True)
class Load:
    """An open load. `as_of`: deliveries dated up to this day take part. `settle_seconds`: how long a folder must be
    at rest.
    """

    home: Home
    landing: Path
    load_id: str
    as_of: date
    settle_seconds: float = 60.0

    @property
    def folder(self) -> LoadFolder:
        return self.home.load(self.load_id)

    def ledger(self) -> Ledger:
        return Ledger(self.home.ledger)

    def entry(self, ledger: Ledger) -> LoadRow:
        """What the ledger says of this load.

        Raises:
            KeyError: it was never opened there.
        """
        found = ledger.load(self.load_id)
        if found is None:
            raise KeyError(self.load_id)
        return found
