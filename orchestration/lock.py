"""The lock on HOME, held by one writer. It is an operating-system lock, so it is released when its process ends, in any
way.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from assets.home import Home
from assets.ledger import now
from validations.errors import SadayaError


class Busy(SadayaError):  # noqa: N818 -- not an error of the program
    """Another process is writing to HOME; the message names it, and when it started."""


@contextmanager
def writer(home: Home, wait: bool = False) -> Generator[None]:
    """Hold HOME's lock. May be nested within one process: the command line holds it around the run, which takes it
    again.

    wait: until the other process ends, instead of failing at once.

    Raises:
        Busy: another process holds it.
    """
    lock = FileLock(home.lock, mode=0o640, is_singleton=True, thread_local=False)
    try:
        lock.acquire(timeout=-1 if wait else 0)
    except Timeout:
        raise Busy(_who(home)) from None
    try:
        _note(home).write_text(json.dumps({"pid": os.getpid(), "since": now()}), encoding="utf-8")
        yield
    finally:
        lock.release()


def _note(home: Home) -> Path:
    """A file that names the holder of the lock, for people. The lock itself is in the kernel, not in the file."""
    return home.root / "lock.json"


def _who(home: Home) -> str:
    try:
        holder = json.loads(_note(home).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return "another load is running"
    return f"another load is running since {holder['since']}, pid {holder['pid']}"
