"""What is asked about forms of visits: each rule at its limit, and the honest work that must not be asked about."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import pytest

pytestmark = pytest.mark.slow

DAY = date(2019, 10, 1)
NOON = datetime.combine(date(2019, 10, 1), time(5))
"""12:00 in Banten."""
VISIT = {"companion_id": "C1", "participant_no": "J1", "visited_on": DAY, "submitted_at": NOON + timedelta(hours=2)}
WHERE = {"village_code": "3601012001", "regency_code": "3601"}


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.fixture
def visit(night):
    """visit(submission_id, **different): a companion's form."""

    def visit(number: str, **given) -> None:
        night.stages("stg_dinsos__kunjungan", record_key=number, submission_id=number, **VISIT | given)

    return visit


@pytest.fixture
def family(night):
    """family(number, **different): a version of a family on the programme's list."""

    def family(number: str, **given) -> None:
        said = {"companion_id": "C1", "start_year": 2018, "status": "active"} | WHERE | given
        night.tells("JAMSOSRATU", number, participant_no=number, **said)

    return family


def of_kind(ask, kind: str, columns: str = "submission_id") -> list:
    rows = ask(f"select {columns} from field_questions where kind = '{kind}' order by all")
    return [row[0] if len(row) == 1 else row for row in rows]


def test_one_visit_with_two_forms_is_asked_once(visit, family, ask):
    for number in ("J1", "J2"):
        family(number)
    visit("V1")
    visit("V2", submitted_at=NOON + timedelta(hours=3))
    visit("V3", submitted_at=NOON + timedelta(hours=4))
    visit("rejected", participant_no="J2", review_state="REJECTED")
    visit("kept", participant_no="J2")
    visit("day after", participant_no="J2", visited_on=DAY + timedelta(1), submitted_at=NOON + timedelta(1))
    visit("U1", participant_no="?")
    visit("U2", participant_no="?")
    assert of_kind(ask, "same_visit_twice", "submission_id, submission_ids, forms, participant_no") == [
        ("V3", "V1 V2 V3", 3, "J1")
    ]


def test_one_visit_of_two_companions_is_asked_of_the_familys_own(visit, family, ask):
    family("J1", companion_id="C2")
    family("J2")
    visit("V1")
    visit("V2", companion_id="C2", submitted_at=NOON + timedelta(hours=5))
    visit("V3", companion_id="C2", visited_on=DAY - timedelta(1))
    visit("V4", participant_no="J2")
    columns = "companion_id, other_companion_ids, submission_ids, participant_no"
    assert of_kind(ask, "visit_by_two", columns) == [("C2", "C1, C2", "V1 V2", "J1")]


CLOCKS = {
    "same day": {},
    "midnight in Banten": {
        "visited_on": date(2019, 10, 2),
        "submitted_at": datetime.combine(date(2019, 10, 1), time(17)),
    },
    "a minute before it": {
        "visited_on": date(2019, 10, 2),
        "submitted_at": datetime.combine(date(2019, 10, 1), time(16, 59)),
    },
    "an hour ahead": {"finished_at": VISIT["submitted_at"] + minutes(60)},
    "more than an hour ahead": {"finished_at": VISIT["submitted_at"] + minutes(61)},
    "in no time": {"started_at": NOON, "finished_at": NOON},
    "backwards": {"started_at": NOON, "finished_at": NOON - minutes(1)},
    "finished the day before": {"finished_at": NOON - timedelta(1)},
    "92 days on the phone": {"visited_on": DAY - timedelta(92)},
    "93 days on the phone": {"visited_on": DAY - timedelta(93)},
    "set to last year": {"visited_on": DAY - timedelta(365), "finished_at": NOON - timedelta(365)},
    "sent days later": {"finished_at": NOON, "submitted_at": NOON + timedelta(30)},
}


def test_a_clock_is_asked_about_if_its_times_cannot_be(visit, family, ask):
    for number, (name, given) in enumerate(CLOCKS.items()):
        family(f"J{number}")
        visit(name, participant_no=f"J{number}", **given)
    assert of_kind(ask, "clock_wrong", "submission_id, cause, coalesce(days, minutes)") == sorted(
        [
            ("a minute before it", "visited_after_sent", 1),
            ("more than an hour ahead", "ahead", 61),
            ("backwards", "finished_before_begun", 1),
            ("finished the day before", "visited_after_finished", 1),
            ("93 days on the phone", "behind", 93),
            ("set to last year", "behind", 365),
        ]
    )


