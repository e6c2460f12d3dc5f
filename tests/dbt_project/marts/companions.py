"""Companions of a made-up province and their forms: honest work of many habits, and among it forms with one fault each.

Distances, times and answers come from `Habits`, so that rules can be tried on places unlike each other. Nothing here is
taken from the simulator, and no limit of the rules is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

UNTIL = date(2019, 10, 31)
"""Day on which the last form comes in."""
A_DEGREE = 111_320.0
LISTED = date(2019, 1, 1)


@dataclass(frozen=True)
class Habits:
    """How a province lives and works. Lengths in metres, times in minutes."""

    village_m: float
    """Most homes lie within so much of the middle of their village."""
    hamlets: int
    district_m: float
    far_m: tuple[float, float]
    """How far from home a form with that fault was filled in."""
    accuracy_m: float
    form: tuple[int, int]
    way: tuple[int, int]
    """From one family to the next."""
    days_without_signal: int
    incomes: tuple[int, ...]
    childless: float
    posyandu: float
    business: float
    houses: tuple[float, float, float]
    villages: int = 1
    """Villages that a companion's families live in."""


CITY = Habits(
    village_m=300,
    hamlets=1,
    district_m=2_500,
    far_m=(3_000, 15_000),
    accuracy_m=20,
    form=(8, 20),
    way=(3, 10),
    days_without_signal=1,
    incomes=tuple(range(600_000, 2_400_000, 50_000)),
    childless=0.35,
    posyandu=0.7,
    business=0.35,
    houses=(0.6, 0.3, 0.1),
)
REMOTE = Habits(
    village_m=8_000, hamlets=4, district_m=18_000, far_m=(30_000, 90_000), accuracy_m=60,
    form=(10, 35), way=(10, 50), days_without_signal=25,
    incomes=(300_000, 400_000, 500_000, 600_000, 750_000), childless=0.5, posyandu=0.45, business=0.1,
    houses=(0.15, 0.35, 0.5),
)  # fmt: skip
MIXED = Habits(
    village_m=1_800,
    hamlets=3,
    district_m=6_000,
    far_m=(15_000, 60_000),
    accuracy_m=35,
    form=(8, 25),
    way=(5, 25),
    days_without_signal=9,
    incomes=tuple(range(300_000, 1_600_000, 100_000)),
    childless=0.4,
    posyandu=0.6,
    business=0.2,
    houses=(0.4, 0.4, 0.2),
)
SCATTERED = replace(MIXED, villages=4, far_m=(25_000, 60_000))
"""A companion's families in four villages: too few visits in each to know where it lies."""
PLACES = {"city": CITY, "remote": REMOTE, "mixed": MIXED, "scattered": SCATTERED}


@dataclass
class Field:
    """forms: rows of stg_dinsos__kunjungan. families: versions of the programme's list. faults: kind -> forms that have
    it. unvisited: families that nobody visited.
    """

    forms: list[dict[str, Any]] = field(default_factory=list)
    families: list[dict[str, Any]] = field(default_factory=list)
    faults: dict[str, set[str]] = field(default_factory=dict)
    unvisited: set[str] = field(default_factory=set)

    def honest(self) -> set[str]:
        """Forms without a fault."""
        return {form["submission_id"] for form in self.forms} - set().union(*self.faults.values())


def companions(habits: Habits, seed: int, many: int = 250, visits: int = 8, faulty: float = 0.2) -> Field:
    """The field of `many` companions with `visits` families each: all of them visited within three months, and a share
    `faulty` of the forms with one fault.
    """
    maker = _Maker(habits, np.random.default_rng(seed), many, visits)
    maker.settle()
    for nth in range(many):
        maker.work(nth)
    maker.spoil(round(faulty * many * visits))
    maker.leave_out()
    return maker.field


