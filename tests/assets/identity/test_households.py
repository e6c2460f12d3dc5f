"""Households through listing, marriage, split and new cards; families, each one card (rulings 18 and 19)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.assets.identity.company import in_company
from tests.assets.identity.conftest import kk, nik


def family_of(mentions):
    """Couple and child on card 1 of the register: the keys of father, mother, child."""
    return (
        mentions.register(1, "ASEP HIDAYAT", "1970-05-17", sex="L", relation="KEPALA KELUARGA"),
        mentions.register(2, "ENTIN", "1975-03-04", sex="P", relation="ISTRI"),
        mentions.register(3, "RIZKI", "1995-06-07", sex="L", relation="ANAK"),
    )


def households(night, keys) -> set[str]:
    return {night.household(key) for key in keys}


@in_company
def test_a_card_is_a_household_and_a_family(mentions):
    family = family_of(mentions)
    other = mentions.register(4, "DADANG", "1960-01-02", card=2)
    night = yield mentions
    assert len(households(night, family)) == 1
    assert not households(night, family) & households(night, [other])
    row = night.read("family_links").filter(no_kk=kk(1)).row(0, named=True)
    assert row == {"family_id": night.family(family[0]), "no_kk": kk(1), "household_id": night.household(family[0])}


@in_company
def test_a_listed_household_takes_in_every_card_of_its_members(mentions):
    family = family_of(mentions)
    daughter = mentions.register(4, "YANTI", "1992-01-02", card=2)
    listed = mentions.listed("D1", card=1)
    members = [
        mentions.member("D1", 1, "ASEP HIDAYAT", "1970-05-17", nik=nik(1)),
        mentions.member("D1", 2, "YANTI", "1992-01-02", nik=nik(4)),
    ]
    night = yield mentions
    assert len(households(night, [*family, daughter, listed, *members])) == 1
    assert night.family(daughter) == night.family(members[1]) != night.family(family[0]) == night.family(listed)


@in_company
def test_a_card_belongs_to_the_household_of_most_of_its_people(mentions):
    family = family_of(mentions)
    mentions.listed("D1")
    mentions.listed("D2", card=1)
    for number, (name, born) in enumerate([("ASEP HIDAYAT", "1970-05-17"), ("ENTIN", "1975-03-04")], 1):
        mentions.member("D1", number, name, born, nik=nik(number))
    moved = mentions.member("D2", 1, "RIZKI", "1995-06-07", nik=nik(3))
    night = yield mentions
    assert households(night, family) == {night.household(("dinsos_dtks_rumah_tangga", "D1", None))}
    assert night.household(moved) == night.household(("dinsos_dtks_rumah_tangga", "D2", None))
    assert night.read("family_links")["family_id"].is_unique().all()


@in_company
def test_a_tie_goes_to_the_household_that_states_the_card(mentions):
    family = family_of(mentions)
    mentions.listed("D1")
    stated = mentions.listed("D2", card=1)
    mentions.member("D1", 1, "ASEP HIDAYAT", "1970-05-17", nik=nik(1))
    mentions.member("D2", 1, "ENTIN", "1975-03-04", nik=nik(2))
    night = yield mentions
    assert households(night, family) == {night.household(stated)}


@in_company
def test_a_card_known_from_lists_alone_follows_its_people_too(mentions):
    """No register: the card that the programme states goes to the household of the member it is linked to."""
    listed = mentions.listed("D1")
    mentions.member("D1", 1, "ENTIN", "1985-03-04", nik=nik(7))
    record = mentions.pkh("A", "ENTIN", "1985-03-04", card=9, nik=nik(7))
    night = yield mentions
    assert night.household(record) == night.household(listed)


@in_company
def test_records_follow_the_persons_card_then_their_own_then_the_listed_household(mentions):
    family = family_of(mentions)
    old_card = mentions.pkh("A", "ASEP HIDAYAT", "1970-05-17", card=8, nik=nik(1))
    unknown = mentions.pkh("B", "UJANG", "1950-01-02", card=9)
    same_card = mentions.jamsosratu("B", "ONIH", "1951-01-02", card=9)
    alone = mentions.pkh("C", "ODING", "1940-01-02")
    listed = mentions.listed("D1")
    mentions.member("D1", 1, "MIMIN", "1945-01-02", nik=nik(7))
    by_person = mentions.pkh("D", "MIMIN", "1945-01-02", nik=nik(7))
    night = yield mentions
    assert night.household(old_card) == night.household(family[0]), "the register's card is the newer one"
    assert night.household(unknown) == night.household(same_card)
    assert night.household(by_person) == night.household(listed)
    assert night.household(alone) not in households(night, [*family, unknown, listed])


@in_company
def test_all_records_of_a_person_without_card_or_list_are_one_household(mentions):
    said = ("ODING", "1940-01-02")
    one, other = mentions.pkh("C", *said, nik=nik(9)), mentions.jamsosratu("D", *said, nik=nik(9))
    night = yield mentions
    assert night.same(one, other)
    assert night.household(one) == night.household(other)
    assert night.family(one) == night.family(other)
    without = yield mentions.without(other)
    assert without.household(one) == night.household(one)


@in_company
def test_every_household_record_has_one_household_and_one_family(mentions):
    family_of(mentions)
    mentions.listed("D1")
    mentions.member("D2", 1, "MIMIN", "1945-01-02")
    mentions.pkh("A", "ODING", None)
    mentions.pkh("B", "ENTIN", "1975-03-04", nik=nik(2))
    night = yield mentions
    links, families = night.read("household_links"), night.read("family_links")
    assert links.height == len(mentions.households) == links.unique(["source", "record_key"]).height
    assert links.select("household_id", "family_id").null_count().sum_horizontal().item() == 0
    assert set(links["family_id"]) == set(families["family_id"])
    assert families["family_id"].is_unique().all()
    assert links["household_id"].str.contains(r"^H[0-9A-F]{16}$").all()
    assert links["family_id"].str.contains(r"^F[0-9A-F]{16}$").all()


# a card that is another family's (ruling 42)


def strangers_of(mentions):
    """A listed household of two people who are on no card of the register; the keys of its members."""
    return [
        mentions.member("D1", 1, "WAWAN KURNIAWAN", "1961-02-03", nik=nik(61)),
        mentions.member("D1", 2, "IMAS MASITOH", "1964-05-06", nik=nik(62)),
    ]


@in_company
def test_a_card_of_others_moves_no_person(mentions):
    family = family_of(mentions)
    strangers = strangers_of(mentions)
    listed = mentions.listed("D1", card=1, head_name="WAWAN KURNIAWAN", village_code="3601012002")
    night = yield mentions
    assert households(night, [listed, *strangers]).isdisjoint(households(night, family))
    assert len(households(night, family)) == len(households(night, [listed, *strangers])) == 1
    assert night.family(listed) != night.family(family[0])
    assert night.household_rule(listed) == "card_of_others"
    lies = night.read("family_links").filter(no_kk=kk(1)).row(0, named=True)
    assert lies["household_id"] == night.household(family[0])


@pytest.mark.parametrize(
    ("head", "place", "brings"),
    [
        ("ASEP HIDAYAT", {}, True),
        ("H. ASEP", {}, True),  # within the name of the card's head
        ("ENTIN", {}, True),
        ("RIZKI M", {}, False),  # within the name of another on the card
        ("WAWAN KURNIAWAN", {}, False),
        (None, {}, False),
        ("ASEP HIDAYAT", {"village_code": "3601012002"}, False),
        ("ASEP HIDAYAT", {"village_code": "3601012002", "address": "Kp. Cikadu, Hilir"}, True),
        ("ASEP HIDAYAT", {"village_code": None, "address": "KP. PASIR"}, False),
    ],
)
@in_company
def test_a_stated_card_moves_its_people_if_the_head_is_on_it_and_lives_there(mentions, head, place, brings):
    family = family_of(mentions)
    mentions = mentions.changed(family[0], head_name="ASEP HIDAYAT", address="KP CIKADU HILIR")
    listed = mentions.listed("D1", card=1, head_name=head, **place)
    night = yield mentions
    assert (night.household(listed) in households(night, family)) == brings
    assert night.household_rule(listed) == ("household_ref" if brings else "card_of_others")


@in_company
def test_a_card_without_people_belongs_to_the_household(mentions):
    strangers = strangers_of(mentions)
    listed = mentions.listed("D1", card=8)
    night = yield mentions
    assert night.household_rule(listed) == "household_ref"
    (row,) = night.read("family_links").filter(no_kk=kk(8)).to_dicts()
    assert (row["household_id"], row["family_id"]) == (night.household(listed), night.family(strangers[0]))


@in_company
def test_a_person_unknown_to_the_register_does_not_move_a_registered_card(mentions):
    """A programme states another family's card for a member whom the register does not know."""
    family = family_of(mentions)
    strangers = strangers_of(mentions)
    mentions.listed("D1")
    mentions.pkh("A", "IMAS MASITOH", "1964-05-06", card=1, nik=mentions.persons[-1]["nik"])
    night = yield mentions
    assert households(night, family).isdisjoint(households(night, strangers))