KM = 1000 / 111_320
"""Degrees of latitude."""


def at(north_km: float) -> dict:
    return {"longitude": 106.0, "latitude": -6.0 + north_km * KM}


def test_a_place_is_far_beyond_a_kilometre_and_the_phones_accuracy(visit, family, ask):
    """Twenty homes within 200 m: their quartile is small, so that a kilometre from their median is the limit."""
    for number in range(20):
        family(f"J{number}")
        visit(f"V{number}", participant_no=f"J{number}", **at(0.01 * number))
    for name, given in {
        "near": at(1.11), "far": at(1.12), "perhaps near": at(1.3) | {"accuracy_m": 200.0},
        "far in any case": at(9) | {"accuracy_m": 200.0}, "nowhere": {},
    }.items():  # fmt: skip
        family(name)
        visit(name, participant_no=name, **given)
    assert of_kind(ask, "place_far") == ["far", "far in any case"]
    (asked,) = of_kind(ask, "place_far", "distance_m, accuracy_m, ask_id")[1:]
    assert asked[:2] == (8_885, 200)
    assert "8,9 km" in asked[2]


def test_the_middle_of_a_village_is_a_median_and_its_width_is_its_own(visit, family, ask):
    """A wide village with two hamlets is not asked about; a third of its forms from 60 km away do not move it; and a
    village with few visits is judged by its kecamatan.
    """
    homes = {"360101": [0, 0.2, 0.4, 0.5, 3.6, 3.8, 3.9, 4], "360102": [0, 0.1, 0.2, 0.3, 0.4]}
    for district, norths in homes.items():
        for nth, north in enumerate(norths):
            number = f"{district} {nth}"
            family(number, village_code=f"{district}2001")
            visit(number, participant_no=number, **at(north + (40 if district == "360102" else 0)))
    for nth, (village, north) in enumerate(
        [("3601012001", 60), ("3601012001", 61), ("3601012002", 3), ("3601012002", 70)]
    ):
        family(f"F{nth}", village_code=village)
        visit(f"F{nth}", participant_no=f"F{nth}", **at(north))
    assert of_kind(ask, "place_far") == ["F0", "F1", "F3"]


def test_with_few_points_no_place_is_far(visit, family, ask):
    for nth in range(4):
        family(f"J{nth}")
        visit(f"V{nth}", participant_no=f"J{nth}", **at(100 * (nth == 3)))
    assert of_kind(ask, "place_far") == []


def test_four_families_in_twenty_minutes_are_asked_about_once(visit, family, ask):
    """By the phone's clock: a phone sends the forms of days at once. Two families may share a house; drafts are
    finished together; a form sent twice is of one family.
    """

    def series(companion: str, finished: list[float], started: list[float] | None = None, **given) -> None:
        for nth, after in enumerate(finished):
            number = f"{companion} {nth}"
            family(number, companion_id=companion)
            begun = {} if started is None else {"started_at": NOON + minutes(started[nth])}
            form = {"participant_no": number, "companion_id": companion, "finished_at": NOON + minutes(after), **begun}
            visit(number, **VISIT | {"submitted_at": NOON + timedelta(days=5)} | form | given)

    series("exactly", [0, 7, 14, 20])
    series("slower", [0, 7, 14, 20.1])
    series("house", [0, 10, 11, 25, 40])
    series("drafts", [0, 1, 2, 3, 4], [-300, -240, -180, -120, -60])
    series("desk", [0, 1, 2, 3, 4, 5], [-1, 0, 1, 2, 3, 4])
    series("twice", [0, 10, 20])
    visit("twice again", participant_no="twice 1", companion_id="twice", finished_at=NOON + minutes(11))
    series("busy", [0, 15, 30, 45, 60, 75])
    assert of_kind(ask, "many_in_minutes", "companion_id, forms, others, minutes") == [
        ("desk", 6, 6, 5), ("exactly", 4, 4, 20),
    ]  # fmt: skip


ANSWERS = ("monthly_income", "children_of_school_age", "children_in_school", "goes_to_posyandu", "has_business",
           "house_condition")  # fmt: skip
NO_CHILDREN = dict(zip(ANSWERS, (500_000, 0, 0, False, False, "LAYAK"), strict=True))


