"""Earlier versions and ended records are linked to current records, and do not change the links of current records."""

from __future__ import annotations

import polars as pl
import pytest

from assets.identity import outputs
from tests.assets.identity.company import in_company
from tests.assets.identity.conftest import nik

pytestmark = pytest.mark.slow


def family_of(mentions):
    """A registered couple on a card that DTKS lists, the wife on PKH. Returns the key of the PKH record."""
    mentions.register(1, "SITI ROHMAH", "1980-05-07", card=1)
    mentions.register(2, "ASEP HIDAYAT", "1978-02-03", card=1)
    mentions.register(3, "ENTIN", "1990-02-03", card=2)
    mentions.listed("D1", 1)
    mentions.member("D1", 1, "ASEP HIDAYAT", "1978-02-03", nik=nik(2))
    return mentions.pkh("P1", "ST. ROHMAH", "1980-05-07", nik=nik(1))


@in_company
def test_an_ended_record_keeps_its_person_and_household(mentions):
    family = family_of(mentions)
    first = yield mentions
    after = yield mentions.ended(family)
    person, household = after.past(family)
    assert (person["person_id"], person["link_rule"]) == (first.person(family), "nik")
    assert household["household_id"] == first.household(family)
    assert household["family_id"] == first.family(family)


def test_it_does_not_matter_when_a_record_ended(mentions, run):
    """Nights in sequence link the past as one load of all deliveries does."""
    family = family_of(mentions)
    after = run(mentions.ended(family), published=run(mentions))
    assert after.went_on
    at_once = run(mentions.ended(family), from_scratch=True)
    assert at_once.past(family)[0]["person_id"] == at_once.person(("dukcapil_penduduk", nik(1), "self"))
    for one, other in zip(after.past(family), at_once.past(family), strict=True):
        assert one["link_rule"] == other["link_rule"]
    assert at_once.past(family)[1]["household_id"] == at_once.household(("dinsos_dtks_rumah_tangga", "D1"))


def test_past_records_do_not_change_current_links(mentions, run):
    """Not even if a past record equals another current record, or states the card of others."""
    family_of(mentions)
    mentions.jamsosratu("J1", "ENTIN", None, card=2)
    other = mentions.pkh("P9", "ENTIN", "1990-02-03", card=1, nik=nik(3))
    without = mentions.without(other)
    before = run(mentions)
    alone = run(without, published=before)
    beside = run(mentions.ended(other), published=alone)
    alone_again = run(without, published=alone)
    assert beside.went_on
    assert_alike(alone_again, beside)
    assert_alike(alone, run(mentions.ended(other), published=before, from_scratch=True))


def assert_alike(one, other):
    """The files of two nights are equal, except for the times of events."""
    for name in outputs.FILES:
        rows = [night.read(name) for night in (one, other)]
        if name == "identity_history":
            rows = [frame.select("entity", "id", "event", "other_id").sort(pl.all()) for frame in rows]
        assert rows[0].equals(rows[1]), name


@in_company
def test_an_earlier_version_is_linked_by_its_own_values(mentions):
    """The wife has had the card since November; in October it was the neighbour's."""
    family = family_of(mentions)
    mentions = mentions.once(family, "2019-10-01", name="ENTIN", birth_date=None, birth_year=None, nik=nik(3))
    night = yield mentions
    person, household = night.past(family, "2019-10-01")
    entin = ("dukcapil_penduduk", nik(3), "self")
    assert person["person_id"] == night.person(entin) != night.person(family)
    assert household["household_id"] == night.household(entin) != night.household(family)


@in_company
def test_an_earlier_version_with_too_few_values_follows_its_record(mentions):
    family = family_of(mentions)
    little = {"name": "ROHMAH", "birth_date": None, "birth_year": None, "nik": None, "nik_state": "missing"}
    night = yield mentions.once(family, "2019-10-01", village_code=None, **little)
    person, household = night.past(family, "2019-10-01")
    assert (person["person_id"], person["link_rule"]) == (night.person(family), "record")
    assert household["household_id"] == night.household(family)


