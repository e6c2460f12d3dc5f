"""The day's submissions are taken in by intake's own code, in a place of their own."""

from __future__ import annotations

import json

import pytest

from assets.ledger import Ledger
from assets.sources import all_sources, field_sources, set_of
from field.progress import tables
from field.progress.scratch import discontinue, only_later, take_in
from tests.field.progress.conftest import DAY, SOURCE
from tests.small_home import CODE

pytestmark = pytest.mark.slow


@pytest.fixture
def taken(home, basis, landing):
    """taken() -> (load, its deliveries)."""

    def taken():
        load = take_in(home, landing, DAY, 0, CODE, field_sources())
        return load, tables.taken_in(load)

    return taken


def test_a_set_is_read_within_the_day_completely_or_not_at_all():
    assert field_sources()
    for source in field_sources():
        assert all(member.within_day for member in set_of(source))
        assert source.submitted_at in (None, *(field.name for field in source.contract.fields))
    assert [source for source in all_sources() if source.submitted_at and not source.within_day] == []


def test_the_real_ledger_and_deliveries_stay_as_they_are(home, taken, submit):
    submit(6)
    before = sorted(home.deliveries.rglob("*"))
    load, (row,) = taken()
    assert (row["rows_read"], row["rows_accepted"], row["status"]) == (6, 6, "accepted")
    with Ledger(home.ledger) as ledger:
        assert ledger.deliveries() == []
        assert [one["load_id"] for one in ledger.loads()] == ["20191101-001"]
    assert sorted(home.deliveries.rglob("*")) == before
    assert load.load_id == "20191102-001", "as the next load will be called"
    assert len(list(load.folder.inputs.glob(f"{SOURCE}/{row['delivery_id']}/accepted/*.parquet"))) == 1


def test_files_of_other_sources_are_not_read(taken, submit, landing):
    submit(2)
    other = landing / "dukcapil_penduduk" / DAY.isoformat()
    other.mkdir(parents=True)
    (other / "penduduk.csv").write_text("x" * 100)
    load, _ = taken()
    with load.ledger() as ledger:
        paths = [row["path"] for row in ledger.rows("select path from fingerprints")]
        assert len(paths) == 1
        assert SOURCE in paths[0]
        assert ledger.rows("select * from unread") == []


def test_a_bad_answer_is_refused_with_its_reason_and_others_of_the_day_are_taken(taken, submit):
    submit(3)
    (bad,) = submit(2, hour=4)
    bad.write_text('{"value": [{"__id": ')
    submit(4, hour=6)
    bad.with_name("catatan.docx").write_text("x")
    load, rows = taken()
    assert [(row["status"], row["rows_accepted"]) for row in rows] == [("accepted", 3), ("refused", 0), ("accepted", 4)]
    assert rows[1]["reason_id"]
    assert rows[1]["reason_en"]
    with load.ledger() as ledger:
        unread = [row["path"] for row in ledger.rows("select path from unread")]
    assert unread == [f"{SOURCE}/{DAY}/catatan.docx"]


def test_rows_that_break_the_contract_are_quarantined_and_counted(taken, landing, submit):
    (path,) = submit(4)
    content = json.loads(path.read_text())
    content["value"][0]["tanggal_kunjungan"] = "kemarin"
    content["value"].append(content["value"][1])
    path.write_text(json.dumps(content))
    _, (row,) = taken()
    assert [row[f"rows_{name}"] for name in ("read", "accepted", "quarantined", "duplicate")] == [5, 3, 1, 1]


def test_no_submissions_are_no_deliveries(taken, landing):
    assert taken()[1] == []
    (landing / SOURCE / DAY.isoformat()).mkdir(parents=True)
    assert taken()[1] == []


def test_an_empty_answer_is_a_delivery_without_rows(taken, submit):
    submit(0)
    _, (row,) = taken()
    assert (row["rows_read"], row["status"]) == (0, "accepted")


def delivered(load) -> dict[str, str]:
    """Delivery -> when its folder was written."""
    folders = (load.home.deliveries / SOURCE).iterdir()
    return {path.name: (path / "accepted" / "0.parquet").stat().st_mtime_ns for path in folders}


def test_answers_that_were_taken_in_are_not_judged_again(taken, submit, home, basis):
    submit(3)
    first = delivered(taken()[0])
    submit(2, hour=4)
    load, rows = taken()
    assert [row["rows_accepted"] for row in rows] == [3, 2]
    assert delivered(load).items() > first.items()
    discontinue(home)
    load, again = taken()
    ids = ("delivery_id", "load_id", "status", "rows_accepted")
    assert [[row[name] for name in ids] for row in again] == [[row[name] for name in ids] for row in rows]
    assert not delivered(load).items() & first.items()


def test_an_answer_of_before_or_another_ledger_begins_a_new_load(taken, submit, home, basis):
    submit(3, hour=4)
    first = delivered(taken()[0])
    submit(2, hour=2)
    load, rows = taken()
    assert [row["rows_accepted"] for row in rows] == [2, 3], "in the order of a night"
    assert not delivered(load).items() & first.items()
    second = delivered(load)
    with Ledger(home.ledger) as ledger:
        ledger.open_load(DAY, CODE)
    assert not delivered(taken()[0]).items() & second.items()


def test_a_killed_one_is_not_continued(taken, submit, monkeypatch):
    submit(3)
    taken()
    submit(2, hour=4)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("field.progress.scratch.prepare_inputs", killed)
        taken()
    assert [row["rows_accepted"] for row in taken()[1]] == [3, 2]


ANSWER = "submissions_20191102T0{}0000000000Z_p0001.json"


@pytest.mark.parametrize(
    ("before", "now", "continued"),
    [
        ([], ["a.json"], True),
        ([ANSWER.format(2)], [ANSWER.format(2), ANSWER.format(4)], True),
        ([ANSWER.format(4)], [ANSWER.format(4), ANSWER.format(2)], False),
        ([ANSWER.format(2)], [ANSWER.format(4)], False),
        (["a.json"], ["a.json", ANSWER.format(2)], True),
        (["a.json"], ["a.json", "b.json"], False),
    ],
)
def test_a_load_is_continued_with_later_answers_only(before, now, continued):
    before, now = ([(SOURCE, "2019-11-02", name, "x") for name in names] for names in (before, now))
    assert only_later(before, now) == continued
    assert only_later(before, [*now, ("another", "2019-11-02", "b.json", "x")]) == continued
    assert not only_later([*before, (SOURCE, "2019-11-01", "a.json", "x")], now)
