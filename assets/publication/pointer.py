"""The pointer that decides what readers see, and the ledger state that follows it.

Readers go through `published/current`. Replacing that link is the moment of publication, whatever the ledger had time
to write. So the ledger is repaired from the pointer, never the reverse.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from assets import durable
from assets.home import Home
from assets.ledger import Ledger
from assets.ledger_rows import LoadState
from assets.seal import SNAPSHOT_LINK, pointed_at


def turn(home: Home, load_id: str) -> None:
    """Point readers to a load's publication with one rename. The first night also makes the link to the snapshot."""
    for link in (home.current_snapshot, home.current_publication):
        _set_aside_non_link(link)
    if not home.current_snapshot.is_symlink() or str(home.current_snapshot.readlink()) != SNAPSHOT_LINK:
        durable.point(home.current_snapshot, SNAPSHOT_LINK)
    durable.point(home.current_publication, f"../publications/{load_id}")


def _set_aside_non_link(link: Path) -> None:
    """Move a file or folder away from a link's place: in a HOME that was copied without its links, no rename replaces
    it.
    """
    if link.exists() and not link.is_symlink():
        link.rename(link.with_name(f"{link.name}.{uuid.uuid4().hex[:8]}.set-aside"))


def reconcile_pointer(home: Home) -> str | None:
    """Set the ledger's state from the pointer. Call it first in every command that holds HOME's lock.

    Returns the load whose state was corrected, None if pointer and ledger agreed.
    """
    durable.sweep(home.published)
    seen = pointed_at(home)
    with Ledger(home.ledger) as ledger:
        if seen is not None and ledger.load(seen) is None:
            seen = None  # the link points to no load
        published = ledger.published_load()
        stated = published["load_id"] if published else None
        if seen == stated:
            return None
        if seen is not None:
            follow(ledger, seen, "the link was replaced, then the process ended")
            return seen
        if stated is not None:
            ledger.set_state(stated, LoadState.SUPERSEDED, "the link to the publication is missing")
        return stated


def follow(ledger: Ledger, load_id: str, reason: str | None = None) -> None:
    """Record in the ledger that readers now see `load_id`. If it is an earlier load, the later one becomes
    `rolled_back`.

    Raises:
        ValueError: the ledger has no such load.
    """
    order = [load["load_id"] for load in ledger.loads()]
    if load_id not in order:
        raise ValueError(f"the ledger has no load {load_id}")
    with ledger.transaction():
        before = ledger.published_load()
        ledger.set_state(load_id, LoadState.PUBLISHED, reason)
        if before and order.index(before["load_id"]) > order.index(load_id):
            ledger.set_state(before["load_id"], LoadState.ROLLED_BACK, reason)
