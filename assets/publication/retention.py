"""How long what was built is kept. From deliveries and ledger, which are not touched, all of it can be built again."""

from __future__ import annotations

from pathlib import Path

from assets import durable
from assets.home import Home
from assets.ledger import Ledger
from assets.publication.publish import rollback_target
from assets.seal import pointed_at


def retain(home: Home, keep: int = 7, keep_working: int = 2) -> list[str]:
    """Delete all but the newest `keep` publications and quality files, and the newest `keep_working` working folders.

    Never deleted: what is published, what `rollback` would go back to, what `quality/current` shows, and the newest
    working folder with identity's history of a load that was ever published (the ids that may not be given again). A
    reader that has an old file open keeps reading it: the name goes, the content stays until it closes the file (on a
    local disk; over NFS it would not). Returns the ids of the loads whose publication was deleted.

    Raises:
        ValueError: `keep` or `keep_working` is below 1.
    """
    if min(keep, keep_working) < 1:
        raise ValueError("at least one load is kept")
    for folder in (home.publications, home.loads, home.quality):
        durable.sweep(folder)
    with Ledger(home.ledger) as ledger:
        order = [load["load_id"] for load in ledger.loads()]
        seen = ledger.ever_published()
        untouchable = {pointed_at(home), rollback_target(home, ledger)}
    shown = home.current_quality.resolve().stem if home.current_quality.is_symlink() else None
    gone = _surplus(order, keep, home.publications, untouchable)
    for load_id in gone:
        durable.remove_folder(home.publication(load_id))
    for load_id in _surplus(order, keep, home.quality, untouchable | {shown}, ".duckdb"):
        home.quality_of(load_id).unlink()
    for load_id in _surplus(order, keep_working, home.loads, untouchable | {_last_identity(home, seen)}):
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
