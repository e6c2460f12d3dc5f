"""The hidden folder in which a delivery is collected, `LANDING/<source>/.<date>.pull/`, until it becomes `<date>`.

`delivery/` has only complete files; `state.json` next to it has what an interrupted pull needs to continue. Landing is
one rename of `delivery/`, after everything is on disk, so that the landing never shows a part. Files of a later pull of
the same day join the folder one by one: its mark `_SELESAI` is away meanwhile, so that loads wait, and `landing` in the
workplace makes the next pull finish what was interrupted before it asks for anything.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from filelock import lock_descriptor

from assets import durable
from assets.home import DONE
from assets.pull.outcome import PullFailed


class Workplace:
    """A delivery that is being fetched. Only its owner may touch it: see `working`."""

    def __init__(self, folder: Path, day: date) -> None:
        self.landed = folder / day.isoformat()
        self._root = folder / f".{day}.pull"
        self.delivery = self._root / "delivery"
        self._state = self._root / "state.json"
        self._landing = self._root / "landing"

    def resume(self, of: dict[str, Any]) -> dict[str, Any]:
        """The state of an earlier pull if it fetched the same; else clears the folder and returns an empty state.

        of: what is fetched, and from where: files of another address or query must not be mixed in.
        """
        if self._read().get("of") != of:
            self.clear()
            self._write({"of": of, "kept": {}})
        return self.kept()

    def kept(self) -> dict[str, Any]:
        """The state that was stored last."""
        return self._read()["kept"]

    def remember(self, kept: dict[str, Any]) -> None:
        """Store the state that the next pull needs to continue."""
        self._write({**self._read(), "kept": kept})

    def clear(self) -> None:
        """Empty the folder."""
        self.discard()
        self.delivery.mkdir(mode=0o750, parents=True)

    def discard(self) -> None:
        """Delete the folder."""
        if self._root.exists():
            shutil.rmtree(self._root)

    @contextmanager
    def storing(self, name: str) -> Generator[Path]:
        """A path to write a file to; it becomes a file of the delivery if the block raises no error."""
        part = self._root / "part"
        yield part
        durable.fsync(part)
        part.replace(self.delivery / name)
        durable.fsync(self.delivery)

    def has(self, name: str) -> bool:
        return (self.delivery / name).is_file()

    def files(self) -> list[Path]:
        """The complete files so far, by name, without the mark of a pull that was killed just before it landed."""
        return sorted(path for path in self.delivery.iterdir() if path.name != DONE)

    def land(self, join: bool = False) -> tuple[int, int]:
        """Move the delivery to the landing. Returns the number of its files, and their bytes.

        join: add the files to the day's folder if there is one; none of them may have a name that is taken.

        Raises:
            PullFailed: a delivery of this day was put there meanwhile, or a name is taken.
        """
        files = self.files()
        size = sum(path.stat().st_size for path in files)
        if join and self.landed.exists():
            if any((self.landed / path.name).exists() for path in files):
                raise PullFailed("the day's folder already has a file of that name")
            self._landing.touch()
            durable.fsync(self._root)
            self.finish()
            return len(files), size
        (self.delivery / DONE).touch()
        durable.fsync(self.delivery / DONE)
        durable.fsync(self.delivery)
        try:
            self.delivery.rename(self.landed)
        except OSError:
            if self.landed.exists():
                raise PullFailed("a delivery of this day was put into the landing meanwhile") from None
            raise
        durable.fsync(self.landed.parent)
        self.discard()
        return len(files), size

    def finish(self) -> None:
        """Complete a landing into an existing folder, if one was begun."""
        if not self._landing.exists():
            return
        (self.landed / DONE).unlink(missing_ok=True)
        durable.fsync(self.landed)
        for path in self.files():
            path.rename(self.landed / path.name)
        durable.fsync(self.landed)
        (self.landed / DONE).touch()
        durable.fsync(self.landed / DONE)
        durable.fsync(self.landed)
        self.discard()

    def _read(self) -> dict[str, Any]:
        try:
            return json.loads(self._state.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}

    def _write(self, state: dict[str, Any]) -> None:
        part = self._root / "state.part"
        part.write_text(json.dumps(state), encoding="utf-8")
        durable.fsync(part)
        part.replace(self._state)


@contextmanager
def working(landing: Path, source: str, day: date, again: bool = False) -> Generator[Workplace]:
    """The workplace of a source and day, locked. Unfinished pulls of other days are removed: nothing would ever delete
    them, and they contain personal data. again: the source may be pulled several times a day.

    Raises:
        PullFailed: another pull of this source is running.
    """
    folder = landing / source
    folder.mkdir(mode=0o750, exist_ok=True)
    # The lock is on the folder itself, so the landing has no lock file. It ends with the process.
    handle = os.open(folder, os.O_RDONLY)
    try:
        if not lock_descriptor(handle, blocking=False):
            raise PullFailed("another pull of this source is running")
        place = Workplace(folder, day)
        for old in folder.glob(".*.pull"):
            began = Workplace(folder, _day_of(old))
            began.finish()
            if old != place.delivery.parent or (place.landed.exists() and not again):
                began.discard()
        yield place
    finally:
        os.close(handle)


def _day_of(workplace: Path) -> date:
    return date.fromisoformat(workplace.name.removeprefix(".").removesuffix(".pull"))
