"""What a running load is at, told to whoever listens in the same process (the command line)."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One step of a load. `done`: it ended, after `seconds`, well or not; `detail`: where in a long step it is."""

    stage: str
    detail: str = ""
    done: bool = False
    failed: bool = False
    seconds: float = 0.0


Listener = Callable[[Step], None]
_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Generator[None]:
    """Have every step told to `listener` while the block runs."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def tell(step: Step) -> None:
    for listener in _listeners:
        listener(step)


@contextmanager
def stage(name: str, detail: str = "") -> Generator[None]:
    """Tell the beginning and the end of a step."""
    started = time.monotonic()
    tell(Step(name, detail))
    try:
        yield
    except BaseException:
        tell(Step(name, detail, done=True, failed=True, seconds=time.monotonic() - started))
        raise
    tell(Step(name, detail, done=True, seconds=time.monotonic() - started))
