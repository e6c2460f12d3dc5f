"""The order of all tests: what takes longest is begun first, so that no process is left alone with it at the end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A folder that the session's test processes share, for `tests.shared.once`."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    """Stable: tests of one module, which share what is dear to set up, stay together."""
    return next((rank for rank, mark in enumerate(("integration", "slow")) if item.get_closest_marker(mark)), 2)
