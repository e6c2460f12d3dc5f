"""Loads that were never published leave no trace: after any chain of them, identity is as without them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from itertools import count
from pathlib import Path

import pytest

from assets import identity
from assets.home import Home
from assets.identity import outputs, previous_of
from assets.identity.records import changes
from assets.ledger import Ledger
from assets.load import Load
from tests.assets.identity.conftest import Mentions, Night, kk, nik, write
from tests.assets.identity.test_order import crowd
from tests.assets.identity.test_run_changed import Everybody, changed

pytestmark = pytest.mark.slow

DAY = date(2019, 11, 1)


@dataclass
class Chain:
    """Nights in one HOME, recorded in the ledger."""

    home: Home

    def night(self, mentions, end: str = "published") -> Night:
        """Run one load. end: its final state."""
        with Ledger(self.home.ledger) as ledger:
            load_id = ledger.open_load(DAY, "code")
        load = Load(self.home, self.home.root, load_id, DAY)
        write(mentions, load.folder.staging)
        summary = identity.resolve(load, previous_of(self.home, load_id))
        self.end(load_id, end)
        return Night(load.folder.identity, summary)

    def end(self, load_id: str, state: str) -> None:
        with Ledger(self.home.ledger) as ledger:
            ledger.set_state(load_id, state)

    def roll_back(self, night: Night, to: Night) -> None:
        """Roll back from a night to an earlier one."""
        self.end(to.folder.parent.name, "published")
        self.end(night.folder.parent.name, "rolled_back")


@pytest.fixture
def chain(tmp_path):
    numbers = count(1)
    return lambda: Chain(Home(tmp_path / f"home {next(numbers)}").create())


@pytest.fixture(scope="module")
def nights():
    """Three nights with added, removed, restored and changed records."""
    draw, first = random.Random(5), Mentions()
    keys = crowd(first, nik, 5)
    keys += [first.listed(f"D{n}", draw.choice((None, 0, 1, 2))) for n in range(4)]
    everybody = Everybody(first)
    for key in draw.sample(keys, 12):
        first = first.without(key)
    second = changed(first, draw, nik, kk, everybody)
    return first, second, changed(second, draw, nik, kk, everybody)


def as_published(published: list[Night]) -> dict[str, list[tuple]]:
    """Everything that the last of these nights wrote; loads are replaced by their position among the nights, and clock
    times are ignored.
    """
    places = {night.folder.parent.name: nth for nth, night in enumerate(published)}
    found = {}
    for name in outputs.FILES:
        rows = published[-1].read(name)
        if name == "identity_history":
            rows = rows.drop("happened_at").with_columns(rows["load_id"].replace_strict(places))
        found[name] = sorted(rows.rows(), key=repr)
    return found


@pytest.fixture(scope="module")
def undisturbed(nights, tmp_path_factory):
    """undisturbed(*which) -> the result of these nights, each published at the first try."""

    @cache
    def run(*which: int) -> dict[str, list[tuple]]:
        home = Chain(Home(tmp_path_factory.mktemp("undisturbed")).create())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(changes, "MOST", 100)
            published = [home.night(nights[nth]) for nth in which]
        assert all(night.went_on for night in published[1:])
        return as_published(published)

    return run


def killed(*_):
    raise KeyboardInterrupt


def test_killed_and_rejected_loads_leave_no_trace_even_if_clocks_go_back(chain, nights, undisturbed, monkeypatch):
    """Killed after identity, or during it, when its cache is half changed; rejected; both in a row."""
    hours = count(23, -1)
    resolving = import_module("assets.identity.resolve")  # the package's `resolve` is its function
    monkeypatch.setattr(resolving, "now", lambda: f"2019-11-01T{next(hours):02d}:00:00+00:00")
    home = chain()
    home.night(nights[0], "failed")
    published = [home.night(nights[0])]
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "rename", killed)
        home.night(nights[1])
    with Ledger(home.home.ledger) as ledger:
        assert ledger.fail_interrupted()
    published.append(home.night(nights[1]))
    home.night(nights[2], "rejected")
    home.night(nights[2], "failed")
    published.append(home.night(nights[2]))
    moments = published[-1].read("identity_history").sort("generation")["happened_at"]
    assert moments.n_unique() == 3
    assert moments.is_sorted(descending=True)
    assert as_published(published) == undisturbed(0, 1, 2)


def test_a_night_that_never_succeeded_has_no_effect(chain, nights, undisturbed):
    home = chain()
    published = [home.night(nights[0])]
    home.night(nights[1], "failed")
    published.append(home.night(nights[2]))
    assert as_published(published) == undisturbed(0, 2)


def test_ids_that_were_published_once_are_kept(chain, mentions):
    """A load that was published against the gate; one that was rolled back and then withdrawn."""
    mentions.register(1, "ASEP HIDAYAT", "1980-05-17")
    home = chain()
    first = home.night(mentions)
    newcomer = mentions.pkh("A", "ENTIN", None, card=5)
    second = home.night(mentions, "rejected")
    home.end("20191101-002", "published")
    home.roll_back(second, first)
    home.end("20191101-002", "withdrawn")
    third = home.night(mentions)
    assert third.person(newcomer) == second.person(newcomer)
    assert third.events("person", "20191101-002") == {("minted", second.person(newcomer), None)}
    assert third.events("person", "20191101-003") == set(), "its id is known"
    assert home.night(mentions).went_on, "one line of ids again"