def others(visit, family, many: int = 120, common: int = 0) -> None:
    """Other companions' families: `common` of them without children, all with one answer; the rest all different."""
    for nth in range(many):
        said = (
            400_000 + 50_000 * (nth % 20),
            nth % 4,
            nth % 3,
            nth % 2 == 0,
            nth % 5 == 0,
            "LAYAK" if nth % 3 else "TIDAK LAYAK",
        )
        family(f"O{nth}", companion_id=f"O{nth // 10}")
        answers = NO_CHILDREN if nth < common else dict(zip(ANSWERS, said, strict=True))
        visit(f"O{nth}", participant_no=f"O{nth}", companion_id=f"O{nth // 10}", **answers)


@pytest.mark.parametrize(
    ("alike", "of", "common", "asked"),
    [(4, 5, 0, False), (5, 5, 0, True), (5, 8, 0, True), (8, 8, 40, False), (5, 40, 4, False), (20, 40, 4, True)],
    ids=["four", "five", "five of eight", "as others do", "few of many", "half of many"],
)
def test_equal_answers_are_asked_about_if_others_differ(visit, family, ask, alike, of, common, asked):
    others(visit, family, common=common)
    for nth in range(of):
        family(f"J{nth}")
        more = {} if nth < alike else {"monthly_income": 1_000_000 + 10_000 * nth}
        visit(f"V{nth}", participant_no=f"J{nth}", **NO_CHILDREN | more)
    expected = [("C1", alike, of)] if asked else []
    assert of_kind(ask, "same_answers", "companion_id, forms, others") == expected


def test_equal_answers_of_one_family_or_to_few_questions_are_not_asked_about(visit, family, ask):
    """A family answers alike at each visit; and forms that answer nothing are alike without being copied."""
    others(visit, family)
    for nth in range(6):
        family(f"J{nth}")
        visit(f"V{nth}", visited_on=DAY - timedelta(nth), **NO_CHILDREN)
        visit(f"W{nth}", participant_no=f"J{nth}", companion_id="C2", monthly_income=450_000)
    assert of_kind(ask, "same_answers") == []


def test_an_edit_is_asked_about_only_after_approval(visit, family, ask):
    family("J1")
    for nth, (name, given) in enumerate(
        {
            "not asked for": {"review_state": "EDITED", "edits": 2, "edits_when_approved": 0},
            "asked for": {"review_state": "EDITED", "edits": 1},
            "approved again": {"review_state": "APPROVED", "edits": 2, "edits_when_approved": 2},
            "approved": {"review_state": "APPROVED", "edits_when_approved": 0},
            "rejected": {"review_state": "REJECTED", "edits": 2, "edits_when_approved": 1},
        }.items()
    ):
        visit(name, visited_on=DAY - timedelta(nth), **given)
    assert of_kind(ask, "edited_after_review", "submission_id, others") == [("not asked for", 2)]


def test_an_approval_of_the_same_day_counts(parsed, load_folder, delivery, query, tmp_path):
    """History is daily, but a form that was approved at noon and edited in the evening was edited after approval."""
    form = {"record_key": "V1", "__id": "V1"}

    def sent(state: str, edits: str | None) -> list[dict]:
        return [form | {"__system/reviewstate": state, "__system/edits": edits}]

    loaded = load_folder(tmp_path)
    loaded.write(
        [
            delivery("dinsos_kunjungan", "2019-10-02", rows)
            for rows in (sent("RECEIVED", None), sent("APPROVED", None), sent("EDITED", "1"))
        ]
    )
    (now,) = query(tmp_path, parsed.sql("stg_dinsos__kunjungan_versions"))
    assert (now["review_state"], now["edits"], now["edits_when_approved"]) == ("EDITED", 1, 0)


def test_a_family_is_the_companions_while_lists_are_late(visit, family, ask):
    """Who was the family's companion within a month before the visit, or became it, is not asked."""
    handed_over = DAY - timedelta(30)
    long_ago = DAY - timedelta(31)
    for number, day in (("recent", handed_over), ("old", long_ago), ("later", DAY + timedelta(20))):
        family(number, companion_id="C1", valid_to=day, is_current=False)
        family(number, companion_id="C2", valid_from=day)
    family("theirs", companion_id="C2")
    family("nobody's", companion_id=None)
    for number in ("recent", "old", "later", "theirs", "nobody's", "unknown"):
        visit(number, participant_no=number)
    visit("new companion", participant_no="later", companion_id="C2", visited_on=DAY - timedelta(1))
    columns = "submission_id, cause, other_companion_ids"
    assert of_kind(ask, "not_of_companion", columns) == [
        ("old", "other_companion", "C2"), ("theirs", "other_companion", "C2"), ("unknown", "not_listed", None),
    ]  # fmt: skip


