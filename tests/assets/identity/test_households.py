"""Households through listing, marriage, split and new cards; families, each one card (rulings 18 and 19)."""

from __future__ import annotations

from datetime import date

import pytest


@pytest.fixture
def family(mentions):
    """Couple and child on card 1 of the register: the keys of father, mother, child."""
    return (
        mentions.register(1, "ASEP HIDAYAT", "1970-05-17", sex="L", relation="KEPALA KELUARGA"),
        mentions.register(2, "ENTIN", "1975-03-04", sex="P", relation="ISTRI"),
        mentions.register(3, "RIZKI", "1995-06-07", sex="L", relation="ANAK"),
    )


def households(night, keys) -> set[str]:
    return {night.household(key) for key in keys}


def test_a_card_is_a_household_and_a_family(mentions, run, family, kk):
    other = mentions.register(4, "DADANG", "1960-01-02", card=2)
    night = run(mentions)
    assert len(households(night, family)) == 1
    assert not households(night, family) & households(night, [other])
    row = night.read("family_links").filter(no_kk=kk(1)).row(0, named=True)
    assert row == {"family_id": night.family(family[0]), "no_kk": kk(1), "household_id": night.household(family[0])}


def test_a_listed_household_takes_in_every_card_of_its_members(mentions, run, family, nik):
    daughter = mentions.register(4, "YANTI", "1992-01-02", card=2)
    listed = mentions.listed("D1", card=1)
    members = [
        mentions.member("D1", 1, "ASEP HIDAYAT", "1970-05-17", nik=nik(1)),
        mentions.member("D1", 2, "YANTI", "1992-01-02", nik=nik(4)),
    ]
    night = run(mentions)
    assert len(households(night, [*family, daughter, listed, *members])) == 1
    assert night.family(daughter) == night.family(members[1]) != night.family(family[0]) == night.family(listed)


def test_a_card_lies_in_the_household_that_most_of_its_people_are_members_of(mentions, run, family, nik):
    mentions.listed("D1")
    mentions.listed("D2", card=1)
    for number, (name, born) in enumerate([("ASEP HIDAYAT", "1970-05-17"), ("ENTIN", "1975-03-04")], 1):
        mentions.member("D1", number, name, born, nik=nik(number))
    moved = mentions.member("D2", 1, "RIZKI", "1995-06-07", nik=nik(3))
    night = run(mentions)
    assert households(night, family) == {night.household(("dinsos_dtks_rumah_tangga", "D1", None))}
    assert night.household(moved) == night.household(("dinsos_dtks_rumah_tangga", "D2", None))
    assert night.read("family_links")["family_id"].is_unique().all()


def test_a_tie_goes_to_the_household_that_states_the_card(mentions, run, family, nik):
    mentions.listed("D1")
    stated = mentions.listed("D2", card=1)
    mentions.member("D1", 1, "ASEP HIDAYAT", "1970-05-17", nik=nik(1))
    mentions.member("D2", 1, "ENTIN", "1975-03-04", nik=nik(2))
    night = run(mentions)
    assert households(night, family) == {night.household(stated)}


def test_a_card_known_from_lists_alone_follows_its_people_too(mentions, run, nik):
    """No register: the card that the programme states goes to the household of the member it is linked to."""
    listed = mentions.listed("D1")
    mentions.member("D1", 1, "ENTIN", "1985-03-04", nik=nik(7))
    record = mentions.pkh("A", "ENTIN", "1985-03-04", card=9, nik=nik(7))
    night = run(mentions)
    assert night.household(record) == night.household(listed)


def test_records_go_with_the_persons_card_then_their_own_then_their_listed_household(mentions, run, family, nik):
    old_card = mentions.pkh("A", "ASEP HIDAYAT", "1970-05-17", card=8, nik=nik(1))
    unknown = mentions.pkh("B", "UJANG", "1950-01-02", card=9)
    same_card = mentions.jamsosratu("B", "ONIH", "1951-01-02", card=9)
    alone = mentions.pkh("C", "ODING", "1940-01-02")
    listed = mentions.listed("D1")
    mentions.member("D1", 1, "MIMIN", "1945-01-02", nik=nik(7))
    by_person = mentions.pkh("D", "MIMIN", "1945-01-02", nik=nik(7))
    night = run(mentions)
    assert night.household(old_card) == night.household(family[0]), "the register's card is the newer one"
    assert night.household(unknown) == night.household(same_card)
    assert night.household(by_person) == night.household(listed)
    assert night.household(alone) not in households(night, [*family, unknown, listed])


