"""The lock on HOME, held by one writer. It is an operating-system lock, so it is released when its process ends, in any
way.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import BaseFileLock, FileLock, Timeout

from assets.home import Home
from assets.ledger import now
from validations.errors import SadayaError


class Busy(SadayaError):  # noqa: N818 -- not an error of the program
    """Another process is writing to HOME; the message names it, and when it started."""


LOAD, PROGRESS = "load", "progress"
"""What the lock is held for."""
PATIENCE = 300.0
"""Seconds for which a load waits for a rebuild of progress, which takes less than half of that; not for a load."""
_GRACE = 0.2
"""Seconds in which a look whether the lock is held has ended."""
_CALLED = {LOAD: "another load is running", PROGRESS: "progress is being rebuilt"}


@contextmanager
def writer(home: Home, wait: bool = False, purpose: str = LOAD) -> Generator[None]:
    """Hold HOME's lock. May be nested within one process: the command line holds it around the run, which takes it
    again.

    wait: until the other process ends, instead of failing at once.
    purpose: `LOAD`, also for a person's decision, or `PROGRESS`, for which others wait: progress is rebuilt every few
    minutes, and must not make a night fail.

    Raises:
        Busy: another process holds it.
    """
    lock = FileLock(home.lock, mode=0o640, is_singleton=True, thread_local=False)
    try:
        _acquire(lock, home, wait, purpose)
    except Timeout:
        raise Busy(_who(home)) from None
    try:
        if lock.lock_counter == 1:  # nested: the outermost says what the lock is held for
            note = {"pid": os.getpid(), "since": now(), "purpose": purpose}
            _note(home).write_text(json.dumps(note), encoding="utf-8")
        yield
    finally:
        lock.release()


def _acquire(lock: BaseFileLock, home: Home, wait: bool, purpose: str) -> None:
    try:
        lock.acquire(timeout=-1 if wait else _GRACE)
    except Timeout:
        if purpose == PROGRESS or _holder(home).get("purpose") != PROGRESS:
            raise
        lock.acquire(timeout=PATIENCE)


def held(home: Home) -> str | None:
    """Who holds the lock now, in a few words; None if nobody does."""
    lock = FileLock(home.lock, mode=0o640, is_singleton=True, thread_local=False)
    try:
        with lock.acquire(timeout=0):
            return None
    except Timeout:
        return _who(home)


def _note(home: Home) -> Path:
    """A file that names the holder of the lock, for people. The lock itself is in the kernel, not in the file."""
    return home.root / "lock.json"


def _who(home: Home) -> str:
    holder = _holder(home)
    called = _CALLED[holder.get("purpose", LOAD)]
    return f"{called} since {holder['since']}, pid {holder['pid']}" if holder else called


def _holder(home: Home) -> dict[str, Any]:
    """What the holder noted; empty if it did not."""
    try:
        return json.loads(_note(home).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
