"""How long what was built is kept. From deliveries and ledger, which are not touched, all of it can be built again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from assets import durable
from assets.home import Home
from assets.ledger import Ledger
from assets.publication.publish import rollback_target
from assets.seal import pointed_at
from validations.errors import SadayaError

VARIABLES = {
    "publications": "SADAYA_KEEP_PUBLICATIONS",
    "quality": "SADAYA_KEEP_QUALITY",
    "working": "SADAYA_KEEP_WORKING",
}


class RetentionError(SadayaError):
    """What is to be kept cannot be so; the message names the environment variable."""


@dataclass(frozen=True)
class Retention:
    """How many of the newest loads keep each thing that was built of them, 1 or more.

    publications: `publications/<load>`, with the agencies' extracts and the auditors' page.
    quality: `quality/<load>.duckdb`, its evidence: what was quarantined, repaired, warned of, and the verdict.
    working: `loads/<load>`, what dbt and identity worked on.

    Raises:
        RetentionError: a number is below 1.
    """

    publications: int = 7
    quality: int = 7
    working: int = 2

    def __post_init__(self) -> None:
        for part in fields(self):
            if getattr(self, part.name) < 1:
                raise RetentionError(f"{VARIABLES[part.name]} must be 1 or more: at least one load is kept")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Retention:
        """What the variables say; the usual number for one that is not set.

        Raises:
            RetentionError: a value is no whole number, or below 1.
        """
        stated = {name: environment.get(variable, "").strip() for name, variable in VARIABLES.items()}
        try:
            return cls(**{name: int(value) for name, value in stated.items() if value})
        except ValueError:
            wrong = next(VARIABLES[name] for name, value in stated.items() if value and not value.isdecimal())
            raise RetentionError(f"{wrong} must be a whole number of loads") from None


def retain(home: Home, retention: Retention | None = None) -> list[str]:
    """Delete all but the newest publications, quality files and working folders (by default of `Retention`).

    Never deleted: what is published, what `rollback` would go back to, what `quality/current` shows, and the newest
    working folder with identity's history of a load that was ever published (the ids that may not be given again). A
    reader that has an old file open keeps reading it: the name goes, the content stays until it closes the file (on a
    local disk; over NFS it would not). Returns the ids of the loads whose publication was deleted.
    """
    keep = retention or Retention()
    for folder in (home.publications, home.loads, home.quality):
        durable.sweep(folder)
    with Ledger(home.ledger) as ledger:
        order = [load["load_id"] for load in ledger.loads()]
        seen = ledger.ever_published()
        untouchable = {pointed_at(home), rollback_target(home, ledger)}
    shown = home.current_quality.resolve().stem if home.current_quality.is_symlink() else None
    gone = _surplus(order, keep.publications, home.publications, untouchable)
    for load_id in gone:
        durable.remove_folder(home.publication(load_id))
    for load_id in _surplus(order, keep.quality, home.quality, untouchable | {shown}, ".duckdb"):
        home.quality_of(load_id).unlink()
    for load_id in _surplus(order, keep.working, home.loads, untouchable | {_last_identity(home, seen)}):
        durable.remove_folder(home.load(load_id).root)
    return gone


def _surplus(order: list[str], keep: int, folder: Path, untouchable: set[str | None], suffix: str = "") -> list[str]:
    """The loads that have something in `folder`, oldest first, less the newest `keep` and the untouchable."""
    there = [load_id for load_id in order if (folder / f"{load_id}{suffix}").exists()]
    return [load_id for load_id in there[:-keep] if load_id not in untouchable]


def _last_identity(home: Home, seen: list[str]) -> str | None:
    with_history = (
        load_id for load_id in reversed(seen) if (home.load(load_id).identity / "identity_history.parquet").exists()
    )
    return next(with_history, None)
