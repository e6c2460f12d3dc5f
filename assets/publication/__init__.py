"""From a built warehouse to what readers see: quality tables, the gate, the one pointer, going back, cleaning up.

Belongs here: counting and judging a load as a whole, and every step between a built file and its readers. Does not:
what is plausible (validations/expectations), how a mart is built (dbt_project), when a load runs (orchestration).

A night, for orchestration: `mend(home)` first (before a person's decision only `reconcile_pointer`); with the inputs
`lay_out_yesterday`; after both halves of dbt `judge`, then `conclude`; at the end `retain`. For a load that broke
before the gate `publish_quality` alone, once the ledger says `failed`.
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
from assets.publication.yesterday import lay_out_yesterday
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
    "lay_out_yesterday",
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
]
