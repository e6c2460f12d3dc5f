"""A clerk's word goes before every rule and weight, and is never asked for again."""

from __future__ import annotations

import pytest

PLACE = {"village_code": "3601012001", "district_code": "360101", "regency_code": "3601"}


@pytest.fixture
def person(mentions):
    return mentions.register(1, "ASEP HIDAYAT", "1980-05-17", **PLACE)


def states(night, *keys) -> list[tuple]:
    return [(pair["detector"], pair["state"]) for pair in night.pairs(*keys)]


def test_one_person_whatever_the_records_say(mentions, run, person):
    listed = mentions.pkh("1", "ENTIN", "1955-01-02", **PLACE)
    mentions.decided(person, listed, "SAMA")
    night = run(mentions)
    assert night.same(person, listed)
    assert night.rule(listed) == "clerk"
    assert states(night, person, listed) == [("clerk", "confirmed")]


@pytest.mark.parametrize("swapped", [False, True])
def test_two_people_even_under_one_nik(mentions, run, person, nik, swapped):
    listed = mentions.pkh("1", "ASEP HIDAYAT", "1980-05-17", card=1, nik=nik(1), **PLACE)
    assert run(mentions).same(person, listed)
    mentions.decided(*((listed, person) if swapped else (person, listed)), "BEDA")
    night = run(mentions)
    assert not night.same(person, listed)
    assert states(night, person, listed) == [("clerk", "dismissed")]


def test_two_records_that_are_two_do_not_share_a_third(mentions, run, person, nik):
    one = mentions.pkh("1", "ASEP HIDAYAT", "1980-05-17", nik=nik(1), **PLACE)
    other = mentions.jamsosratu("1", "ASEP HIDAYAT", "1980-05-17", **PLACE)
    assert run(mentions).same(person, one, other)
    mentions.decided(one, other, "BEDA")
    night = run(mentions)
    assert night.same(person, one), "the better link stays"
    assert not night.same(one, other)


def test_a_dismissed_question_is_not_asked_again(mentions, run):
    people = [mentions.register(n, "ASEP HIDAYAT", f"1980-0{n}-17", card=n, **PLACE) for n in (1, 2)]
    listed = mentions.pkh("1", "ASEP HIDAYAT", "1980", **PLACE)
    assert states(run(mentions), people[0], listed) == [("splink", "open")]
    mentions.decided(people[0], listed, "BEDA")
    night = run(mentions)
    assert states(night, people[0], listed) == [("clerk", "dismissed")]
    assert states(night, people[1], listed) == [("splink", "open")]


def test_the_newest_word_counts_and_no_opinion_is_none(mentions, run, person):
    listed = mentions.pkh("1", "ENTIN", "1955-01-02", **PLACE)
    mentions.decided(person, listed, "SAMA", "2019-09-01")
    mentions.decided(listed, person, "BEDA", "2019-09-02")
    mentions.decided(person, listed, "TIDAK TAHU", "2019-09-03")
    night = run(mentions)
    assert not night.same(person, listed)
    assert states(night, person, listed) == [("clerk", "dismissed")]


def test_two_register_records_become_one_by_a_clerk_alone(mentions, run, nik):
    one = mentions.register(1, "ASEP HIDAYAT", "1980-05-17", card=1, life_status="PINDAH", **PLACE)
    other = mentions.register(2, "ASEP HIDAYAT", "1980-05-17", card=2, **PLACE)
    listed = [mentions.pkh(str(n), "ASEP HIDAYAT", "1980-05-17", nik=nik(n), **PLACE) for n in (1, 2)]
    assert not run(mentions).same(one, other)
    mentions.decided(one, other, "SAMA")
    night = run(mentions)
    assert night.same(one, other, *listed)
    assert {night.rule(one), night.rule(other)} == {"register", "clerk"}
    assert night.rule(other) == "register", "who is alive is the person"


def test_records_called_one_go_together(mentions, run, person, nik):
    known = mentions.pkh("1", "ASEP HIDAYAT", "1980-05-17", nik=nik(1), **PLACE)
    unlike = mentions.jamsosratu("1", "ENTIN", "1955-01-02", **PLACE)
    mentions.decided(known, unlike, "SAMA")
    assert run(mentions).same(person, known, unlike)


def test_records_of_nobody_called_one(mentions, run):
    one = mentions.pkh("1", "ASEP", "1980-05-17", **PLACE)
    other = mentions.jamsosratu("1", "ENTIN", "1955-01-02", **PLACE)
    mentions.decided(one, other, "SAMA")
    night = run(mentions)
    assert night.same(one, other)
    assert states(night, one, other) == [("clerk", "confirmed")]


def test_a_word_on_records_that_are_gone_waits(mentions, run, person):
    listed = mentions.pkh("1", "ENTIN", "1955-01-02", **PLACE)
    mentions.decided(person, listed, "SAMA")
    gone = run(mentions.without(listed))
    back = run(mentions, published=gone)
    assert back.same(person, listed)


def test_an_id_follows_a_clerks_word_and_the_old_one_resolves(mentions, run, person):
    listed = mentions.pkh("1", "ENTIN", "1955-01-02", **PLACE)
    first = run(mentions)
    mentions.decided(person, listed, "SAMA")
    second = run(mentions, published=first)
    assert second.person(listed) == first.person(person)
    assert ("merged", first.person(listed), first.person(person)) in second.events("person", "20191101-002")
