"""Each rule alone, and each refusal to merge: a wrong merge takes a family's aid away."""

from __future__ import annotations

import polars as pl
import pytest

from tests.assets.identity.company import in_company
from tests.assets.identity.conftest import nik

OTHER_VILLAGE = "3601012002"


def asep_of(mentions):
    """A register person on card 1; returns the key."""
    return mentions.register(1, "ASEP HIDAYAT", "1980-05-17", sex="L")


# rule nik


@pytest.mark.parametrize(
    ("name", "born"),
    [
        ("ASEP HIDAYAT", "1980-05-17"),
        ("ENTIN", "1980-05-17"),
        ("ASEP HIDAYAT", "1980-12-17"),
        ("ASEP HIDAYAT", None),
        ("ASEP HIDAYAT", "1979"),
        ("ASEP", "1980"),
        ("ASEP", None),
    ],
)
@in_company
def test_a_nik_links_with_an_agreeing_name_or_birth_date(mentions, name, born):
    asep = asep_of(mentions)
    record = mentions.pkh("A", name, born, nik=nik(1), village_code=OTHER_VILLAGE)
    night = yield mentions
    assert night.same(asep, record)
    assert night.rule(asep) == "register"
    assert night.rule(record) == ("nik_birth" if name == "ENTIN" else "nik")


@pytest.mark.parametrize(
    ("name", "born"),
    [
        ("ENTIN", "1983-01-02"),
        ("ENTIN", None),
        ("ENTIN", "1980"),
        ("ASEP", "1999-05-17"),
        ("ASEP HIDAYAT", "2004-03-09"),
    ],
)
@in_company
def test_a_borrowed_nik_links_no_one(mentions, name, born):
    """The last case: a son who has his father's name and uses his number."""
    asep = asep_of(mentions)
    record = mentions.pkh("A", name, born, nik=nik(1))
    night = yield mentions
    assert not night.same(asep, record)
    assert night.rule(record) == "alone"


@pytest.mark.parametrize(("name", "one_person"), [("DEDI", False), ("DEDI SUPRIATNA", True)])
@in_company
def test_a_short_name_with_a_birth_ten_years_off_is_not_the_niks_owner(mentions, name, one_person):
    owner = mentions.register(1, name, "1980-05-17")
    record = mentions.pkh("A", name, "1990-08-02", nik=nik(1), village_code=OTHER_VILLAGE)
    assert (yield mentions).same(owner, record) == one_person


@pytest.mark.parametrize(("sex", "one_person"), [("P", True), ("L", False)])
@in_company
def test_a_brother_with_his_sisters_nik_and_a_similar_name_stays_separate(mentions, sex, one_person):
    sister = mentions.register(1, "NARASI KUSUMA", "2001-02-03", sex="P")
    record = mentions.pkh("A", "NARASU KUSUMA", "2001-02-03", nik=nik(1), sex=sex)
    assert (yield mentions).same(sister, record) == one_person


@pytest.mark.parametrize("state", ["lost", "malformed", "unknown_prefix", "impossible_date", "serial_zero"])
@in_company
def test_an_invalid_nik_links_no_one(mentions, state):
    asep = asep_of(mentions)
    record = mentions.pkh("A", "ASEP HIDAYAT", None, nik=nik(1), nik_state=state)
    assert not (yield mentions).same(asep, record)


@in_company
def test_same_birth_date_and_nik_but_another_sex_and_name_is_a_spouse_or_a_twin(mentions):
    asep = asep_of(mentions)
    record = mentions.member("D1", 1, "ENTIN", "1980-05-17", nik=nik(1), sex="P")
    assert not (yield mentions).same(asep, record)


# rule kk


