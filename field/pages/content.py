"""Content of the pages: progress of companions, their families, questions and reports, read once for all pages."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Any, cast

from assets.site.charts import Part
from assets.site.data import Data
from assets.site.regions import written
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue
from field.stamp import Stamp

Row = Mapping[str, Any]
COUNTS = ("families", "done", "due", "overdue", "never_visited", "new_families", "questions")
STATES = ("never", "overdue", "due", "new", "visited")
"""States of a family, the most pressing first."""
KINDS = (
    *("never_visited", "not_of_companion", "same_visit_twice", "visit_by_two", "place_far"),
    *("many_in_minutes", "same_answers", "clock_wrong", "edited_after_review"),
)
"""Kinds of questions, in the order in which pages list them."""
LIMITS = {
    "visit_every_days": 92,
    "companion_change_days": 31,
    "burst_families": 4,
    "burst_minutes": 20,
    "same_answers_families": 5,
}
"""Vars of the dbt project that the texts name; a test compares them."""
_WIB = timezone(timedelta(hours=7))
NOBODY = "tanpa"
"""Part of the name of a sheet of families whose list names no companion."""
MANY = 12
"""A table with more rows can be filtered."""
RECENT_DAYS = 31
"""Reports are shown for so long after they came in; those that wait, for as long as they do."""


@dataclass(frozen=True)
class FieldData(Data):
    """Tables of the field, and their stamp."""

    stamp: Stamp | None = None


@dataclass(frozen=True)
class Content:
    """progress: counts by companion and kecamatan. families, questions: by the sheet that they are on. in_district:
    questions by kecamatan, None where it is not known. reports: recent ones, and those that wait. names: of regions.
    """

    progress: Sequence[Row]
    families: Mapping[str, Sequence[Row]]
    questions: Mapping[str, Sequence[Row]]
    in_district: Mapping[str | None, Sequence[Row]]
    reports: Sequence[Row]
    names: Mapping[str, str]

    def name(self, code: str | None, t: Tongue) -> str:
        """Name of a region as pages write it."""
        return self.names.get(code or "", t("lapangan.unplaced")) if code else t("lapangan.unplaced")


def read(data: Data) -> Content:
    """Read everything once. The order is that of the pages: what presses most comes first."""
    questions = data.rows("from marts.field_questions order by asked_about, question_id")
    questions = sorted(questions, key=lambda row: KINDS.index(row["kind"]))
    families = data.rows("from marts.family_due order by due_on, participant_no")
    families = sorted(families, key=lambda row: STATES.index(row["state"]))
    return Content(
        data.rows("from marts.companion_progress order by regency_code, district_code, companion_id nulls last"),
        _by(families, sheet_of),
        _by(questions, sheet_of),
        _by(questions, lambda row: row["district_code"]),
        data.rows(
            "from marts.fct_change_report where outcome = 'waiting' or days_since <= $days"
            " order by visited_on desc, submission_id",
            {"days": RECENT_DAYS},
        ),
        {
            row["region_code"]: written(row["region_name"])
            for row in data.rows("select region_code, region_name from marts.dim_region")
        },
    )


def _by(rows: Iterable[Row], key: Any) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def sheet_of(row: Row) -> str:
    """Name of the sheet that a row is on: the companion's number, as part of a file's name; or the kecamatan's families
    without a companion.
    """
    if row["companion_id"] is None:
        return f"{NOBODY}-{row['district_code'] or row['regency_code']}"
    return re.sub(r"[^A-Za-z0-9._-]", lambda found: f"={ord(found[0]):x}", row["companion_id"])


def total(rows: Iterable[Row]) -> dict[str, int]:
    """Sums of the counts."""
    found = Counter(dict.fromkeys(COUNTS, 0))
    for row in rows:
        found.update({name: row[name] for name in COUNTS})
    return dict(found)


def grouped(rows: Iterable[Row], column: str) -> dict[str | None, list[Row]]:
    """Rows of progress by a column, in the order of the rows."""
    return _by(rows, lambda row: row[column])


def parts(counts: Mapping[str, int], t: Tongue) -> list[Part]:
    """How far a place has come, as the parts of its families."""
    shown = (
        ("visited", counts["done"] - counts["due"], "blue"),
        ("due", counts["due"], "green"),
        ("overdue", counts["overdue"], "vermilion"),
        ("never", counts["never_visited"], "ink"),
        ("new", counts["new_families"], "ochre"),
    )
    return [Part(t(f"lapangan.{name}"), number, colour, t.number(number)) for name, number, colour in shown]


def share(counts: Mapping[str, int]) -> float | None:
    """Share of families that were visited in time."""
    return counts["done"] / counts["families"] if counts["families"] else None


def lines(places: Iterable[tuple[str, str | None, Mapping[str, int]]], t: Tongue) -> list[dict[str, Any]]:
    """Bars of places (name, link, counts) with families, the least visited first."""
    shown = sorted((place for place in places if place[2]["families"]), key=lambda place: (share(place[2]), place[0]))
    return [
        {"name": name, "link": link, "parts": parts(counts, t), "said": t.percent(share(counts))}
        for name, link, counts in shown
    ]


def table(places: Iterable[tuple[str, str | None, Mapping[str, int]]], label: str, head: str, t: Tongue) -> Table:
    """Counts of places or companions (name, link, counts)."""
    heads = [Head(head), *(Head(t(f"lapangan.count_{name}"), True) for name in COUNTS), Head(t("lapangan.share"), True)]
    cells = [
        [
            Cell(name, link=link),
            *(Cell(t.number(counts[each]), counts[each]) for each in COUNTS),
            Cell(t.percent(share(counts)), -1 if share(counts) is None else share(counts)),
        ]
        for name, link, counts in places
    ]
    return Table(label, heads, cells, long=len(cells) > MANY)


def kinds(questions: Iterable[Row], t: Tongue) -> Table | None:
    """How many questions of each kind, and what the kind means; None if there is no question."""
    found = Counter(row["kind"] for row in questions)
    if not found:
        return None
    heads = [Head(t("lapangan.kind")), Head(t("lapangan.count_questions"), True), Head(t("lapangan.meaning"))]
    cells = [
        [
            Cell(t(f"lapangan.{kind}")),
            Cell(t.number(found[kind]), found[kind]),
            Cell(t(f"lapangan.{kind}_means", **LIMITS)),
        ]
        for kind in KINDS
        if found[kind]
    ]
    return Table(t("lapangan.by_kind"), heads, cells, words=True)


def stamped(data: Data, t: Tongue) -> dict[str, Any]:
    """What every page says of its own time."""
    stamp = cast("FieldData", data).stamp
    assert stamp is not None
    last = stamp.last_submitted_at
    return {
        "minute": t.moment(stamp.taken_at.astimezone(_WIB)),
        "load": stamp.load_id,
        "load_day": t.day(stamp.load_as_of),
        "accepted": t.number(stamp.accepted) if stamp.accepted else None,
        "last_form": t.day(last.date()) if last else None,
    }
