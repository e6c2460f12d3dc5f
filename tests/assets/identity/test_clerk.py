"""A clerk's decision takes precedence over rules and weights, and is never asked for again."""

from __future__ import annotations

import pytest

from tests.assets.identity.company import in_company
from tests.assets.identity.conftest import nik

pytestmark = pytest.mark.slow

PLACE = {"village_code": "3601012001", "district_code": "360101", "regency_code": "3601"}


def person_of(mentions):
    return mentions.register(1, "ASEP HIDAYAT", "1980-05-17", **PLACE)


def states(night, *keys) -> list[tuple]:
    return [(pair["detector"], pair["state"]) for pair in night.pairs(*keys)]


@in_company
def test_a_decision_joins_whatever_the_records_state(mentions):
    person = person_of(mentions)
    listed = mentions.pkh("1", "ENTIN", "1955-01-02", **PLACE)
    mentions.decided(person, listed, "SAMA")
    night = yield mentions
    assert night.same(person, listed)
    assert night.rule(listed) == "clerk"
    assert states(night, person, listed) == [("clerk", "confirmed")]


@pytest.mark.parametrize("swapped", [False, True])
@in_company
def test_a_decision_separates_records_with_one_nik(mentions, swapped):
    person = person_of(mentions)
    listed = mentions.pkh("1", "ASEP HIDAYAT", "1980-05-17", card=1, nik=nik(1), **PLACE)
    assert (yield mentions).same(person, listed)
    mentions.decided(*((listed, person) if swapped else (person, listed)), "BEDA")
    night = yield mentions
    assert not night.same(person, listed)
    assert states(night, person, listed) == [("clerk", "dismissed")]


@in_company
def test_two_people_do_not_share_a_third_record(mentions):
    person = person_of(mentions)
    one = mentions.pkh("1", "ASEP HIDAYAT", "1980-05-17", nik=nik(1), **PLACE)
    other = mentions.jamsosratu("1", "ASEP HIDAYAT", "1980-05-17", **PLACE)
    assert (yield mentions).same(person, one, other)
    mentions.decided(one, other, "BEDA")
    night = yield mentions
    assert night.same(person, one), "the better link stays"
    assert not night.same(one, other)


@in_company
def test_a_dismissed_question_is_not_asked_again(mentions):
    people = [mentions.register(n, "ASEP HIDAYAT", f"1980-0{n}-17", card=n, **PLACE) for n in (1, 2)]
    listed = mentions.pkh("1", "ASEP HIDAYAT", "1980", **PLACE)
    assert states((yield mentions), people[0], listed) == [("splink", "open")]
    mentions.decided(people[0], listed, "BEDA")
    night = yield mentions
    assert states(night, people[0], listed) == [("clerk", "dismissed")]
    assert states(night, people[1], listed) == [("splink", "open")]


@in_company
def test_the_newest_decision_counts_and_no_opinion_is_ignored(mentions):
    person = person_of(mentions)
    listed = mentions.pkh("1", "ENTIN", "1955-01-02", **PLACE)
    mentions.decided(person, listed, "SAMA", "2019-09-01")
    mentions.decided(listed, person, "BEDA", "2019-09-02")
    mentions.decided(person, listed, "TIDAK TAHU", "2019-09-03")
    night = yield mentions
    assert not night.same(person, listed)
    assert states(night, person, listed) == [("clerk", "dismissed")]


@in_company
def test_only_a_clerk_joins_two_register_records(mentions):
    one = mentions.register(1, "ASEP HIDAYAT", "1980-05-17", card=1, life_status="PINDAH", **PLACE)
    other = mentions.register(2, "ASEP HIDAYAT", "1980-05-17", card=2, **PLACE)
    listed = [mentions.pkh(str(n), "ASEP HIDAYAT", "1980-05-17", nik=nik(n), **PLACE) for n in (1, 2)]
    assert not (yield mentions).same(one, other)
    mentions.decided(one, other, "SAMA")
    night = yield mentions
    assert night.same(one, other, *listed)
    assert {night.rule(one), night.rule(other)} == {"register", "clerk"}
    assert night.rule(other) == "register", "who is alive is the person"


@in_company
def test_records_decided_as_one_stay_together(mentions):
    person = person_of(mentions)
    known = mentions.pkh("1", "ASEP HIDAYAT", "1980-05-17", nik=nik(1), **PLACE)
    unlike = mentions.jamsosratu("1", "ENTIN", "1955-01-02", **PLACE)
    mentions.decided(known, unlike, "SAMA")
    assert (yield mentions).same(person, known, unlike)


@in_company
def test_records_outside_the_register_decided_as_one(mentions):
    one = mentions.pkh("1", "ASEP", "1980-05-17", **PLACE)
    other = mentions.jamsosratu("1", "ENTIN", "1955-01-02", **PLACE)
    mentions.decided(one, other, "SAMA")
    night = yield mentions
    assert night.same(one, other)
    assert states(night, one, other) == [("clerk", "confirmed")]


@in_company
def test_a_decision_on_removed_records_waits(mentions):
    person = person_of(mentions)
    listed = mentions.pkh("1", "ENTIN", "1955-01-02", **PLACE)
    mentions.decided(person, listed, "SAMA")
    yield mentions.without(listed)
    back = yield mentions
    assert back.same(person, listed)


@in_company
def test_an_id_follows_a_clerks_decision_and_the_old_one_resolves(mentions):
    person = person_of(mentions)
    listed = mentions.pkh("1", "ENTIN", "1955-01-02", **PLACE)
    first = yield mentions
    mentions.decided(person, listed, "SAMA")
    second = yield mentions
    assert second.person(listed) == first.person(person)
    assert ("merged", first.person(listed), first.person(person)) in second.events("person", "20191101-002")
