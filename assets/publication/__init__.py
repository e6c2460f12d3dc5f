"""Publishes a built warehouse: quality tables, the gate, the pointer, rollback, retention.

This package counts and judges a load as a whole, and performs every step between a built file and its readers. It does
not define plausibility (validations/expectations), build marts (dbt_project), or decide when a load runs
(orchestration).

Order of calls in a nightly load: first `mend(home)` (before a person's decision only `reconcile_pointer`); with the
inputs `write_yesterday`; after both halves of dbt `judge`, then `conclude`; at the end `retain`. For a load that failed
before the gate, only `publish_quality`, after the ledger has the state `failed`.
"""

from __future__ import annotations

from assets.publication.gate import judge
from assets.publication.mend import Mended, mend
from assets.publication.pointer import reconcile_pointer
from assets.publication.publish import (
    PublicationError,
    conclude,
    override,
    publish,
    reject,
    rollback,
    seal,
)
from assets.publication.quality import publish_quality, write_quality
from assets.publication.retention import Retention, RetentionError, retain
from assets.publication.verdict import Failure, Judgement
from assets.publication.yesterday import write_yesterday
from assets.seal import pointed_at, read_summary

__all__ = [
    "Failure",
    "Judgement",
    "Mended",
    "PublicationError",
    "Retention",
    "RetentionError",
    "conclude",
    "judge",
    "mend",
    "override",
    "pointed_at",
    "publish",
    "publish_quality",
    "read_summary",
    "reconcile_pointer",
    "reject",
    "retain",
    "rollback",
    "seal",
    "write_quality",
    "write_yesterday",
]