def test_all_records_of_a_person_without_card_or_list_are_one_household(mentions, run, nik):
    said = ("ODING", "1940-01-02")
    one, other = mentions.pkh("C", *said, nik=nik(9)), mentions.jamsosratu("D", *said, nik=nik(9))
    night = run(mentions)
    assert night.same(one, other)
    assert night.household(one) == night.household(other)
    assert night.family(one) == night.family(other)
    without = run(mentions.without(other), published=night)
    assert without.household(one) == night.household(one)


def test_every_household_record_has_one_household_and_one_family(mentions, run, family, nik):
    mentions.listed("D1")
    mentions.member("D2", 1, "MIMIN", "1945-01-02")
    mentions.pkh("A", "ODING", None)
    mentions.pkh("B", "ENTIN", "1975-03-04", nik=nik(2))
    night = run(mentions)
    links, families = night.read("household_links"), night.read("family_links")
    assert links.height == len(mentions.households) == links.unique(["source", "record_key"]).height
    assert links.select("household_id", "family_id").null_count().sum_horizontal().item() == 0
    assert set(links["family_id"]) == set(families["family_id"])
    assert families["family_id"].is_unique().all()
    assert links["household_id"].str.contains(r"^H[0-9A-F]{16}$").all()
    assert links["family_id"].str.contains(r"^F[0-9A-F]{16}$").all()


# a card that is another family's (ruling 42)


@pytest.fixture
def strangers(mentions, nik):
    """A listed household of two whom no card of the register has; the keys of its members."""
    return [
        mentions.member("D1", 1, "WAWAN KURNIAWAN", "1961-02-03", nik=nik(61)),
        mentions.member("D1", 2, "IMAS MASITOH", "1964-05-06", nik=nik(62)),
    ]


def test_a_card_of_others_moves_nobody(mentions, run, family, strangers, kk):
    listed = mentions.listed("D1", card=1, head_name="WAWAN KURNIAWAN", village_code="3601012002")
    night = run(mentions)
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
def test_a_stated_card_brings_its_people_if_the_head_is_on_it_and_lives_there(
    mentions, run, family, head, place, brings
):
    mentions = mentions.changed(family[0], head_name="ASEP HIDAYAT", address="KP CIKADU HILIR")
    listed = mentions.listed("D1", card=1, head_name=head, **place)
    night = run(mentions)
    assert (night.household(listed) in households(night, family)) == brings
    assert night.household_rule(listed) == ("household_ref" if brings else "card_of_others")


def test_a_card_that_nobody_has_is_the_households_own(mentions, run, strangers, kk):
    listed = mentions.listed("D1", card=8)
    night = run(mentions)
    assert night.household_rule(listed) == "household_ref"
    (row,) = night.read("family_links").filter(no_kk=kk(8)).to_dicts()
    assert (row["household_id"], row["family_id"]) == (night.household(listed), night.family(strangers[0]))


def test_who_is_not_in_the_register_brings_nobody_of_a_card_that_the_register_knows(mentions, run, family, strangers):
    """A programme states another family's card for a member whom the register does not know."""
    mentions.listed("D1")
    mentions.pkh("A", "IMAS MASITOH", "1964-05-06", card=1, nik=mentions.persons[-1]["nik"])
    night = run(mentions)
    assert households(night, family).isdisjoint(households(night, strangers))


def test_the_parents_card_does_not_bring_the_parents(mentions, run, family, kk, nik):
    """The list still has the card that the son left: he is on it no more."""
    son = mentions.register(4, "DEDE SUPRIADI", "1990-02-03", card=4, sex="L", relation="KEPALA KELUARGA")
    listed = mentions.listed("D1", card=1, head_name="DEDE SUPRIADI")
    member = mentions.member("D1", 1, "DEDE SUPRIADI", "1990-02-03", nik=nik(4))
    night = run(mentions)
    assert households(night, [son, listed, member]).isdisjoint(households(night, family))
    assert len(households(night, [son, listed, member])) == 1
    assert night.family(listed) == night.family(son), "the row is of the family that its people are of"


