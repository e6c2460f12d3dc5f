"""Ids from night to night: kept, minted, merged, split, retired and restored."""

from __future__ import annotations

import hashlib
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest

from tests.assets.identity.company import in_company
from tests.assets.identity.conftest import nik, threads

pytestmark = pytest.mark.slow


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:16].upper()


def test_without_changes_nothing_changes(mentions, run):
    mentions.register(1, "ASEP HIDAYAT", "1980-05-17")
    mentions.pkh("A", "ASEP HIDAYAT", "1980-05-17", nik=nik(1))
    mentions.listed("D1", card=1)
    mentions.jamsosratu("B", "ENTIN", None)
    first = run(mentions)
    second = run(mentions, published=first)
    for name in ("person_links", "household_links", "family_links", "identity_history"):
        assert first.read(name).equals(second.read(name)), name
    assert second.summary.events == {}
    assert set(first.summary.events) == {"person minted", "household minted", "family minted"}


def test_ids_depend_on_lineage_not_on_numbers_or_names(mentions, run):
    key = mentions.pkh("A", "ASEP HIDAYAT", "1980-05-17", nik=nik(1))
    other = mentions.changed(key, name="DADANG", nik=nik(2))
    assert run(mentions).person(key) == run(other).person(key)


def test_history_keeps_its_order_when_the_clock_is_set_back(mentions, run, monkeypatch):
    record = mentions.pkh("A", "ASEP HIDAYAT", "1980-05-17")
    night, events = None, []
    for day, present in ((4, True), (3, False), (2, False), (1, True), (1, True)):
        clock = f"2019-11-0{day}T01:00:00+00:00"
        monkeypatch.setattr(import_module("assets.identity.resolve"), "now", lambda clock=clock: clock)
        night = run(mentions if present else mentions.without(record), published=night)
        events.append({event for event, *_ in night.events("person", f"20191101-{len(events) + 1:03d}")})
    assert events == [{"minted"}, {"retired"}, set(), {"returned"}, set()]
    told = night.read("identity_history").filter(entity="person").sort("generation")
    assert told["event"].to_list() == ["minted", "retired", "returned"]


@in_company
def test_a_new_person_changes_no_other_id(mentions):
    asep = mentions.register(1, "ASEP HIDAYAT", "1980-05-17")
    first = yield mentions
    record = mentions.pkh("A", "ASEP HIDAYAT", "1980-05-17", nik=nik(1))
    born = mentions.register(2, "RIZKI", "2019-11-01")
    second = yield mentions
    assert second.person(asep) == second.person(record) == first.person(asep)
    assert second.events("person", "20191101-002") == {("minted", second.person(born), None)}


@in_company
def test_the_earlier_id_stays_when_the_register_adds_the_person(mentions):
    record = mentions.pkh("A", "ASEP HIDAYAT", "1980-05-17", nik=nik(1))
    first = yield mentions
    asep = mentions.register(1, "ASEP HIDAYAT", "1980-05-17")
    assert (yield mentions).person(asep) == first.person(record)


@in_company
def test_a_merge_keeps_the_registers_id_and_records_it(mentions):
    asep = mentions.register(1, "ASEP HIDAYAT", "1980-05-17")
    records = [mentions.pkh("A", "ASEP HIDAYAT", None), mentions.jamsosratu("A", "ASEP HIDAYAT", None)]
    first = yield mentions
    assert not first.same(asep, *records)
    known = mentions.changed(records[0], nik=nik(1), nik_state="valid").changed(
        records[1], nik=nik(1), nik_state="valid"
    )
    second = yield known
    assert second.person(asep) == second.person(records[0]) == second.person(records[1]) == first.person(asep)
    merged = {("merged", first.person(record), first.person(asep)) for record in records}
    assert second.events("person", "20191101-002") == merged


@in_company
def test_without_a_register_the_larger_part_keeps_the_id(mentions):
    pair = [
        mentions.pkh("A", "ENTIN", "1985-03-04", nik=nik(7)),
        mentions.jamsosratu("A", "ENTIN", "1985-03-04", nik=nik(7)),
    ]
    lonely = mentions.member("D1", 1, "ENTIN", "1985-03-04", nik=nik(43))
    first = yield mentions.changed(lonely, village_code="3601012002")
    assert not first.same(pair[0], lonely)
    second = yield mentions.changed(lonely, nik=nik(7))
    assert second.same(*pair, lonely)
    assert second.person(lonely) == first.person(pair[0])
    assert ("merged", first.person(lonely), first.person(pair[0])) in second.events("person", "20191101-002")


@in_company
def test_a_split_leaves_the_id_with_the_larger_part_and_records_the_origin(mentions):
    asep = mentions.register(1, "ASEP HIDAYAT", "1980-05-17")
    stays = mentions.pkh("A", "ASEP HIDAYAT", "1980-05-17", nik=nik(1))
    goes = mentions.jamsosratu("B", "ASEP HIDAYAT", "1980-05-17", nik=nik(1))
    first = yield mentions
    second = yield mentions.changed(goes, name="DADANG", birth_date=None, birth_year=1955)
    assert second.person(asep) == second.person(stays) == first.person(asep)
    assert second.events("person", "20191101-002") == {
        ("minted", second.person(goes), None),
        ("split", second.person(goes), first.person(asep)),
    }


