"""The remaining member of a household: little evidence suffices there; twins, namesakes and strangers are not
linked.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from assets.identity.records import changes
from tests.assets.identity.conftest import FILES, Mentions, kk

MEMBERS = FILES["member"]
TWINS = "2010-05-17"


class Case(NamedTuple):
    """A household whose head is known; `known`: other people of the register on the head's card; `listed`: other people
    of the list; each with name, birth date and the NIK's number (None: no NIK). one: indexes into both of those who are
    one person.
    """

    known: list[tuple]
    listed: list[tuple]
    one: set[tuple[int, int]]


ONE = {(0, 0)}
CASES = {
    # the same person, in a record too poor for rules and weights
    "a first name and the year": Case([("SITI AMINAH", "2003-01-28", 1)], [("SITI", "2003", None)], ONE),
    "a first name and the day": Case([("MUHAMMAD ILHAM", "2003-01-28", 1)], [("MUHAMMAD", "2003-01-28", None)], ONE),
    "one name and a slip in the year": Case([("ENCENG", "1960-05-11", 1)], [("ENCENG", "1961-05-11", None)], ONE),
    "a slip in the name, the year alone": Case([("TOGAR", "1980-05-17", 1)], [("TGAR", "1980", None)], ONE),
    "own number, a short name, another year": Case([("ENCENG UDI", "1975-05-17", 1)], [("ENCENG", "1980", 1)], ONE),
    # other people
    "a brother of the year": Case([("UJANG", "2003-01-28", 1)], [("DADANG", "2003-11-30", None)], set()),
    "a sister of that first name": Case([("SITI AMINAH", "2003-01-28", 1)], [("SITI", "2006-03-02", None)], set()),
    "a sister under that number": Case([("SITI AMINAH", "2003-01-28", 1)], [("SITI", "2009-03-02", 1)], set()),
    "a first name and no birth": Case([("SITI AMINAH", "2003-01-28", 1)], [("SITI", None, None)], set()),
    "two sisters of that first name": Case(
        [("SITI AMINAH", "2003-01-28", 1), ("SITI MARYAM", "2003-11-30", 2)], [("SITI", "2003", None)], set()
    ),
    "two lines of that first name": Case(
        [("SITI AMINAH", "2003-01-28", 1)], [("SITI", "2003", None), ("SITI", "2003-01-28", None)], set()
    ),
    "a son of his father's name": Case([("AHMAD", "1975-05-17", 1)], [("AHMAD", "2010-05-17", None)], set()),
    "a son under his father's number": Case([("AHMAD", "1975-05-17", 1)], [("AHMAD", "2001", 1)], set()),
    "a grandchild of that name": Case([("SITI", "1940-05-17", 1)], [("SITI", "2000-05-17", None)], set()),
    "another sex": Case([("NUR", "2003-01-28", 1, "L")], [("NUR", "2003-01-28", None, "P")], set()),
    "two numbers of their own": Case([("ENCENG", "1960-05-11", 1)], [("ENCENG", "1960-05-21", 2)], set()),
    # twins, both in the register; one or neither has a number
    "twins without numbers": Case(
        [("RINA", TWINS, 1), ("RINI", TWINS, 2)], [("RINA", TWINS, None), ("RINI", TWINS, None)], {(0, 0), (1, 1)}
    ),
    "twins, one with her number": Case(
        [("RINA", TWINS, 1), ("RINI", TWINS, 2)], [("RINA", TWINS, 1), ("RINI", TWINS, None)], {(0, 0), (1, 1)}
    ),
    "twins under one name": Case(  # either line may be RINI; the other is not RINA for that
        [("RINA", TWINS, 1), ("RINI", TWINS, 2)], [("RINI", "2010", None), ("RINI", "2010", None)], {(1, 0)}
    ),
    "twins whose names share a word": Case(
        [("ADI SAPUTRA", TWINS, 1)], [("BUDI SAPUTRA", TWINS, None)], set()
    ),
    # twins of whom the register has one
    "the other twin is listed, with her number": Case([("RINI", TWINS, 2)], [("RINA", TWINS, 1)], set()),
    "both are listed, without numbers": Case(
        [("RINI", TWINS, 2)], [("RINA", TWINS, None), ("RINI", TWINS, None)], {(0, 1)}
    ),
    "both are listed, one year alone": Case(
        [("RINI", TWINS, 2)], [("RINA", "2010", None), ("RINI", TWINS, None)], {(0, 1)}
    ),
}  # fmt: skip


def number_of(case: int, number: int, born: str, sex: str) -> str:
    """A NIK that fits birth date and sex. Within a case, serials differ in two digits."""
    year, month, day = born.split("-")
    first = f"{int(day) + 40 * (sex == 'P'):02d}{month}{year[2:]}"
    return f"3601{case:02d}{first}9{number}{number}{case % 10}"


class Province:
    """All cases in one province, each in its own village."""

    def __init__(self) -> None:
        self.mentions = Mentions()
        self.keys: dict[str, tuple[list, list]] = {}
        for nth, (name, case) in enumerate(CASES.items()):
            self.keys[name] = self.add(nth, case)

    def add(self, nth: int, case: Case) -> tuple[list, list]:
        place = {"village_code": f"36010120{nth:02d}", "district_code": "360101", "regency_code": "3601"}
        self.mentions.listed(f"D{nth}")
        head = {"sex": "L", "nik": number_of(nth, 8, "1970-02-03", "L")} | place
        self.register(nth, f"KEPALA {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[nth] * 4}", "1970-02-03", head)
        self.mentions.member(f"D{nth}", 0, f"KEPALA {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[nth] * 4}", "1970-02-03", **head)
        known, listed = [], []
        for name, born, number, *sex in case.known:
            given = {"sex": sex[0] if sex else "P"} | place
            given["nik"] = number_of(nth, number, born, given["sex"])
            known.append(self.register(nth, name, born, given))
        for line, (name, born, number, *sex) in enumerate(case.listed, start=1):
            given = {"sex": sex[0] if sex else "P"} | place
            given["birth_heap"] = born is not None and born.endswith("-01-01")
            if number:
                own = next((of[1] for of in case.known if of[2] == number), born)
                given["nik"] = number_of(nth, number, own, given["sex"])
            listed.append(self.mentions.member(f"D{nth}", line, name, born, **given))
        return known, listed

    def register(self, nth: int, name: str, born: str, given: dict) -> tuple:
        self.mentions.register(0, name, born, **{"no_kk": kk(nth)} | given)
        row, household = self.mentions.persons[-1], self.mentions.households[-1]
        row["record_key"] = household["record_key"] = row["nik"]
        return row["source"], row["nik"], "self"


@pytest.fixture(scope="module")
def province():
    return Province()


def test_remaining_member_of_a_household(province, run):
    night = run(province.mentions)
    links = {(row["source"], row["record_key"]): row for row in night.read("person_links").to_dicts()}
    found, rules = {}, {}
    for name, (known, listed) in province.keys.items():
        person = [[links[key[:2]]["person_id"] for key in keys] for keys in (known, listed)]
        found[name] = {
            (one, other) for one, it in enumerate(person[0]) for other, that in enumerate(person[1]) if it == that
        }
        rules[name] = {links[key[:2]]["link_rule"] for key in listed}
    assert found == {name: case.one for name, case in CASES.items()}
    assert {name for name in CASES if rules[name] == {"household"}} == set(list(CASES)[:5])
    for name, (_, listed) in province.keys.items():
        assert len({links[key[:2]]["person_id"] for key in listed}) == len(listed), name


@pytest.mark.slow  # several nights
def test_an_incremental_night_finds_remaining_members_too(run, monkeypatch):
    """The remaining member changes when others change: the head's number, a sister on the card, a row of the list."""
    monkeypatch.setattr(changes, "MOST", 100)
    province = Province()
    names = list(CASES)
    heads, girls = ([f"D{names.index(name)}|{line}" for name in names[:2]] for line in (0, 1))
    sisters = province.keys["two sisters of that first name"][0]
    whole = province.mentions
    before = whole.changed((MEMBERS, heads[0]), nik=None, nik_state="missing", name="DADANG")
    nights = [run(before)]
    after = whole.without(sisters[1]).changed((MEMBERS, girls[1]), name="DADANG")
    nights.append(run(after, published=nights[0]))
    scratch = run(after, published=nights[0], from_scratch=True)
    assert nights[1].went_on
    assert not scratch.went_on
    rules = [
        dict(night.read("person_links").filter(source=MEMBERS).select("record_key", "link_rule").iter_rows())
        for night in nights
    ]
    line = province.keys["two sisters of that first name"][1][0][1]
    assert [[found[key] for key in (*girls, line)] for found in rules] == [
        ["alone", "household", "alone"], ["household", "alone", "household"]
    ]  # fmt: skip
    for name in ("person_links", "household_links", "identity_links"):
        assert nights[1].read(name).equals(scratch.read(name)), name
