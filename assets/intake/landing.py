"""Scans the landing: which folders are deliveries, which are settled, which entries are not read (rulings 9, 14)."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from assets.home import DONE
from assets.intake.shown import masked
from assets.intake.text_header import has_header
from assets.sources import Source
from validations.messages import Filled, Message, Refusal
from validations.workbook import is_marked

CHUNK = 1 << 20
_MARK_BYTES = 32
"""Maximum size in bytes of a mark."""
_COPY_NUMBER = re.compile(r"\s*(?:\(\d+\))?\s*$")

UNKNOWN_SOURCE = Message(
    "unknown_source", "Folder ini bukan nama sumber yang dikenal.", "This folder is not the name of a known source."
)
IMPOSSIBLE_DATE = Message(
    "impossible_date",
    "Nama folder bukan tanggal YYYY-MM-DD yang ada.",
    "The folder's name is not a date YYYY-MM-DD that exists.",
)
FUTURE_DATE = Message(
    "future_date", "Tanggal kiriman belum tiba; menunggu.", "The delivery's date is still to come; it waits."
)
WRONG_EXTENSION = Message(
    "wrong_extension",
    "Jenis berkas ini tidak dipakai sumber {source}.",
    "Source {source} does not use files of this kind.",
)
MARKED_WORKBOOK = Message(
    "marked_workbook",
    "Buku kerja bertanda buatan kami, bukan kiriman; kirimkan berkas asli yang sudah diperbaiki.",
    "A marked workbook that we made, not a delivery; send the original file with the corrections.",
)
NOT_DATA = Message(
    "text_without_header",
    "Berkas .txt ini kosong atau tidak memuat judul kolom sumber {source}; tidak dibaca.",
    "This .txt file is empty or does not have the header of source {source}; it is not read.",
)
HIDDEN = Message(
    "hidden_file", "Berkas tersembunyi atau sementara tidak dibaca.", "Hidden and temporary files are not read."
)
BAD_NAME = Message(
    "bad_name", "Nama ini bukan teks UTF-8; tidak dibaca.", "This name is not UTF-8 text; what it names is not read."
)
NO_FILE = Message("no_file", "Ini bukan berkas biasa; tidak dibaca.", "This is no ordinary file; it is not read.")
UNREADABLE = Message(
    "unreadable",
    "Berkas tidak dapat dibuka; kirimannya menunggu.",
    "The file cannot be opened; its delivery waits.",
)
FOLDER_UNREADABLE = Message(
    "folder_unreadable",
    "Folder ini tidak dapat dibuka; kiriman di dalamnya menunggu.",
    "This folder cannot be opened; the deliveries in it wait.",
)
LINK = Message("link", "Tautan tidak diikuti.", "Links are not followed.")
NESTED = Message(
    "nested_folder", "Folder di dalam folder kiriman tidak dibaca.", "Folders inside a delivery are not read."
)
STRAY = Message(
    "stray_file", "Berkas di luar folder kiriman tidak dibaca.", "Files outside a delivery's folder are not read."
)
GROWING = Message(
    "growing", "Folder masih berubah; ditunggu sampai selesai.", "The folder is still changing; left for the next load."
)
EMPTY_FOLDER = Message("empty_folder", "Folder kiriman tidak berisi berkas.", "The delivery's folder holds no file.")


@dataclass(frozen=True)
class LandedFile:
    """One file of a delivery in the landing. `state`: result of `state_of`."""

    name: str
    path: Path
    bytes: int
    sha256: str
    state: tuple[int, int]


@dataclass(frozen=True)
class Folder:
    """One delivery's folder. `settled`: unchanged for a while, or marked as done by its sender."""

    source: str
    delivery_date: date
    path: Path
    files: tuple[LandedFile, ...]
    settled: bool


@dataclass(frozen=True)
class Unread:
    """An entry of the landing that is not read, and why. `path` is relative to the landing, long digit runs masked."""

    path: str
    reason: Filled


@dataclass
class Scan:
    """Result of a scan: deliveries by source and date, and entries that are not read."""

    folders: list[Folder] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, read in chunks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def state_of(path: Path) -> tuple[int, int]:
    """A file's size and ctime (ns). A file that replaces it may have the same size and mtime, but not the same ctime.

    Raises:
        OSError: there is no such file.
    """
    stat = path.stat()
    return stat.st_size, stat.st_ctime_ns


def scan(
    landing: Path,
    as_of: date,
    settle_seconds: float,
    sources: Iterable[Source],
    fingerprint: Callable[[Path], str] = sha256_of,
) -> Scan:
    """Scan every folder of the landing up to a date, in the order of source and date.

    Only files of settled folders are fingerprinted.

    Raises:
        FileNotFoundError: the landing does not exist.
    """
    known = {source.name: source for source in sources}
    found = Scan()

    def leave(path: Path, message: Message, **values: str) -> None:
        found.unread.append(Unread(masked(str(path.relative_to(landing))), message.fill(**values)))

    def look(path: Path, into: Callable[[Path], None]) -> None:
        """Continue with the other folders if one cannot be read (lost mount, missing rights)."""
        try:
            into(path)
        except OSError:
            leave(path, FOLDER_UNREADABLE)

    def of_source(top: Path) -> None:
        if aside := _set_aside(top):
            leave(top, aside)
        elif not top.is_dir():
            leave(top, STRAY)
        elif top.name not in known:
            leave(top, UNKNOWN_SOURCE)
        else:
            for path in sorted(top.iterdir()):
                look(
                    path,
                    lambda path: _look_into(path, known[top.name], as_of, settle_seconds, fingerprint, found, leave),
                )

    for top in sorted(landing.iterdir()):
        look(top, of_source)
    return found


