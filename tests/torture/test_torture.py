"""Loads faults of different sources together with a witness without faults: each has its own outcome, nothing crashes,
and no row is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from assets.home import Home
from assets.intake import judge, receive
from assets.ledger import Ledger
from assets.load import Load
from assets.sources import Source, set_of, source_named
from tests.torture import faults
from tests.torture.faults import Fault
from validations.counts import Counts

pytestmark = pytest.mark.slow

FIRST = date(2019, 11, 1)
SETS = {faults.HOUSEHOLDS: faults.MEMBERS, faults.MEMBERS: faults.HOUSEHOLDS}


def nights_of(fault: Fault) -> list[faults.Change]:
    """The deliveries of a fault, one per night."""
    if fault.after:  # third last state, second last state, the fault: A, B, A
        return [*fault.after, fault.before, fault.files]
    return [*([fault.before] if fault.before else []), fault.files]


@dataclass
class Batch:
    """Faults of one load: at most one per source or set, and none of the witness."""

    faults: list[Fault] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    @property
    def witness(self) -> Source:
        stands_in = any(fault.source == faults.BPS for fault in self.faults)
        return source_named(faults.UMKM if stands_in else faults.BPS)

    def takes(self, fault: Fault) -> bool:
        """Add a fault if its set is free."""
        wanted = {member.name for member in set_of(source_named(fault.source))}
        if fault.source in (faults.BPS, faults.UMKM):
            wanted |= {faults.BPS, faults.UMKM}
        if wanted & self.taken:
            return False
        self.faults.append(fault)
        self.taken |= wanted
        return True


def batches(every: list[Fault]) -> list[Batch]:
    """All faults in batches, by number of nights."""
    made: list[Batch] = []
    for count in sorted({len(nights_of(fault)) for fault in every}):
        of_count: list[Batch] = []
        for fault in (fault for fault in every if len(nights_of(fault)) == count):
            if not any(batch.takes(fault) for batch in of_count):
                of_count.append(Batch())
                of_count[-1].takes(fault)
        made += of_count
    return made


BATCHES = batches(faults.ALL)
BATCH_OF = {str(fault): batch for batch in BATCHES for fault in batch.faults}


class Site:
    """A landing, a home, and the outcomes of a batch's last deliveries."""

    def __init__(self, root: Path, batch: Batch) -> None:
        self.landing, self.home, self.batch = root / "landing", Home(root / "home").create(), batch
        self.broken: dict[str, Exception] = {}
        for number in range(len(nights_of(batch.faults[0]))):
            day = FIRST + timedelta(days=number)
            for fault in batch.faults:
                source = source_named(fault.source)
                self.deliver(source, day, nights_of(fault)[number](source))
                if partner := SETS.get(fault.source):
                    self.deliver(source_named(partner), day, faults.good(source_named(partner)))
            self.deliver(batch.witness, day, faults.good(batch.witness))
            self.entered = self.load(day)

    def deliver(self, source: Source, day: date, files: dict[str, bytes]) -> None:
        folder = self.landing / source.name / day.isoformat()
        folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)

    def load(self, day: date) -> dict[str, dict]:
        """Run one load up to a day; returns its ledger entries by source."""
        with Ledger(self.home.ledger) as ledger:
            load_id = ledger.open_load(day, "code")
        load = Load(self.home, self.landing, load_id, day, 0)
        sets = [set_of(source_named(fault.source)) for fault in self.batch.faults] + [(self.batch.witness,)]
        entered = {row["source"]: row for members in sets for row in self._judged(load, members)}
        with Ledger(self.home.ledger) as ledger:
            ledger.set_state(load_id, "published")
        return entered

    def _judged(self, load: Load, members: tuple[Source, ...]) -> list[dict]:
        """Outcomes of a set's deliveries. An error is kept for its own test and stops no others."""
        try:
            for member in members:
                receive(load, member)
            return [row for member in members for row in judge(load, member)]
        except Exception as error:
            self.broken |= {member.name: error for member in members}
            return []

    def outcome(self, source: str) -> dict:
        if source in self.broken:
            raise self.broken[source]
        return self.entered[source]

    def evidence(self, row: dict, kind: str) -> set[str]:
        path = self.home.delivery(row["source"], row["delivery_id"]) / f"{kind}.parquet"
        return set(pl.read_parquet(path)["check_name"]) if path.exists() else set()

    def recount(self, row: dict) -> Counts:
        """Accepted, quarantined and duplicate rows, counted from the files."""
        folder = self.home.delivery(row["source"], row["delivery_id"])
        if not (folder / "accepted").exists():
            return Counts()
        accepted = pl.scan_parquet(folder / "accepted" / "*.parquet").select(pl.len()).collect().item()
        accepted += pl.read_parquet(folder / "deletions.parquet").height
        held_back = pl.read_parquet(folder / "quarantine.parquet").select("file_name", "row_number").unique().height
        doubled = pl.read_parquet(folder / "duplicates.parquet").height
        return Counts(accepted + held_back + doubled, accepted, held_back, doubled)


@pytest.fixture(scope="session")
def site_of(tmp_path_factory) -> Callable[[Fault], Site]:
    """The site of a fault's batch, loaded when the first of its faults is requested."""
    made: dict[int, Site] = {}

    def site_of(fault: Fault) -> Site:
        batch = BATCH_OF[str(fault)]
        if id(batch) not in made:
            made[id(batch)] = Site(tmp_path_factory.mktemp("batch"), batch)
        return made[id(batch)]

    return site_of


@pytest.mark.parametrize("fault", [fault for batch in BATCHES for fault in batch.faults], ids=str)
def test_a_fault_has_its_outcome(site_of, fault: Fault):
    site = site_of(fault)
    row, expected = site.outcome(fault.source), fault.expected
    counted = site.recount(row)
    assert (row["status"], row["reason_code"]) == (expected.status, expected.reason)
    assert (row["rows_read"], row["rows_quarantined"], row["rows_duplicate"]) == (
        expected.read, expected.quarantined, expected.duplicate,
    )  # fmt: skip
    assert row["rows_read"] == row["rows_accepted"] + row["rows_quarantined"] + row["rows_duplicate"]
    assert (counted.read, counted.accepted) == (row["rows_read"], row["rows_accepted"])
    if expected.errors is not None:
        assert site.evidence(row, "quarantine") == expected.errors
    assert expected.warnings <= site.evidence(row, "warnings")
    assert expected.repairs <= site.evidence(row, "repairs")
    if expected == faults.FINE:
        assert not site.evidence(row, "warnings") - {"stale_copy", "unknown_participant", "birth_date_not_in_nik"}
    assert site.outcome(site.batch.witness.name)["status"] in ("accepted", "replayed"), "another source was stopped"


def test_there_are_enough_of_them_and_each_has_a_name_of_its_own():
    names = [str(fault) for fault in faults.ALL]
    assert len(names) == len(set(names)) >= 100
    assert {fault.source for fault in faults.ALL} == set(faults.SOURCES)
    assert {fault.expected.status for fault in faults.ALL} == {"accepted", "refused", "held", "replayed"}


def test_every_fault_is_in_one_batch_and_never_beside_its_own_source():
    assert sorted(str(fault) for batch in BATCHES for fault in batch.faults) == sorted(map(str, faults.ALL))
    for batch in BATCHES:
        sets = [set_of(source_named(fault.source)) for fault in batch.faults] + [(batch.witness,)]
        names = [member.name for members in sets for member in members]
        assert len(names) == len(set(names))
