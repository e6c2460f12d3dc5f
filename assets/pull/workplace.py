"""The hidden folder in which a delivery grows, `LANDING/<source>/.<date>.pull/`, and how it becomes `<date>`.

`delivery/` holds only whole files; `state.json` beside it what a pull that was killed needs to go on. Landing is one
rename of `delivery/`, with everything on the disk before, so that the landing never shows a part.
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
    """One delivery in the making. Only its holder may touch it: see `working`."""

    def __init__(self, folder: Path, day: date) -> None:
        self.landed = folder / day.isoformat()
        self._root = folder / f".{day}.pull"
        self.delivery = self._root / "delivery"
        self._state = self._root / "state.json"

    def resume(self, of: dict[str, Any]) -> dict[str, Any]:
        """What an earlier pull remembered, if it fetched the very same; else an empty place and nothing.

        of: what is fetched, and whence: kept files of another address or query must not be mixed with ours.
        """
        if self._read().get("of") != of:
            self.clear()
            self._write({"of": of, "kept": {}})
        return self.kept()

    def kept(self) -> dict[str, Any]:
        """What was remembered last."""
        return self._read()["kept"]

    def remember(self, kept: dict[str, Any]) -> None:
        """Note what a pull that goes on from here must know."""
        self._write({**self._read(), "kept": kept})

    def clear(self) -> None:
        """An empty place."""
        self.discard()
        self.delivery.mkdir(mode=0o750, parents=True)

    def discard(self) -> None:
        """Leave no trace."""
        if self._root.exists():
            shutil.rmtree(self._root)

    @contextmanager
    def storing(self, name: str) -> Generator[Path]:
        """A path to write a file to; it becomes a file of the delivery once the block ends well."""
        part = self._root / "part"
        yield part
        durable.fsync(part)
        part.replace(self.delivery / name)
        durable.fsync(self.delivery)

    def has(self, name: str) -> bool:
        return (self.delivery / name).is_file()

    def files(self) -> list[Path]:
        """The whole files so far, by name. A pull that was killed just before it landed has said that it is done."""
        return sorted(path for path in self.delivery.iterdir() if path.name != DONE)

    def land(self) -> tuple[int, int]:
        """Make the delivery seen. Returns how many files it has, and their bytes.

        Raises:
            PullFailed: somebody put a delivery of this day there meanwhile.
        """
        files = self.files()
        size = sum(path.stat().st_size for path in files)
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
def working(landing: Path, source: str, day: date) -> Generator[Workplace]:
    """The workplace of a source and day, as its only user. What pulls of other days left half-done is removed: it
    would lie there for ever, and it holds people's data.

    Raises:
        PullFailed: another pull of this source is running.
    """
    folder = landing / source
    folder.mkdir(mode=0o750, exist_ok=True)
    # The lock is on the folder itself, so that no lock file lies in the landing. It ends with the process.
    handle = os.open(folder, os.O_RDONLY)
    try:
        if not lock_descriptor(handle, blocking=False):
            raise PullFailed("another pull of this source is running")
        place = Workplace(folder, day)
        for old in folder.glob(".*.pull"):
            if old != place.delivery.parent or place.landed.exists():
                shutil.rmtree(old)
        yield place
    finally:
        os.close(handle)
