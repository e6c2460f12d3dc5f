"""Jamsosratu: its families by year of entry, their state, their reasons to leave, and the programme's effect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from assets.site import effects
from assets.site.charts import Part, waffle
from assets.site.coverage import share
from assets.site.data import Data
from assets.site.page import Context, Page, Values
from assets.site.regions import PROVINCE, regions
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue

_COUNTS = """
    select cohort, region_code, aspect, answer, families from shown.jamsosratu_cohorts
    where region_level = $level and families is not null order by cohort, region_code"""
_ALL = "all"
Counts = Mapping[str, Mapping[str, int]]
"""Numbers of families: aspect -> answer -> number."""
_STATES = (("visited", "green"), ("not_visited", "ochre"), ("graduated", "blue"), ("gone", "vermilion"))
"""Current states of a family: name in the catalogue, and colour."""
_ASPECTS: Mapping[str, tuple[str, str]] = {
    "conditions": ("met", "not_met"),
    "school": ("all", "not_all"),
    "posyandu": ("yes", "no"),
    "business": ("yes", "no"),
}
"""Aspect -> the desired answer, and the other one."""
_ANSWERS = (("hoped", "green"), ("not_hoped", "vermilion"), ("not_told", "ink"))
_INCOMES = ("below_500", "below_1000", "below_1500", "more", "unknown")
_CHANGES = (("higher", "green"), ("same", "sky"), ("lower", "vermilion"))


def _context(data: Data, t: Tongue, _: Values) -> Context:
    places = regions(data)
    province = _counted(data, "province", "cohort")
    whole = province.pop(_ALL, {})
    cohorts: dict[effects.Name, Counts] = {(_year(cohort, t), None): counts for cohort, counts in province.items()}
    below: dict[effects.Name, Counts] = {
        (places[code].name, f"wilayah/{code}.html"): counts
        for code, counts in _counted(data, "regency", "region_code").items()
        if code in places and code != PROVINCE
    }
    return {
        **_now(whole, t),
        "cohorts": [_line(name, _parts(counts, t), t) for (name, _), counts in cohorts.items()],
        "cohort_table": _states_table(cohorts, "cohort", t),
        "exits": _exits(whole, t),
        "aspects": [_aspect(aspect, whole, t) for aspect in _ASPECTS],
        "aspect_key": [Part(t(f"jamsosratu.{name}"), 0, colour, "") for name, colour in _ANSWERS],
        "aspect_table": _aspect_table(whole, t),
        "income": _incomes(whole, t),
        "income_change": _changed("income_change", whole, t),
        "decile_change": _changed("decile_change", whole, t),
        "by_region": _states_table(below, "region", t),
        "effect": effects.shown(data.effect, places, t) if data.effect else None,
    }


def _counted(data: Data, level: str, by: str) -> dict[str, Counts]:
    """Numbers of families of a level, by cohort or by region."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for row in data.rows(_COUNTS, {"level": level}):
        found.setdefault(row[by], {}).setdefault(row["aspect"], {})[row["answer"]] = row["families"]
    return dict(found)


def _year(cohort: str, t: Tongue) -> str:
    return str(t("jamsosratu.year_unknown")) if cohort == "unknown" else cohort


def _states(counts: Counts) -> dict[str, int]:
    """Families by current state; they add up to all."""
    visit, status = counts.get("visit", {}), counts.get("status", {})
    return {
        "visited": visit.get("visited", 0),
        "not_visited": visit.get("not_visited", 0),
        "graduated": status.get("graduated", 0),
        "gone": status.get("left", 0) + status.get("inactive", 0),
    }


def _parts(counts: Counts, t: Tongue) -> list[Part]:
    states = _states(counts)
    return [Part(t(f"jamsosratu.{name}"), states[name], colour, t.number(states[name])) for name, colour in _STATES]


def _now(whole: Counts, t: Tongue) -> Context:
    """The page's head: numbers of current and former families."""
    states = _states(whole)
    families, active = sum(states.values()), states["visited"] + states["not_visited"]
    numbers = {name: t.number(value) for name, value in states.items()}
    numbers |= {"families": t.number(families), "active": t.number(active)}
    numbers |= {"share": t.percent(share(states["visited"], active))}
    return {
        "numbers": numbers,
        "states": _parts(whole, t),
        "field": waffle(_parts(whole, t), t("jamsosratu.field_says", **numbers)),
        "heading": t("jamsosratu.heading", **numbers),
    }


def _line(name: str | Markup, parts: list[Part], t: Tongue) -> dict[str, Any]:
    families = int(sum(part.value for part in parts))
    return {
        "name": name,
        "link": None,
        "parts": parts,
        "said": t("jamsosratu.line", number=t.number(families)),
    }