@in_company
def test_the_parents_card_does_not_move_the_parents(mentions):
    """The list still states the card that the son left."""
    family = family_of(mentions)
    son = mentions.register(4, "DEDE SUPRIADI", "1990-02-03", card=4, sex="L", relation="KEPALA KELUARGA")
    listed = mentions.listed("D1", card=1, head_name="DEDE SUPRIADI")
    member = mentions.member("D1", 1, "DEDE SUPRIADI", "1990-02-03", nik=nik(4))
    night = yield mentions
    assert households(night, [son, listed, member]).isdisjoint(households(night, family))
    assert len(households(night, [son, listed, member])) == 1
    assert night.family(listed) == night.family(son), "the row is of the family that its people are of"


# listed twice (ruling 44)


COUPLE = (("ASEP HIDAYAT", "1970-05-17", 1), ("ENTIN", "1975-03-04", 2))


def list_again(mentions, ref, *people, **more):
    """A listed household of these people (name, birth, number of the NIK); the keys of its rows."""
    rows = [mentions.listed(ref, **more)]
    return rows + [mentions.member(ref, n, name, born, nik=nik(who)) for n, (name, born, who) in enumerate(people, 1)]


@in_company
def test_two_listings_with_two_people_in_common_are_one_household(mentions):
    family = family_of(mentions)
    one = list_again(mentions, "D2", *COUPLE, card=1)
    other = list_again(mentions, "D1", *COUPLE[::-1], village_code="3601012002")
    night = yield mentions
    assert len(households(night, [*one, *other, *family])) == 1


