"""Records that no rule links: their evidence gives a link, a question to a clerk, or neither."""

from __future__ import annotations

import json

import pytest

from tests.assets.identity.company import in_company
from tests.assets.identity.conftest import kk, nik

PLACE = {"village_code": "3601012001", "district_code": "360101", "regency_code": "3601"}
ELSEWHERE = {"village_code": "3671012002", "district_code": "367101", "regency_code": "3671"}


def rare_of(mentions):
    """A register person with a rare name, on card 1; returns the key."""
    return mentions.register(1, "WIRADHARMA KUSUMANEGARA PRAWIRADIREJA", "1980-05-17", sex="L", **PLACE)


@pytest.mark.parametrize("born", ["1980", "1980-05-18"], ids=["year only", "a slip in the day"])
@in_company
def test_a_rare_name_in_the_village_and_the_year_of_birth(mentions, born):
    rare = rare_of(mentions)
    listed = mentions.pkh("1", "WIRADARMA KUSUMANEGARA PRAWIRADIREJA", born, **PLACE)
    night = yield mentions
    assert night.same(rare, listed)
    assert night.rule(listed) == "splink"


@in_company
def test_a_slip_in_a_short_name_and_in_the_day_under_ones_own_number(mentions):
    person = mentions.register(1, "TOGAR KUSUMA", "1980-05-17", **PLACE)
    listed = mentions.pkh("1", "TGAR KUSUMA", "1980-05-18", nik=nik(1), **ELSEWHERE)
    night = yield mentions
    assert night.rule(listed) == "splink"
    assert night.same(person, listed)


@in_company
def test_a_slip_in_a_short_name_of_one_word_in_the_village(mentions):
    """The names have no word in common; the block of birth date and village proposes the pair."""
    person = mentions.register(1, "TOGAR", "1980-05-17", card=1, sex="L", **PLACE)
    listed = mentions.pkh("1", "TOGR", "1980-05-17", no_kk=None, **PLACE)
    (pair,) = (yield mentions).pairs(person, listed)
    assert (pair["state"], pair["detector"]) == ("open", "splink")


@pytest.mark.parametrize(
    ("born", "other", "one_person"),
    [
        ("1980-05-17", "1990-05-17", True),
        ("1980-05-17", "1990-05-18", False),
        ("1980-01-01", "1990-01-01", False),
        ("1950-05-17", "1990-05-17", False),
    ],
    ids=["only the year", "the day too", "1 January says nothing", "a generation"],
)
@in_company
def test_years_apart_contradict_unless_day_and_month_agree(mentions, born, other, one_person):
    person = mentions.register(1, "WIRADHARMA KUSUMANEGARA PRAWIRADIREJA", born, sex="L", card=1, **PLACE)
    listed = mentions.pkh("1", "WIRADHARMA KUSUMANEGARA PRAWIRADIREJA", other, sex="L", card=1, **PLACE)
    assert (yield mentions).same(person, listed) == one_person


@in_company
def test_similar_twins_stay_two_although_the_register_has_one(mentions):
    """Each row of the household states its own number; neither fits the birth date."""
    known = mentions.register(1, "MUHARAM MARKUS", "2010-05-17", sex="L", **PLACE)
    listed = [
        mentions.member("D1", n, name, "2010-05-17", nik=nik(n), sex="L", **PLACE)
        for n, name in ((2, "MUHARAN MARKUS"), (1, "MUHARAM MARKUS"))
    ]
    night = yield mentions
    assert not night.same(*listed)
    assert night.same(known, listed[1])


@in_company
def test_twins_stay_two_although_a_third_record_fits_both(mentions):
    """Each alone would be linked to the record without a number; together they are not."""
    given = {"sex": "L"} | PLACE
    one = mentions.pkh("1", "SUPRIATNA HERMAWAN", "2000-07-01", nik=nik(1), **given)
    other = mentions.jamsosratu("1", "SUPRIATNO HERMAWAN", "2000-07-01", nik=nik(2), **given)
    mentions.member("D1", 1, "SUPRIATNA HERMAWAN", "2000-07-01", **given)
    assert not (yield mentions).same(one, other)


