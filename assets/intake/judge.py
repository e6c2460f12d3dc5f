"""Judges each received delivery by its contract, its set and the data in force, and records it in the ledger.

A set (ruling 3b) is judged member by member and recorded together, by its last member: both apply, or neither.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from assets.intake import received as receiving
from assets.intake.evidence import write_notices
from assets.intake.hold import much_quarantined, why_held
from assets.intake.received import Received
from assets.intake.standing import standing, units
from assets.ledger import Ledger
from assets.ledger_rows import GOOD, DeliveryStatus
from assets.load import Load
from assets.sources import Source, agency_of, referred_by, set_of
from validations import workbook
from validations.counts import Counts
from validations.deletions import notices_of
from validations.delivery import Context, RawFile
from validations.engine import validate
from validations.messages import Message
from validations.regions import PROVINCE

SET_INCOMPLETE = Message(
    "set_incomplete",
    "Menunggu kiriman {partner} bertanggal sama; keduanya berlaku bersama atau tidak sama sekali.",
    "Waiting for the delivery of {partner} of the same date; both apply together or not at all.",
)
SET_PARTNER = Message(
    "set_partner",
    "Kiriman {partner} bertanggal sama berstatus {status}; keduanya berlaku bersama atau tidak sama sekali.",
    "The delivery of {partner} of the same date is {status}; both apply together or not at all.",
)
SET_PARTNER_FILE = Message(
    "set_partner_file",
    "Wilayah {coverage} tidak ada di kiriman {partner} bertanggal sama.",
    "Region {coverage} is missing from the delivery of {partner} of the same date.",
)


def judge(load: Load, source: Source) -> list[dict]:
    """Apply the contract to the received deliveries of a source. Returns the ledger rows that it recorded.

    For a set, the members before the last are only validated; the last one records all of them.
    """
    members = set_of(source)
    with load.ledger() as ledger:
        deliveries = receiving.read(load, source)
        for delivery in deliveries:
            if delivery.status == DeliveryStatus.ACCEPTED and _set_is_whole(load, ledger, source, delivery):
                _validate(load, ledger, source, delivery)
        receiving.save(load, source, deliveries)
        if source != members[-1]:
            return []
        together = {member: receiving.read(load, member) for member in members}
        _hold_together(ledger, together)
        return [row for member, judged in together.items() for row in _enter(load, ledger, member, judged)]


def _partners(load: Load, source: Source) -> Iterator[tuple[Source, list[Received]]]:
    for member in set_of(source):
        if member != source:
            yield member, receiving.read(load, member)


@dataclass(frozen=True)
class _Partner:
    """A partner's delivery of one date; `validated`: its rows have been judged, whatever its status."""

    status: str
    coverage: list[str]
    validated: bool

    @property
    def good(self) -> bool:
        return self.status in GOOD


def _partner_at(ledger: Ledger, source: Source, received: list[Received], when: date) -> _Partner | None:
    """The partner's delivery of a date: from this load, else from the ledger, else None."""
    for delivery in received:
        if delivery.delivery_date == when:
            return _Partner(delivery.status, delivery.coverage, delivery.validated)
    known = [row for row in ledger.deliveries(source.name) if row["delivery_date"] == when.isoformat()]
    best = [row for row in known if row["status"] in GOOD] or known
    if not best:
        return None
    return _Partner(best[-1]["status"], best[-1]["coverage"].split(","), best[-1]["rows_read"] > 0)


def _set_is_whole(load: Load, ledger: Ledger, source: Source, delivery: Received) -> bool:
    """Hold the delivery if a partner of its date is missing or not good; refuse the files of regions that the partner
    lacks. Returns whether it is still accepted.
    """
    for partner, received in _partners(load, source):
        there = _partner_at(ledger, partner, received, delivery.delivery_date)
        if there is None:
            delivery.end(DeliveryStatus.HELD, SET_INCOMPLETE.fill(partner=partner.name))
        elif not (there.good or there.validated):
            delivery.end(DeliveryStatus.HELD, SET_PARTNER.fill(partner=partner.name, status=there.status))
        elif there.status != DeliveryStatus.REPLAYED and delivery.each_file_its_own:
            covered = {unit for coverage in there.coverage for unit in units(coverage)}
            for file in delivery.good_files:
                if file.coverage not in covered:
                    file.refuse(SET_PARTNER_FILE.fill(coverage=file.coverage, partner=partner.name))
            if not delivery.good_files:
                delivery.end(DeliveryStatus.REFUSED, delivery.files[0].why)
    return delivery.status == DeliveryStatus.ACCEPTED


