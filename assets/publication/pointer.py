"""The one pointer that decides what readers see, and the ledger that follows it.

Readers go through `published/current`. Turning it is the moment of publication: before it the old load is published,
after it the new one, whatever the ledger had time to write. So the ledger is repaired from the pointer, never the
other way round.
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
    """Lead readers to a load's publication: one rename. The fixed link to the snapshot is made on the first night."""
    for link in (home.current_snapshot, home.current_publication):
        _set_aside_what_is_no_link(link)
    if not home.current_snapshot.is_symlink() or str(home.current_snapshot.readlink()) != SNAPSHOT_LINK:
        durable.point(home.current_snapshot, SNAPSHOT_LINK)
    durable.point(home.current_publication, f"../publications/{load_id}")


def _set_aside_what_is_no_link(link: Path) -> None:
    """A HOME that was copied without its links has files and folders in their places, which no rename replaces."""
    if link.exists() and not link.is_symlink():
        link.rename(link.with_name(f"{link.name}.{uuid.uuid4().hex[:8]}.set-aside"))


def reconcile_pointer(home: Home) -> str | None:
    """Make the ledger say what the pointer shows. Call it first in every command that holds HOME's lock.

    Returns the load whose state had to be put right, None if all agreed.
    """
    durable.sweep(home.published)
    seen = pointed_at(home)
    with Ledger(home.ledger) as ledger:
        if seen is not None and ledger.load(seen) is None:
            seen = None  # a link to what was never a load
        published = ledger.published_load()
        stated = published["load_id"] if published else None
        if seen == stated:
            return None
        if seen is not None:
            follow(ledger, seen, "the link was turned, then the process ended")
            return seen
        if stated is not None:
            ledger.set_state(stated, LoadState.SUPERSEDED, "the link to the publication is gone")
        return stated


def follow(ledger: Ledger, load_id: str, reason: str | None = None) -> None:
    """Enter in the ledger that readers now see `load_id`. A turn back to an earlier load makes the later rolled back.

    Raises:
        ValueError: the ledger knows no such load.
    """
    order = [load["load_id"] for load in ledger.loads()]
    if load_id not in order:
        raise ValueError(f"the ledger knows no load {load_id}")
    with ledger.transaction():
        before = ledger.published_load()
        ledger.set_state(load_id, LoadState.PUBLISHED, reason)
        if before and order.index(before["load_id"]) > order.index(load_id):
            ledger.set_state(before["load_id"], LoadState.ROLLED_BACK, reason)