@in_company
def test_withdrawn_records_retire_their_id_once_and_return_to_it(mentions):
    asep = mentions.register(1, "ASEP HIDAYAT", "1980-05-17")
    gone = mentions.pkh("A", "ENTIN", None, card=5)
    first = yield mentions
    second = yield mentions.without(gone)
    assert second.events("person", "20191101-002") == {("retired", first.person(gone), None)}
    third = yield mentions.without(gone)
    for entity in ("person", "household", "family"):
        assert third.events(entity, "20191101-003") == set(), "it is retired once"
    fourth = yield mentions
    assert fourth.person(gone) == first.person(gone)
    assert fourth.household(gone) == first.household(gone)
    assert fourth.family(gone) == first.family(gone)
    assert fourth.person(asep) == first.person(asep)
    assert fourth.events("person", "20191101-004") == {("returned", first.person(gone), None)}


@in_company
def test_a_retired_id_is_not_given_to_another_record(mentions):
    mentions.register(1, "ASEP HIDAYAT", "1980-05-17")
    gone = mentions.pkh("A", "ENTIN", None, card=5)
    first = yield mentions
    other = mentions.changed(gone, record_key="B")  # stands where the first one stood: same file, same row
    stranger = (gone[0], "B", gone[2])
    second = yield other
    assert second.person(stranger) != first.person(gone)
    assert second.household(stranger) == first.household(gone), "the card is the same"


def test_published_ids_take_precedence_over_those_of_a_rolled_back_load(mentions, run):
    asep = mentions.register(1, "ASEP HIDAYAT", "1980-05-17")
    record = mentions.pkh("A", "ASEP HIDAYAT", None)
    published = run(mentions)
    merged = mentions.changed(record, nik=nik(1), nik_state="valid")
    newcomer = merged.jamsosratu("C", "UJANG", None)
    taken_back = run(merged, published=published)
    third = run(merged.changed(record, nik=None, nik_state="missing"), published=published, latest=taken_back)
    assert third.person(asep) == published.person(asep)
    assert third.person(record) == published.person(record)
    assert third.person(newcomer) == taken_back.person(newcomer), "who is new keeps the first id given"
    history = third.read("identity_history")
    assert set(history["load_id"]) >= {"20191101-001", "20191101-002"}


def test_ids_are_never_used_twice(mentions, run):
    """If tonight's record hashes to an id of the history, it is hashed again."""
    key = mentions.pkh("A", "ENTIN", None, card=5)
    first = run(mentions)
    taken = first.person(key)
    for name in ("person_links", "household_links"):
        first.read(name).clear().write_parquet(first.folder / f"{name}.parquet")
    second = run(mentions, published=first, from_scratch=True)
    assert second.person(key) not in (taken, None)
    assert second.person(key) == "P" + md5(taken + "+")


def test_order_of_rows_and_number_of_threads_do_not_matter(mentions, run, monkeypatch):
    for n in range(60):
        mentions.register(n, f"ASEP {'ABCDEFGHIJ'[n % 10]}UDIN", f"19{50 + n % 40}-05-17", card=n // 3)
        mentions.pkh(
            f"A{n}", f"ASEP {'ABCDEFGHIJ'[n % 10]}UDIN", f"19{50 + n % 40}-05-17", card=n // 4, nik=nik(n % 50)
        )
        mentions.jamsosratu(f"B{n}", "ENTIN", f"19{50 + n % 5}-01-02", nik=nik(100 + n % 7))
        mentions.member(f"D{n // 5}", n, f"ASEP {'ABCDEFGHIJ'[n % 7]}UDIN", f"19{50 + n % 40}-05-17", nik=nik(n))
    first = run(mentions)
    threads(monkeypatch, 4)
    second = run(mentions, shuffle=1)
    for name in ("person_links", "household_links", "family_links"):
        assert first.read(name).equals(second.read(name)), name
    events = ["entity", "id", "event", "other_id"]
    assert first.read("identity_history").select(events).equals(second.read("identity_history").select(events))
    third = run(mentions, published=first, shuffle=2)
    assert third.read("person_links").equals(first.read("person_links"))


def test_a_killed_run_leaves_nothing_that_looks_complete(mentions, run, monkeypatch):
    mentions.register(1, "ASEP HIDAYAT", "1980-05-17")
    first = run(mentions)

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", killed)
    with pytest.raises(KeyboardInterrupt):
        run(mentions, published=first)
    broken = first.folder.parent.with_name("20191101-002")
    assert broken.is_dir()
    assert not (broken / "identity").exists()
    monkeypatch.undo()
    assert run(mentions, published=first).read("person_links").equals(first.read("person_links"))


@in_company
def test_history_has_the_columns_of_the_architecture_page(mentions):
    mentions.register(1, "ASEP HIDAYAT", "1980-05-17")
    history = (yield mentions).read("identity_history")
    assert history.columns == ["entity", "id", "event", "other_id", "load_id", "happened_at", "generation"]
    assert history.schema["other_id"] == pl.String
