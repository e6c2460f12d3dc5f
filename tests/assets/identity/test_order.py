"""Crowds in which most records resemble another: decisions do not depend on the order of the records."""

from __future__ import annotations

import random
from itertools import combinations

import polars as pl
import pytest

from tests.assets.identity.company import Corner, in_company, together
from tests.assets.identity.conftest import Mentions, nik

pytestmark = pytest.mark.slow

NAMES = (
    "ASEP HIDAYAT", "ASEP", "SITI ROHMAH", "ST. ROHMAH", "ROHMAH", "DADANG SUPRIATNA", "DADANG SUPRIYATNA", "ENTIN",
    "WIRADHARMA KUSUMANEGARA", "WIRADARMA KUSUMANEGARA",
)  # fmt: skip
BIRTHS = ("1980-05-07", "1980-07-05", "1980", "1981-05-07", None)
PLACES = [
    {"village_code": village, "district_code": "360101", "regency_code": "3601"}
    for village in (None, "3601012001", "3601012002")
] + [{"village_code": None, "district_code": None, "regency_code": None}]


def crowd(mentions, nik, seed: int) -> list[tuple]:
    """Fill `mentions`; returns the keys of all records."""
    draw = random.Random(seed)
    keys = [
        mentions.register(n, draw.choice(NAMES), draw.choice(BIRTHS[:2]), card=draw.randrange(4), **PLACES[1])
        for n in range(8)
    ]
    for n in range(40):
        number = {"nik": nik(draw.randrange(12))} if draw.random() < 0.2 else {}
        said = draw.choice(NAMES), draw.choice(BIRTHS)
        more = number | draw.choice(PLACES)
        kind = draw.randrange(3)
        if kind == 0:
            keys.append(mentions.member(f"D{n // 6}", n, *said, **more))
        else:
            add = mentions.pkh if kind == 1 else mentions.jamsosratu
            keys.append(add(f"{kind}-{n}", *said, card=draw.choice((None, None, 1, 2)), **more))
    return keys


SEEDS = range(6)


def test_the_order_of_records_does_not_matter(run):
    """Six crowds that do not resemble each other."""
    crowds = {}
    for seed in SEEDS:
        mentions = crowds[Corner(seed)] = Mentions()
        keys = crowd(mentions, nik, seed)
        draw = random.Random(seed)
        for decision in ("SAMA", "BEDA"):
            mentions.decided(*draw.sample(keys[8:], 2), decision)
    mentions = together(crowds)
    first = run(mentions)
    pairs = first.read("identity_links")
    assert first.summary.questions == pairs.filter(state="open").height
    for corner in crowds:
        states = set(pairs.filter(pl.col("record_key_a").str.starts_with(corner.mark))["state"])
        assert {"confirmed", "open"} <= states, "a crowd that tests nothing"
    for shuffle in (1, 2):
        again = run(mentions, shuffle=shuffle)
        for name in ("person_links", "identity_links", "household_links", "family_links"):
            assert first.read(name).equals(again.read(name)), name


@pytest.mark.parametrize("first", range(3))
@in_company
def test_a_record_that_fits_two_of_one_source_is_linked_to_neither(mentions, first):
    """Whichever of the three comes first: of two that fit equally, neither is chosen."""
    said = ("SITI ROHMAH", "1980-05-07")
    adding = [(mentions.pkh, "P"), (mentions.jamsosratu, "J"), (mentions.pkh, "Q")]
    for add, key in adding[first:] + adding[:first]:
        add(key, *said, **PLACES[1])
    pairs = (yield mentions).read("identity_links").filter(detector="village")
    assert pairs.select("record_key_a", "record_key_b").rows() == [("P", "Q")]


@pytest.mark.parametrize("seed", range(6, 12))
@in_company
def test_invariants_of_every_crowd(mentions, seed):
    keys = crowd(mentions, nik, seed)
    draw = random.Random(seed)
    outside = keys[8:]
    draw.shuffle(outside)
    same, apart = list(zip(outside[0:6:2], outside[1:6:2], strict=True)), list(zip(outside[6:], keys[:8], strict=False))
    for pairs, decision in ((same, "SAMA"), (apart, "BEDA")):
        for pair in pairs:
            mentions.decided(*pair, decision)
    night = yield mentions
    assert all(night.same(*pair) for pair in same)
    assert not any(night.same(*pair) for pair in apart)

    links, pairs = night.read("person_links"), night.read("identity_links")
    registered = links.filter(source="dukcapil_penduduk")
    assert registered["person_id"].is_unique().all(), "two register records are one by a clerk alone"
    together = pairs["person_id_a"] == pairs["person_id_b"]
    assert pairs.filter(state="confirmed", detector="clerk").height == len(same)
    assert (together == (pairs["state"] == "confirmed")).all()
    assert not pairs.select("record_key_a", "role_a", "record_key_b", "role_b").is_duplicated().any()
    of_person = dict(links.select(pl.concat_str("source", "record_key", separator="|"), "person_id").iter_rows())
    rows = {f"{row['source']}|{row['record_key']}": row for row in mentions.persons}
    of_clerks = {of_person["|".join(key[:2])] for pair in same for key in pair}
    for one, other in combinations((key for key, row in rows.items() if row["household_ref"]), 2):
        a, b = rows[one], rows[other]
        if (
            a["household_ref"] == b["household_ref"]
            and of_person[one] == of_person[other]
            and of_person[one] not in of_clerks
        ):
            assert a["birth_date"] == b["birth_date"], "two lines of one household are two people"


def test_a_weight_is_the_same_from_either_side(mentions, run):
    """Two records state one card, one of them without a place; the order of reading does not matter."""
    other = type(mentions)()
    said = (("A", "DADANG SUPRIATNA", PLACES[1]), ("B", "ENTIN", PLACES[3]))
    for crowd_of_two, both in ((mentions, said), (other, said[::-1])):
        crowd_of_two.register(7, "WIRADARMA KUSUMANEGARA", "1950-02-02", card=9, **PLACES[1])
        for key, name, place in both:
            crowd_of_two.jamsosratu(key, name, "1960-02-03", card=1, **place)
    of_person = ["pair_id", "weight", "evidence"]
    one, another = (run(crowd_of_two).read("identity_links").select(of_person) for crowd_of_two in (mentions, other))
    assert one.height == 1
    assert one.equals(another)
