"""Tests that share their runs of identity. The time of a run over a handful of records is mostly spent on planning SQL,
so eighty cases in one province cost little more than one case.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path

import polars as pl
import pytest

from tests.assets.identity.conftest import Mentions, Night, runs

Story = Generator[Mentions, Night, None]
MOST = 79
"""The most stories in one province: each has a century of its own, and a year has four digits."""
_KEYS = ("record_key", "record_key_a", "record_key_b", "household_ref")
_PLACES = ("village_code", "district_code", "regency_code")


def in_company(story: Callable[..., Story]) -> Callable:
    """A test that shares its runs with all tests of its module that are marked so. `story(mentions, *parameters)`
    yields the mentions of a night, gets its `Night`, yields those of the next night, and so on. It sees only the
    results for its own records; tests of a whole run (its summary, its files) cannot be shared. Selected alone, it runs
    alone.
    """

    @wraps(story)
    def test(company: dict[str, BaseException | None], request: pytest.FixtureRequest, **_) -> None:
        if error := company[request.node.nodeid]:
            raise error

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    names = ["company", "request", *list(inspect.signature(story).parameters)[1:]]
    test.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in names])
    test.story = story
    return test


def stories(items: list[pytest.Item]) -> dict[str, Story]:
    """The stories among the tests, by the test's id."""
    return {
        item.nodeid: item.obj.story(Mentions(), **(item.callspec.params if hasattr(item, "callspec") else {}))
        for item in items
        if hasattr(getattr(item, "obj", None), "story")
    }


def play(by_name: dict[str, Story], folder: Path) -> dict[str, BaseException | None]:
    """Run all stories together, night by night. folder: parent of their HOME. Returns the exception of each story, if
    it failed.
    """
    assert len(by_name) <= MOST
    run = runs(folder)
    failed: dict[str, BaseException | None] = dict.fromkeys(by_name)
    corners = {name: Corner(nth) for nth, name in enumerate(by_name)}
    asked = {name: found for name, story in by_name.items() if (found := _next(name, story, None, failed))}
    known = dict(asked)
    night = None
    while asked:
        night = run(together({corners[name]: mentions for name, mentions in known.items()}), night)
        views = {name: Part(night.folder, night.summary, whole=night, corner=corners[name]) for name in asked}
        for view in views.values():
            view.remember()
        asked = {name: found for name in asked if (found := _next(name, by_name[name], views[name], failed))}
        known |= asked  # who has come to an end stays as he is: few change, as on any night
    return failed


def _next(name: str, story: Story, night: Night | None, failed: dict[str, BaseException | None]) -> Mentions | None:
    try:
        return story.send(night)
    except StopIteration:
        return None
    except (Exception, pytest.fail.Exception) as error:
        failed[name] = error
        return None


@dataclass(frozen=True)
class Corner:
    """The place, time and numbers of one story's records, chosen so that no other record resembles them: a province and
    a century; in its NIKs, which hold day, month and year of birth, the first four digits and two of the serial; record
    keys that begin with its number.
    """

    nth: int
    ids: set[str] = field(default_factory=set, compare=False)
    """All ids that its records have had."""

    @property
    def mark(self) -> str:
        return f"{self.nth:02d}."

    def number(self, number: str | None) -> str | None:
        """Make the NIK or card number of this story from one that `nik` or `kk` made."""
        if not number:
            return number
        assert (number[:4], number[12:14]) == ("3601", "90"), "a story has serials below 9100"
        return f"{self.nth:02d}" * 2 + number[4:12] + f"{self.nth:02d}" + number[14:]

    def put(self, row: dict) -> dict:
        """A row of mentions or decisions, moved to this corner."""
        moved = {key: self.mark + row[key] for key in _KEYS if row.get(key)}
        moved |= {key: f"{self.nth + 10}" + row[key][2:] for key in _PLACES if row.get(key)}
        moved |= {key: self.number(row[key]) for key in ("nik", "no_kk") if key in row}
        moved["row_number"] = row["row_number"] + 1000 * self.nth
        if born := row.get("birth_date"):
            moved["birth_date"] = born.replace(year=born.year + 100 * self.nth)
        if row.get("birth_year"):
            moved["birth_year"] = row["birth_year"] + 100 * self.nth
        return row | moved


def together(asked: dict[Corner, Mentions]) -> Mentions:
    """The mentions of several stories, each moved to its corner."""
    kinds = ("persons", "households", "decisions", "past_persons", "past_households")
    return Mentions(**{
        kind: [corner.put(row) for corner, mentions in asked.items() for row in getattr(mentions, kind)]
        for kind in kinds
    })  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Part(Night):
    """A night as one story sees it: the rows of its records, as if it were alone."""

    whole: Night
    corner: Corner

    def _rows(self, name: str) -> pl.DataFrame:
        rows, mark = self.whole.read(name), self.corner.mark
        if keys := [key for key in _KEYS if key in rows.columns]:
            rows = rows.filter(pl.col(keys[0]).str.starts_with(mark))
            return rows.with_columns(pl.col(key).str.strip_prefix(mark) for key in keys)
        if name == "family_links":
            rows = rows.filter(pl.col("family_id").is_in(self.corner.ids))
            card = pl.col("no_kk")
            return rows.with_columns(no_kk="3601" + card.str.slice(4, 8) + "90" + card.str.slice(14))
        assert name == "identity_history"
        return rows.filter(pl.col("id").is_in(self.corner.ids))

    def remember(self) -> None:
        """Note the ids of tonight's records, so that tomorrow's events of these ids are shown even if no record has
        them.
        """
        persons, households = self.read("person_links"), self.read("household_links")
        self.corner.ids.update(persons["person_id"], households["household_id"], households["family_id"])
