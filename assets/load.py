"""One load: its folders, and its as-of date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assets.home import Home, LoadFolder
from assets.ledger import Ledger
from assets.ledger_rows import LoadRow


@dataclass(frozen=True)
class Load:
    """An open load. `as_of`: deliveries dated up to this day are included. `settle_seconds`: how long a folder must be
    unchanged before it is read.
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
        """The ledger's row of this load.

        Raises:
            KeyError: the ledger has no such load.
        """
        found = ledger.load(self.load_id)
        if found is None:
            raise KeyError(self.load_id)
        return found
