"""A received delivery, as it is passed from receiving to judging (JSON in the load's folder)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter

from assets.intake.parsed import Page
from assets.ledger_rows import DeliveryStatus
from assets.load import Load
from assets.sources import Source
from validations.counts import Counts
from validations.messages import Filled
from validations.regions import PROVINCE


@dataclass
class ReceivedFile:
    """One file of a delivery. `status`: accepted unless a check refuses it; `coverage`: a regency code, or `36`;
    `tables`: the parts of each table in it, from `ParsedFile.tables`.
    """

    name: str
    sha256: str
    bytes: int
    coverage: str
    status: DeliveryStatus = DeliveryStatus.ACCEPTED
    reason: Filled | None = None
    tables: dict[str, tuple[Path, ...]] = field(default_factory=dict)
    encoding: str | None = None
    notices: list[Filled] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    page: Page | None = None

    def refuse(self, reason: Filled) -> None:
        self.status, self.reason = DeliveryStatus.REFUSED, reason

    @property
    def why(self) -> Filled:
        """The reason of a file that was not accepted."""
        assert self.reason is not None, f"{self.status} without a reason"
        return self.reason


@dataclass
class Received:
    """One received delivery. `validated`: its contract has been applied."""

    delivery_id: str
    source: str
    delivery_date: date
    sha256: str
    files: list[ReceivedFile]
    status: DeliveryStatus = DeliveryStatus.ACCEPTED
    reason: Filled | None = None
    validated: bool = False

    @property
    def good_files(self) -> list[ReceivedFile]:
        return [file for file in self.files if file.status == DeliveryStatus.ACCEPTED]

    @property
    def coverage(self) -> list[str]:
        """The sorted coverage of the accepted files."""
        return sorted({file.coverage for file in self.good_files})

    @property
    def each_file_its_own(self) -> bool:
        """Whether each file covers its own kabupaten/kota, so that one may fail without the others (ruling 3b)."""
        covered = [file.coverage for file in self.files]
        return PROVINCE not in covered and len(set(covered)) == len(covered)

    @property
    def counts(self) -> Counts:
        return sum((file.counts for file in self.files), Counts())

    def end(self, status: DeliveryStatus, reason: Filled) -> None:
        self.status, self.reason = status, reason


_JSON = TypeAdapter(list[Received])


def _path(load: Load, source: Source) -> Path:
    return load.folder.root / "intake" / f"{source.name}.json"


def save(load: Load, source: Source, received: list[Received]) -> None:
    path = _path(load, source)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_JSON.dump_json(received))


def read(load: Load, source: Source) -> list[Received]:
    """The received deliveries of a source in this load.

    Raises:
        FileNotFoundError: the source has not been received in this load.
    """
    return _JSON.validate_json(_path(load, source).read_bytes())