@pytest.mark.parametrize(
    ("name", "born"),
    [
        ("ASEP", "1980-05-17"),
        ("H. ASEP HIDAYAT", "1980-05-17"),
        ("ASEP HIDAYAT", "1980-05-18"),
        ("ASEP HIDAYAT", "1980-01-01"),
        ("ASEP HIDAYAT", "1980"),
    ],
)
@in_company
def test_a_card_links_with_birth_year_and_name_or_birth_date_and_an_agreeing_name(mentions, name, born):
    asep = asep_of(mentions)
    record = mentions.pkh("A", name, born, card=1, village_code=OTHER_VILLAGE)
    night = yield mentions
    assert night.same(asep, record)
    assert night.rule(record) == "kk"


@pytest.mark.parametrize(
    ("name", "born", "card", "sex"),
    [
        ("ASEP", "1980", 1, None),
        ("ASEP", "1980-05-18", 1, None),
        ("HIDAYAT", None, 1, None),
        ("DADANG", "1980-05-17", 1, None),
        ("ASEP HIDAYAT", "1980-05-17", 2, None),
        ("ASEP HIDAYAT", "1980-05-17", None, None),
        ("ASEP HIDAYAT", "1980-05-17", 1, "P"),
    ],
)
@in_company
def test_a_card_does_not_link_with_less(mentions, name, born, card, sex):
    asep = asep_of(mentions)
    record = mentions.pkh("A", name, born, card=card, sex=sex, village_code=OTHER_VILLAGE)
    assert not (yield mentions).same(asep, record)


@in_company
def test_a_card_and_a_year_that_differs_are_weighed(mentions):
    """No rule links them, but the evidence adds up to a link, whether or not the place is known."""
    asep_of(mentions)
    record = mentions.pkh("A", "ASEP HIDAYAT", "1981-05-17", card=1, village_code=OTHER_VILLAGE)
    assert (yield mentions).rule(record) == "splink"


@in_company
def test_two_equal_candidates_on_a_card_leave_the_record_unlinked(mentions):
    asep = asep_of(mentions)
    other = mentions.register(2, "ASEP HIDAYAT", "1980-09-02", sex="L")
    record = mentions.pkh("A", "ASEP HIDAYAT", "1980", card=1)
    night = yield mentions
    assert len({night.person(key) for key in (asep, other, record)}) == 3


@in_company
def test_twins_on_one_card_are_two_and_keep_their_own_records(mentions):
    hasan, husen = (mentions.register(n, name, "2001-02-03") for n, name in ((1, "HASAN"), (2, "HUSEN")))
    first = mentions.member("D1", 1, "HASAN", "2001-02-03", no_kk=None)
    second = mentions.member("D1", 2, "HUSEN", "2001-02-03", nik=nik(1))
    night = yield mentions
    assert night.same(hasan, first)
    assert night.same(husen, second), "the number is the brother's, all else is his own"
    assert not night.same(hasan, husen)


@in_company
def test_twins_with_one_nik_and_no_register_are_two(mentions):
    first = mentions.member("D1", 1, "HASAN", "2001-02-03", nik=nik(1))
    second = mentions.member("D1", 2, "HUSEN", "2001-02-03", nik=nik(1))
    bridge = mentions.pkh("A", "HASAN", "2001-02-03", nik=nik(1))
    night = yield mentions
    assert not night.same(first, second)
    assert night.person(bridge)


@in_company
def test_the_exact_name_is_preferred_to_a_similar_one(mentions):
    ours = mentions.register(1, "SUPRIATNA HERMAWAN", "2001-02-03")
    twin = mentions.register(2, "SUPRIATNO HERMAWAN", "2001-02-03")
    record = mentions.pkh("A", "SUPRIATNA HERMAWAN", "2001-02-03", card=1)
    night = yield mentions
    assert night.same(ours, record)
    assert not night.same(twin, record)


CARD = {"card": 1, "village_code": OTHER_VILLAGE}
NEARBY = {"village_code": None, "district_code": "360101"}


