"""When a night is incremental, and when it starts from scratch; both write the same."""

from __future__ import annotations

import shutil
from dataclasses import replace

import duckdb
import pytest

from assets.identity import kept, model, outputs
from assets.identity.records import changes
from tests.assets.identity.conftest import Mentions, nik, runs, threads

pytestmark = pytest.mark.slow

MANY = 40


def people() -> Mentions:
    """Enough people that one more is a small change."""
    mentions = Mentions()
    for n in range(MANY):
        mentions.register(n, f"NENG {'ABCDEFGH'[n % 8] * 3} {'KLMNP'[n // 8] * 4}", f"19{30 + n}-11-23", card=n)
    return mentions


@pytest.fixture
def crowd() -> Mentions:
    return people()


@pytest.fixture(scope="module")
def first_night(tmp_path_factory):
    """The crowd's first night, with which all tests start."""
    with pytest.MonkeyPatch.context() as patch:
        threads(patch, 1)
        return runs(tmp_path_factory.mktemp("first night"))(people())


@pytest.fixture
def first(first_night, tmp_path):
    """The first night, in a HOME of the test."""
    shutil.copytree(first_night.home.root, tmp_path / first_night.home.root.name)
    return replace(first_night, folder=tmp_path / first_night.folder.relative_to(first_night.home.root.parent))


def one_more(mentions):
    return mentions.pkh("A", "NENG AAA KKKK", "1930-11-23", nik=nik(0))


def test_a_small_change_is_incremental(crowd, first, run):
    assert not first.went_on
    assert first.home.identity.stat().st_mode & 0o777 == 0o600, "it holds names and numbers"
    key = one_more(crowd)
    second = run(crowd, published=first)
    assert second.went_on
    assert second.rule(key) == "nik"
    assert second.summary.looked_at < second.summary.records == MANY + 1
    assert second.read("person_links").height == MANY + 1


def test_nothing_new_changes_nothing(crowd, first, run):
    second = run(crowd, published=first)
    assert second.went_on
    assert second.summary.looked_at == 0
    for name in outputs.FILES:
        assert second.read(name).equals(first.read(name)), name


def test_a_large_change_starts_from_scratch(crowd, first, run):
    for n in range(MANY):
        crowd.pkh(f"A{n}", "ENTIN", "1950-01-02", nik=nik(100 + n))
    second = run(crowd, published=first)
    assert not second.went_on
    assert second.summary.looked_at == second.summary.records == 2 * MANY


@pytest.mark.parametrize("what", ["gone", "broken", "empty", "of other code", "of another model", "not finished"])
def test_unreliable_kept_tables_are_made_again(crowd, first, run, monkeypatch, what):
    key, home = one_more(crowd), first.home.identity
    match what:
        case "gone":
            home.unlink()
        case "broken":
            home.write_bytes(b"DUCK" * 5000)
        case "empty":
            home.write_bytes(b"")
        case "of other code":
            monkeypatch.setattr(kept, "_code", lambda: "other")
        case "of another model":
            read = model.read()
            other = model.Model(**{**vars(read), "version": "other"})
            monkeypatch.setattr(model, "read", lambda *_: other)
        case "not finished":
            with duckdb.connect(str(home)) as connection:
                connection.execute("delete from stamp")
    second = run(crowd, published=first)
    assert not second.went_on
    assert second.rule(key) == "nik"
    assert run(crowd, published=second).went_on, "it can be relied on again"


def test_an_interrupted_night_leaves_no_usable_tables(crowd, first, run, monkeypatch):
    key = one_more(crowd)
    with monkeypatch.context() as patch:
        patch.setattr(outputs, "note_history", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run(crowd, published=first)
    second = run(crowd, published=first)
    assert not second.went_on
    assert second.rule(key) == "nik"


def test_after_a_rollback_everything_is_resolved(crowd, first, run):
    """The newest publication was rolled back: a record's id is the one that readers have, regardless of what was kept
    of the other.
    """
    one_more(crowd)
    second = run(crowd, published=first)
    third = run(crowd, published=first, latest=second)
    assert not third.went_on
    assert not run(crowd, published=first).went_on, "what was kept is of the third"


def test_many_later_rows_start_from_scratch(crowd, first, run, monkeypatch):
    """A night adds a person and a household: two nights together four, to eighty."""
    monkeypatch.setattr(changes, "MOST", 0.04)
    one, seen = first, []
    for n in range(3):
        crowd.pkh(f"A{n}", "ENTIN", f"195{n}-01-02", nik=nik(100 + n))
        one = run(crowd, published=one)
        seen.append(one.went_on)
        assert one.read("person_links").height == MANY + 1 + n
    assert seen == [True, False, True]