@in_company
def test_day_and_month_swapped(mentions):
    person = mentions.register(1, "SITI ROHMAH", "1980-05-07", **PLACE)
    listed = mentions.pkh("1", "ST. ROHMAH", "1980-07-05", **PLACE)
    assert (yield mentions).same(person, listed)


@in_company
def test_a_mothers_name_distinguishes_pupils(mentions):
    mentions.register(1, "NURAENI", "1980-05-07", card=1, sex="P", **PLACE)
    child = mentions.register(2, "AHMAD FAUZI", "2008-02-03", card=1, sex="L", **PLACE)
    mentions.register(3, "ROHAYATI", "1980-05-07", card=2, sex="P", **PLACE)
    other = mentions.register(4, "AHMAD FAUZI", "2008-02-09", card=2, sex="L", **PLACE)
    pupil = mentions.pkh("1", "AHMAD FAUZI", "2008", mother_name="NUR'AENI", **PLACE)
    night = yield mentions
    assert night.same(child, pupil)
    assert not night.same(other, pupil)


@in_company
def test_the_number_of_a_relative_and_ones_own_name(mentions):
    mother = mentions.register(1, "NURAENI", "1980-05-07", card=1, sex="P", **PLACE)
    child = mentions.register(2, "AHMAD FAUZI", "2008-02-03", card=1, sex="L", **PLACE)
    pupil = mentions.pkh("1", "AHMAD FAUZI", "2008-02-03", nik=nik(1), **(PLACE | {"village_code": None}))
    night = yield mentions
    assert night.same(child, pupil)
    assert not night.same(mother, pupil)


@in_company
def test_two_namesakes_of_one_year_are_a_question(mentions):
    people = [mentions.register(n, "ASEP HIDAYAT", f"1980-0{n}-17", card=n, **PLACE) for n in (1, 2)]
    listed = mentions.pkh("1", "ASEP HIDAYAT", "1980", **PLACE)
    night = yield mentions
    assert not any(night.same(person, listed) for person in people)
    pairs = night.pairs(listed, *people)
    assert [(pair["state"], pair["detector"]) for pair in pairs] == [("open", "splink")] * 2
    assert len({pair["weight"] for pair in pairs}) == 1


@in_company
def test_a_common_name_in_a_large_place_is_no_evidence(mentions):
    person = mentions.register(1, "SITI", "1980-05-17", **PLACE)
    listed = mentions.pkh("1", "SITI", None, **PLACE)
    night = yield mentions
    assert not night.same(person, listed)
    assert night.pairs(person, listed) == []


@in_company
def test_twins_stay_two(mentions):
    one, other = (
        mentions.register(n, f"{name} KUSUMA", "2010-05-17", **PLACE) for n, name in enumerate(("RIRI", "RARA"))
    )
    listed = [
        mentions.member("D1", n, f"{name} KUSUMA", "2010-05-17", **PLACE) for n, name in enumerate(("RIRI", "RARA"))
    ]
    shared = mentions.pkh("1", "RARA KUSUMA", "2010", nik=nik(0), no_kk=kk(1), **PLACE)
    night = yield mentions
    assert night.same(one, listed[0])
    assert night.same(other, listed[1], shared)
    assert not night.same(one, other)


@in_company
def test_one_person_twice_in_the_register_is_a_question_and_stays_two(mentions):
    one, other = (
        mentions.register(n, "WIRADHARMA KUSUMANEGARA PRAWIRADIREJA", "1980-05-17", card=n, **PLACE) for n in (1, 50)
    )
    night = yield mentions
    assert not night.same(one, other)
    assert [pair["state"] for pair in night.pairs(one, other)] == ["open"]


@in_company
def test_records_outside_the_register_are_joined(mentions):
    one = mentions.pkh("1", "WIRADHARMA KUSUMANEGARA PRAWIRADIREJA", "1980-05-07", **PLACE)
    other = mentions.jamsosratu("1", "WIRADARMA KUSUMANEGARA PRAWIRADIREJA", "1980-07-05", **PLACE)
    night = yield mentions
    assert night.same(one, other)
    assert {night.rule(one), night.rule(other)} == {"splink"}