@pytest.mark.parametrize(
    ("name", "number", "tie", "one_person"),
    [
        ("SUPRIATNO HERMAWAN", 2, CARD, False),
        ("SUPRIATNO HERMAWAN", 2, {}, False),
        ("SUPRIATNO HERMAWAN", 2, CARD | {"born": "2000-01-01"}, False),
        ("SUPRIATNO HERMAWAN", 2, NEARBY, False),
        ("SUPRIATNA HERMAWAN", 2, NEARBY, True),
        ("SUPRIATNO HERMAWAN", 1, CARD, True),
        ("SUPRIATNO HERMAWAN", 11, {}, True),
        ("SUPRIATNO HERMAWAN", None, NEARBY, True),
    ],
    ids=[
        "a twin on the card", "a twin in the village", "a twin, 1 January", "a twin in the kecamatan",
        "one person with two numbers", "a slip in the name", "a slip in each", "no number",
    ],
)  # fmt: skip
@in_company
def test_a_twin_unknown_to_the_register(mentions, name, number, tie, one_person):
    """The name differs in a letter; the number fits the birth date and is not the other twin's."""
    known = mentions.register(1, "SUPRIATNA HERMAWAN", "2000-07-01", sex="L", district_code="360101")
    record = mentions.pkh("A", name, **{"born": "2000-07-01"} | tie, nik=number and nik(number))
    assert (yield mentions).same(known, record) == one_person


# rule village


@in_company
def test_a_village_links_with_name_and_birth_date(mentions):
    asep = asep_of(mentions)
    record = mentions.pkh("A", "H. ASEP HIDAYAT", "1980-05-17", card=9)
    night = yield mentions
    assert night.same(asep, record)
    assert night.rule(record) == "village"


@pytest.mark.parametrize("change", [
    {"birth_heap": True}, {"village_code": OTHER_VILLAGE}, {"village_code": None}, {"sex": "P"}, {"name": "ASEP"},
])  # fmt: skip
@in_company
def test_a_village_does_not_link_without_all_three(mentions, change):
    asep = asep_of(mentions)
    given = {"name": "ASEP HIDAYAT"} | change
    record = mentions.pkh("A", given.pop("name"), "1980-05-17", **given)
    assert not (yield mentions).same(asep, record)


@in_company
def test_a_birth_date_that_heaps_in_the_register_is_no_evidence_either(mentions):
    asep = mentions.register(1, "ASEP HIDAYAT", "1980-01-01", birth_heap=True)
    record = mentions.pkh("A", "ASEP HIDAYAT", "1980-01-01")
    assert not (yield mentions).same(asep, record)


@in_company
def test_namesakes_of_one_day_and_village_leave_the_record_unlinked(mentions):
    asep = asep_of(mentions)
    namesake = mentions.register(2, "ASEP HIDAYAT", "1980-05-17", card=2)
    record = mentions.pkh("A", "ASEP HIDAYAT", "1980-05-17")
    night = yield mentions
    assert len({night.person(key) for key in (asep, namesake, record)}) == 3
    assert night.rule(record) == "alone"


@in_company
def test_two_records_of_one_list_are_not_both_linked_by_village(mentions):
    asep = asep_of(mentions)
    records = [mentions.pkh(key, "ASEP HIDAYAT", "1980-05-17") for key in "AB"]
    night = yield mentions
    assert not any(night.same(asep, record) for record in records)


# rule district


KECAMATAN = {"village_code": None, "district_code": "360101"}


@in_company
def test_without_a_village_the_kecamatan_links_with_name_and_birth_date(mentions):
    asep = mentions.register(1, "ASEP HIDAYAT", "1980-05-17", district_code="360101")
    record = mentions.pkh("A", "ASEP HIDAYAT", "1980-05-17", **KECAMATAN)
    night = yield mentions
    assert night.same(asep, record)
    assert night.rule(record) == "district"


@in_company
def test_two_villages_of_one_kecamatan_do_not_link(mentions):
    asep = mentions.register(1, "ASEP HIDAYAT", "1980-05-17", district_code="360101")
    record = mentions.pkh("A", "ASEP HIDAYAT", "1980-05-17", village_code=OTHER_VILLAGE, district_code="360101")
    assert not (yield mentions).same(asep, record)


