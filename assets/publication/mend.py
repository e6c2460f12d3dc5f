"""Repairs a publication that was damaged after it was sealed. A load checks this first and points readers to the newest
intact publication, so that ids, yesterday's metrics and readers continue from the same load.
"""

from __future__ import annotations

from dataclasses import dataclass

from assets.home import Home
from assets.ledger import Ledger
from assets.ledger_rows import LoadState
from assets.publication import pointer
from assets.seal import damage, damage_seen


@dataclass(frozen=True)
class Mended:
    """`damaged`: the load that readers saw; `reason`: the damage; `now`: the load they see instead (the same one if
    only a link was wrong; None if no intact one exists, and the next load starts from scratch).
    """

    damaged: str
    reason: str
    now: str | None

    @property
    def text(self) -> str:
        readers = f"readers see load {self.now}" if self.now else "nothing is published until the next load is"
        return f"the publication of load {self.damaged} was damaged: {self.reason}; {readers}"


def mend(home: Home) -> Mended | None:
    """Compare the current publication with its seal, byte for byte, and repair it. The caller must hold the lock.

    Returns the damage found, None if there was none. The damaged load gets the state `damaged`; its files are kept.
    """
    pointer.reconcile_pointer(home)
    with Ledger(home.ledger) as ledger:
        published = ledger.published_load()
        stated = published["load_id"] if published else _last_published(ledger)
        reason = damage_seen(home, stated, thorough=True)
        if stated is None or reason is None:
            return None
        whole = stated if damage(home, stated, thorough=True) is None else _newest_whole(home, ledger, stated)
        if whole is None:
            home.current_publication.unlink(missing_ok=True)
        else:
            pointer.turn(home, whole)
            pointer.follow(ledger, whole)
        mended = Mended(stated, reason, whole)
        if whole != stated:
            ledger.set_state(stated, LoadState.DAMAGED, mended.text)
    return mended


def _last_published(ledger: Ledger) -> str | None:
    """The load that was published last, if its link is missing."""
    superseded = [load["load_id"] for load in ledger.loads() if load["state"] == LoadState.SUPERSEDED]
    return superseded[-1] if superseded else None


def _newest_whole(home: Home, ledger: Ledger, damaged: str) -> str | None:
    """The newest load that was published before and is intact. Loads with a withdrawn delivery have another state."""
    for load in reversed(ledger.loads()):
        earlier = load["state"] == LoadState.SUPERSEDED and load["load_id"] != damaged
        if earlier and damage(home, load["load_id"], thorough=True) is None:
            return load["load_id"]
    return None
