"""Receives deliveries: finds new files in the landing, recognises repeated ones, and parses rows to text Parquet.

Rows are not judged here. Only fingerprints of files and unread entries are written to the ledger.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

from assets.answer_names import answer_of
from assets.home import Home
from assets.intake import received as receiving
from assets.intake.apart import FileUnreadableError, parse_apart
from assets.intake.landing import UNREADABLE, Folder, LandedFile, Scan, scan, sha256_of, state_of
from assets.intake.pages import incomplete
from assets.intake.received import Received, ReceivedFile
from assets.intake.shown import listed, masked
from assets.intake.standing import replayed_files
from assets.intake.totals import disagreements
from assets.ledger import Ledger
from assets.ledger_rows import DeliveryStatus
from assets.load import Load
from assets.sources import Source, all_sources
from validations import regions
from validations.counts import Counts
from validations.messages import Message, Refusal

REPLAYED = Message(
    "replayed",
    "Isi kiriman sama dengan yang sudah berlaku ({earlier}); tidak ada yang berubah.",
    "The delivery equals what is already in force ({earlier}); nothing changes.",
)
STALE_COPY = Message(
    "stale_copy",
    "Berkas {file} bertanggal {now} sama persis dengan kiriman {earlier}: mungkin berkas lama terkirim ulang.",
    "File {file} dated {now} is byte for byte that of delivery {earlier}: perhaps an old file was sent again.",
)
BAD_FILE = Message(
    "bad_file_in_delivery",
    "Berkas {file} tidak dapat diterima, sehingga seluruh kiriman ditolak: {why_id}",
    "File {file} cannot be taken in, so the whole delivery is refused: {why_en}",
)


def fingerprints(ledger: Ledger) -> Callable[[Path], str]:
    """Return a function for the SHA-256 of a file in the landing, cached by path and state since the landing is large.

    The function raises an OSError if the file changes while it is read.
    """

    def fingerprint(path: Path) -> str:
        state = state_of(path)
        known = ledger.known_fingerprint(path, state)
        if known is None:
            known = sha256_of(path)
            if state_of(path) != state:
                raise FileUnreadableError("it changed while it was read")
            ledger.remember_fingerprint(path, state, known)
        return known

    return fingerprint


def survey(home: Home, landing: Path, as_of: date, settle_seconds: float) -> Scan:
    """Scan the landing up to a date."""
    with Ledger(home.ledger) as ledger:
        return scan(landing, as_of, settle_seconds, all_sources(), fingerprints(ledger))


def new_files(ledger: Ledger, folder: Folder) -> list:
    """The files of a folder that differ from their latest version in deliveries of that source and date."""
    of_date = ledger.files(folder.source, folder.delivery_date)
    latest = {file["file_name"]: file["sha256"] for file in sorted(of_date, key=lambda file: file["entry_seq"])}
    return [file for file in folder.files if latest.get(file.name) != file.sha256]


def receive(load: Load, source: Source, found: Scan | None = None) -> list[dict]:
    """Parse the new files of one source, up to the load's date. Returns one dictionary per delivery, for metadata.

    found: a scan of the landing, at least of the source's set; by default of all sources, now.
    """
    with load.ledger() as ledger:
        if found is None:
            found = scan(load.landing, load.as_of, load.settle_seconds, all_sources(), fingerprints(ledger))
        for unread in found.unread:
            ledger.record_unread(load.load_id, unread.path, unread.reason.code, unread.reason.id, unread.reason.en)
        deliveries = []
        for delivery_date, files in _due(ledger, source, found):
            try:
                deliveries.append(_receive_one(load, ledger, source, delivery_date, files))
            except FileUnreadableError:  # became unreadable after the scan: its delivery waits
                where = masked(str(files[0].path.parent.relative_to(load.landing)))
                ledger.record_unread(load.load_id, where, UNREADABLE.code, UNREADABLE.id, UNREADABLE.en)
    receiving.save(load, source, deliveries)
    return [
        {
            "delivery_id": delivery.delivery_id,
            "delivery_date": delivery.delivery_date.isoformat(),
            "files": len(delivery.files),
            "status": delivery.status,
        }
        for delivery in deliveries
    ]


def _due(ledger: Ledger, source: Source, found: Scan) -> Iterator[tuple[date, list]]:
    """(date, files) of each delivery to receive, by date: new files, and files held for a partner that has arrived. Of
    paged answers whole ones, each of which is a delivery (`assets.answer_names`).
    """
    folders = {(folder.source, folder.delivery_date): folder for folder in found.folders if folder.settled}
    members = [other.name for other in all_sources() if source.set_name and other.set_name == source.set_name]
    stirred = {when for name, when in folders if name in members and new_files(ledger, folders[name, when])}
    for name, when in sorted(folders):
        if name != source.name:
            continue
        files, fresh = folders[name, when].files, new_files(ledger, folders[name, when])
        waiting = _waiting(ledger, source, when) if when in stirred else set()
        pages = [file for file in files if source.is_page(file.name)]
        yield from ((when, answer) for answer in _answers(pages) if not set(answer).isdisjoint(fresh))
        others = [file for file in files if file not in pages]
        if due := [file for file in others if file in fresh or file.sha256 in waiting]:
            yield when, due


def _answers(pages: Iterable[LandedFile]) -> list[list[LandedFile]]:
    """The pages of each answer, in the order in which answers came."""
    found: dict[tuple[str, str], list[LandedFile]] = {}
    for page in pages:
        found.setdefault(answer_of(page.name), []).append(page)
    return [found[answer] for answer in sorted(found)]


def _waiting(ledger: Ledger, source: Source, when: date) -> set[str]:
    """Fingerprints of the files of a date that were held because their set was incomplete."""
    return {
        file["sha256"]
        for delivery in ledger.held_for_partner(source.name, when)
        for file in ledger.files(source.name)
        if file["delivery_id"] == delivery["delivery_id"]
    }


def _receive_one(load: Load, ledger: Ledger, source: Source, delivery_date: date, files: list) -> Received:
    digest = hashlib.sha256("\n".join(sorted(file.sha256 for file in files)).encode()).hexdigest()
    delivery = Received(
        ledger.free_delivery_id(source.name, delivery_date, digest),
        source.name,
        delivery_date,
        digest,
        [
            ReceivedFile(file.name, file.sha256, file.bytes, regions.regency_in_name(file.name) or regions.PROVINCE)
            for file in files
        ],
    )
    _mark_replays(ledger, source, delivery)
    folder = load.home.delivery(source.name, delivery.delivery_id)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "raw").mkdir(parents=True)
    landed = {file.name: file for file in files}
    for number, file in enumerate(delivery.files):
        if file.status == DeliveryStatus.ACCEPTED:
            _parse(file, landed[file.name].path, source, folder / "raw", number)
            if state_of(landed[file.name].path) != landed[file.name].state:
                raise FileUnreadableError(
                    "it was replaced while it was parsed: its rows would not be its fingerprint's"
                )
    _settle_refusals(delivery, source)
    _settle_pages(delivery, source)
    return delivery


def _settle_pages(delivery: Received, source: Source) -> None:
    """Refuse a delivery whose pages are not a complete answer."""
    pages = [file.page for file in delivery.good_files if file.page is not None]
    if not pages or delivery.status != DeliveryStatus.ACCEPTED:
        return
    reason = incomplete(pages)
    if reason is not None:
        delivery.end(DeliveryStatus.REFUSED, reason)
        for file in delivery.good_files:
            file.refuse(reason)


def _mark_replays(ledger: Ledger, source: Source, delivery: Received) -> None:
    """Mark files that repeat those in force, so that they are not parsed; if all do, the delivery is `replayed`."""
    old = replayed_files(ledger, source, delivery)
    if len(old) < len(delivery.files):  # an answer is whole: its pages are read together
        old = {name: earlier for name, earlier in old.items() if not source.is_page(name)}
    dates = {row["delivery_id"]: row["delivery_date"] for row in ledger.deliveries(source.name)}
    for file in delivery.files:
        earlier = old.get(file.name)
        if earlier is None:
            continue
        file.status, file.reason = DeliveryStatus.REPLAYED, REPLAYED.fill(earlier=earlier)
        if dates[earlier] != delivery.delivery_date.isoformat():
            when = delivery.delivery_date.isoformat()
            file.notices.append(STALE_COPY.fill(file=file.name, now=when, earlier=earlier))
    if delivery.files and len(old) == len(delivery.files):
        delivery.end(DeliveryStatus.REPLAYED, delivery.files[0].why)


def _parse(file: ReceivedFile, path: Path, source: Source, raw: Path, number: int) -> None:
    try:
        parsed = parse_apart(path, source, raw, str(number))
    except Refusal as refusal:
        file.refuse(refusal.filled)
        return
    file.tables = parsed.tables(file.name)
    file.encoding, file.page = parsed.encoding, parsed.page
    file.counts = Counts(furniture=parsed.rows_furniture)
    file.notices += [*parsed.notices, *regions.coverage_notices(file.name), *disagreements(parsed)]


def _settle_refusals(delivery: Received, source: Source) -> None:
    """Refuse a delivery with a bad file, unless others are good and files are independent or each covers its own
    kabupaten/kota (ruling 3b).
    """
    refused = [file for file in delivery.files if file.status == DeliveryStatus.REFUSED]
    apart = source.files_apart or delivery.each_file_its_own
    if not refused or (apart and delivery.good_files):
        return
    alone = len(delivery.files) == 1
    first = refused[0].why
    named = listed([file.name for file in refused], most=3)
    reason = first if alone else BAD_FILE.fill(file=named, why_id=first.id, why_en=first.en)
    delivery.end(DeliveryStatus.REFUSED, reason)
    for file in delivery.good_files:
        file.refuse(reason)