# listed twice (ruling 44)


COUPLE = (("ASEP HIDAYAT", "1970-05-17", 1), ("ENTIN", "1975-03-04", 2))


def list_again(mentions, nik, ref, *people, **more):
    """A listed household of these people (name, birth, number of the NIK); the keys of its rows."""
    rows = [mentions.listed(ref, **more)]
    return rows + [mentions.member(ref, n, name, born, nik=nik(who)) for n, (name, born, who) in enumerate(people, 1)]


def test_two_listings_with_two_people_in_common_are_one_household(mentions, run, family, nik):
    one = list_again(mentions, nik, "D2", *COUPLE, card=1)
    other = list_again(mentions, nik, "D1", *COUPLE[::-1], village_code="3601012002")
    night = run(mentions)
    assert len(households(night, [*one, *other, *family])) == 1


@pytest.mark.parametrize(("alone", "together"), [("D1", "D2"), ("D2", "D1")])
def test_the_only_person_of_a_listing_is_enough(mentions, run, family, nik, alone, together):
    one = list_again(mentions, nik, alone, COUPLE[0])
    other = list_again(mentions, nik, together, *COUPLE)
    night = run(mentions)
    assert len(households(night, [*one, *other, *family])) == 1


def test_one_of_several_in_common_is_not_enough_and_the_dead_do_not_count(mentions, run, family, nik):
    more = [("RIZKI", "1995-06-07", 3), ("DADANG", "1950-01-02", 5)]
    one = list_again(mentions, nik, "D1", *COUPLE)
    other = list_again(mentions, nik, "D2", COUPLE[0], more[1])
    night = run(mentions)
    assert households(night, one).isdisjoint(households(night, other))
    third = list_again(mentions, nik, "D3", COUPLE[1], more[0])
    died = mentions.changed(family[1], life_status="MENINGGAL")
    night = run(died)
    assert night.household(third[0]) not in households(night, [*one, *other])


def test_every_two_of_a_households_listings_must_be_such_a_pair(mentions, run, nik):
    """Of a chain the two that have most in common are one; where two have equally much, none is."""
    people = [(name, "1980-01-02", 70 + n) for n, name in enumerate(("ANDI", "BUDI", "CECEP", "DEDI", "EMAN"))]
    a = list_again(mentions, nik, "A", *people[:3])
    b = list_again(mentions, nik, "B", *people[:5])
    c = list_again(mentions, nik, "C", *people[3:5])
    night = run(mentions)
    assert night.household(a[0]) == night.household(b[0]) != night.household(c[0])
    shorter = mentions.without(a[1])
    night = run(shorter)
    assert len({night.household(rows[0]) for rows in (a, b, c)}) == 3


def test_a_household_listed_twice_keeps_the_id_of_each_listing(mentions, run, nik):
    one = list_again(mentions, nik, "D5", *COUPLE)
    first = run(mentions)
    both = mentions.without()
    other = list_again(both, nik, "D1", *COUPLE)
    second = run(both, published=first)
    assert households(second, [*one, *other]) == {first.household(one[0])}
    third = run(both.without(*one), published=second)
    assert households(third, other) == {first.household(one[0])}, "who stays keeps it"


def test_two_listings_that_part_have_their_own_ids_again(mentions, run, nik):
    apart = mentions.without()
    rows = [list_again(apart, nik, "D1", *COUPLE), list_again(apart, nik, "D2", ("DADANG", "1950-01-02", 5))]
    first = run(apart)
    together = apart.changed(rows[1][1], name="ENTIN", birth_date=date(1975, 3, 4), birth_year=1975, nik=nik(2))
    second = run(together, published=first)
    assert households(second, rows[0] + rows[1]) == {first.household(rows[0][0])}
    merged = ("merged", first.household(rows[1][0]), first.household(rows[0][0]))
    assert merged in second.events("household", "20191101-002")
    third = run(apart, published=second)
    assert [third.household(one[0]) for one in rows] == [first.household(one[0]) for one in rows]


# through the nights