def lies_in_landing(folder: Path, sources: Iterable[Source], landing: Path | None = None) -> bool:
    """Whether a folder is in a landing: in the given one, or in any, recognised by `<source>/<date>` in its path."""
    names = {source.name for source in sources}
    above = (folder.resolve(), *folder.resolve().parents)
    shaped = any(inner.parent.name in names and _date_of(inner.name) for inner in above)
    return shaped or (landing is not None and landing.resolve() in above)


def _set_aside(path: Path) -> Message | None:
    """Why an entry of any kind is not read, or None. Office keeps `~$name.xlsx` beside an open workbook."""
    if path.is_symlink():
        return LINK
    if path.name.startswith((".", "~$")):
        return HIDDEN
    return None if path.name.isprintable() else BAD_NAME


def _look_into(
    path: Path,
    source: Source,
    as_of: date,
    settle_seconds: float,
    fingerprint: Callable[[Path], str],
    found: Scan,
    leave: Callable[..., None],
) -> None:
    """Add one entry of a source's folder to the scan: as a delivery, or as not read."""
    aside = _set_aside(path)
    day = _date_of(path.name)
    if aside or not path.is_dir() or day is None or day > as_of:
        leave(path, aside or (STRAY if not path.is_dir() else IMPOSSIBLE_DATE if day is None else FUTURE_DATE))
        return
    files, entries = [], sorted(path.iterdir())
    for entry in entries:
        if _says_done(entry):
            continue
        if aside := _not_of_delivery(entry, source):
            leave(entry, aside, source=source.name)
        else:
            files.append(entry)
    if not files:
        leave(path, EMPTY_FOLDER)
        return
    settled = any(map(_says_done, entries)) or _at_rest(path, settle_seconds)
    landed, all_open = _taken(files, source, settled, fingerprint, leave)
    if sorted(path.iterdir()) != entries:
        settled = False  # entries were renamed or removed during the scan: the delivery may be incomplete
    if not settled:
        leave(path, GROWING)
    if landed or not all_open:
        found.folders.append(Folder(source.name, day, path, tuple(landed), settled and all_open))
    else:
        leave(path, EMPTY_FOLDER)


def _taken(
    files: Iterable[Path], source: Source, settled: bool, fingerprint: Callable[[Path], str], leave: Callable[..., None]
) -> tuple[list[LandedFile], bool]:
    """Return the data files, and whether all could be opened. Reads no file of a folder that still changes."""
    landed, all_open = [], True
    for file in files:
        try:
            if settled and _is_note(file, source):
                leave(file, NOT_DATA, source=source.name)
            else:
                state = state_of(file)
                landed.append(LandedFile(file.name, file, state[0], fingerprint(file) if settled else "", state))
        except OSError:
            leave(file, UNREADABLE)
            all_open = False
    return landed, all_open


def not_of_delivery(file: Path, source: Source) -> Refusal | None:
    """Why a file would not be read in a delivery's folder, as a refusal to show or raise; or None.

    Raises:
        OSError: the file cannot be opened.
    """
    aside = _not_of_delivery(file, source) or (NOT_DATA if _is_note(file, source) else None)
    return Refusal(aside, {"source": source.name}) if aside else None


def _says_done(entry: Path) -> bool:
    """Whether an entry is the mark, in any case and with any extension (ruling 32): Windows hides `.txt`. A copy's
    number or a blank after the name do not matter. It is empty, but for a line end or a BOM that an editor saved in it,
    or says the same word.
    """
    named = _COPY_NUMBER.sub("", entry.name.strip().partition(".")[0]).upper() == DONE
    if not (named and entry.is_file() and not entry.is_symlink() and entry.stat().st_size <= _MARK_BYTES):
        return False
    said = entry.read_bytes().replace(b"\x00", b"").strip(b"\xef\xbb\xbf\xff\xfe\r\n\t _.!").upper()
    return said in (b"", DONE.strip("_").encode())


def _is_note(file: Path, source: Source) -> bool:
    """Whether a `.txt` is a note, not data: only a table's header makes it data (ruling 33)."""
    return file.suffix.lower() == ".txt" and not has_header(file, source)


def _not_of_delivery(entry: Path, source: Source) -> Message | None:
    """Why an entry of a delivery's folder is not a file of the delivery, or None."""
    if aside := _set_aside(entry):
        return aside
    if entry.is_dir():
        return NESTED
    if not entry.is_file():
        return NO_FILE
    if is_marked(entry.name):
        return MARKED_WORKBOOK
    return None if source.formats_of(entry.name) else WRONG_EXTENSION


def _date_of(name: str) -> date | None:
    try:
        return date.fromisoformat(name) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", name) else None
    except ValueError:
        return None


def _at_rest(path: Path, settle_seconds: float) -> bool:
    """Whether nothing in the folder changed for `settle_seconds`; mtimes in the future wait, unless this is 0."""
    newest = max(entry.lstat().st_mtime for entry in (path, *path.iterdir()))
    return settle_seconds <= 0 or time.time() - newest >= settle_seconds
