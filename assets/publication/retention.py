"""Deletes old builds. All of them can be built again from the deliveries and the ledger, which are never deleted."""

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
    "progress": "SADAYA_KEEP_PROGRESS",
}


class RetentionError(SadayaError):
    """A setting of retention is invalid; the message names the environment variable."""


@dataclass(frozen=True)
class Retention:
    """The number of newest loads whose files are kept, by kind, 1 or more.

    publications: `publications/<load>`, with the agencies' extracts and the quality report.
    quality: `quality/<load>.duckdb`: quarantined and repaired rows, warnings, and the verdict.
    working: `loads/<load>`, the working files of dbt and identity.
    progress: `progress/<load>-<minute>`; not loads, but rebuilds between two of them (`field.progress`).

    Raises:
        RetentionError: a number is below 1.
    """

    publications: int = 7
    quality: int = 7
    working: int = 2
    progress: int = 3

    def __post_init__(self) -> None:
        for part in fields(self):
            if getattr(self, part.name) < 1:
                raise RetentionError(f"{VARIABLES[part.name]} must be 1 or more: at least one load is kept")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Retention:
        """Read the environment variables; a variable that is not set has the default number.

        Raises:
            RetentionError: a value is not a whole number, or below 1.
        """
        stated = {name: environment.get(variable, "").strip() for name, variable in VARIABLES.items()}
        try:
            return cls(**{name: int(value) for name, value in stated.items() if value})
        except ValueError:
            wrong = next(VARIABLES[name] for name, value in stated.items() if value and not value.isdecimal())
            raise RetentionError(f"{wrong} must be a whole number of loads") from None


def retain(home: Home, retention: Retention | None = None) -> list[str]:
    """Delete all but the newest publications, quality files and working folders (by default of `Retention`).

    Never deleted: the published load, the load that `rollback` would return to, the file of `quality/current`, and the
    newest working folder with the identity history of a load that was ever published (its ids must not be assigned
    again). A reader with an old file open can keep reading it until it closes the file (on a local disk; not over NFS).
    Returns the ids of the loads whose publication was deleted.
    """
    keep = retention or Retention()
    for folder in (home.publications, home.loads, home.quality):
        durable.sweep(folder)
    with Ledger(home.ledger) as ledger:
        order = [load["load_id"] for load in ledger.loads()]
        seen = ledger.ever_published()
        untouchable = {pointed_at(home), rollback_target(home, ledger)}
    shown = home.current_quality.resolve().stem if home.current_quality.is_symlink() else None
    deleted = _surplus(order, keep.publications, home.publications, untouchable)
    for load_id in deleted:
        durable.remove_folder(home.publication(load_id))
    for load_id in _surplus(order, keep.quality, home.quality, untouchable | {shown}, ".duckdb"):
        home.quality_of(load_id).unlink()
    for load_id in _surplus(order, keep.working, home.loads, untouchable | {_last_identity(home, seen)}):
        durable.remove_folder(home.load(load_id).root)
    return deleted


def _surplus(order: list[str], keep: int, folder: Path, untouchable: set[str | None], suffix: str = "") -> list[str]:
    """The loads that have something in `folder`, oldest first, without the newest `keep` and the untouchable."""
    there = [load_id for load_id in order if (folder / f"{load_id}{suffix}").exists()]
    return [load_id for load_id in there[:-keep] if load_id not in untouchable]


def _last_identity(home: Home, seen: list[str]) -> str | None:
    with_history = (
        load_id for load_id in reversed(seen) if (home.load(load_id).identity / "identity_history.parquet").exists()
    )
    return next(with_history, None)