def test_a_new_number_for_the_same_family_keeps_both_ids(mentions, run, family, kk):
    first = run(mentions)
    for key in family:
        mentions = mentions.changed(key, no_kk=kk(7))
    second = run(mentions, published=first)
    assert households(second, family) == households(first, family)
    assert second.family(family[0]) == first.family(family[0])


def test_marriage_leaves_both_old_households_and_founds_one(mentions, run, family, kk):
    bride = mentions.register(4, "YANTI", "1996-01-02", card=2, sex="P")
    mentions.register(5, "DADANG", "1960-01-02", card=2)
    first = run(mentions)
    married = mentions.changed(family[2], no_kk=kk(3), relation="KEPALA KELUARGA").changed(bride, no_kk=kk(3))
    second = run(married, published=first)
    assert second.household(family[2]) == second.household(bride)
    assert second.household(bride) not in set(first.read("household_links")["household_id"])
    assert second.household(family[0]) == first.household(family[0])
    assert {event for event, *_ in second.events("household", "20191101-002")} == {"minted", "split"}


def test_on_a_split_the_majority_keeps_the_id(mentions, run, family, kk):
    first = run(mentions)
    split = mentions.changed(family[0], no_kk=kk(8)).changed(family[1], no_kk=kk(9)).changed(family[2], no_kk=kk(9))
    second = run(split, published=first)
    assert second.household(family[1]) == first.household(family[0])
    assert second.household(family[0]) != first.household(family[0])


def test_on_an_even_split_the_spouse_keeps_the_id_and_then_the_oldest(mentions, run, family, kk):
    pair = mentions.without(family[2])
    first = run(pair)
    second = run(pair.changed(family[0], no_kk=kk(8)).changed(family[1], no_kk=kk(9)), published=first)
    assert second.household(family[1]) == first.household(family[1])
    pair = mentions.without(family[1])
    first = run(pair)
    second = run(pair.changed(family[0], no_kk=kk(9)).changed(family[2], no_kk=kk(8)), published=first)
    assert second.household(family[0]) == first.household(family[0])
    assert second.household(family[2]) != first.household(family[0])


def test_the_card_stays_with_who_stays_on_it(mentions, run, family, kk):
    first = run(mentions)
    second = run(mentions.changed(family[1], no_kk=kk(9)).changed(family[2], no_kk=kk(9)), published=first)
    assert second.household(family[0]) == first.household(family[0])
    assert second.family(family[0]) == first.family(family[0])


def test_a_household_that_gets_listed_goes_on_under_its_id(mentions, run, family, nik):
    first = run(mentions)
    listed = mentions.listed("D1", card=1)
    mentions.member("D1", 1, "ASEP HIDAYAT", "1970-05-17", nik=nik(1))
    second = run(mentions, published=first)
    assert households(second, [*family, listed]) == households(first, family)


def test_the_listed_household_keeps_its_id_whoever_leaves(mentions, run, family, nik, kk):
    listed = mentions.listed("D1", card=1)
    member = mentions.member("D1", 1, "ASEP HIDAYAT", "1970-05-17", nik=nik(1))
    first = run(mentions)
    moved = mentions.changed(family[1], no_kk=kk(9)).changed(family[2], no_kk=kk(9))
    second = run(moved, published=first)
    assert second.household(listed) == second.household(member) == first.household(listed)
    assert second.household(family[1]) != first.household(listed)


def test_two_cards_taken_in_by_a_list_part_again_under_their_own_ids(mentions, run, family, nik):
    daughter = mentions.register(4, "YANTI", "1992-01-02", card=2)
    first = run(mentions)
    listed = mentions.listed("D1", card=1)
    members = [
        mentions.member("D1", 1, "ASEP HIDAYAT", "1970-05-17", nik=nik(1)),
        mentions.member("D1", 2, "YANTI", "1992-01-02", nik=nik(4)),
    ]
    second = run(mentions, published=first)
    assert second.household(daughter) == second.household(listed) == first.household(family[0])
    merged = ("merged", first.household(daughter), first.household(family[0]))
    assert merged in second.events("household", "20191101-002")
    third = run(mentions.without(listed, *members), published=second)
    assert third.household(family[0]) == first.household(family[0])
    assert third.household(daughter) == first.household(daughter)
