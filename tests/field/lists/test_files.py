"""Lists as files: from what the agreement gives, one for each companion, replaced at once."""

from __future__ import annotations

import csv
from datetime import date

import pytest

from assets.sharing.agreement import Agreement
from assets.sharing.share import ShareError
from field.lists import files
from field.lists.families import ListError, families
from field.lists.make import make
from tests.assets.sharing.conftest import TODAY, table, written
from tests.field.lists.conftest import COLUMNS, family, listed, publish

LOAD = "20260315-001"


def rows(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_lists_of_a_load(home, tmp_path):
    made = make(home, LOAD, tmp_path / "lists", TODAY)
    assert (made.families, made.companions, made.without_companion) == (4, 2, 1)
    current = tmp_path / "lists" / "current"
    assert sorted(path.name for path in current.iterdir()) == [
        "keluarga-PDP%2F2.csv",
        "keluarga-PDP1.csv",
        "keluarga.csv",
    ]
    whole = rows(current / "keluarga.csv")
    assert whole[0] == {
        "name": "JSR360001",
        "label": "SITI (JSR360001)",
        "no_peserta": "JSR360001",
        "pendamping": "PDP1",
        "nama": "SITI",
        "alamat": "JL. MELATI 1, CARITA",
        "kunjungan_terakhir": "2026-01-05",
        "jatuh_tempo": "2026-04-07",
    }
    assert [row["alamat"] for row in whole] == ["JL. MELATI 1, CARITA", "CARITA", "JL. MAWAR 2", "JL. KENANGA, LABUAN"]
    assert (whole[3]["label"], whole[3]["pendamping"]) == ("(JSR360004)", "")


def test_nobody_carries_anothers_families(home, tmp_path):
    make(home, LOAD, tmp_path / "lists", TODAY)
    for path in (tmp_path / "lists" / "current").glob("keluarga-*.csv"):
        assert len({row["pendamping"] for row in rows(path)}) == 1
    assert [row["no_peserta"] for row in rows(tmp_path / "lists" / "current" / "keluarga-PDP1.csv")] == [
        "JSR360001",
        "JSR360002",
    ]


def test_only_the_newest_lists_are_kept_for_their_readers_alone(home, tmp_path):
    folder = tmp_path / "lists"
    (folder / "lain").mkdir(parents=True)
    first = make(home, LOAD, folder, TODAY).folder
    second = make(home, LOAD, folder, TODAY).folder
    assert first != second
    assert sorted(path.name for path in folder.iterdir()) == sorted([second.name, "current", "lain"])
    assert {path.stat().st_mode & 0o007 for path in (second, *second.iterdir())} == {0}


@pytest.mark.parametrize(("left", "refused"), [(80, False), (74, True), (1, True), (0, True)])
def test_a_list_that_lost_too_many_families_replaces_none(tmp_path, left, refused):
    """A quarter is the most; an empty list replaces none."""
    files.write(listed(*(family(number) for number in range(100))), tmp_path)
    fewer = listed(*(family(number) for number in range(left)))
    if not refused:
        files.write(fewer, tmp_path)
        return
    with pytest.raises(ListError, match="nothing was changed"):
        files.write(fewer, tmp_path)
    assert len(rows(tmp_path / "current" / "keluarga.csv")) == 100
    files.write(fewer, tmp_path, allowed=True)
    assert len(rows(tmp_path / "current" / "keluarga.csv")) == left


def test_a_small_list_may_lose_a_few(tmp_path):
    files.write(listed(*(family(number) for number in range(5))), tmp_path)
    files.write(listed(family(1)), tmp_path)
    with pytest.raises(ListError):
        files.write(listed(), tmp_path)


def test_a_list_that_could_not_be_written_replaces_none(home, tmp_path, monkeypatch):
    folder = tmp_path / "lists"
    make(home, LOAD, folder, TODAY)
    monkeypatch.setattr("field.lists.files.durable.point", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        make(home, LOAD, folder, TODAY)
    assert len(rows(folder / "current" / "keluarga.csv")) == 4


@pytest.mark.parametrize("given", [0, 2])
def test_one_agreement_gives_the_families(home, agreements, agreement, given):
    agreements(*[agreement] * given)
    with pytest.raises(ListError, match="lists are made from the one agreement"):
        families(home, LOAD, TODAY)


def test_what_the_agreement_does_not_give_no_list_has(home, agreements):
    columns = {**dict.fromkeys(COLUMNS, "clear"), "address": "suppressed"}
    del columns["due_on"]
    agreements(Agreement.model_validate(written(table("family_due", columns))))
    with pytest.raises(ListError, match="does not give address, due_on"):
        families(home, LOAD, TODAY)


def test_an_agreement_that_ended_gives_no_list(home):
    with pytest.raises(ShareError, match="in force from"):
        families(home, LOAD, date(2050, 1, 1))


def test_a_number_of_two_families_is_refused_without_naming_it(home):
    publish(home, "20260315-009", "update marts.family_due set participant_no = 'JSR360001' where head_name = 'UJANG'")
    with pytest.raises(ListError, match="2 rows that share a participant's number") as refused:
        families(home, "20260315-009", TODAY)
    assert "JSR36" not in str(refused.value)