@in_company
def test_namesakes_of_one_day_in_the_kecamatan_leave_the_record_unlinked(mentions):
    for number, village in ((1, "3601012001"), (2, OTHER_VILLAGE)):
        mentions.register(
            number, "ASEP HIDAYAT", "1980-05-17", card=number, village_code=village, district_code="360101"
        )
    record = mentions.pkh("A", "ASEP HIDAYAT", "1980-05-17", **KECAMATAN)
    assert (yield mentions).rule(record) == "alone"


# the register, members, and the rest


@in_company
def test_two_register_records_are_never_one_person(mentions):
    first = mentions.register(1, "ASEP HIDAYAT", "1980-05-17")
    second = mentions.register(2, "ASEP HIDAYAT", "1980-05-17")
    bridges = [
        mentions.pkh("A", "ASEP HIDAYAT", "1980-05-17", nik=nik(1)),
        mentions.jamsosratu("B", "ASEP HIDAYAT", None, nik=nik(2)),
    ]
    night = yield mentions
    assert not night.same(first, second)
    assert night.same(first, bridges[0])
    assert night.same(second, bridges[1])


@in_company
def test_two_members_of_one_household_are_two_people_even_under_one_nik(mentions):
    asep = asep_of(mentions)
    father = mentions.member("D1", 1, "ASEP HIDAYAT", "1980-05-17", nik=nik(1))
    son = mentions.member("D1", 2, "ASEP", None, nik=nik(1))
    night = yield mentions
    assert night.same(asep, father)
    assert not night.same(father, son)


@in_company
def test_one_member_listed_twice_is_one_person(mentions):
    asep = asep_of(mentions)
    first, again = (mentions.member("D1", n, "ASEP HIDAYAT", "1980-05-17", nik=nik(1)) for n in (1, 2))
    assert (yield mentions).same(asep, first, again)


@in_company
def test_records_unknown_to_the_register_link_to_each_other(mentions):
    same_nik = [
        mentions.pkh("A", "ENTIN", "1985-03-04", nik=nik(7)),
        mentions.jamsosratu("A", "ENTIN", "1985-03-05", nik=nik(7)),
    ]
    same_card = [
        mentions.pkh("B", "DADANG S", "1970-01-02", card=3),
        mentions.jamsosratu("B", "DADANG", "1970-01-02", card=3),
    ]
    same_place = [mentions.pkh("C", "UJANG", "1975-01-02"), mentions.jamsosratu("C", "UJANG", "1975-01-02")]
    night = yield mentions
    for pair, rule in ((same_nik, "nik"), (same_card, "kk"), (same_place, "village")):
        assert night.same(*pair)
        assert {night.rule(key) for key in pair} == {rule}
    assert night.read("person_links")["person_id"].n_unique() == 3


@in_company
def test_strangers_who_share_a_nik_and_a_third_who_fits_both_do_not_become_one(mentions):
    """A agrees with B in the name, B with C in the birth date, A with C in nothing."""
    a = mentions.pkh("A", "ASEP HIDAYAT", None, nik=nik(7))
    mentions.jamsosratu("B", "ASEP HIDAYAT", "1980-05-17", nik=nik(7))
    c = mentions.member("D1", 1, "ENTIN", "1980-05-17", nik=nik(7))
    assert not (yield mentions).same(a, c)


@in_company
def test_the_weakest_links_go_first_when_a_component_contradicts_itself(mentions):
    a = mentions.pkh("A", "ASEP HIDAYAT", "1980-05-17", nik=nik(7))
    b = mentions.jamsosratu("B", "ASEP HIDAYAT", "1980-05-17", nik=nik(7), card=3)
    c = mentions.member("D1", 1, "ASEP", "1980-05-17", no_kk=mentions.households[1]["no_kk"], nik=nik(8))
    d = mentions.pkh("D", "DADANG", "1980-05-18", nik=nik(8))
    night = yield mentions
    assert night.same(a, b, c)
    assert not night.same(c, d)


