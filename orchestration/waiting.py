"""What waits for a person though no load failed: held deliveries, and sources that are late. Each is told once.

The ledger has what was told, so a delivery or a late source is in one alert, no matter who starts the loads, and how
often.
An alert names sources, days and reason codes only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from assets.home import Home
from assets.ledger import Ledger
from assets.ledger_rows import DeliveryStatus
from assets.sources import all_sources
from orchestration import alerts

HELD, LATE = "held", "late"


@dataclass(frozen=True)
class Waiting:
    """One thing that waits. `subject` is the same for as long as it is the same thing."""

    kind: str
    subject: str
    text: str


def tell(home: Home, day: date) -> list[alerts.Alert]:
    """Send one alert of each kind of which there is something that nobody was told of. Returns those that were sent.

    What could not be sent is tried again the next time. The caller holds HOME's lock.
    """
    if not alerts.configured():
        return []
    sent = []
    with Ledger(home.ledger) as ledger:
        loads = ledger.loads()
        found = [*_held(ledger), *_late(ledger, day)] if loads else []
        for kind in (HELD, LATE):
            told = ledger.told(kind)
            untold = [each for each in found if each.kind == kind and each.subject not in told]
            if not untold:
                continue
            reasons = "; ".join(each.text for each in untold)
            alert = alerts.Alert("nightly", loads[-1]["load_id"], day.isoformat(), reasons, kind)
            if alerts.send(alert):
                ledger.tell(kind, [each.subject for each in untold])
                sent.append(alert)
    return sent


def _held(ledger: Ledger) -> Iterator[Waiting]:
    for row in ledger.deliveries():
        if row["status"] == DeliveryStatus.HELD:
            yield Waiting(HELD, row["delivery_id"], f"{row['delivery_id']} ({row['reason_code']})")


def _late(ledger: Ledger, day: date) -> Iterator[Waiting]:
    """Sources whose next delivery is overdue. One that never sent anything is so counted from the first load on."""
    heard = {row["source"]: date.fromisoformat(row["delivery_date"]) for row in ledger.last_heard(day)}
    began = min(date.fromisoformat(load["as_of_date"]) for load in ledger.loads())
    for source in all_sources():
        last = heard.get(source.name)
        if (day - (last or began)).days > source.expected_every:
            since = last.isoformat() if last else "-"
            text = f"{source.name} ({since}, tiap / every {source.expected_every} d)"
            yield Waiting(LATE, f"{source.name} {since}", text)
