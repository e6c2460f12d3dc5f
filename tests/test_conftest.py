"""Tests are distributed so that each process starts with its share of the slowest."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

from tests.conftest import dealt


@dataclass(frozen=True)
class Item:
    path: str
    marks: frozenset = field(default_factory=frozenset)

    def get_closest_marker(self, name: str) -> bool:
        return name in self.marks


def module(path: str, tests: int, *marks: str) -> list[Item]:
    return [Item(path, frozenset(marks)) for _ in range(tests)]


ITEMS = [
    *module("unit_a", 40),
    *module("loads_a", 3, "integration"),
    *module("loads_b", 2, "integration"),
    *module("slow_a", 4, "slow"),
    *module("slow_b", 5, "slow"),
    *module("loads_c", 1, "integration"),
    *module("unit_b", 7),
]


def runs(order: list[Item], processes: int) -> list[list[str]]:
    """The modules that each process receives, as pytest-xdist divides them."""
    left, found = iter(order), []
    sizes = []
    for nth in range(processes):
        sizes.append((len(order) - sum(sizes)) // (processes - nth))
        found.append(list(dict.fromkeys(item.path for item in islice(left, sizes[-1]))))
    return found


def test_two_processes_share_what_takes_long():
    first, second = runs(dealt(ITEMS, 2), 2)
    assert first == ["loads_a", "loads_c", "slow_a", "unit_a"]
    assert second == ["slow_b", "loads_b", "unit_a", "unit_b"]


def test_one_process_begins_with_whole_loads():
    assert runs(dealt(ITEMS, 1), 1) == [["loads_a", "loads_b", "loads_c", "slow_a", "slow_b", "unit_a", "unit_b"]]


def test_none_is_lost_however_many_processes():
    for processes in range(1, 9):
        assert sorted(map(str, dealt(ITEMS, processes))) == sorted(map(str, ITEMS))
