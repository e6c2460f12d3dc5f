"""Each fault alone, beside a witness that nothing is wrong with: its own outcome, no crash, and no row lost."""

from __future__ import annotations

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

FIRST = date(2019, 11, 1)
SETS = {faults.HOUSEHOLDS: faults.MEMBERS, faults.MEMBERS: faults.HOUSEHOLDS}


class Site:
    """A landing, a home, and the sources that take part."""

    def __init__(self, root: Path, source: Source) -> None:
        self.landing, self.home, self.source = root / "landing", Home(root / "home").create(), source
        self.witness = source_named(faults.BPS if source.name != faults.BPS else faults.UMKM)

    def deliver(self, source: Source, day: date, files: dict[str, bytes]) -> None:
        folder = self.landing / source.name / day.isoformat()
        folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)

    def load(self, day: date) -> dict[str, dict]:
        """One load up to a day: what it entered in the ledger, by source."""
        with Ledger(self.home.ledger) as ledger:
            load_id = ledger.open_load(day, "code")
        load = Load(self.home, self.landing, load_id, day, 0)
        members = (*set_of(self.source), self.witness)
        for member in members:
            receive(load, member)
        entered = {row["source"]: row for member in members for row in judge(load, member)}
        with Ledger(self.home.ledger) as ledger:
            ledger.set_state(load_id, "published")
        return entered

    def evidence(self, row: dict, kind: str) -> set[str]:
        path = self.home.delivery(row["source"], row["delivery_id"]) / f"{kind}.parquet"
        return set(pl.read_parquet(path)["check_name"]) if path.exists() else set()

    def recount(self, row: dict) -> Counts:
        """The rows that were accepted, quarantined and doubled, counted in the files themselves."""
        folder = self.home.delivery(row["source"], row["delivery_id"])
        if not (folder / "accepted").exists():
            return Counts()
        accepted = pl.scan_parquet(folder / "accepted" / "*.parquet").select(pl.len()).collect().item()
        held_back = pl.read_parquet(folder / "quarantine.parquet").select("file_name", "row_number").unique().height
        doubled = pl.read_parquet(folder / "duplicates.parquet").height
        return Counts(accepted + held_back + doubled, accepted, held_back, doubled)


@pytest.mark.parametrize("fault", faults.ALL, ids=str)
def test_a_fault_has_its_outcome(tmp_path, fault: Fault):
    site = Site(tmp_path, source_named(fault.source))
    nights = [*([fault.before] if fault.before else []), fault.files]
    if fault.after:  # the state before last, the one before, the fault: A, B, A
        nights = [*fault.after, fault.before, fault.files]
    for number, files in enumerate(nights):
        day = FIRST + timedelta(days=number)
        site.deliver(site.source, day, files(site.source))
        if partner := SETS.get(fault.source):
            site.deliver(source_named(partner), day, faults.good(source_named(partner)))
        site.deliver(site.witness, day, faults.good(site.witness))
        entered = site.load(day)
    row, expected = entered[fault.source], fault.expected
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
    assert entered[site.witness.name]["status"] in ("accepted", "replayed"), "another source was stopped"


def test_there_are_enough_of_them_and_each_has_a_name_of_its_own():
    names = [str(fault) for fault in faults.ALL]
    assert len(names) == len(set(names)) >= 100
    assert {fault.source for fault in faults.ALL} == set(faults.SOURCES)
    assert {fault.expected.status for fault in faults.ALL} == {"accepted", "refused", "held", "replayed"}