@in_company
def test_an_unchanged_version_has_no_row(mentions):
    family = family_of(mentions)
    assert (yield mentions.once(family, "2019-10-01")).past(family, "2019-10-01") == (None, None)


@in_company
def test_a_version_linked_only_by_weight_keeps_its_person(mentions):
    place = {"village_code": "3601012001", "district_code": "360101", "regency_code": "3601"}
    mentions.register(1, "WIRADARMA KUSUMANEGARA", "1980-05-07", card=1, **place)
    mentions.register(2, "ENTIN", "1990-02-03", card=2, **place)
    key = mentions.pkh("P1", "WIRADHARMA KUSUMANEGARA", "1980-07-05", **place)
    first = yield mentions
    assert first.rule(key) == "splink"
    person, household = (yield mentions.ended(key)).past(key)
    assert (person["person_id"], person["link_rule"]) == (first.person(key), "splink")
    assert person["match_probability"] > 0.9
    assert household["household_id"] == first.household(key)


@in_company
def test_a_clerks_decision_applies_to_an_ended_record(mentions):
    family = family_of(mentions)
    other = ("dukcapil_penduduk", nik(3), "self")
    mentions.decided(family, ("dukcapil_penduduk", nik(1), "self"), "BEDA")
    mentions.decided(family, other, "SAMA")
    first = yield mentions
    person, _ = (yield mentions.ended(family)).past(family)
    assert (person["person_id"], person["link_rule"]) == (first.person(other), "clerk")


@in_company
def test_a_person_of_an_ended_record_only_keeps_the_id(mentions):
    mentions.register(1, "SITI ROHMAH", "1980-05-07", card=1)
    key = mentions.pkh("P1", "NENG KARTIKA", "1990-11-23")
    first = yield mentions
    person, household = (yield mentions.ended(key)).past(key)
    assert (person["person_id"], person["link_rule"]) == (first.person(key), "kept")
    assert (household["household_id"], household["family_id"]) == (first.household(key), first.family(key))


@in_company
def test_a_person_that_never_had_an_id_has_none(mentions):
    mentions.register(1, "SITI ROHMAH", "1980-05-07", card=1)
    key = mentions.pkh("P1", "NENG KARTIKA", "1990-11-23")
    person, household = (yield mentions.ended(key)).past(key)
    assert person["person_id"] is None
    assert household["household_id"] is None


@in_company
def test_a_removed_listed_household_follows_its_people(mentions):
    mentions.register(1, "SITI ROHMAH", "1980-05-07", card=1)
    mentions.register(2, "ASEP HIDAYAT", "1978-02-03", card=1)
    listed = mentions.listed("D1")
    members = [mentions.member("D1", n, *said, nik=nik(n)) for n, said in
               ((1, ("SITI ROHMAH", "1980-05-07")), (2, ("ASEP HIDAYAT", "1978-02-03")))]  # fmt: skip
    yield mentions
    after = yield mentions.ended(listed, *members)
    homes = {after.past(key)[1]["household_id"] for key in (listed, *members)}
    assert homes == {after.household(("dukcapil_penduduk", nik(1), "self"))}


@in_company
def test_an_id_merged_later_resolves_to_the_current_one(mentions):
    """Two records that are linked to no other: one ends, then a clerk decides that both are one person of the
    register.
    """
    mentions.register(1, "SITI ROHMAH", "1980-05-07", card=1)
    one, other = (add(key, "NENG KARTIKA", None) for add, key in ((mentions.pkh, "P1"), (mentions.jamsosratu, "J1")))
    mentions.decided(one, other, "SAMA")
    first = yield mentions
    assert first.same(one, other)
    register = ("dukcapil_penduduk", nik(1), "self")
    ended = mentions.ended(one)
    ended.decided(other, register, "SAMA", on="2019-10-02")
    after = yield ended
    assert after.past(one)[0]["person_id"] == after.person(register)
