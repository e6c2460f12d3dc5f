"""Reports the progress of a running load to listeners in the same process (the command line)."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One step of a load. `done`: it ended after `seconds`, successfully or not; `detail`: position within a long
    step.
    """

    stage: str
    detail: str = ""
    done: bool = False
    failed: bool = False
    seconds: float = 0.0


Listener = Callable[[Step], None]
_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Generator[None]:
    """Report every step to `listener` while the block runs."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def report(step: Step) -> None:
    for listener in _listeners:
        listener(step)


@contextmanager
def stage(name: str, detail: str = "") -> Generator[None]:
    """Report the start and the end of a step."""
    started = time.monotonic()
    report(Step(name, detail))
    try:
        yield
    except BaseException:
        report(Step(name, detail, done=True, failed=True, seconds=time.monotonic() - started))
        raise
    report(Step(name, detail, done=True, seconds=time.monotonic() - started))