@in_company
def test_a_record_follows_a_linked_one(mentions):
    rare = rare_of(mentions)
    known = mentions.pkh("1", "WIRADARMA KUSUMANEGARA PRAWIRADIREJA", "1980", nik=nik(1011), **PLACE)
    with_it = mentions.jamsosratu("1", "WIRADARMA", None, nik=nik(1011), **ELSEWHERE)
    night = yield mentions
    assert night.same(rare, known, with_it)
    assert night.rule(with_it) == "nik"
    assert night.pairs(with_it, known)
    assert not night.pairs(with_it, rare)


@in_company
def test_two_members_of_a_listed_household_stay_two(mentions):
    rare = rare_of(mentions)
    listed = [mentions.member("D1", n, "WIRADARMA KUSUMANEGARA PRAWIRADIREJA", f"198{n}", **PLACE) for n in (0, 1)]
    night = yield mentions
    assert not night.same(*listed)
    assert night.same(rare, listed[0])


@pytest.mark.slow
def test_a_weight_depends_on_the_pair_alone(mentions, run):
    rare = rare_of(mentions)
    listed = mentions.pkh("1", "WIRADARMA KUSUMANEGARA PRAWIRADIREJA", "1980", **PLACE)
    (alone,) = run(mentions).pairs(rare, listed)
    for n in range(40):
        mentions.register(100 + n, f"KUSUMANEGARA {'ABCDEFGHIJ'[n % 10]}SEP", "1980-05-17", card=n, **PLACE)
        mentions.jamsosratu(f"J{n}", "WIRADHARMA", "1979", **PLACE)
    (among_others,) = run(mentions).pairs(rare, listed)
    assert among_others == alone


@in_company
def test_evidence_adds_up(mentions):
    rare = rare_of(mentions)
    listed = mentions.pkh("1", "WIRADARMA KUSUMANEGARA PRAWIRADIREJA", "1980", **PLACE)
    (pair,) = (yield mentions).pairs(rare, listed)
    evidence = {one["field"]: one for one in json.loads(pair["evidence"])}
    assert evidence["name"]["level"] == "same words"
    assert evidence["tie"]["level"] == "same village"
    assert evidence["sex"] == {"field": "sex", "level": "not known", "weight": 0.0}
    prior = -23.516
    assert sum(one["weight"] for one in evidence.values()) + prior == pytest.approx(pair["weight"], abs=0.1)
    assert pair["match_probability"] == pytest.approx(2 ** pair["weight"] / (1 + 2 ** pair["weight"]))


@in_company
def test_rules_state_their_evidence(mentions):
    rare = rare_of(mentions)
    listed = mentions.pkh("1", "WIRADHARMA KUSUMANEGARA PRAWIRADIREJA", "1980", nik=nik(1), **PLACE)
    (pair,) = (yield mentions).pairs(rare, listed)
    assert (pair["detector"], pair["state"], pair["weight"]) == ("nik", "confirmed", None)
    assert json.loads(pair["evidence"])[0] == {"field": "nik", "level": "same"}


@pytest.mark.parametrize("worse", [0, 1], ids=["those two only", "and one who fits worse"])
@in_company
def test_two_equal_candidates_leave_a_record_unlinked(mentions, worse):
    """However well both fit, and however much worse a third fits."""
    name = "WIRADHARMA KUSUMANEGARA PRAWIRADIREJA"
    people = [mentions.register(n, name, f"1980-0{n}-17", sex="L", card=n, **PLACE) for n in (1, 2)]
    if worse:
        mentions.register(3, name, "1980-03-17", sex="L", card=3, **ELSEWHERE)
    listed = mentions.pkh("1", name, "1980", **PLACE)
    night = yield mentions
    assert not any(night.same(person, listed) for person in people)
    pairs = night.pairs(listed, *people)
    assert [pair["state"] for pair in pairs] == ["open"] * 2
    assert len({pair["weight"] for pair in pairs}) == 1
    assert pairs[0]["weight"] > 6.6, "by its weight alone each would be linked"
