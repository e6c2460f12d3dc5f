"""Alerts about held deliveries and late sources, which need attention although no load failed.

The ledger records alerts, so that a delivery or a late source appears in one alert only, however often loads run and
whatever starts them. An alert contains only sources, days and reason codes.
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
    """A held delivery or late source. `subject` identifies it as long as it lasts."""

    kind: str
    subject: str
    text: str


def send_alerts(home: Home, day: date) -> list[alerts.Alert]:
    """Send one alert of each kind for subjects that were in no alert yet. Returns the alerts that were sent.

    A failed alert is sent again the next time. The caller must hold HOME's lock.
    """
    if not alerts.configured():
        return []
    sent = []
    with Ledger(home.ledger) as ledger:
        loads = ledger.loads()
        found = [*_held(ledger), *_late(ledger, day)] if loads else []
        for kind in (HELD, LATE):
            known = ledger.alerted(kind)
            new = [each for each in found if each.kind == kind and each.subject not in known]
            if not new:
                continue
            reasons = "; ".join(each.text for each in new)
            alert = alerts.Alert("nightly", loads[-1]["load_id"], day.isoformat(), reasons, kind)
            if alerts.send(alert):
                ledger.record_alerts(kind, [each.subject for each in new])
                sent.append(alert)
    return sent


def _held(ledger: Ledger) -> Iterator[Waiting]:
    for row in ledger.deliveries():
        if row["status"] == DeliveryStatus.HELD:
            yield Waiting(HELD, row["delivery_id"], f"{row['delivery_id']} ({row['reason_code']})")


def _late(ledger: Ledger, day: date) -> Iterator[Waiting]:
    """Sources whose next delivery is overdue. For one that never sent anything, days count from the first load."""
    newest = {row["source"]: date.fromisoformat(row["delivery_date"]) for row in ledger.newest_deliveries(day)}
    began = min(date.fromisoformat(load["as_of_date"]) for load in ledger.loads())
    for source in all_sources():
        last = newest.get(source.name)
        if (day - (last or began)).days > source.expected_every:
            since = last.isoformat() if last else "-"
            text = f"{source.name} ({since}, tiap / every {source.expected_every} d)"
            yield Waiting(LATE, f"{source.name} {since}", text)
