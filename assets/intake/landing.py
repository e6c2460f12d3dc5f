"""The landing as it lies: which folders are deliveries, which are at rest, and what is there that will not be read
(rulings 9, 14).
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from assets.sources import Source
from validations.messages import Filled, Message

DONE = "_SELESAI"
CHUNK = 1 << 20

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
HIDDEN = Message("hidden_file", "Berkas tersembunyi tidak dibaca.", "Hidden files are not read.")
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
    """One file of a delivery as it lies in the landing."""

    name: str
    path: Path
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Folder:
    """One delivery's folder. `settled`: nothing in it changed for a while, or its sender said that it is done."""

    source: str
    delivery_date: date
    path: Path
    files: tuple[LandedFile, ...]
    settled: bool


@dataclass(frozen=True)
class Unread:
    """Something in the landing that is not read, and why. `path` is relative to the landing, long runs of digits
    masked.
    """

    path: str
    reason: Filled


@dataclass
class Scan:
    """What a look at the landing found: deliveries by source and date, and what is left aside."""

    folders: list[Folder] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, read in chunks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def masked(path: str) -> str:
    """A path fit for a log: runs of twelve and more digits could be somebody's number."""
    return re.sub(r"\d{12,}", lambda run: "#" * len(run[0]), path)


def scan(
    landing: Path,
    as_of: date,
    settle_seconds: float,
    sources: Iterable[Source],
    fingerprint: Callable[[Path], str] = sha256_of,
) -> Scan:
    """Look at every folder of the landing up to a date, in the order of source and date.

    Only files of settled folders are fingerprinted.

    Raises:
        FileNotFoundError: there is no landing.
    """
    known = {source.name: source for source in sources}
    found = Scan()

    def leave(path: Path, message: Message, **values: str) -> None:
        found.unread.append(Unread(masked(str(path.relative_to(landing))), message.fill(**values)))

    for top in sorted(landing.iterdir()):
        if aside := _set_aside(top):
            leave(top, aside)
        elif not top.is_dir():
            leave(top, STRAY)
        elif top.name not in known:
            leave(top, UNKNOWN_SOURCE)
        else:
            for path in sorted(top.iterdir()):
                _look_into(path, known[top.name], as_of, settle_seconds, fingerprint, found, leave)
    return found


def _set_aside(path: Path) -> Message | None:
    if path.is_symlink():
        return LINK
    return HIDDEN if path.name.startswith(".") else None


def _look_into(
    path: Path,
    source: Source,
    as_of: date,
    settle_seconds: float,
    fingerprint: Callable[[Path], str],
    found: Scan,
    leave: Callable[..., None],
) -> None:
    """One entry of a source's folder: a delivery, or something to leave aside."""
    aside = _set_aside(path)
    day = _date_of(path.name)
    if aside or not path.is_dir() or day is None or day > as_of:
        leave(path, aside or (STRAY if not path.is_dir() else IMPOSSIBLE_DATE if day is None else FUTURE_DATE))
        return
    files = []
    for entry in sorted(path.iterdir()):
        if entry.name == DONE and entry.is_file():
            continue
        if aside := _set_aside(entry):
            leave(entry, aside)
        elif entry.is_dir():
            leave(entry, NESTED)
        elif entry.suffix.lower() not in source.extensions:
            leave(entry, WRONG_EXTENSION, source=source.name)
        else:
            files.append(entry)
    settled = (path / DONE).is_file() or _at_rest(path, settle_seconds)
    if not files:
        leave(path, EMPTY_FOLDER)
        return
    if not settled:
        leave(path, GROWING)
    landed = tuple(
        LandedFile(file.name, file, file.stat().st_size, fingerprint(file) if settled else "") for file in files
    )
    found.folders.append(Folder(source.name, day, path, landed, settled))


def _date_of(name: str) -> date | None:
    try:
        return date.fromisoformat(name) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", name) else None
    except ValueError:
        return None


def _at_rest(path: Path, settle_seconds: float) -> bool:
    newest = max(entry.lstat().st_mtime for entry in (path, *path.iterdir()))
    return time.time() - newest >= settle_seconds