def _validate(load: Load, ledger: Ledger, source: Source, delivery: Received) -> None:
    folder = load.home.delivery(source.name, delivery.delivery_id)
    files = [
        RawFile(name, parts, _covered(file.coverage))
        for file in delivery.good_files
        for name, parts in file.tables.items()
    ]
    partners = {
        partner.name: _partner_folders(load, ledger, partner, received, delivery)
        for partner, received in _partners(load, source)
    }
    itself = any(source.name in rule.partners for rule in source.contract.set_rules)
    for other in (*referred_by(source), *([source] if itself else [])):
        in_force = standing(ledger, other, delivery.delivery_date).values()
        partners[other.name] = [load.home.delivery(other.name, one) for one in {each.delivery_id for each in in_force}]
    context = Context(delivery.delivery_id, source.name, delivery.delivery_date, partners)
    verdict = validate(files, source.contract, context, folder)
    for file in delivery.good_files:
        file.notices += [notice for name in file.tables for notice in verdict.notices[name]]
        furniture = file.counts.furniture
        file.counts = sum((verdict.files[name] for name in file.tables), Counts()).with_furniture(furniture)
        file.notices += notices_of(sum(verdict.deleted[name] for name in file.tables))
    delivery.validated = True
    if verdict.total.quarantined:
        workbook.write(folder, source.contract, folder / "perbaikan.xlsx")
    shutil.rmtree(folder / "raw")
    reason = why_held(load, ledger, source, delivery) if source.kind == "snapshot" else None
    if reason is not None:
        delivery.end(DeliveryStatus.HELD, reason)
    else:
        delivery.good_files[0].notices += much_quarantined(source, delivery.counts)


def _covered(coverage: str) -> frozenset[str] | None:
    return None if coverage == PROVINCE else frozenset({coverage})


def _partner_folders(load: Load, ledger: Ledger, partner: Source, received: list[Received], delivery: Received) -> list:
    """Folders of the partner's deliveries for this delivery's regions: the new one, else the ones in force."""
    speaking = {unit: there.delivery_id for unit, there in standing(ledger, partner, delivery.delivery_date).items()}
    for other in received:
        if other.delivery_date == delivery.delivery_date and other.validated:
            speaking |= {unit: other.delivery_id for coverage in other.coverage for unit in units(coverage)}
    wanted = {unit for coverage in delivery.coverage for unit in units(coverage)}
    ids = sorted({delivery_id for unit, delivery_id in speaking.items() if unit in wanted})
    return [load.home.delivery(partner.name, delivery_id) for delivery_id in ids]


def _hold_together(ledger: Ledger, together: dict[Source, list[Received]]) -> None:
    """Hold the accepted deliveries whose partner of the same date is missing or not good."""
    for member, deliveries in together.items():
        for partner in together:
            if partner == member:
                continue
            for delivery in (delivery for delivery in deliveries if delivery.status == DeliveryStatus.ACCEPTED):
                there = _partner_at(ledger, partner, together[partner], delivery.delivery_date)
                if there is None:
                    delivery.end(DeliveryStatus.HELD, SET_INCOMPLETE.fill(partner=partner.name))
                elif not there.good:
                    delivery.end(DeliveryStatus.HELD, SET_PARTNER.fill(partner=partner.name, status=there.status))


def _enter(load: Load, ledger: Ledger, source: Source, deliveries: list[Received]) -> list[dict]:
    rows = []
    for delivery in deliveries:
        write_notices(load.home.delivery(source.name, delivery.delivery_id), delivery)
        row = _ledger_row(load, source, delivery)
        ledger.record_delivery(row, [_file_row(delivery, file) for file in delivery.files])
        rows.append(row)
    return rows


def _reason(reason) -> dict:
    if reason is None:
        return {"reason_code": None, "reason_id": None, "reason_en": None}
    return {"reason_code": reason.code, "reason_id": reason.id, "reason_en": reason.en}


def _ledger_row(load: Load, source: Source, delivery: Received) -> dict:
    covered = delivery.coverage or sorted({file.coverage for file in delivery.files})
    return {
        "delivery_id": delivery.delivery_id,
        "source": source.name,
        "agency": agency_of(source).name,
        "delivery_date": delivery.delivery_date.isoformat(),
        "kind": source.kind,
        "sha256": delivery.sha256,
        "file_names": ", ".join(file.name for file in delivery.files),
        "coverage": ",".join(covered),
        **delivery.counts.columns(),
        "status": delivery.status,
        **_reason(delivery.reason),
        "load_id": load.load_id,
    }


def _file_row(delivery: Received, file) -> dict:
    refused_with_delivery = delivery.status == DeliveryStatus.REFUSED and file.status == DeliveryStatus.ACCEPTED
    return {
        "file_name": file.name,
        "sha256": file.sha256,
        "bytes": file.bytes,
        "encoding": file.encoding,
        "coverage": file.coverage,
        "status": DeliveryStatus.REFUSED if refused_with_delivery else file.status,
        **_reason(delivery.reason if refused_with_delivery else file.reason),
        **file.counts.columns(),
    }
