"""Types of the ledger's rows, and the states of deliveries and loads.

Days are ISO dates, times ISO 8601 in UTC.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypedDict


class DeliveryStatus(StrEnum):
    """Status of a delivery, or of one of its files."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    REPLAYED = "replayed"
    HELD = "held"
    WITHDRAWN = "withdrawn"


class LoadState(StrEnum):
    """State of a load."""

    OPEN = "open"
    LOADED = "loaded"
    GATED = "gated"
    PUBLISHED = "published"
    REJECTED = "rejected"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    ROLLED_BACK = "rolled_back"
    WITHDRAWN = "withdrawn"
    DAMAGED = "damaged"


GOOD = (DeliveryStatus.ACCEPTED, DeliveryStatus.REPLAYED)
"""Deliveries that were applied, or that repeat one that was."""
UNFINISHED = (LoadState.OPEN, LoadState.LOADED, LoadState.GATED)
"""Loads that are not finished."""


class _Judged(TypedDict):
    """Common columns of deliveries and files. coverage: for a delivery, the regions of its files, separated by
    commas.
    """

    delivery_id: str
    sha256: str
    coverage: str
    status: DeliveryStatus
    reason_code: str | None
    reason_id: str | None
    reason_en: str | None
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_duplicate: int
    rows_furniture: int


class DeliveryRow(_Judged):
    """A delivery. file_names: separated by commas."""

    source: str
    agency: str
    delivery_date: str
    kind: str
    file_names: str
    acceptance_seq: int | None
    load_id: str | None
    loaded_at: str
    entry_seq: int


class FileRow(_Judged):
    """A file, with columns of its delivery."""

    file_name: str
    bytes: int
    encoding: str | None
    source: str
    delivery_date: str
    delivery_status: DeliveryStatus
    acceptance_seq: int | None
    entry_seq: int


class NewestRow(TypedDict):
    """The newest accepted or replayed delivery of a source."""

    source: str
    delivery_id: str
    delivery_date: str


class LoadRow(TypedDict):
    """A load."""

    load_id: str
    as_of_date: str
    state: LoadState
    started_at: str
    finished_at: str | None
    previous_load_id: str | None
    fingerprint: str
    code_version: str
    reason: str | None
    load_seq: int


class DecisionRow(TypedDict):
    """A person's decision."""

    decision_id: int
    at: str
    action: str
    subject: str
    by: str | None
    reason: str | None
