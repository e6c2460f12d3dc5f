"""The history of records: named cases, and random ones compared with a simple implementation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.slow

SOURCE, MODEL = "dinsos_jamsosratu", "stg_dinsos__jamsosratu_versions"
BOTH = ("3601", "3602", "36")


class Version(NamedTuple):
    """The compared columns of a version; `key` and `state` stand for the record and its values."""

    key: str
    state: str
    valid_from: str
    valid_to: str | None
    carried_since: str | None = None


@pytest.fixture(scope="session")
def versions(parsed, query, load_folder, delivery) -> Callable[..., list[dict]]:
    """versions(kind, deliveries, patience): the rows of the model.

    A delivery is (date, {key: state}, options); options are `broken` (keys quarantined), `deleted` (key ->
    day), `covers`, `unit` (of keys).
    """

    def versions(kind: str, deliveries: list[tuple], patience: int = 3) -> list[dict]:
        with TemporaryDirectory() as folder:
            loaded = load_folder(Path(folder), {SOURCE: kind}, patience)
            loaded.write([_delivery(delivery, *one) for one in deliveries])
            return query(loaded.root, parsed.sql(MODEL))

    return versions


@pytest.fixture(scope="session")
def history(versions) -> Callable[..., list[Version]]:
    """history(kind, deliveries, patience): the versions, by record and date."""

    def history(kind: str, deliveries: list[tuple], patience: int = 3) -> list[Version]:
        rows = versions(kind, deliveries, patience)
        assert all(row["is_current"] == (row["valid_to"] is None) for row in rows)
        found = [Version(row["record_key"], row["name"], *(_text(row[name]) for name in DATES)) for row in rows]
        return sorted(found, key=lambda version: (version.key, version.valid_from))

    return history


DATES = ("valid_from", "valid_to", "carried_forward_since")


def _text(day: date | None) -> str | None:
    return day and day.isoformat()


def _delivery(make: Callable, day: str, states: dict[str, str], options: dict | None = None):
    options = options or {}
    unit = options.get("unit", {})
    rows = [
        {"record_key": key, "no_peserta": key, "nama": state, "coverage_regency": unit.get(key, "3601")}
        | {"row_hash": state}
        for key, state in states.items()
    ]
    broken = [(key, unit.get(key, "3601")) for key in options.get("broken", ())]
    covers, deleted = options.get("covers", BOTH), options.get("deleted", {})
    return make(SOURCE, day, rows, broken + options.get("broken_as", []), covers, deleted)


@pytest.mark.parametrize("kind", ["delta", "snapshot"])
def test_a_b_a_returns_to_a(history, kind):
    assert history(kind, [("2019-01-01", {"k": "A"}), ("2019-02-01", {"k": "B"}), ("2019-03-01", {"k": "A"})]) == [
        Version("k", "A", "2019-01-01", "2019-02-01"),
        Version("k", "B", "2019-02-01", "2019-03-01"),
        Version("k", "A", "2019-03-01", None),
    ]


@pytest.mark.parametrize("kind", ["delta", "snapshot"])
def test_a_late_delivery_is_inserted_by_date_and_overwrites_nothing(history, kind):
    late = [("2019-01-01", {"k": "A"}), ("2019-03-01", {"k": "C"}), ("2019-02-01", {"k": "B"})]
    assert history(kind, late) == history(kind, sorted(late, key=lambda one: one[0]))
    assert history(kind, late)[-1] == Version("k", "C", "2019-03-01", None)


@pytest.mark.parametrize("kind", ["delta", "snapshot"])
def test_a_version_names_its_first_load_and_its_newest_row(versions, kind):
    late = [("2019-01-01", {"k": "A"}), ("2019-03-01", {"l": "X", "k": "C"}), ("2019-02-01", {"k": "B"})]
    rows = versions(kind, [*late, ("2019-04-01", {"l": "X", "m": "X", "k": "C"}, {"broken": ["k"]})])
    found = {
        row["name"]: (row["known_from"], row["delivery_id"], row["file_name"], row["row_number"])
        for row in rows
        if row["record_key"] == "k"
    }
    assert found == {
        "A": ("load-001", f"{SOURCE}-001", f"{SOURCE}.csv", 2),
        "B": ("load-003", f"{SOURCE}-003", f"{SOURCE}.csv", 2),
        "C": ("load-002", f"{SOURCE}-004", f"{SOURCE}.csv", 4),
    }


def test_a_carried_record_names_the_row_that_was_accepted(versions):
    (row,) = versions("snapshot", [("2019-01-01", {"k": "A"}), ("2019-02-01", {}, {"broken": ["k"]})])
    assert (row["delivery_id"], row["row_number"], row["known_from"]) == (f"{SOURCE}-001", 2, "load-001")


@pytest.mark.parametrize("kind", ["delta", "snapshot"])
@pytest.mark.parametrize(
    ("stated", "ends"),
    [
        ("2019-01-20", "2019-01-20"),
        ("2018-12-01", "2019-02-01"),
        ("2019-01-01", "2019-02-01"),
        ("2019-03-03", "2019-02-01"),
    ],
)
def test_a_deletion_ends_its_record_and_history_keeps_it(history, kind, stated, ends):
    """On its stated day, if the record already existed and the day is not in the future; else on the day of the
    delivery.
    """
    nights = [("2019-01-01", {"k": "A", "l": "A"}), ("2019-02-01", {"l": "A"}, {"deleted": {"k": stated}})]
    both = [Version("k", "A", "2019-01-01", ends), Version("l", "A", "2019-01-01", None)]
    assert history(kind, nights) == both
    assert history(kind, [*nights, ("2019-03-01", {"l": "A"}, {"deleted": {"k": stated}})]) == both


@pytest.mark.parametrize("kind", ["delta", "snapshot"])
def test_a_record_that_is_restored_is_a_new_version(history, kind):
    nights = [
        ("2019-01-01", {"k": "A"}),
        ("2019-02-01", {}, {"deleted": {"k": "2019-01-20"}}),
        ("2019-03-01", {"k": "A"}),
    ]
    assert history(kind, nights) == [
        Version("k", "A", "2019-01-01", "2019-01-20"),
        Version("k", "A", "2019-03-01", None),
    ]


def test_a_deletion_that_comes_late_ends_nothing_newer(history):
    nights = [
        ("2019-01-01", {"k": "A"}),
        ("2019-03-01", {"k": "B"}),
        ("2019-02-01", {}, {"deleted": {"k": "2019-01-20"}}),
    ]
    assert history("delta", nights) == [
        Version("k", "A", "2019-01-01", "2019-01-20"),
        Version("k", "B", "2019-03-01", None),
    ]


def test_a_record_deleted_before_its_first_delivery_has_no_version(history):
    assert history("delta", [("2019-01-01", {"l": "A"}, {"deleted": {"k": "2018-12-01"}})]) == [
        Version("l", "A", "2019-01-01", None)
    ]


def test_a_record_that_was_left_out_and_then_quarantined_does_not_return(history):
    nights = [("2019-01-01", {"k": "A"}), ("2019-02-01", {}), ("2019-03-01", {}, {"broken": ["k"]})]
    assert history("snapshot", nights) == [Version("k", "A", "2019-01-01", "2019-02-01")]


def test_a_record_without_a_kabupaten_belongs_to_the_province(history):
    nights = [
        ("2019-01-01", {"k": "A"}, {"unit": {"k": "36"}}),
        ("2019-02-01", {"l": "A"}, {"covers": ("3601",)}),
        ("2019-03-01", {"l": "A"}),
    ]
    assert history("snapshot", nights[:2])[0] == Version("k", "A", "2019-01-01", None)
    assert history("snapshot", nights)[0] == Version("k", "A", "2019-01-01", "2019-03-01")


def test_a_withdrawn_delivery_leaves_no_trace(history):
    kept = [("2019-01-01", {"k": "A"}), ("2019-03-01", {"k": "A"})]
    assert history("snapshot", kept) == [Version("k", "A", "2019-01-01", None)]


def test_a_delta_changes_only_what_it_names(history):
    named = [("2019-01-01", {"k": "A", "l": "A"}), ("2019-02-01", {"l": "B"})]
    assert Version("k", "A", "2019-01-01", None) in history("delta", named)


def test_a_snapshot_ends_what_it_leaves_out_and_a_return_is_a_new_version(history):
    assert history(
        "snapshot", [("2019-01-01", {"k": "A"}), ("2019-02-01", {"l": "A"}), ("2019-03-01", {"k": "A"})]
    ) == [
        Version("k", "A", "2019-01-01", "2019-02-01"),
        Version("k", "A", "2019-03-01", None),
        Version("l", "A", "2019-02-01", "2019-03-01"),
    ]


def test_a_snapshot_does_not_affect_regions_it_does_not_cover(history):
    two = [
        ("2019-01-01", {"k": "A", "l": "A"}, {"unit": {"l": "3602"}}),
        ("2019-02-01", {"k": "B"}, {"covers": ("3601",)}),
    ]
    assert Version("l", "A", "2019-01-01", None) in history("snapshot", two)


def test_a_record_that_moves_has_one_current_version(history):
    moved = [
        ("2019-01-01", {"k": "A"}, {"covers": ("3601",)}),
        ("2019-02-01", {"k": "B"}, {"covers": ("3602",), "unit": {"k": "3602"}}),
        ("2019-03-01", {}, {"covers": ("3601",)}),
    ]
    assert history("snapshot", moved) == [
        Version("k", "A", "2019-01-01", "2019-02-01"),
        Version("k", "B", "2019-02-01", None),
    ]


def test_a_quarantined_row_carries_its_record_until_patience_ends(history):
    nights = [("2019-01-01", {"k": "A"})] + [(f"2019-0{month}-01", {}, {"broken": ["k"]}) for month in (2, 3, 4)]
    assert history("snapshot", nights[:3], patience=2) == [Version("k", "A", "2019-01-01", None, "2019-02-01")]
    assert history("snapshot", nights, patience=2) == [Version("k", "A", "2019-01-01", "2019-04-01")]
    assert history("delta", nights, patience=0) == [Version("k", "A", "2019-01-01", None, "2019-02-01")]


def test_a_corrected_row_ends_carrying_forward_and_resets_patience(history):
    broken = {"broken": ["k"]}
    nights = [
        ("2019-01-01", {"k": "A"}),
        ("2019-02-01", {}, broken),
        ("2019-03-01", {"k": "A"}),
        ("2019-04-01", {}, broken),
    ]
    assert history("snapshot", nights[:3], patience=1) == [Version("k", "A", "2019-01-01", None)]
    assert history("snapshot", nights, patience=1) == [Version("k", "A", "2019-01-01", None, "2019-04-01")]


def test_the_region_of_a_broken_row_is_ignored(history):
    nights = [
        ("2019-01-01", {"k": "A"}, {"covers": ("3601",)}),
        ("2019-02-01", {}, {"broken": ["k"], "unit": {"k": "36"}}),
    ]
    assert history("snapshot", nights) == [Version("k", "A", "2019-01-01", None, "2019-02-01")]


def test_two_broken_rows_of_a_record_are_one_broken_delivery(history):
    broken = {"broken_as": [("k", "3601"), ("k", "3602")]}
    nights = [("2019-01-01", {"k": "A"}), ("2019-02-01", {}, broken)]
    assert history("snapshot", nights, patience=1) == [Version("k", "A", "2019-01-01", None, "2019-02-01")]


def test_a_record_with_a_good_row_is_not_carried_for_its_broken_one(history):
    nights = [("2019-01-01", {"k": "A"}), ("2019-02-01", {"k": "B"}, {"broken": ["k"]})]
    assert history("snapshot", nights)[-1] == Version("k", "B", "2019-02-01", None)


def test_a_record_never_accepted_is_not_carried(history):
    assert history("delta", [("2019-01-01", {}, {"broken": ["k"]})]) == []


@pytest.mark.parametrize("kind", ["delta", "snapshot"])
def test_of_two_deliveries_of_a_day_the_later_counts(history, kind):
    nights = [("2019-01-01", {"k": "A"}), ("2019-01-01", {"k": "B"}), ("2019-02-01", {"k": "C"})]
    assert history(kind, nights) == [
        Version("k", "B", "2019-01-01", "2019-02-01"),
        Version("k", "C", "2019-02-01", None),
    ]


def clerk(kind: str, deliveries: list[tuple], patience: int) -> list[Version]:
    """The same, implemented simply: one open entry per record, ended, carried or replaced as each delivery is read."""
    closed: list[Version] = []
    book: dict[str, dict] = {}

    def close(key: str, day: str) -> None:
        entry = book.pop(key)
        if entry["since"] != day:
            closed.append(Version(key, entry["state"], entry["since"], day))

    for day, states, options in sorted(deliveries, key=lambda one: one[0]):
        covers, unit = options["covers"], options["unit"]
        for key, entry in list(book.items()):
            concerned = kind == "delta" or entry["unit"] in covers
            if key in states or not concerned:
                continue
            if key in options["broken"] and (kind == "delta" or entry["times"] < patience):
                entry["times"] += 1
                entry["carried"] = entry["carried"] or day
            elif kind == "snapshot":
                close(key, day)
        for key, state in states.items():
            here = unit.get(key, "3601")
            old = book.get(key)
            if old and (old["state"] != state or (kind == "snapshot" and old["unit"] != here)):
                close(key, day)
            entry = book.setdefault(key, {"state": state, "since": day})
            entry.update(unit=here, times=0, carried=None)
    closed += [Version(key, e["state"], e["since"], None, e["carried"]) for key, e in book.items()]
    return sorted(closed, key=lambda version: (version.key, version.valid_from))


UNITS = ("3601", "3602", "36")


@st.composite
def a_delivery(draw) -> tuple:
    day = (date(2019, 1, 1) + timedelta(days=draw(st.integers(0, 9)))).isoformat()
    covers = draw(st.sampled_from([("3601",), ("3602",), BOTH]))
    inside = [unit for unit in UNITS if unit in covers]
    states = draw(st.dictionaries(st.sampled_from("kl"), st.sampled_from("AB")))
    broken = draw(st.lists(st.sampled_from("kl"), unique=True))
    unit = {key: draw(st.sampled_from(inside)) for key in "kl"}
    return day, states, {"covers": covers, "broken": broken, "unit": unit}


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(
    kind=st.sampled_from(["delta", "snapshot"]),
    deliveries=st.lists(a_delivery(), max_size=8),
    patience=st.integers(0, 3),
)
def test_history_equals_the_simple_implementation(history, kind, deliveries, patience):
    assert history(kind, deliveries, patience) == clerk(kind, deliveries, patience)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(deliveries=st.lists(a_delivery(), max_size=8), patience=st.integers(0, 3))
def test_the_nightly_check_of_snapshots_agrees(parsed, query, load_folder, delivery, deliveries, patience):
    assert unexpected(parsed, query, load_folder, delivery, deliveries, patience) == []


def test_the_nightly_check_finds_a_lost_and_a_surplus_record(parsed, query, load_folder, delivery):
    nights = [("2019-01-01", {"k": "A", "l": "A"}), ("2019-02-01", {"k": "A", "m": "A"})]
    seen = unexpected(parsed, query, load_folder, delivery, nights, 3, "replace(record_key, 'm', 'x')")
    assert sorted(seen) == ["m", "x"]


def unexpected(parsed, query, load_folder, delivery, deliveries, patience, key="record_key") -> list[str]:
    """Findings of the check of current records; `key`: an expression that falsifies them."""
    with TemporaryDirectory() as folder:
        loaded = load_folder(Path(folder), {SOURCE: "snapshot"}, patience)
        loaded.write([_delivery(delivery, *one) for one in deliveries])
        current = f"select * replace ({key} as record_key) from ({parsed.sql('stg_dinsos__jamsosratu')})"
        models = {MODEL: parsed.sql(MODEL), "stg_dinsos__jamsosratu": current}
        found = query(loaded.root, parsed.sql("newest_snapshot_stg_dinsos__jamsosratu"), **models)
    return [row["record_key"] for row in found]
