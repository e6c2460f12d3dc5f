"""Loads faults of different sources together with a witness without faults: each has its own outcome, nothing crashes,
and no row is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
from tests.torture.batches import GOOD_ROWS, Batch, batches
from tests.torture.deliveries import ROWS
from tests.torture.faults import Fault
from validations.counts import Counts

pytestmark = pytest.mark.slow

FIRST = date(2019, 11, 1)
PLACE = {"file_name": pl.String, "row_number": pl.Int64}
"""Columns that name a row of a delivery, in evidence and data."""
SETS = {faults.HOUSEHOLDS: faults.MEMBERS, faults.MEMBERS: faults.HOUSEHOLDS}


BATCHES = batches(faults.ALL)
BATCH_OF = {str(fault): batch for batch in BATCHES for fault in batch.faults}
MAY_BE_SAID = {"stale_copy", "unknown_participant", "birth_date_not_in_nik"}
"""Warnings that a delivery without faults may have."""


@dataclass(frozen=True)
class Seen:
    """What became of some rows, read from the files of their delivery. Warnings include those about the whole file."""

    counts: Counts
    errors: set[str]
    warnings: set[str]
    repairs: set[str]


class Site:
    """A landing, a home, and the outcomes of a batch's last deliveries."""

    def __init__(self, root: Path, batch: Batch) -> None:
        self.landing, self.home, self.batch = root / "landing", Home(root / "home").create(), batch
        self.broken: dict[str, Exception] = {}
        for number in range(len(batch.deliveries[0].nights)):
            day = FIRST + timedelta(days=number)
            for delivery in batch.deliveries:
                self.deliver(delivery.source, day, delivery.nights[number](delivery.source))
                if partner := SETS.get(delivery.source.name):
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
        sets = [set_of(delivery.source) for delivery in self.batch.deliveries] + [(self.batch.witness,)]
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

    def seen(self, fault: Fault) -> Seen:
        """What became of a fault's rows: all of its delivery's, or its own ones of a shared delivery."""
        row, delivery = self.outcome(fault.source), self.batch.delivery_of(fault)
        folder = self.home.delivery(row["source"], row["delivery_id"])
        ended = _ended(folder)
        said = {kind: _lines(folder / f"{kind}.parquet") for kind in ("quarantine", "warnings", "repairs")}
        if delivery.shared:
            ended = ended[delivery.places(fault)]
            of_file = pl.col("row_number").is_null()
            said = {
                kind: pl.concat([lines.filter(of_file), lines.join(ended, on=[*PLACE], how="semi")])
                for kind, lines in said.items()
            }
        return Seen(_counted(ended), *(set(lines["check_name"]) for lines in said.values()))

    def counted(self, row: dict) -> Counts:
        """Rows of a whole delivery, counted from its files."""
        return _counted(_ended(self.home.delivery(row["source"], row["delivery_id"])))


def _lines(path: Path) -> pl.DataFrame:
    columns = {**PLACE, "check_name": pl.String}
    return pl.read_parquet(path, columns=[*columns]) if path.exists() else pl.DataFrame(schema=columns)


def _ended(folder: Path) -> pl.DataFrame:
    """File, number and outcome of each row of a delivery, in the order in which the rows were delivered."""
    if not (folder / "accepted").exists():
        return pl.DataFrame(schema={**PLACE, "outcome": pl.String})
    accepted = pl.read_parquet(folder / "accepted" / "*.parquet", columns=[*PLACE])
    ended, held_back, doubled = (
        pl.read_parquet(folder / f"{kind}.parquet", columns=[*PLACE])
        for kind in ("deletions", "quarantine", "duplicates")
    )
    outcomes = {"accepted": [accepted, ended], "quarantined": [held_back.unique()], "duplicate": [doubled]}
    frames = [rows.with_columns(outcome=pl.lit(outcome)) for outcome, of in outcomes.items() for rows in of]
    return pl.concat(frames).sort([*PLACE])


def _counted(ended: pl.DataFrame) -> Counts:
    counts = dict(ended.group_by("outcome").len().iter_rows())
    return Counts(ended.height, *(counts.get(outcome, 0) for outcome in ("accepted", "quarantined", "duplicate")))


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
    row, expected, delivery = site.outcome(fault.source), fault.expected, site.batch.delivery_of(fault)
    assert (row["status"], row["reason_code"]) == (expected.status, expected.reason)
    counted, stated = site.counted(row), delivery.expected()
    assert (row["rows_read"], row["rows_quarantined"], row["rows_duplicate"]) == (
        stated.read, stated.quarantined, stated.duplicate,
    )  # fmt: skip
    assert row["rows_read"] == row["rows_accepted"] + row["rows_quarantined"] + row["rows_duplicate"]
    assert (counted.read, counted.accepted) == (row["rows_read"], row["rows_accepted"])
    seen = site.seen(fault)
    own = expected.read - (ROWS - 1 if delivery.shared else 0)
    assert (seen.counts.read, seen.counts.quarantined, seen.counts.duplicate) == (
        own, expected.quarantined, expected.duplicate,
    )  # fmt: skip
    if expected.errors is not None:
        assert seen.errors == expected.errors
    assert expected.warnings <= seen.warnings
    assert expected.repairs <= seen.repairs
    if expected == faults.FINE:
        assert not seen.warnings - MAY_BE_SAID
    assert site.outcome(site.batch.witness.name)["status"] in ("accepted", "replayed"), "another source was stopped"


def test_there_are_enough_of_them_and_each_has_a_name_of_its_own():
    names = [str(fault) for fault in faults.ALL]
    assert len(names) == len(set(names)) >= 100
    assert {fault.source for fault in faults.ALL} == set(faults.SOURCES)
    assert {fault.expected.status for fault in faults.ALL} == {"accepted", "refused", "held", "replayed"}


def test_every_fault_is_in_one_batch_and_never_beside_its_own_source():
    assert sorted(str(fault) for batch in BATCHES for fault in batch.faults) == sorted(map(str, faults.ALL))
    for batch in BATCHES:
        sets = [set_of(delivery.source) for delivery in batch.deliveries] + [(batch.witness,)]
        names = [member.name for members in sets for member in members]
        assert len(names) == len(set(names))


def test_only_faults_of_single_rows_share_a_delivery_and_each_has_rows_of_its_own():
    shared = [delivery for batch in BATCHES for delivery in batch.deliveries if delivery.shared]
    assert shared
    for delivery in shared:
        places = [place for fault in delivery.faults for place in delivery.places(fault)]
        assert sorted(places) == list(range(GOOD_ROWS, len(delivery.rows())))
        assert {(fault.expected.status, fault.expected.reason) for fault in delivery.faults} == {("accepted", None)}
