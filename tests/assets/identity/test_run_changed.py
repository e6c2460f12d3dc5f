"""An incremental night decides exactly what a load from scratch decides: the same ids and pairs."""

from __future__ import annotations

import random
from dataclasses import replace

import duckdb
import pytest

from assets.home import Home
from assets.identity import outputs
from assets.identity.records import changes
from tests.assets.identity.company import Corner, in_company, together
from tests.assets.identity.conftest import Mentions, kk, nik
from tests.assets.identity.test_order import NAMES, PLACES, crowd
from validations.sadaya import record_name

pytestmark = pytest.mark.slow
_NAME = record_name("source", "record_key", "role")


@pytest.fixture(autouse=True, scope="module")
def _however_much_changes():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes, "MOST", 100)
        yield


def as_decided(night):
    """All that a night wrote, except the load id of tonight's events."""
    load_id = night.folder.parent.name
    found = {}
    for name in outputs.FILES:
        rows = night.read(name)
        if name == "identity_history":
            tonight = rows["load_id"] == load_id
            rows = rows.with_columns(load_id=rows["load_id"].set(tonight, "tonight"))
            rows = rows.with_columns(happened_at=rows["happened_at"].set(tonight, "now")).sort(rows.columns)
        found[name] = rows
    return found


def as_weighed(night):
    """Every stored pair with its weight, which the next night does not weigh again. Read before the next night runs."""
    with duckdb.connect(Home(night.folder.parents[2]).identity, read_only=True) as connection:
        return connection.execute(
            f"with known as (select n, {_NAME} as key from mention)"
            " select list_sort([x.key, y.key]), round(weight, 4), evidence from weighed"
            " join known x on x.n = a join known y on y.n = b order by all"
        ).fetchall()


def row_key(row) -> tuple:
    return row["source"], row["record_key"]


class Everybody:
    """All records that may appear, by key."""

    def __init__(self, mentions):
        self.persons = {row_key(row): row for row in mentions.persons}
        self.households = {row_key(row): row for row in mentions.households}


def changed(mentions, draw, nik, kk, everybody):
    """The next night: some records removed, some changed, some new or restored."""
    night = type(mentions)(list(mentions.persons), list(mentions.households), mentions.day, list(mentions.decisions))
    keys = [(row["source"], row["record_key"], row["role"]) for row in night.persons]
    for key in draw.sample(keys, 2):
        night = night.without(key)
    keys = [(row["source"], row["record_key"], row["role"]) for row in night.persons]
    for key in draw.sample(keys, 3):
        given = draw.choice(
            (
                {"name": draw.choice(NAMES)},
                {"nik": nik(draw.randrange(12)), "nik_state": "valid"},
                {"no_kk": kk(draw.randrange(4))},
                draw.choice(PLACES),
                {"household_ref": f"D{draw.randrange(4)}"},
                {"birth_heap": True},
                {"life_status": draw.choice(("AKTIF", "MENINGGAL"))},
                {"relation": draw.choice(("ISTRI", "ANAK"))},
            )
        )
        night = night.changed(key, **given)
    listed = [row["record_key"] for row in night.households if row["person_role"] is None]
    for ref in draw.sample(listed, min(1, len(listed))):
        other = {"no_kk": draw.choice((None, kk(draw.randrange(5)))), "head_name": draw.choice((None, *NAMES))}
        night = night.changed(("dinsos_dtks_rumah_tangga", ref), **other)
    away = [key for key in everybody.households if key not in {row_key(row) for row in night.households}]
    for key in draw.sample(away, min(2, len(away))):
        night.households.append(everybody.households[key])
        if key in everybody.persons:
            night.persons.append(everybody.persons[key])
    if night.decisions and draw.random() < 0.3:
        night.decisions.remove(draw.choice(night.decisions))
    if draw.random() < 0.5:
        night.decided(*draw.sample(keys, 2), draw.choice(("SAMA", "BEDA")))
    draw.shuffle(night.persons)
    return night


def crowded(seed: int) -> list[Mentions]:
    """Five nights of a crowd."""
    draw, mentions = random.Random(seed), Mentions()
    keys = crowd(mentions, nik, seed)
    for decision in ("SAMA", "BEDA"):
        mentions.decided(*draw.sample(keys[8:], 2), decision)
    for n in range(20, 26):  # whom nobody resembles
        mentions.register(n, f"NENG KARTIKA {'ABCDEF'[n - 20] * 5}", f"19{n + 30}-11-23", card=n)
        keys.append(mentions.pkh(f"K{n}", "NENG KARTIKA", f"19{n + 30}-11-23", card=n, nik=nik(n)))
    keys += [
        mentions.listed(f"D{n}", draw.choice((None, 0, 1, 2)), head_name=draw.choice(NAMES), **draw.choice(PLACES))
        for n in range(4)
    ]
    everybody = Everybody(mentions)
    nights = [mentions.without(*draw.sample(keys, 12))]
    for _ in range(4):
        nights.append(changed(nights[-1], draw, nik, kk, everybody))
    return nights


