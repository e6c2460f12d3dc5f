"""Which delivery is in force for which kabupaten/kota at a date, and whether a new one repeats it (ruling 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assets.intake.received import Received
from assets.ledger import Ledger
from assets.ledger_rows import DeliveryStatus
from assets.sources import Source
from validations import regions


@dataclass(frozen=True)
class Standing:
    """The delivery in force for one coverage unit, and the fingerprints of its files there. `earlier`: the deliveries
    in force before it, newest first.
    """

    delivery_id: str
    delivery_date: date
    fingerprints: frozenset[str]
    earlier: tuple[str, ...] = ()


def units(coverage: str) -> tuple[str, ...]:
    """The coverage units of a file: a kabupaten/kota, or all of them and the province itself."""
    return (*regions.regency_codes(), regions.PROVINCE) if coverage == regions.PROVINCE else (coverage,)


def standing(ledger: Ledger, source: Source, at: date) -> dict[str, Standing]:
    """For a snapshot source: unit -> the delivery in force there, of those dated up to `at`."""
    applied = [
        file
        for file in ledger.files(source.name)
        if file["delivery_status"] == file["status"] == DeliveryStatus.ACCEPTED
        and file["delivery_date"] <= at.isoformat()
    ]
    found: dict[str, Standing] = {}
    for file in applied:
        for unit in units(file["coverage"]):
            before = found.get(unit)
            same = before is not None and before.delivery_id == file["delivery_id"]
            found[unit] = Standing(
                file["delivery_id"],
                date.fromisoformat(file["delivery_date"]),
                (before.fingerprints if same else frozenset()) | {file["sha256"]},
                before.earlier if same else (before.delivery_id, *before.earlier) if before else (),
            )
    return found


def replayed_files(ledger: Ledger, source: Source, received: Received) -> dict[str, str]:
    """The files that repeat an earlier delivery: file name -> that delivery.

    A delta's file repeats if it was applied before. A snapshot's repeats if exactly the same files are in force for all
    units that it covers.
    """
    if source.kind == "delta":
        applied = {
            file["sha256"]: file["delivery_id"]
            for file in ledger.files(source.name)
            if file["delivery_status"] == file["status"] == DeliveryStatus.ACCEPTED
        }
        return {file.name: applied[file.sha256] for file in received.files if file.sha256 in applied}
    now = standing(ledger, source, received.delivery_date)
    old = {}
    for coverage in {file.coverage for file in received.files}:
        group = [file for file in received.files if file.coverage == coverage]
        fingerprints = frozenset(file.sha256 for file in group)
        there = [now[unit] for unit in units(coverage) if unit in now]
        if len(there) == len(units(coverage)) and all(unit.fingerprints == fingerprints for unit in there):
            old |= {file.name: there[0].delivery_id for file in group}
    return old