def _states_table(named: Mapping[effects.Name, Counts], of: str, t: Tongue) -> Table:
    """One row per cohort or region. named: (name, link) -> its families."""
    heads = [Head(t(f"jamsosratu.{of}")), Head(t("jamsosratu.families"), True)]
    heads += [Head(t(f"jamsosratu.{name}"), True) for name, _ in _STATES]
    heads.append(Head(t("jamsosratu.visited_share"), True))
    rows = []
    for (name, link), counts in named.items():
        states = _states(counts)
        visited = share(states["visited"], states["visited"] + states["not_visited"])
        numbers = [sum(states.values()), *states.values()]
        rows.append(
            [
                Cell(name, link=link),
                *(Cell(t.number(number), number) for number in numbers),
                Cell(t.percent(visited), visited or 0, bar=visited or 0, colour="green"),
            ]
        )
    return Table(t("jamsosratu.states_of", of=t(f"jamsosratu.{of}")), heads, rows)


def _exits(whole: Counts, t: Tongue) -> Table | None:
    """Reasons to leave, the most frequent first; None if no family left."""
    counts = [(reason, number) for reason, number in whole.get("exit_reason", {}).items() if number]
    return _bars("exit_reason", sorted(counts, key=lambda each: (-each[1], each[0])), "blue", t)


def _incomes(whole: Counts, t: Tongue) -> Table | None:
    counts = whole.get("income", {})
    return _bars("income", [(answer, counts[answer]) for answer in _INCOMES if answer in counts], "blue", t)


def _bars(aspect: str, counts: list[tuple[str, int]], colour: str, t: Tongue) -> Table | None:
    """One row per answer, with its share of all."""
    all_of_them = sum(number for _, number in counts)
    if not all_of_them:
        return None
    heads = [Head(t(f"jamsosratu.{aspect}")), Head(t("jamsosratu.families"), True), Head(t("jamsosratu.share"), True)]
    rows = [
        [
            Cell(t(f"jamsosratu.{aspect}_{answer}")),
            Cell(t.number(number), number),
            Cell(t.percent(share(number, all_of_them)), number, bar=number / all_of_them, colour=colour),
        ]
        for answer, number in counts
    ]
    return Table(t(f"jamsosratu.{aspect}"), heads, rows)


def _answers(aspect: str, whole: Counts) -> dict[str, int]:
    """Families that were asked, by answer."""
    counts, (hoped, not_hoped) = whole.get(aspect, {}), _ASPECTS[aspect]
    return {
        "hoped": counts.get(hoped, 0),
        "not_hoped": counts.get(not_hoped, 0),
        "not_told": counts.get("unknown", 0),
    }


def _aspect(aspect: str, whole: Counts, t: Tongue) -> dict[str, Any]:
    answers = _answers(aspect, whole)
    parts = [Part(t(f"jamsosratu.{name}"), answers[name], colour, "") for name, colour in _ANSWERS]
    hoped = share(answers["hoped"], answers["hoped"] + answers["not_hoped"])
    return _line(t(f"jamsosratu.{aspect}"), parts, t) | {"said": t("jamsosratu.answered", share=t.percent(hoped))}


def _aspect_table(whole: Counts, t: Tongue) -> Table:
    heads = [Head(t("jamsosratu.aspect"))]
    heads += [Head(t(f"jamsosratu.{name}"), True) for name, _ in _ANSWERS]
    heads.append(Head(t("jamsosratu.none_asked"), True))
    rows = []
    for aspect in _ASPECTS:
        numbers = [*_answers(aspect, whole).values(), whole.get(aspect, {}).get("none_asked", 0)]
        rows.append([Cell(t(f"jamsosratu.{aspect}")), *(Cell(t.number(number), number) for number in numbers)])
    return Table(t("jamsosratu.now_heading"), heads, rows)


def _changed(aspect: str, whole: Counts, t: Tongue) -> dict[str, Any] | None:
    """Numbers of rises and falls; None if none are known."""
    counts = whole.get(aspect, {})
    if not counts.get("higher") and not counts.get("lower"):
        return None
    parts = [
        Part(t(f"jamsosratu.{aspect}_{name}"), counts.get(name, 0), colour, t.number(counts.get(name, 0)))
        for name, colour in _CHANGES
    ]
    return _line(t(f"jamsosratu.{aspect}"), parts, t)


PAGE = Page("jamsosratu.html", "nama.JAMSOSRATU", "jamsosratu.html", _context, order=3)
