"""Packs the faults into few loads: faults of single rows of a source share a delivery, and deliveries of different
sources share a load.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from assets.sources import Source, set_of, source_named
from tests.torture import deliveries, faults
from tests.torture.deliveries import Files, Row
from tests.torture.faults import Change, Fault, OneRow
from validations.counts import Counts

GOOD_ROWS = 4 * deliveries.ROWS
"""Rows without faults at the start of a shared delivery, so that its faults remain a small share of it."""


@dataclass(frozen=True)
class Delivery:
    """What a source delivers: one fault, or several of single rows, each in a row of its own."""

    source: Source
    faults: tuple[Fault, ...]

    @property
    def shared(self) -> bool:
        return len(self.faults) > 1

    @property
    def nights(self) -> list[Change]:
        """The files of each night."""
        fault = self.faults[0]
        if self.shared:
            return [self._shared_files]
        if fault.after:  # third last state, second last state, the fault: A, B, A
            return [*fault.after, fault.before or faults.good, fault.files]
        return [*([fault.before] if fault.before else []), fault.files]

    def rows(self) -> list[tuple[Fault | None, Row]]:
        """The rows of a shared delivery, each with its fault."""
        made = deliveries.good_rows(self.source, GOOD_ROWS + len(self.faults))
        own = [
            [(fault, row) for row in fault.files.becomes(good)]
            for fault, good in zip(self.faults, made[GOOD_ROWS:], strict=True)
            if isinstance(fault.files, OneRow)
        ]
        good = [(None, row) for row in made[:GOOD_ROWS]]
        return [*good, *(first for first, *_ in own), *(row for _, *more in own for row in more)]

    def places(self, fault: Fault) -> list[int]:
        """The places of a fault's rows among those of a shared delivery."""
        return [place for place, (owner, _) in enumerate(self.rows()) if owner is fault]

    def expected(self) -> Counts:
        """The counts of the whole delivery: the sum over its faults."""
        read = len(self.rows()) if self.shared else self.faults[0].expected.read
        held_back = sum(fault.expected.quarantined for fault in self.faults)
        doubled = sum(fault.expected.duplicate for fault in self.faults)
        return Counts(read, read - held_back - doubled, held_back, doubled)

    def _shared_files(self, source: Source) -> Files:
        return deliveries.files(source, [row for _, row in self.rows()])


@dataclass
class Batch:
    """Deliveries of one load: at most one per source or set, and none of the witness."""

    deliveries: list[Delivery] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    @property
    def faults(self) -> list[Fault]:
        return [fault for delivery in self.deliveries for fault in delivery.faults]

    @property
    def witness(self) -> Source:
        stands_in = any(delivery.source.name == faults.BPS for delivery in self.deliveries)
        return source_named(faults.UMKM if stands_in else faults.BPS)

    def takes(self, delivery: Delivery) -> bool:
        """Add a delivery if its set is free."""
        wanted = {member.name for member in set_of(delivery.source)}
        if delivery.source.name in (faults.BPS, faults.UMKM):
            wanted |= {faults.BPS, faults.UMKM}
        if wanted & self.taken:
            return False
        self.deliveries.append(delivery)
        self.taken |= wanted
        return True

    def delivery_of(self, fault: Fault) -> Delivery:
        return next(delivery for delivery in self.deliveries if fault in delivery.faults)


def delivered(every: list[Fault]) -> list[Delivery]:
    """All faults in deliveries."""
    rows: dict[str, list[Fault]] = {}
    made = []
    for fault in every:
        if isinstance(fault.files, OneRow):
            rows.setdefault(fault.source, []).append(fault)
        else:
            made.append(Delivery(source_named(fault.source), (fault,)))
    return [*(Delivery(source_named(name), tuple(of_source)) for name, of_source in rows.items()), *made]


def batches(every: list[Fault]) -> list[Batch]:
    """All faults in batches, by number of nights."""
    made: list[Batch] = []
    deliveries = delivered(every)
    for count in sorted({len(delivery.nights) for delivery in deliveries}):
        of_count: list[Batch] = []
        for delivery in (delivery for delivery in deliveries if len(delivery.nights) == count):
            if not any(batch.takes(delivery) for batch in of_count):
                of_count.append(Batch())
                of_count[-1].takes(delivery)
        made += of_count
    return made