@pytest.mark.parametrize(("alone", "together"), [("D1", "D2"), ("D2", "D1")])
@in_company
def test_the_only_person_of_a_listing_is_enough(mentions, alone, together):
    family = family_of(mentions)
    one = list_again(mentions, alone, COUPLE[0])
    other = list_again(mentions, together, *COUPLE)
    night = yield mentions
    assert len(households(night, [*one, *other, *family])) == 1


@in_company
def test_one_of_several_in_common_is_not_enough_and_dead_people_do_not_count(mentions):
    family = family_of(mentions)
    more = [("RIZKI", "1995-06-07", 3), ("DADANG", "1950-01-02", 5)]
    one = list_again(mentions, "D1", *COUPLE)
    other = list_again(mentions, "D2", COUPLE[0], more[1])
    night = yield mentions
    assert households(night, one).isdisjoint(households(night, other))
    third = list_again(mentions, "D3", COUPLE[1], more[0])
    died = mentions.changed(family[1], life_status="MENINGGAL")
    night = yield died
    assert night.household(third[0]) not in households(night, [*one, *other])


@in_company
def test_every_two_of_a_households_listings_must_be_such_a_pair(mentions):
    """Of a chain, the two that have most in common are linked; if two pairs are equal, none."""
    people = [(name, "1980-01-02", 70 + n) for n, name in enumerate(("ANDI", "BUDI", "CECEP", "DEDI", "EMAN"))]
    a = list_again(mentions, "A", *people[:3])
    b = list_again(mentions, "B", *people[:5])
    c = list_again(mentions, "C", *people[3:5])
    night = yield mentions
    assert night.household(a[0]) == night.household(b[0]) != night.household(c[0])
    shorter = mentions.without(a[1])
    night = yield shorter
    assert len({night.household(rows[0]) for rows in (a, b, c)}) == 3


@in_company
def test_a_household_listed_twice_keeps_the_id_of_each_listing(mentions):
    one = list_again(mentions, "D5", *COUPLE)
    first = yield mentions
    both = mentions.without()
    other = list_again(both, "D1", *COUPLE)
    second = yield both
    assert households(second, [*one, *other]) == {first.household(one[0])}
    third = yield both.without(*one)
    assert households(third, other) == {first.household(one[0])}, "who stays keeps it"


@in_company
def test_two_listings_that_separate_get_their_own_ids_again(mentions):
    apart = mentions.without()
    rows = [list_again(apart, "D1", *COUPLE), list_again(apart, "D2", ("DADANG", "1950-01-02", 5))]
    first = yield apart
    together = apart.changed(rows[1][1], name="ENTIN", birth_date=date(1975, 3, 4), birth_year=1975, nik=nik(2))
    second = yield together
    assert households(second, rows[0] + rows[1]) == {first.household(rows[0][0])}
    merged = ("merged", first.household(rows[1][0]), first.household(rows[0][0]))
    assert merged in second.events("household", "20191101-002")
    third = yield apart
    assert [third.household(one[0]) for one in rows] == [first.household(one[0]) for one in rows]


