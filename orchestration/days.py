"""Delivery dates as partitions: the days of loads and deliveries, added when each first occurs, so that a day without
deliveries is not a missing partition.
"""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

_NAME = "delivery_date"
DAYS = dg.DynamicPartitionsDefinition(name=_NAME)


def enter(instance: dg.DagsterInstance, days: Iterable[str]) -> None:
    """Add partitions for days (ISO dates), in order; existing ones are unchanged."""
    wanted = sorted(set(days))
    if wanted:
        instance.add_dynamic_partitions(_NAME, wanted)
