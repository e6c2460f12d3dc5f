"""Before a snapshot replaces what is in force, its size is held against it: a lost half of a list is not news but a
fault.
"""

from __future__ import annotations

import duckdb

from assets.intake.received import Received
from assets.intake.standing import standing, units
from assets.ledger import Ledger
from assets.load import Load
from assets.sources import Source
from validations.messages import Filled, Message

SMALLEST_LOSS = 5
"""Fewer records than this may go without a question, whatever their share."""

SHRANK = Message(
    "snapshot_shrank",
    "Jumlah data turun dari {before} menjadi {now} (wilayah {region}); ditahan sampai dilepas petugas.",
    "Records fell from {before} to {now} (region {region}); held until a person releases the delivery.",
)


def shrinkage(load: Load, ledger: Ledger, source: Source, delivery: Received) -> Filled | None:
    """Why the snapshot must be held, or None. Quarantined records that still have their key count as present."""
    there = standing(ledger, source, delivery.delivery_date)
    covered = {unit for coverage in delivery.coverage for unit in units(coverage)}
    replaced = {unit: there[unit].delivery_id for unit in covered if unit in there}
    if not replaced:
        return None
    before: dict[str, int] = {}
    for delivery_id in set(replaced.values()):
        by_region = records_by_region(load, source, delivery_id)
        before |= {unit: by_region.get(unit, 0) for unit, spoken in replaced.items() if spoken == delivery_id}
    now = records_by_region(load, source, delivery.delivery_id)
    comparisons = [("36", sum(before.values()), sum(now.get(unit, 0) for unit in before), source.max_shrink)]
    comparisons += [
        (unit, count, now.get(unit, 0), source.max_shrink_regency) for unit, count in sorted(before.items())
    ]
    for region, was, is_now, limit in comparisons:
        if was - is_now >= SMALLEST_LOSS and is_now < was * (1 - limit):
            return SHRANK.fill(before=was, now=is_now, region=region)
    return None


def records_by_region(load: Load, source: Source, delivery_id: str) -> dict[str, int]:
    """Distinct records a delivery names, accepted or quarantined, by coverage unit."""
    folder = load.home.delivery(source.name, delivery_id)
    with duckdb.connect() as connection:
        return dict(
            connection.execute(
                "select coalesce(coverage_regency, '36'), count(distinct record_key) from ("
                " select record_key, coverage_regency from read_parquet($accepted)"
                " union all select record_key, coverage_regency from read_parquet($quarantined)) group by 1",
                {
                    "accepted": str(folder / "accepted" / "*.parquet"),
                    "quarantined": str(folder / "quarantined_keys.parquet"),
                },
            ).fetchall()
        )
