"""Shared by all tests: temporary folders in memory if there is room, and the order of tests: the slowest start first,
so that no process runs alone at the end.
"""

from __future__ import annotations

import gc
import os
import shutil
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import settings

MEMORY = Path("/dev/shm")  # noqa: S108 -- pytest makes a folder of its own there, which only its user can read
ROOM = 6 * 2**30
"""Bytes that must be free in memory for the folders of the tests: several times what they need."""


OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""Threshold of the garbage collector. The libraries hold a million objects until the end; Python's default of 700 scans
them again and again.
"""


def pytest_configure() -> None:
    """Place `tmp_path` in memory, unless PYTEST_DEBUG_TEMPROOT is set. Hypothesis has no limit of time per
    example: a busy machine exceeds it.
    """
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, 20, 50)
    settings.register_profile("sadaya", deadline=None)
    settings.load_profile("sadaya")
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A folder that the session's test processes share, for `tests.shared.once`."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = dealt(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def dealt(items: list[pytest.Item], processes: int) -> list[pytest.Item]:
    """Items in the order in which pytest-xdist distributes them: to each process one run of equal length.
    Modules of whole loads and slow tests are dealt in turn, and come first in each run. Tests of a module stay
    together, because they share an expensive fixture. Only the first process begins with whole loads: they need one
    first night, for which the others would wait.
    """
    whole, slow, rest = ([item for item in items if _rank(item) == rank] for rank in range(3))
    hands = [_dealt(whole, nth, processes) for nth in range(processes)]
    for nth, hand in enumerate(hands):
        more = _dealt(slow, nth, processes)
        hand[:] = more + hand if nth else hand + more
    for nth, hand in enumerate(hands):
        room = sum(len(other) for other in hands[nth:]) + len(rest)
        fill = max(0, room // (processes - nth) - len(hand))
        hand += rest[:fill]
        rest = rest[fill:]
    return [item for hand in hands for item in hand] + rest


def _dealt(items: list[pytest.Item], nth: int, processes: int) -> list[pytest.Item]:
    modules = [list(group) for _, group in groupby(items, key=lambda item: item.path)]
    return [item for module in modules[nth::processes] for item in module]


def _rank(item: pytest.Item) -> int:
    return next((rank for rank, mark in enumerate(("integration", "slow")) if item.get_closest_marker(mark)), 2)
