"""From a built warehouse to what readers see: quality tables, the gate, the one pointer, going back, cleaning up.

Belongs here: counting and judging a load as a whole, and every step between a built file and its readers. Does not:
what is plausible (validations/expectations), how a mart is built (dbt_project), when a load runs (orchestration).

A night, for orchestration: `reconcile_pointer(home)` first; with the inputs `lay_out_yesterday`; after both halves of
dbt `judge`, then `conclude`; at the end `retain`. For a load that broke before the gate `publish_quality` alone, once
the ledger says `failed`.
"""

from __future__ import annotations

from assets.publication.gate import judge
from assets.publication.pointer import pointed_at, reconcile_pointer
from assets.publication.publish import (
    PublicationError,
    conclude,
    override,
    publish,
    read_summary,
    reject,
    rollback,
    seal,
)
from assets.publication.quality import publish_quality, write_quality
from assets.publication.retention import retain
from assets.publication.verdict import Failure, Judgement
from assets.publication.yesterday import lay_out_yesterday

__all__ = [
    "Failure",
    "Judgement",
    "PublicationError",
    "conclude",
    "judge",
    "lay_out_yesterday",
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
