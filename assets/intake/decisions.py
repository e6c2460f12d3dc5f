"""Decisions of a person about a delivery, recorded in the ledger: release a held one, withdraw a wrong one."""

from __future__ import annotations

from assets.home import Home
from assets.ledger import Ledger
from assets.ledger_rows import DeliveryRow, DeliveryStatus
from assets.sources import set_of, source_named
from validations.errors import SadayaError


class DecisionError(SadayaError):
    """The decision cannot be carried out; the message gives the reason."""


def release(home: Home, delivery_id: str, by: str | None, reason: str | None) -> list[str]:
    """Accept a held delivery and the held members of its set of that date. The next load applies them.

    Returns the ids of the released deliveries.

    Raises:
        DecisionError: no such delivery, it is not held, or its set is incomplete.
    """
    with Ledger(home.ledger) as ledger, ledger.transaction():
        delivery = _delivery(ledger, delivery_id)
        if delivery["status"] != DeliveryStatus.HELD:
            raise DecisionError(f"{delivery_id} is {delivery['status']}, not held")
        together = [row for row in _set_of_date(ledger, delivery) if row["status"] == DeliveryStatus.HELD]
        if any(row["reason_code"] == "set_incomplete" or row["rows_read"] == 0 for row in together):
            raise DecisionError(f"the set of {delivery_id} is not whole: its partner has not come, or was refused")
        for row in together:
            ledger.accept_held(row["delivery_id"])
        ledger.decide("release", delivery_id, by, reason)
    return [row["delivery_id"] for row in together]


def withdraw(home: Home, delivery_id: str, by: str | None, reason: str) -> list[str]:
    """Withdraw a delivery and the members of its set of that date permanently. The next load shows it.

    Loads that were built with it can no longer be rolled back to. Returns the ids of the withdrawn deliveries.

    Raises:
        DecisionError: no such delivery, or it is neither accepted nor held.
    """
    with Ledger(home.ledger) as ledger, ledger.transaction():
        delivery = _delivery(ledger, delivery_id)
        if delivery["status"] not in (DeliveryStatus.ACCEPTED, DeliveryStatus.HELD):
            raise DecisionError(
                f"{delivery_id} is {delivery['status']}: only accepted or held deliveries are withdrawn"
            )
        together = [row for row in _set_of_date(ledger, delivery) if row["status"] == delivery["status"]]
        for row in together:
            ledger.withdraw_delivery(row["delivery_id"], reason)
        ledger.decide("withdraw", delivery_id, by, reason)
    return [row["delivery_id"] for row in together]


def _delivery(ledger: Ledger, delivery_id: str) -> DeliveryRow:
    delivery = ledger.delivery(delivery_id)
    if delivery is None:
        raise DecisionError(f"there is no delivery {delivery_id}")
    return delivery


def _set_of_date(ledger: Ledger, delivery: DeliveryRow) -> list[DeliveryRow]:
    """The delivery and those of its set's other members with the same date, in the order of the set."""
    others = (
        row
        for member in set_of(source_named(delivery["source"]))
        for row in ledger.deliveries(member.name)
        if row["delivery_date"] == delivery["delivery_date"]
    )
    return [
        row for row in others if row["source"] != delivery["source"] or row["delivery_id"] == delivery["delivery_id"]
    ]
