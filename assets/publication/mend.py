"""A publication that was damaged after it was sealed: a load notices it before anything else, and leads readers to the
newest that is whole, so that ids, yesterday's metrics and readers all continue from the same load.
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
    """`damaged`: the load that readers saw, `reason`: what was wrong with it, `now`: the load they see instead (the
    same where only a link was wrong; None: there is no whole one, and the next load begins from scratch).
    """

    damaged: str
    reason: str
    now: str | None

    @property
    def text(self) -> str:
        readers = f"readers see load {self.now}" if self.now else "nothing is published until the next load is"
        return f"the publication of load {self.damaged} was damaged: {self.reason}; {readers}"


def mend(home: Home) -> Mended | None:
    """Compare what readers see with its seal, byte for byte, and put it right. Call it while holding the lock.

    Returns what was wrong, None if nothing was. The damaged load's state becomes `damaged`; its files stay.
    """
    pointer.reconcile_pointer(home)
    with Ledger(home.ledger) as ledger:
        published = ledger.published_load()
        stated = published["load_id"] if published else _lost_sight_of(ledger)
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


def _lost_sight_of(ledger: Ledger) -> str | None:
    """The load that was published last, if its link is gone."""
    gone = [load["load_id"] for load in ledger.loads() if load["state"] == LoadState.SUPERSEDED]
    return gone[-1] if gone else None


def _newest_whole(home: Home, ledger: Ledger, damaged: str) -> str | None:
    """The newest load that was published before and is whole. Loads with a withdrawn delivery have another state."""
    for load in reversed(ledger.loads()):
        earlier = load["state"] == LoadState.SUPERSEDED and load["load_id"] != damaged
        if earlier and damage(home, load["load_id"], thorough=True) is None:
            return load["load_id"]
    return None
