"""Rows of the ledger match their types: columns, and values of closed lists."""

from __future__ import annotations

from datetime import date
from typing import get_type_hints

import pytest

from assets.ledger import Ledger
from assets.ledger_rows import DecisionRow, DeliveryRow, DeliveryStatus, FileRow, LoadRow, LoadState, NewestRow

DAY = date(2019, 11, 1)
DELIVERY = {
    "delivery_id": "dinsos_pkh-20191101-aaaaaaaaaa",
    "source": "dinsos_pkh",
    "agency": "dinsos",
    "delivery_date": DAY.isoformat(),
    "kind": "snapshot",
    "sha256": "a" * 64,
    "file_names": "pkh.csv",
    "coverage": "36",
    "status": "accepted",
}
FILE = {"file_name": "pkh.csv", "sha256": "a" * 64, "bytes": 1, "coverage": "36", "status": "accepted"}


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        load_id = ledger.open_load(DAY, "code")
        ledger.record_delivery(DELIVERY, [FILE])
        ledger.record_load_deliveries(load_id, [DELIVERY["delivery_id"]], "f")
        ledger.set_state(load_id, LoadState.PUBLISHED)
        ledger.decide("release", DELIVERY["delivery_id"], "tester", "reason")
        yield ledger


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        (DeliveryRow, lambda ledger: ledger.deliveries()),
        (DeliveryRow, lambda ledger: ledger.in_force(DAY)),
        (DeliveryRow, lambda ledger: ledger.load_deliveries("20191101-001")),
        (FileRow, lambda ledger: ledger.files()),
        (NewestRow, lambda ledger: ledger.newest_deliveries(DAY)),
        (LoadRow, lambda ledger: ledger.loads()),
        (DecisionRow, lambda ledger: ledger.decisions()),
    ],
)
def test_rows_have_the_columns_of_their_type(ledger, kind, rows):
    (row,) = rows(ledger)
    assert row.keys() == get_type_hints(kind).keys()


def test_enumerated_values_are_read_as_enums(ledger):
    assert ledger.deliveries()[0]["status"] is DeliveryStatus.ACCEPTED
    assert ledger.files()[0]["delivery_status"] is DeliveryStatus.ACCEPTED
    assert ledger.published_load()["state"] is LoadState.PUBLISHED


def test_a_state_can_be_given_as_text(ledger):
    ledger.set_state("20191101-001", "rolled_back")
    assert ledger.loads()[0]["state"] is LoadState.ROLLED_BACK