@in_company
def test_roles_of_one_record_are_separate_persons(mentions):
    child = mentions.pkh("A", "RIZKI", "2015-06-07", nik=nik(7))
    parent = dict(mentions.persons[-1]) | {
        "role": "parent",
        "name": "ENTIN",
        "nik": nik(8),
        "birth_date": None,
        "birth_year": None,
    }
    mentions.persons.append(parent)
    night = yield mentions
    assert not night.same(child, (*child[:2], "parent"))


def test_every_mention_has_one_person_and_only_the_register_is_certain(mentions, run):
    asep_of(mentions)
    mentions.pkh("A", "ASEP HIDAYAT", "1980-05-17", nik=nik(1))
    mentions.jamsosratu("B", "ENTIN", None)
    night = run(mentions)
    links = night.read("person_links")
    assert links.columns == ["source", "record_key", "role", "person_id", "link_rule", "match_probability"]
    assert links.height == 3 == links.unique(["source", "record_key", "role"]).height
    assert links.filter(pl.col("match_probability").is_not_null())["link_rule"].to_list() == ["register"]
    assert links["person_id"].str.contains(r"^P[0-9A-F]{16}$").all()
    assert (night.summary.records, night.summary.persons) == (3, 2)
    assert night.summary.rules == {"alone": 1, "nik": 1, "register": 1}


@in_company
def test_a_card_and_the_whole_name_link_without_a_birth(mentions):
    father = mentions.register(1, "UJANG SUPARMAN", "1970-03-02")
    son = mentions.register(2, "UJANG SUPARDI", "1999-05-04")
    listed = mentions.pkh("1", "Ujang Suparman", None, card=1)
    night = yield mentions
    assert night.same(listed, father)
    assert not night.same(listed, son)
    assert night.rule(listed) == "kk"


@in_company
def test_a_card_and_an_agreeing_name_do_not_link_without_a_birth(mentions):
    mentions.register(1, "UJANG SUPARMAN", "1970-03-02")
    listed = mentions.pkh("1", "UJANG", None, card=1)
    assert (yield mentions).rule(listed) == "alone"


@in_company
def test_father_and_son_of_one_name_on_one_card_are_a_tie(mentions):
    mentions.register(1, "UJANG SUPARMAN", "1970-03-02")
    mentions.register(2, "UJANG SUPARMAN", "1999-05-04")
    listed = mentions.pkh("1", "UJANG SUPARMAN", None, card=1)
    assert (yield mentions).rule(listed) == "alone"


def slip(number: str) -> str:
    """The same number with its last digit mistyped."""
    return number[:-1] + str((int(number[-1]) + 5) % 10)


@in_company
def test_a_mistyped_nik_and_the_whole_name_in_one_kecamatan(mentions):
    person = mentions.register(1, "SITI ROHMAH", "1970-03-02", district_code="360101")
    listed = mentions.pkh("1", "ST. ROHMAH", None, nik=slip(nik(1)), district_code="360101")
    night = yield mentions
    assert night.same(person, listed)
    assert night.rule(listed) == "nik_slip"


@pytest.mark.parametrize(
    ("name", "born", "district"),
    [("SITI ROHMAN", None, "360101"), ("SITI ROHMAH", "1974-05-03", "360101"), ("SITI ROHMAH", None, "360102")],
    ids=["another name: a twin", "another birth", "another kecamatan"],
)
@in_company
def test_a_mistyped_nik_proves_nothing_against_other_evidence(mentions, name, born, district):
    person = mentions.register(1, "SITI ROHMAH", "1970-03-02", district_code="360101")
    listed = mentions.pkh("1", name, born, nik=slip(nik(1)), district_code=district)
    assert not (yield mentions).same(person, listed)
