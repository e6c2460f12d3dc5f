"""The state of a warehouse, from its ledger and a quick check of the publication: fast, also while a load is
running.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from assets.home import Home
from assets.ledger import Ledger
from assets.ledger_rows import DeliveryStatus, LoadRow
from assets.seal import damage_seen, read_summary
from orchestration.clock import today

_LOAD = ("load_id", "as_of_date", "state", "started_at", "finished_at", "reason")


def describe(home: Home, day: date | None = None) -> dict[str, Any]:
    """published: the load that readers see, None before the first; damage: its damage, None if there is none; last: the
    newest load; sources: the age of each on `day` (today in Banten); held: deliveries held for a person's decision;
    progress, progress_failure: what readers of progress see, and why it was not rebuilt since.
    """
    from field.progress.seen import current, failure

    day = day or today()
    with Ledger(home.ledger) as ledger:
        loads, published = ledger.loads(), ledger.published_load()
        newest = {row["source"]: row["delivery_date"] for row in ledger.newest_deliveries(day)}
        deliveries = ledger.deliveries()
    known = sorted({*_declared(home, published), *(row["source"] for row in deliveries)})
    return {
        "home": str(home.root),
        "published": _short(published),
        "damage": damage_seen(home, published["load_id"] if published else None),
        "last": _short(loads[-1]) if loads else None,
        "sources": [_source(name, newest.get(name), day) for name in known],
        "held": [
            {name: row[name] for name in ("delivery_id", "source", "delivery_date", "reason_id", "reason_en")}
            for row in deliveries
            if row["status"] == DeliveryStatus.HELD
        ],
        "progress": current(home),
        "progress_failure": failure(home),
    }


def _short(load: LoadRow | None) -> dict[str, Any] | None:
    return load and {name: load[name] for name in _LOAD}


def _declared(home: Home, published: LoadRow | None) -> list[str]:
    """The sources of the published load, including those that never sent anything."""
    if published is None:
        return []
    try:
        return list(read_summary(home, published["load_id"])["sources"])
    except (OSError, ValueError, KeyError):
        return []


def _source(name: str, last: str | None, day: date) -> dict[str, Any]:
    age = (day - date.fromisoformat(last)).days if last else None
    return {"source": name, "last_delivery_date": last, "age_days": age}