# through the nights


@in_company
def test_a_new_number_for_the_same_family_keeps_both_ids(mentions):
    family = family_of(mentions)
    first = yield mentions
    for key in family:
        mentions = mentions.changed(key, no_kk=kk(7))
    second = yield mentions
    assert households(second, family) == households(first, family)
    assert second.family(family[0]) == first.family(family[0])


@in_company
def test_marriage_leaves_both_old_households_and_founds_one(mentions):
    family = family_of(mentions)
    bride = mentions.register(4, "YANTI", "1996-01-02", card=2, sex="P")
    mentions.register(5, "DADANG", "1960-01-02", card=2)
    first = yield mentions
    married = mentions.changed(family[2], no_kk=kk(3), relation="KEPALA KELUARGA").changed(bride, no_kk=kk(3))
    second = yield married
    assert second.household(family[2]) == second.household(bride)
    assert second.household(bride) not in set(first.read("household_links")["household_id"])
    assert second.household(family[0]) == first.household(family[0])
    assert {event for event, *_ in second.events("household", "20191101-002")} == {"minted", "split"}


@in_company
def test_on_a_split_the_majority_keeps_the_id(mentions):
    family = family_of(mentions)
    first = yield mentions
    split = mentions.changed(family[0], no_kk=kk(8)).changed(family[1], no_kk=kk(9)).changed(family[2], no_kk=kk(9))
    second = yield split
    assert second.household(family[1]) == first.household(family[0])
    assert second.household(family[0]) != first.household(family[0])


@in_company
def test_on_an_even_split_the_spouse_keeps_the_id(mentions):
    father, mother, child = family_of(mentions)
    pair = mentions.without(child)
    first = yield pair
    second = yield pair.changed(father, no_kk=kk(8)).changed(mother, no_kk=kk(9))
    assert second.household(mother) == first.household(mother)


@in_company
def test_on_an_even_split_without_the_spouse_the_oldest_keeps_the_id(mentions):
    father, mother, child = family_of(mentions)
    pair = mentions.without(mother)
    first = yield pair
    second = yield pair.changed(father, no_kk=kk(9)).changed(child, no_kk=kk(8))
    assert second.household(father) == first.household(father)
    assert second.household(child) != first.household(father)


@in_company
def test_the_card_stays_with_its_remaining_people(mentions):
    family = family_of(mentions)
    first = yield mentions
    second = yield mentions.changed(family[1], no_kk=kk(9)).changed(family[2], no_kk=kk(9))
    assert second.household(family[0]) == first.household(family[0])
    assert second.family(family[0]) == first.family(family[0])


@in_company
def test_a_household_that_gets_listed_keeps_its_id(mentions):
    family = family_of(mentions)
    first = yield mentions
    listed = mentions.listed("D1", card=1)
    mentions.member("D1", 1, "ASEP HIDAYAT", "1970-05-17", nik=nik(1))
    second = yield mentions
    assert households(second, [*family, listed]) == households(first, family)


@in_company
def test_the_listed_household_keeps_its_id_when_members_leave(mentions):
    family = family_of(mentions)
    listed = mentions.listed("D1", card=1)
    member = mentions.member("D1", 1, "ASEP HIDAYAT", "1970-05-17", nik=nik(1))
    first = yield mentions
    moved = mentions.changed(family[1], no_kk=kk(9)).changed(family[2], no_kk=kk(9))
    second = yield moved
    assert second.household(listed) == second.household(member) == first.household(listed)
    assert second.household(family[1]) != first.household(listed)


@in_company
def test_two_cards_joined_by_a_list_separate_with_their_own_ids(mentions):
    family = family_of(mentions)
    daughter = mentions.register(4, "YANTI", "1992-01-02", card=2)
    first = yield mentions
    listed = mentions.listed("D1", card=1)
    members = [
        mentions.member("D1", 1, "ASEP HIDAYAT", "1970-05-17", nik=nik(1)),
        mentions.member("D1", 2, "YANTI", "1992-01-02", nik=nik(4)),
    ]
    second = yield mentions
    assert second.household(daughter) == second.household(listed) == first.household(family[0])
    merged = ("merged", first.household(daughter), first.household(family[0]))
    assert merged in second.events("household", "20191101-002")
    third = yield mentions.without(listed, *members)
    assert third.household(family[0]) == first.household(family[0])
    assert third.household(daughter) == first.household(daughter)