def test_incremental_nights_equal_a_load_from_scratch(run):
    """Three crowds that do not resemble each other."""
    crowds = {Corner(seed): crowded(seed) for seed in range(3)}
    nights = [together({corner: nights[nth] for corner, nights in crowds.items()}) for nth in range(5)]
    kept, weighed = [], []
    for mentioned in nights:
        kept.append(run(mentioned, published=kept[-1] if kept else None))
        assert kept[-1].went_on == (len(kept) > 1)
        weighed.append(as_weighed(kept[-1]))
    for before, mentioned, after, pairs in zip(kept, nights[1:], kept[1:], weighed[1:], strict=False):
        at_once = run(mentioned, published=before, from_scratch=True)
        assert pairs == as_weighed(at_once)
        assert replace(after.summary, looked_at=0) == replace(at_once.summary, looked_at=0)
        scratch = as_decided(at_once)
        for name, rows in as_decided(after).items():
            only = [
                one.join(other, on=one.columns, how="anti", nulls_equal=True).rows()
                for one, other in ((rows, scratch[name]), (scratch[name], rows))
            ]
            assert only == [[], []], name
            assert rows.height == scratch[name].height, name


TWINS = {"sex": "P"} | PLACES[1]


def twice_in(mentions):
    """Two register persons who resemble each other, so that a clerk is asked. Returns the key of the one with the
    larger number.
    """
    mentions.pkh("A", "ASEP", "1970-02-03", card=9, **PLACES[1])
    mentions.register(1, "NENG KARTIKA", "1980-05-07", card=1, **TWINS)
    return mentions.register(2, "NENG KARTIKA", "1980-05-07", card=2, **TWINS)


@pytest.mark.parametrize("other", [{"name": "WIRADARMA KUSUMANEGARA"}, {"birth_year": 1985, "birth_date": None}, None])
@in_company
def test_a_question_ends_with_its_records(mentions, other):
    """Two register persons have no other link: the pair is removed when either changes or is removed."""
    twice = twice_in(mentions)
    first = yield mentions
    assert first.read("identity_links")["state"].to_list() == ["open"]
    second = yield mentions.changed(twice, **other) if other else mentions.without(twice)
    assert second.went_on
    assert second.read("identity_links").is_empty()


@in_company
def test_a_reused_record_number_brings_no_old_pair(mentions):
    twice = twice_in(mentions)
    yield mentions
    without = mentions.without(twice)
    yield without
    without.register(3, "WIRADARMA KUSUMANEGARA", "1950-01-07", card=3, sex="L", **PLACES[1])
    third = yield without
    assert third.went_on
    assert third.read("identity_links").is_empty()


@pytest.fixture
def child(mentions):
    """A child whom a list describes differently from the register, so that only a weight links it. Returns the key of
    the mother, whom the register has on the child's card.
    """
    mentions.register(2, "NENG KARTIKA", "2010-07-05", card=1, **PLACES[1])
    mentions.pkh("K", "NENG KARTIKA", "2010-05-07", mother_name="SITI ROHMAH", **PLACES[2])
    mentions.pkh("A", "ASEP", "1970-02-03", card=9, **PLACES[1])
    return mentions.register(1, "SITI ROHMAH", "1980-05-07", card=1, **TWINS)


def test_a_pair_is_weighed_again_when_the_card_changes(mentions, run, child):
    first = run(mentions)
    assert "mother found" in str(as_weighed(first))
    night = mentions.changed(child, name="WIRADARMA KUSUMANEGARA")
    second = run(night, published=first)
    weighed = as_weighed(second)
    assert second.went_on
    assert "mother found" not in str(weighed)
    assert weighed == as_weighed(run(night, published=first, from_scratch=True))
    assert weighed


def test_a_pair_is_weighed_when_the_register_adds_a_person_without_a_card(mentions, run, child):
    first = run(mentions)
    weighed = as_weighed(first)
    mentions.register(3, "NENG KARTIKA", "2010-07-05", no_kk=None, **PLACES[1])
    second = run(mentions, published=first)
    assert second.went_on
    assert len(as_weighed(second)) > len(weighed)
