"""The order of all tests: what takes longest is begun first, so that no process is left alone with it at the end."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    """Stable: tests of one module, which share what is dear to set up, stay together."""
    return next((rank for rank, mark in enumerate(("integration", "slow")) if item.get_closest_marker(mark)), 2)
