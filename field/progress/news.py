"""Whether there is anything to rebuild progress for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from assets.intake import new_files
from assets.intake.landing import scan, state_of
from assets.ledger import Ledger
from assets.sources import Source
from field.progress.basis import Basis


def digest(basis: Basis, landing: Path, as_of: date, settle_seconds: float, sources: Sequence[Source]) -> str:
    """A digest of all that progress depends on: the published load, the day, the submissions in force, and settled
    files that no load has taken in. Reads no file: one that the ledger does not know counts by its size and time.
    """
    with Ledger(basis.home.ledger) as ledger:
        found = scan(landing, as_of, settle_seconds, sources, lambda path: _known(ledger, path))
        waiting = [
            (folder.source, folder.delivery_date.isoformat(), file.name, file.sha256)
            for folder in found.folders
            if folder.settled
            for file in new_files(ledger, folder)
        ]
        names = {source.name for source in sources}
        in_force = [row["delivery_id"] for row in ledger.in_force(as_of) if row["source"] in names]
    facts = [basis.load_id, as_of.isoformat(), in_force, waiting]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _known(ledger: Ledger, path: Path) -> str:
    state = state_of(path)
    return ledger.known_fingerprint(path, state) or f"{state[0]}-{state[1]}"
