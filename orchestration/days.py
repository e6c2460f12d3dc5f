"""Delivery dates as partitions: the days that were loaded or that deliveries are dated, each entered when it first
occurs. A day on which nobody delivered is not a partition that is missing.
"""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

_NAME = "delivery_date"
DAYS = dg.DynamicPartitionsDefinition(name=_NAME)


def enter(instance: dg.DagsterInstance, days: Iterable[str]) -> None:
    """Make partitions of days (ISO dates), in their order; those that are partitions already stay as they are."""
    wanted = sorted(set(days))
    if wanted:
        instance.add_dynamic_partitions(_NAME, wanted)