class _Maker:
    def __init__(self, habits: Habits, rng: np.random.Generator, many: int, visits: int) -> None:
        self.habits, self.rng, self.many, self.visits = habits, rng, many, visits
        self.field = Field()
        self.homes: dict[str, np.ndarray] = {}
        self.village_of: dict[str, int] = {}
        self.away: set[str] = set()
        """Families in another village than their companion."""
        self.number = 0

    # ---- where people live

    def settle(self) -> None:
        """Kecamatan side by side, in each five villages with their hamlets; two companions to a village, or fewer."""
        habits, rng = self.habits, self.rng
        villages = self.many * habits.villages // 2
        district = np.arange(villages) // 5
        middle = np.column_stack([district % 8, district // 8]) * 2.2 * habits.district_m
        middle = middle + rng.uniform(-0.8, 0.8, (villages, 2)) * habits.district_m
        far = rng.uniform(0, 2 * np.pi, (villages, habits.hamlets))
        out = habits.village_m * np.sqrt(rng.uniform(0.05, 0.8, (villages, habits.hamlets))) * (habits.hamlets > 1)
        self.hamlets = middle[:, None, :] + np.stack([np.cos(far), np.sin(far)], -1) * out[..., None]
        self.sizes = rng.dirichlet(np.full(habits.hamlets, 3.0), villages)
        self.codes = [f"36{1 + at // 25:02d}{1 + at % 25:02d}2{nth % 5 + 1:03d}" for nth, at in enumerate(district)]
        self.poorer = rng.uniform(0.7, 1.3, villages)

    def home(self, village: int) -> np.ndarray:
        """A home in a village: metres east and north."""
        hamlet = self.hamlets[village][self.rng.choice(self.habits.hamlets, p=self.sizes[village])]
        width = self.habits.village_m / (2 if self.habits.hamlets == 1 else 5)
        return hamlet + self.rng.normal(0, width, 2).clip(-2 * width, 2 * width)

    def family(self, companion: str, village: int, **more: Any) -> str:
        self.number += 1
        name = f"JSR{self.number:06d}"
        code = self.codes[village]
        self.field.families.append(
            {"participant_no": name, "companion_id": companion, "village_code": code, "regency_code": code[:4]}
            | {"start_year": 2018, "valid_from": LISTED} | more
        )  # fmt: skip
        self.homes[name] = self.home(village)
        self.village_of[name] = village
        if village != self.own_village(int(companion[3:])):
            self.away.add(name)
        return name

    # ---- how companions work

    def work(self, nth: int) -> None:
        """One companion's families and honest forms."""
        rng, companion, village = self.rng, f"PDP{nth:04d}", self.own_village(nth)
        families = [
            self.family(companion, self._village(village + at % self.habits.villages)) for at in range(self.visits)
        ]
        if rng.random() < 0.3 and not self.away & {
            *families[:2]
        }:  # two families in one house, visited one after the other
            self.homes[families[1]] = self.homes[families[0]]
        desk = self.home(village) if rng.random() < 0.1 else None  # fills in the forms at home, in the village
        drafts = rng.random() < 0.08  # finishes the day's forms in the evening
        drift = timedelta(minutes=float(rng.normal(0, 5)))
        day, at = UNTIL - timedelta(days=int(rng.integers(60, 86))), 0
        while at < len(families):
            today = families[at : at + int(rng.integers(1, 6))]
            self._day(companion, day, today, desk, drafts, drift)
            day, at = day + timedelta(days=int(rng.integers(2, 8))), at + len(today)

    def own_village(self, nth: int) -> int:
        """The companion's, or the first of its villages."""
        return nth // 2 * self.habits.villages

    def _village(self, village: int) -> int:
        """Mostly the one given; now and then the next one of the kecamatan."""
        return village if self.rng.random() > 0.05 or village % 5 == 4 else min(village + 1, len(self.codes) - 1)

    def _day(
        self, companion: str, day: date, families: list[str], desk: np.ndarray | None, drafts: bool, drift: timedelta
    ) -> None:
        rng, habits = self.rng, self.habits
        now = datetime.combine(day, time(1)) + timedelta(minutes=int(rng.integers(0, 180)))  # 8 to 11 WIB
        sent = now + timedelta(
            days=int(rng.integers(0, habits.days_without_signal + 1)), hours=int(rng.integers(9, 12))
        )
        latest = datetime.combine(UNTIL, time(16))
        evening = now.replace(hour=12)
        for nth, family in enumerate(families):
            begun = now
            ended = begun + timedelta(minutes=int(rng.integers(*habits.form)))
            same_house = nth + 1 < len(families) and np.array_equal(self.homes[family], self.homes[families[nth + 1]])
            now = ended + timedelta(minutes=1 if same_house else int(rng.integers(*habits.way)))
            if drafts:
                evening += timedelta(minutes=int(rng.integers(1, 4)))
                ended = max(ended, evening)
            at_desk = desk is not None and family not in self.away
            place = desk if at_desk else self.homes[family]
            self._form(
                companion, family, day, place, begun + drift, ended + drift,
                min(max(sent, ended) + timedelta(seconds=20 * nth), latest),
            )  # fmt: skip

    def _form(
        self,
        companion: str,
        family: str,
        day: date,
        place: np.ndarray,
        begun: datetime,
        ended: datetime,
        sent: datetime,
    ) -> None:
        rng = self.rng
        accuracy = float(rng.lognormal(np.log(self.habits.accuracy_m), 0.8))
        east, north = place + rng.normal(0, accuracy / 2, 2)
        state = str(rng.choice(["", "RECEIVED", "APPROVED", "HASISSUES", "EDITED"], p=[0.4, 0.1, 0.4, 0.03, 0.07]))
        edits = {"EDITED": 1, "APPROVED": int(rng.random() < 0.1)}.get(state, 0)
        latitude = -6.3 + north / A_DEGREE
        self.field.forms.append(
            {
                "submission_id": f"uuid:{len(self.field.forms):06d}",
                "companion_id": companion, "participant_no": family,
                "visited_on": day, "started_at": begun, "finished_at": ended, "submitted_at": sent,
                "review_state": state or None, "edits": edits,
                "edits_when_approved": edits if state == "APPROVED" else None,
                "longitude": 106.0 + east / A_DEGREE / np.cos(np.radians(latitude)), "latitude": latitude,
                "accuracy_m": accuracy,
            } | self._answers(family)
        )  # fmt: skip

    def _answers(self, family: str) -> dict[str, Any]:
        habits, rng = self.habits, self.rng
        village = self.village_of[family]
        children = 0 if rng.random() < habits.childless else int(rng.integers(1, 4))
        steps = np.array(habits.incomes)
        weight = np.exp(-(((steps / steps.mean() - self.poorer[village]) / 0.5) ** 2))
        return {
            "monthly_income": int(rng.choice(steps, p=weight / weight.sum())),
            "children_of_school_age": children,
            "children_in_school": max(children - int(rng.random() < 0.15), 0),
            "goes_to_posyandu": bool(rng.random() < habits.posyandu),
            "has_business": bool(rng.random() < habits.business),
            "house_condition": str(rng.choice(["LAYAK", "KURANG LAYAK", "TIDAK LAYAK"], p=habits.houses)),
        }

    # ---- what goes wrong

    def spoil(self, faults: int) -> None:
        """Give so many forms one fault each, about the same number of each kind."""
        of_companion: dict[str, list[dict[str, Any]]] = {}
        for form in self.field.forms:
            of_companion.setdefault(form["companion_id"], []).append(form)
        names = list(self.rng.permutation(list(of_companion)))
        share = faults // 8
        for kind in ("many_in_minutes", "same_answers"):
            while len(self.field.faults.get(kind, ())) < share:
                getattr(self, f"_{kind}")(of_companion.pop(names.pop()))
        left = [form for forms in of_companion.values() for form in forms]
        left = [left[at] for at in self.rng.permutation(len(left))]
        for kind in (
            "same_visit_twice", "visit_by_two", "clock_wrong", "place_far", "edited_after_review", "not_of_companion",
        ):  # fmt: skip
            for _ in range(share):
                form = left.pop()
                getattr(self, f"_{kind}")(form)
                self.field.faults.setdefault(kind, set()).add(form["submission_id"])

    def _many_in_minutes(self, forms: list[dict[str, Any]]) -> None:
        """All on one day, one after the other, by somebody who sits."""
        first = forms[0]
        begun = first["started_at"]
        for form in forms:
            ended = begun + timedelta(seconds=int(self.rng.integers(60, 240)))
            form |= {name: first[name] for name in ("visited_on",)}
            form |= {"started_at": begun, "finished_at": ended, "submitted_at": max(first["submitted_at"], ended)}
            begun = ended + timedelta(seconds=10)
        self.field.faults.setdefault("many_in_minutes", set()).update(form["submission_id"] for form in forms)

    def _same_answers(self, forms: list[dict[str, Any]]) -> None:
        """One form's answers in all of them but one or two."""
        asked = ("monthly_income", "children_of_school_age", "children_in_school", "goes_to_posyandu", "has_business",
                 "house_condition")  # fmt: skip
        copied = forms[int(self.rng.integers(0, 3)) :]
        for form in copied:
            form |= {name: copied[0][name] for name in asked}
        self.field.faults.setdefault("same_answers", set()).update(form["submission_id"] for form in copied)

    def _again(self, form: dict[str, Any], **more: Any) -> None:
        sent = min(form["submitted_at"] + timedelta(hours=2), datetime.combine(UNTIL, time(17)))
        self.field.forms.append(form | {"submission_id": form["submission_id"] + "-2", "submitted_at": sent} | more)

    def _same_visit_twice(self, form: dict[str, Any]) -> None:
        self._again(form)
        self.field.faults.setdefault("same_visit_twice", set()).add(form["submission_id"] + "-2")

    def _visit_by_two(self, form: dict[str, Any]) -> None:
        self._again(form, companion_id=self._other(form["companion_id"]), **self._answers(form["participant_no"]))
        self.field.faults.setdefault("visit_by_two", set()).add(form["submission_id"] + "-2")

    def _other(self, companion: str) -> str:
        nth = int(companion[3:])
        return f"PDP{nth + 1 if nth % 2 == 0 else nth - 1:04d}"

    def _clock_wrong(self, form: dict[str, Any]) -> None:
        how, rng = int(self.rng.integers(0, 4)), self.rng
        if how == 0:  # a date that had not come when the form did
            form["visited_on"] = form["submitted_at"].date() + timedelta(days=int(rng.integers(2, 40)))
        elif how == 1:  # ahead by hours to days
            ahead = form["submitted_at"] + timedelta(hours=float(rng.uniform(2, 72))) - form["finished_at"]
            form |= {name: form[name] + ahead for name in ("started_at", "finished_at")}
        elif how == 2:  # set back while the form was open
            form["finished_at"] = form["started_at"] - timedelta(minutes=float(rng.uniform(5, 3000)))
        else:  # a battery that was empty: years behind
            behind = timedelta(days=int(rng.integers(300, 1500)))
            form |= {name: form[name] - behind for name in ("visited_on", "started_at", "finished_at")}

    def _place_far(self, form: dict[str, Any]) -> None:
        away, way = self.rng.uniform(*self.habits.far_m), self.rng.uniform(0, 2 * np.pi)
        form["longitude"] += away * np.cos(way) / A_DEGREE
        form["latitude"] += away * np.sin(way) / A_DEGREE

    def _edited_after_review(self, form: dict[str, Any]) -> None:
        form |= {"review_state": "EDITED", "edits_when_approved": 0, "edits": int(self.rng.integers(1, 4))}

    def _not_of_companion(self, form: dict[str, Any]) -> None:
        """Filed for a family of another companion; or with a number that nobody has."""
        if self.rng.random() < 0.3:
            form["participant_no"] = "X" + form["participant_no"]
        else:
            form["companion_id"] = self._other(form["companion_id"])

    def leave_out(self) -> None:
        """Families that nobody visits; others that are new; companions that changed; forms of the round before."""
        rng = self.rng
        for _ in range(self.many // 5):
            nth = int(rng.integers(0, self.many))
            self.field.unvisited.add(self.family(f"PDP{nth:04d}", self.own_village(nth)))
        for _ in range(self.many // 5):
            nth = int(rng.integers(0, self.many))
            self.family(
                f"PDP{nth:04d}", self.own_village(nth), valid_from=UNTIL - timedelta(days=int(rng.integers(0, 80)))
            )
        spoilt = set().union(*self.field.faults.values())
        theirs = {form["participant_no"] for form in self.field.forms if form["submission_id"] in spoilt}
        for at in rng.permutation(self.many * self.visits)[: self.many // 5]:
            if self.field.families[at]["participant_no"] not in theirs:
                self._changes_companion(self.field.families[at])
        honest = [form for form in self.field.forms if form["submission_id"] not in spoilt]
        for form in [honest[at] for at in rng.permutation(len(honest))[: self.many // 2]]:
            ago = timedelta(days=93)
            earlier = {name: form[name] - ago for name in ("visited_on", "started_at", "finished_at", "submitted_at")}
            self.field.forms.append(form | earlier | {"submission_id": form["submission_id"] + "-0"})

    def _changes_companion(self, family: dict[str, Any]) -> None:
        """Handed over a few days before or after its visit; the list follows up to a month later."""
        day = UNTIL - timedelta(days=int(self.rng.integers(1, 20)))
        now = family | {"valid_from": day, "companion_id": self._other(family["companion_id"])}
        family |= {"valid_to": day, "is_current": False}
        self.field.families.append(now)