def test_a_family_is_never_visited_once_an_interval_has_passed(visit, family, ask):
    """Since it is on the list, and since forms come in at all."""
    family("J1")
    visit("first", submitted_at=datetime.combine(date(2019, 5, 1), time()), visited_on=date(2019, 5, 1))
    visit("last", submitted_at=datetime.combine(date(2019, 10, 1), time(20)), visited_on=DAY)
    family("waits", companion_id=None)
    family("92 days", valid_from=DAY - timedelta(92))
    family("91 days", valid_from=DAY - timedelta(91))
    family("left", status="graduated")
    assert of_kind(ask, "never_visited", "participant_no, days, companion_id") == [
        ("92 days", 92, "C1"), ("waits", 153, None),
    ]  # fmt: skip
    states = dict(ask("select participant_no, state from family_due"))
    assert states == {"J1": "visited", "waits": "never", "92 days": "never", "91 days": "new"}


def test_a_clock_ahead_makes_no_family_visited_for_longer(visit, family, ask):
    """The visit counts, but as of the day on which its form came in, everywhere."""
    family("J1")
    visit("ahead", visited_on=DAY + timedelta(300))
    assert ask("select last_visited_on, due_on from family_due") == [(DAY, DAY + timedelta(92))]
    assert ask("select last_visited_on from jamsosratu_progress") == [(DAY,)]
    assert ask("select visited_on from visits_by_day") == [(DAY,)]


def test_nobody_is_missed_before_forms_come_in(visit, family, ask):
    family("J1")
    family("J2")
    visit("first", submitted_at=NOON - timedelta(91))
    visit("last")
    assert of_kind(ask, "never_visited") == []


def test_what_was_sent_two_rounds_ago_is_not_asked_about_any_more(visit, family, ask):
    family("J1")
    visit("recent", participant_no="X", submitted_at=NOON - timedelta(183), visited_on=DAY - timedelta(183))
    visit("old", participant_no="X", submitted_at=NOON - timedelta(184), visited_on=DAY - timedelta(184))
    visit("old, changed", participant_no="X", submitted_at=NOON - timedelta(184), updated_at=NOON)
    visit("last")
    assert of_kind(ask, "not_of_companion") == ["old, changed", "recent"]


def test_every_question_says_what_to_ask_in_both_languages_without_names(parsed, visit, family, ask):
    family("J1")
    visit("V1", participant_no="unknown")
    ((asked, english),) = ask("select ask_id, ask_en from field_questions")
    assert asked.startswith("Nomor peserta unknown tidak ada di daftar.")
    assert english.startswith("Number unknown is on no list.")
    sql = parsed.sql("field_questions")
    cases = re.findall(r"when '([a-z_ ]+)' then (.+)", sql)
    assert len(cases) == 2 * 14
    assert all(
        text.rstrip().endswith(("?'", ".'")) and "?" in text and not re.search(r"{[a-z]+}", text) for _, text in cases
    )
    accusing = r"(?i)palsu|bohong|curang|pelanggaran|sanksi|fake|fraud|cheat|violat|false"
    assert not re.search(accusing, " ".join(text for _, text in cases))


def test_questions_and_families_add_up_by_companion_and_kecamatan(visit, family, ask):
    """A question where the companion has no family is counted there too; so are families without a companion."""
    days = {"due": 78, "overdue": 92, "visited": 77}
    for number, ago in days.items():
        family(number)
        visit(number, participant_no=number, visited_on=DAY - timedelta(ago), submitted_at=NOON - timedelta(ago - 1))
    family("nobody's", companion_id=None)
    family("elsewhere", companion_id="C2", village_code="3601022001")
    visit("asked", participant_no="elsewhere", submitted_at=NOON)
    columns = "companion_id, district_code, families, done, due, overdue, never_visited, new_families, questions"
    assert ask(f"select {columns} from companion_progress order by 1 nulls last, 2") == [
        ("C1", "360101", 3, 2, 1, 1, 0, 0, 0),
        ("C1", "360102", 0, 0, 0, 0, 0, 0, 1),
        ("C2", "360102", 1, 1, 0, 0, 0, 0, 0),
        (None, "360101", 1, 0, 0, 0, 1, 0, 0),
    ]
    assert ask(
        "select state, days_late from family_due where participant_no in ('due', 'overdue', 'visited') order by 2"
    ) == [
        ("visited", -15),
        ("due", -14),
        ("overdue", 0),
    ]
