"""Infers small counts from the counts of all agencies together, by linear programming.

python -m benchmarks.attack_counts --home HOME LOAD [LOAD ...]

Combines every agency's extract of each load and the load's site. The attacker knows what counts mean: of which groups
of people each is a sum, that none is negative, that shown counts are multiples of a base and off by less than it, and
that missing rows are counts shown as 0. A small count (from 1 to below the base), or a small difference of counts, is
inferred if he can exclude one number from 1 to below the base. Written from decision 0029 and the meaning of the
tables, without the code that rounds.

All attackers know which companion works in which kecamatan. Two have more knowledge than that and what is published:
Dinas Sosial, who reads poor households and Jamsosratu's families row by row, and one who was told which counts did not
change from one load to the next. For reference, the result for counts that are shown exactly, except small ones, is
also printed, to show that the attack works.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from rich.console import Console
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from assets.home import Home

Cell = tuple[Any, ...]
"""A published number: table, column, and the key of its row."""
Sum = dict[int, float]
"""Variable -> factor."""
Rows = Sequence[Mapping[str, Any]]

COVERAGE, OVERLAP, TWICE, UNLISTED, TREND, INDICATORS, COMBINED, MONEY, VISITS, COMPANIONS, COHORTS = (
    "coverage_by_region",
    "programme_overlap",
    "duplicate_summary",
    "worklist_bappeda_unlisted_families",
    "poverty_trend",
    "region_indicators",
    "programme_combination",
    "programme_money",
    "visit_progress",
    "visit_progress_by_companion",
    "jamsosratu_cohorts",
)
KEYS = {
    COVERAGE: ("region_level", "region_code", "programme"),
    OVERLAP: ("region_level", "region_code", "programme_a", "programme_b"),
    TWICE: ("region_level", "region_code", "kind", "source", "programme"),
    UNLISTED: ("district_code",),
    TREND: ("region_code", "survey_year", "survey_month", "origin"),
    INDICATORS: ("region_level", "region_code"),
    COMBINED: ("combination",),
    MONEY: ("region_level", "region_code", "programme", "period", "status"),
    VISITS: ("region_level", "region_code"),
    COMPANIONS: ("district_code", "companion_id"),
    COHORTS: ("region_level", "region_code", "cohort", "aspect", "answer"),
}
ON_THE_SITE = (INDICATORS, COMBINED, MONEY, VISITS, COMPANIONS, COHORTS)
"""Tables that no agency has in its extract."""
PARTS = {
    COVERAGE: [
        ("units", "poor_units"),
        ("units", "served_units"),
        ("served_units", "served_poor_units"),
        ("poor_units", "served_poor_units"),
        ("poor_units", "in_need"),
        ("served_poor_units", "served_in_need"),
        ("households", "poor_households"),
        ("households", "served_households"),
        ("served_households", "served_poor_households"),
    ],
    OVERLAP: [("households", "poor_households")],
    TWICE: [("listed", "suspected")],
    UNLISTED: [("families", "unlisted_families")],
    INDICATORS: [
        ("poor_persons", "school_age"),
        ("school_age", "pupils"),
        ("poor_persons", "toddlers_measured"),
        ("toddlers_measured", "toddlers_stunted"),
    ],
    VISITS: [("families", "visited_families"), ("visited_families", "due_families")],
    COMPANIONS: [("families", "visited_families"), ("visited_families", "due_families")],
    COHORTS: [("of_families", "families")],
}
"""Whole and part: their difference is also a number of people."""
OF_VISITS = {
    "families": ("on time", "due", "overdue", "never"),
    "visited_families": ("on time", "due"),
    "due_families": ("due",),
    "overdue_families": ("overdue",),
    "never_families": ("never",),
}
"""Column of the tables of visits -> the groups of families that it sums."""
BY_ROW = {
    COVERAGE: {"poor_units", "poor_households", "served_poor_households", "unserved_poor_households"},
    OVERLAP: {"poor_households"},
    TREND: {"registry_poor_households", "registry_poor_persons"},
    COHORTS: {"families", "of_families"},
    VISITS: set(OF_VISITS),
    COMPANIONS: set(OF_VISITS),
}
"""Counts that Dinas Sosial can compute from the rows that it reads."""
_SMALL = 1e-6


@dataclass
class World:
    """What an attacker knows about one night before seeing a number.

    sums: for each published number, the indistinguishable groups of people that it sums. nobody, somebody: sums that
    are zero, and sums that are not negative.
    """

    variables: dict[Cell, int] = field(default_factory=dict)
    sums: dict[Cell, Sum] = field(default_factory=dict)
    nobody: list[Sum] = field(default_factory=list)
    somebody: list[Sum] = field(default_factory=list)

    def group(self, *key: Any) -> Sum:
        return {self.variables.setdefault(key, len(self.variables)): 1.0}


def plus(*sums: Sum) -> Sum:
    found: Sum = {}
    for each in sums:
        for variable, factor in each.items():
            found[variable] = found.get(variable, 0) + factor
    return {variable: factor for variable, factor in found.items() if factor}


def less(whole: Sum, *parts: Sum) -> Sum:
    return plus(whole, *({variable: -factor for variable, factor in part.items()} for part in parts))


def world(tables: Mapping[str, Rows]) -> World:
    """What is known about the rows of these tables, whatever their numbers."""
    known = World()
    coverage = tables[COVERAGE]
    leaves = _leaves(coverage)
    programmes = {row["programme"]: row["unit"] for row in coverage}
    for leaf in sorted({leaf for below in leaves.values() for leaf in below}):
        _cover(known, leaf, programmes)
    for row in coverage:
        for column in _COVERED:
            below = leaves[row["region_level"], row["region_code"]]
            counted = [_covered(known, leaf, row["programme"], row["unit"])[column] for leaf in below]
            known.sums[_cell(COVERAGE, column, row)] = plus(*counted)
    _overlap(known, tables.get(OVERLAP, []), leaves)
    _twice(known, tables.get(TWICE, []), sorted(code for level, code in leaves if level == "regency"))
    for row in tables.get(UNLISTED, []):
        listed, unlisted, others = (known.group(name, row["district_code"]) for name in ("listed", "unlisted", "more"))
        known.sums[_cell(UNLISTED, "families", row)] = plus(listed, unlisted)
        known.sums[_cell(UNLISTED, "unlisted_families", row)] = unlisted
        known.sums[_cell(UNLISTED, "unlisted_persons", row)] = plus(unlisted, others)
    for row in tables.get(TREND, []):
        below = leaves["province" if row["region_code"] == "36" else "regency", row["region_code"]]
        for column, unit in (("registry_poor_households", "household"), ("registry_poor_persons", "person")):
            if row["is_newest"]:
                known.sums[_cell(TREND, column, row)] = plus(*(known.group("poor", unit, leaf) for leaf in below))
    _indicators(known, tables.get(INDICATORS, []), leaves)
    _visits(known, tables.get(VISITS, []), leaves)
    _companions(known, tables.get(COMPANIONS, []))
    if COMBINED in tables:  # a row that is missing from it is a count shown as 0
        _combined(known, programmes, leaves["province", "36"])
    _money(known, tables.get(MONEY, []), leaves)
    _cohorts(known, tables.get(COHORTS, []), leaves)
    return known


_COVERED = (
    "units",
    "poor_units",
    "served_units",
    "served_poor_units",
    "in_need",
    "served_in_need",
    "unserved_in_need",
    "households",
    "poor_households",
    "served_households",
    "served_poor_households",
    "unserved_poor_households",
)


def _leaves(coverage: Rows) -> dict[tuple[str, str], list[str]]:
    """Region -> its districts, and those in one of its regencies but in no district (`3601+`)."""
    codes = {(row["region_level"], row["region_code"]) for row in coverage}
    all_leaves = [code if level == "district" else f"{code}+" for level, code in sorted(codes) if level != "province"]
    within = {"province": 0, "regency": 4, "district": 6}
    return {
        (level, code): [leaf for leaf in all_leaves if leaf.rstrip("+")[: within[level]] == code[: within[level]]]
        for level, code in codes
    }


def _served(known: World, leaf: str, programme: str, unit: str) -> tuple[Sum, Sum]:
    """Poor households that are served, and those that are not."""
    if unit == "household":
        groups = [known.group(group, programme, leaf) for group in ("served in need", "served", "served rich")]
        return plus(*groups[:2]), groups[2]
    return known.group("served poor home", programme, leaf), known.group("served rich home", programme, leaf)


def _cover(known: World, leaf: str, programmes: Mapping[str, str]) -> None:
    for programme, unit in programmes.items():
        groups = [known.group(name, programme, leaf) for name in ("served in need", "served", "in need", "neither")]
        known.nobody.append(less(known.group("poor", unit, leaf), *groups))
        known.somebody.append(less(known.group("rich", unit, leaf), known.group("served rich", programme, leaf)))
        for home, served in zip(("poor", "rich"), _served(known, leaf, programme, unit), strict=True):
            known.somebody.append(less(known.group(home, "household", leaf), served))


def _covered(known: World, leaf: str, programme: str, unit: str) -> dict[str, Sum]:
    in_need, served, unserved = (
        known.group(group, programme, leaf) for group in ("served in need", "served", "in need")
    )
    rich = known.group("served rich", programme, leaf)
    poor, home = known.group("poor", unit, leaf), known.group("poor", "household", leaf)
    served_home, served_rich_home = _served(known, leaf, programme, unit)
    found = (
        plus(poor, known.group("rich", unit, leaf)),
        poor,
        plus(in_need, served, rich),
        plus(in_need, served),
        plus(in_need, unserved),
        in_need,
        unserved,
        plus(home, known.group("rich", "household", leaf)),
        home,
        plus(served_home, served_rich_home),
        served_home,
        less(home, served_home),
    )
    return dict(zip(_COVERED, found, strict=True))


def _overlap(known: World, rows: Rows, leaves: Mapping[tuple[str, str], list[str]]) -> None:
    units = {key[1]: "household" for key in known.variables if key[0] == "served"}
    for key in known.variables:
        if key[0] == "served poor home":
            units[key[1]] = "other"
    pairs = sorted({(row["programme_a"], row["programme_b"]) for row in rows})
    for leaf in leaves["province", "36"]:
        for a, b in pairs:
            for nth, home in enumerate(("poor", "rich")):
                both = known.group("both", home, a, b, leaf)
                one, other = (_served(known, leaf, each, units[each])[nth] for each in (a, b))
                everybody = known.group(home, "household", leaf)
                known.somebody += [less(one, both), less(other, both), plus(less(everybody, one, other), both)]
    for (level, code), below in leaves.items():
        for pair in pairs if level != "district" else ():
            poor, rich = (
                plus(*(known.group("both", home, *pair, leaf) for leaf in below)) for home in ("poor", "rich")
            )
            known.sums[OVERLAP, "households", level, code, *pair] = plus(poor, rich)
            known.sums[OVERLAP, "poor_households", level, code, *pair] = poor


def _twice(known: World, rows: Rows, regencies: Sequence[str]) -> None:
    for key in {(row["kind"], row["source"], row["programme"]) for row in rows}:
        groups = {code: [known.group(one, key, code) for one in ("twice", "once")] for code in regencies}
        places = {("regency", code): [code] for code in regencies} | {("province", "36"): regencies}
        for place, below in places.items():
            twice, once = (plus(*(groups[code][nth] for code in below)) for nth in (0, 1))
            known.sums[TWICE, "listed", *place, *key] = plus(twice, once)
            known.sums[TWICE, "suspected", *place, *key] = twice
        for code, (twice, once) in groups.items() if key[2] is not None else ():
            of_all, others = (known.group(one, (*key[:2], None), code) for one in ("twice", "once"))
            known.somebody += [less(of_all, twice), less(plus(of_all, others), twice, once)]


def _indicators(known: World, rows: Rows, leaves: Mapping[tuple[str, str], list[str]]) -> None:
    kinds = ("pupil", "out of school", "stunted", "of good height", "of another age")
    for leaf in leaves["province", "36"] if rows else ():
        known.nobody.append(less(known.group("poor", "person", leaf), *(known.group(kind, leaf) for kind in kinds)))
    for row in rows:
        below = leaves.get((row["region_level"], row["region_code"]), [])
        for column, groups in {
            "residents": [("resident",)],
            "poor_households": [("poor", "household")],
            "poor_persons": [("poor", "person")],
            "school_age": [("pupil",), ("out of school",)],
            "pupils": [("pupil",)],
            "toddlers_measured": [("stunted",), ("of good height",)],
            "toddlers_stunted": [("stunted",)],
        }.items():
            known.sums[_cell(INDICATORS, column, row)] = plus(
                *(known.group(*group, leaf) for group in groups for leaf in below)
            )


def _visits(known: World, rows: Rows, leaves: Mapping[tuple[str, str], list[str]]) -> None:
    """A family that a companion looks after is on time, due, overdue, or was never visited."""
    for row in rows:
        below = leaves.get((row["region_level"], row["region_code"]), [])
        for column, groups in OF_VISITS.items():
            known.sums[_cell(VISITS, column, row)] = plus(
                *(known.group("accompanied", group, leaf) for group in groups for leaf in below)
            )


def _companions(known: World, rows: Rows) -> None:
    """Each family of a kecamatan has one of these companions, or the companion null."""
    keys = [_cell(COMPANIONS, "families", row)[2:] for row in rows]
    for key in keys:
        for column, groups in OF_VISITS.items():
            known.sums[COMPANIONS, column, *key] = plus(*(known.group("of companion", group, *key) for group in groups))
    for district in sorted({district for district, _ in keys}):
        for group in OF_VISITS["families"]:
            own = (known.group("of companion", group, *key) for key in keys if key[0] == district)
            known.nobody.append(less(known.group("accompanied", group, district), *own))


def everybody(shown: Rows, true: Rows) -> list[dict[str, Any]]:
    """The rows of all companions, as they are filled in by an attacker who knows who works in which kecamatan: a count
    is shown as 0 where the kecamatan has other rows; it is not known where the kecamatan has none.
    """
    rows = {tuple(row[name] for name in KEYS[COMPANIONS]): dict(row) for row in shown}
    with_rows = {district for district, _ in rows}
    for row in true:
        district, companion = (row[name] for name in KEYS[COMPANIONS])
        filled = dict.fromkeys(OF_VISITS, 0 if district in with_rows else None)
        rows.setdefault((district, companion), {"district_code": district, "companion_id": companion} | filled)
    return list(rows.values())


def _combined(known: World, programmes: Mapping[str, str], leaves: Sequence[str]) -> None:
    """Poor households of the province are each in one combination, whether a row tells of it or not."""
    groups = {}
    for size in range(len(programmes) + 1):
        for chosen in combinations(sorted(programmes), size):
            groups[chosen] = known.group("exactly", *chosen)
            known.sums[COMBINED, "poor_households", "+".join(chosen) or "-"] = groups[chosen]
    known.nobody.append(less(plus(*(known.group("poor", "household", leaf) for leaf in leaves)), *groups.values()))
    for programme, unit in programmes.items():
        served = plus(*(_served(known, leaf, programme, unit)[0] for leaf in leaves))
        known.nobody.append(less(served, *(one for chosen, one in groups.items() if programme in chosen)))
    for pair in {key[2:4] for key in known.variables if key[0] == "both"}:
        both = plus(*(known.group("both", "poor", *pair, leaf) for leaf in leaves))
        known.nobody.append(less(both, *(one for chosen, one in groups.items() if set(pair) <= set(chosen))))


def _money(known: World, rows: Rows, leaves: Mapping[tuple[str, str], list[str]]) -> None:
    """A payment is less than a unit of money; payments of the province need not be of a kabupaten/kota."""
    regencies = sorted(code for level, code in leaves if level == "regency")
    for key in {(row["programme"], row["period"], row["status"]) for row in rows}:
        groups = {}
        for code in (*regencies, "nowhere"):
            groups[code] = (known.group("payments", *key, code), known.group("units", *key, code))
            if code != "nowhere":  # units that are not whole in a kabupaten/kota may be in the province
                known.somebody.append(less(*groups[code]))
        for place, below in {**{("regency", code): [code] for code in regencies}, ("province", "36"): groups}.items():
            for nth, column in enumerate(("payments", "money_units")):
                known.sums[MONEY, column, *place, *key] = plus(*(groups[code][nth] for code in below))
        known.somebody.append(
            less(
                known.sums[MONEY, "payments", "province", "36", *key],
                known.sums[MONEY, "money_units", "province", "36", *key],
            )
        )


def _cohorts(known: World, rows: Rows, leaves: Mapping[tuple[str, str], list[str]]) -> None:
    """Each family has a kabupaten/kota, or none, a year of entry, and one answer to each aspect of its scope."""
    cohorts = sorted({row["cohort"] for row in rows} - {"all"})
    regencies = sorted(code for level, code in leaves if level == "regency" and len(code) == 4)
    answers: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        answers.setdefault((row["scope"], row["aspect"]), set()).add(row["answer"])
    homes = [(code, cohort) for code in (*regencies, "nowhere") for cohort in cohorts]
    for home in homes:
        families = {scope: known.group("jamsosratu", scope, *home) for scope in ("all", "active", "ended")}
        known.nobody.append(less(families["all"], families["active"], families["ended"]))
        known.nobody.append(less(families["active"], known.group("told", "status", "active", *home)))
        for (scope, aspect), among in answers.items():
            told = (known.group("told", aspect, answer, *home) for answer in among)
            known.nobody.append(less(families[scope], *told))
    places = {("province", "36", cohort): [home for home in homes if home[1] == cohort] for cohort in cohorts}
    places |= {("regency", code, "all"): [home for home in homes if home[0] == code] for code in regencies}
    places["province", "36", "all"] = homes
    for place, below in places.items() if rows else ():
        for (_, aspect), among in answers.items():
            for answer in among:
                of_answer = plus(*(known.group("told", aspect, answer, *home) for home in below))
                known.sums[COHORTS, "families", *place, aspect, answer] = of_answer
        listed = known.sums.get((TWICE, "listed", *place[:2], "family_twice", "dinsos_jamsosratu", "JAMSOSRATU"))
        if place[2] == "all":
            active = plus(*(known.group("jamsosratu", "active", *home) for home in below))
            visited = plus(*(known.group("told", "visit", "visited", *home) for home in below))
            same = [(listed, active)]
            same += [(known.sums.get((VISITS, "families", *place[:2])), active)]
            same += [(known.sums.get((VISITS, "visited_families", *place[:2])), visited)]
            known.nobody += [less(one, other) for one, other in same if one]
    for row in rows:
        below = places[row["region_level"], row["region_code"], row["cohort"]]
        known.sums[_cell(COHORTS, "of_families", row)] = plus(
            *(known.group("jamsosratu", row["scope"], *home) for home in below)
        )


def _cell(table: str, column: str, row: Mapping[str, Any]) -> Cell:
    return (table, column, *(row[name] for name in KEYS[table]))


def numbers(tables: Mapping[str, Rows], known: World) -> dict[Cell, int | None]:
    """The values of the known cells; 0 in rows that are left out."""
    found = {
        _cell(table, column, row): value
        for table, rows in tables.items()
        for row in rows
        for column, value in row.items()
    }
    absent = {cell: 0 for cell in known.sums if cell[0] in (OVERLAP, TWICE, COMBINED, MONEY, COHORTS)}
    return {cell: number for cell, number in (absent | found).items() if cell in known.sums}


def rounded_to(base: int, shown: int | None) -> tuple[float, float]:
    """Smallest and largest possible value of a number shown as a multiple of a base."""
    return (0, np.inf) if shown is None else (max(0, shown - base + 1), shown + base - 1)


def suppressed_below(base: int, true: int) -> tuple[float, float]:
    """The same if a number is shown exactly, unless it is small."""
    return (1, base - 1) if 0 < true < base else (true, true)


class Attacker:
    """Attacks the numbers of several nights.

    limits: for each night, the possible values of each cell. unchanged: cells known to be unchanged since the previous
    night.
    """

    def __init__(
        self,
        worlds: Sequence[World],
        limits: Sequence[Mapping[Cell, tuple[float, float]]],
        unchanged: Iterable[Cell] = (),
    ) -> None:
        self.offsets = np.cumsum([0, *(len(each.variables) for each in worlds)])
        self.worlds = worlds
        rows: list[Sum] = []
        low: list[float] = []
        high: list[float] = []
        for night, (each, limit) in enumerate(zip(worlds, limits, strict=True)):
            cells = [cell for cell in each.sums if cell in limit]
            told = [each.sums[cell] for cell in cells]
            rows += [self._of(night, one) for one in (*told, *each.nobody, *each.somebody)]
            low += [limit[cell][0] for cell in cells]
            high += [limit[cell][1] for cell in cells]
            low += [0.0] * (len(each.nobody) + len(each.somebody))
            high += [0.0] * len(each.nobody) + [np.inf] * len(each.somebody)
        for cell in unchanged:
            for night in range(1, len(worlds)):
                now, then = (self._of(n, worlds[n].sums[cell]) for n in (night, night - 1))
                rows.append(less(now, then))
                low.append(0.0)
                high.append(0.0)
        self.matrix, self.low, self.high = self._matrix(rows), np.array(low), np.array(high)

    def _of(self, night: int, one: Sum) -> Sum:
        return {variable + int(self.offsets[night]): factor for variable, factor in one.items()}

    def _matrix(self, rows: Sequence[Sum]) -> sparse.csr_matrix:
        places = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        columns = [variable for row in rows for variable in row]
        factors = [factor for row in rows for factor in row.values()]
        return sparse.csr_matrix((factors, (places, columns)), shape=(len(rows), int(self.offsets[-1])))

    def told(self, asked: Sequence[tuple[int, Sum]], base: int) -> list[int]:
        """Given truly small sums of groups of people in a night, the positions of those for which a number from 1 to
        below the base can be excluded.
        """
        wanted = self._matrix([self._of(night, one) for night, one in asked])
        return sorted({*self._short(wanted, 1, -1), *self._short(wanted, base - 1, 1)})

    def _short(self, wanted: sparse.csr_matrix, aim: int, sign: int) -> list[int]:
        """Sums that cannot be at least (sign 1) or at most (-1) the aim. First solves for as many as possible in one
        world, then in another for the rest; only the remaining ones are solved one by one.
        """
        left = np.arange(wanted.shape[0])
        while len(left):
            reached = sign * (wanted[left] @ self._best(wanted[left], aim, sign)) >= sign * aim - _SMALL
            if not reached.any():
                break
            left = left[~reached]
        each = ((n, wanted[[n]]) for n in left)
        return [n for n, one in each if sign * (one @ self._best(one, aim, sign))[0] < sign * aim - _SMALL]

    def _best(self, wanted: sparse.csr_matrix, aim: int, sign: int) -> np.ndarray:
        """A world in which the sums together come as near to the aim as possible."""
        sums, groups = wanted.shape
        missing = sparse.eye(sums, format="csr")
        matrix = sparse.bmat([[self.matrix, None], [sign * wanted, missing]], format="csc")
        low = np.concatenate([self.low, np.full(sums, float(sign * aim))])
        high = np.concatenate([self.high, np.full(sums, np.inf)])
        cost = np.concatenate([np.zeros(groups), np.ones(sums)])
        found = milp(cost, constraints=LinearConstraint(matrix, low, high), bounds=Bounds(0, np.inf))
        if found.x is None:
            raise ValueError(f"no world is like that: {found.message}")
        return found.x[:groups]


def few(known: World, true: Mapping[Cell, int], base: int, counted: Set[Cell] = frozenset()) -> dict[frozenset, Sum]:
    """Truly small sums: published ones, and differences of whole and part.

    counted: cells that are known anyway, and are left out.
    """
    found = {}
    for cell, number in true.items():
        if 0 < number < base and cell not in counted:
            found[frozenset(known.sums[cell].items())] = known.sums[cell]
        for whole, part in PARTS.get(cell[0], []):
            other = (cell[0], part, *cell[2:])
            if cell[1] == whole and 0 < number - true[other] < base and not {cell, other} <= counted:
                rest = less(known.sums[cell], known.sums[other])
                found[frozenset(rest.items())] = rest
    return found


def shown(home: Home, load_id: str) -> dict[str, Rows]:
    """All aggregates that agencies get of a load. Values shown to several agencies must be the same.

    Raises:
        ValueError: two agencies are shown different numbers in one row.
    """
    found: dict[str, dict[Cell, dict[str, Any]]] = {}
    with duckdb.connect() as connection:
        for table, keys in KEYS.items():
            rows = found.setdefault(table, {})
            for path in sorted((home.publication(load_id) / "extracts").glob(f"*/parquet/{table}.parquet")):
                for row in rows_of(connection, f"from read_parquet('{path}')"):
                    kept = rows.setdefault(tuple(row[name] for name in keys), row)
                    if any(kept[name] != row[name] for name in kept.keys() & row.keys()):
                        raise ValueError(f"{table}: agencies are shown different numbers in one row")
        connection.execute("attach $1 as site (read_only)", [str(home.rounded(load_id))])
        on_the_site = {table: rows_of(connection, f"from site.marts.{table}") for table in ON_THE_SITE}
    on_the_site[COMPANIONS] = everybody(on_the_site[COMPANIONS], truth(home, load_id)[COMPANIONS])
    return {table: list(rows.values()) for table, rows in found.items()} | on_the_site


def truth(home: Home, load_id: str) -> dict[str, Rows]:
    """The same tables with true values."""
    with duckdb.connect(str(home.warehouse(load_id)), read_only=True) as connection:
        return {table: rows_of(connection, f"from marts.{table}") for table in KEYS}


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """The rows of a query, by column."""
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--base", type=int, default=10)
    parser.add_argument("--asked", type=int, default=100, help="of how many counts, at most, where much is told")
    parser.add_argument("loads", nargs="+")
    given = parser.parse_args()
    home, console = Home(given.home.resolve()), Console()
    nights = [shown(home, load_id) for load_id in given.loads]
    worlds = [world(night) for night in nights]
    seen = [numbers(night, known) for night, known in zip(nights, worlds, strict=True)]
    true = [
        {cell: number for cell, number in numbers(truth(home, load), known).items() if number is not None}
        for load, known in zip(given.loads, worlds, strict=True)
    ]
    by_row = {cell for each in true for cell in each if cell[1] in BY_ROW.get(cell[0], ())}
    asked, others = (
        [(n, one) for n, each in enumerate(worlds) for one in few(each, true[n], given.base, counted).values()]
        for counted in (frozenset(), by_row)
    )
    unchanged = [cell for cell in true[0] if all(each.get(cell) == true[0][cell] for each in true)]
    rounded = [{cell: rounded_to(given.base, number) for cell, number in night.items()} for night in seen]
    exact = [{cell: suppressed_below(given.base, number) for cell, number in night.items()} for night in true]
    counted = [
        limit | {cell: (float(number), float(number)) for cell, number in night.items() if cell in by_row}
        for limit, night in zip(rounded, true, strict=True)
    ]
    for what, limits, same, some in (
        ("rounded", rounded, (), asked),
        ("rounded, and Dinas Sosial counts its rows", counted, (), others[:: len(others) // given.asked + 1]),
        (f"rounded, and {len(unchanged)} counts are known not to have changed", rounded, unchanged, asked),
        ("suppressed where small", exact, (), asked[:: len(asked) // given.asked + 1]),
    ):
        found = Attacker(worlds, limits, same).told(some, given.base)
        console.print(f"{what}: {len(found)} of {len(some)} counts of few people are told")


if __name__ == "__main__":
    main()
