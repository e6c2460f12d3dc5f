"""A repeat of a form in ODK Central: its rows state neither dates nor that they are gone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from assets.pull.dispatch import pull
from assets.pull.outcome import PullFailed
from assets.sources import source_named
from tests.assets.intake.test_admission import Site
from tests.assets.pull.central import FORM, TOKEN, Central
from tests.assets.pull.conftest import Answer, Asked, shown
from tests.assets.pull.kobo_server import ASSET, Kobo
from tests.assets.pull.kobo_server import TOKEN as KOBO_TOKEN
from tests.assets.pull.one_pull import SOURCES

pytestmark = pytest.mark.slow

DAY = datetime.now(UTC).date()
LATER = DAY + timedelta(days=1)
ROOT = "$root/Submissions/__system"


@pytest.fixture
def central(served) -> Central:
    central = Central(served, 6)
    for number in range(6):
        central.answer(number, anggota=[{"nama": f"ANGGOTA {number}-{nth}"} for nth in range(3)])
    return central


@pytest.fixture
def environment(served) -> dict[str, str]:
    return {"FORMS_URL": served.url + FORM, "FORMS_TOKEN": TOKEN}


def answers(landing, day) -> dict[str, list[dict]]:
    """Kind of answer -> its rows: those fetched, and those that are gone."""
    found: dict[str, list[dict]] = {"rows": [], "gone": []}
    for name, page in shown(landing, "repeat").items():
        if name.startswith(f"{day}/sub"):
            found["gone" if "_hapus_" in name else "rows"] += json.loads(page)["value"]
    return found


def test_the_rows_of_all_submissions_are_a_table_of_their_own(run, central, landing):
    result = run("repeat", DAY)
    assert (result.status, result.files, result.rows) == ("landed", 2, 18)
    rows = answers(landing, DAY)["rows"]
    assert {row["nama"] for row in rows} == {f"ANGGOTA {number}-{nth}" for number in range(6) for nth in range(3)}
    assert {asked.path for asked in central.asked} == {f"{FORM}/Submissions.anggota"}
    assert central.asked[0].query["$filter"].startswith(f"{ROOT}/submissionDate le ")


def test_later_only_rows_of_new_and_edited_submissions(run, central, landing):
    run("repeat", DAY)
    assert run("repeat", LATER).status == "nothing_new"
    now = datetime.now(UTC) - timedelta(minutes=20)
    central.edit(2, now, anggota=[{"nama": "ANGGOTA 2-0"}, {"nama": "NAMA BARU"}, {"nama": "ANGGOTA 2-2"}])
    assert run("repeat", LATER).status == "landed"
    assert {row["nama"] for row in answers(landing, LATER)["rows"]} == {"ANGGOTA 2-0", "NAMA BARU", "ANGGOTA 2-2"}
    assert answers(landing, LATER)["gone"] == []
    wanted = [asked.query["$filter"] for asked in central.asked if asked.path.endswith("anggota")][-1]
    assert f"{ROOT}/updatedAt gt " in wanted
    # Central lists the rows of deleted submissions as if they were not, once the filter names the date
    assert "deletedAt" not in wanted


def test_rows_that_an_edit_removed_are_stated_as_deleted(run, central, landing):
    run("repeat", DAY)
    gone = central._members(central.rows[2])[1:]
    central.edit(2, datetime.now(UTC) - timedelta(minutes=20), anggota=[{"nama": "ANGGOTA 2-0"}])
    assert run("repeat", LATER).status == "landed"
    found = answers(landing, LATER)["gone"]
    assert sorted(row["__id"] for row in found) == sorted(row["__id"] for row in gone)
    assert {row["deletedAt"] is not None for row in found} == {True}
    assert not any("nama" in row for row in found), "no more than the record's key needs"
    assert run("repeat", LATER + timedelta(days=1)).status == "nothing_new", "stated once"


def test_an_edit_that_removes_every_row(run, central, landing):
    run("repeat", DAY)
    central.edit(2, datetime.now(UTC) - timedelta(minutes=20), anggota=[])
    assert run("repeat", LATER).status == "landed"
    assert len(answers(landing, LATER)["gone"]) == 3


def test_rows_of_a_deleted_submission_end_with_it(run, central, landing):
    run("repeat", DAY)
    at = datetime.now(UTC) - timedelta(minutes=20)
    central.delete(4, at)
    assert run("repeat", LATER).status == "landed"
    found = answers(landing, LATER)
    assert {row["deletedAt"] for row in found["gone"]} == {at.isoformat(timespec="milliseconds")}
    assert {row["__Submissions-id"] for row in found["gone"]} == {"uuid:4"}
    assert found["rows"] == []


def test_a_row_that_returns_is_in_force_again_and_may_go_again(run, central, landing):
    run("repeat", DAY)
    for nth, members in enumerate(([], [{"nama": "KEMBALI"}], []), start=1):
        central.edit(2, datetime.now(UTC) - timedelta(minutes=20 - nth), anggota=members)
        assert run("repeat", DAY + timedelta(days=nth)).status == "landed"
    assert [len(answers(landing, DAY + timedelta(days=nth))["gone"]) for nth in (1, 2, 3)] == [3, 0, 1]


def test_only_ids_of_changed_submissions_are_asked_for(run, central):
    run("repeat", DAY)
    central.edit(2, datetime.now(UTC) - timedelta(minutes=20), anggota=[])
    run("repeat", LATER)
    roots = [asked for asked in central.asked if asked.path == f"{FORM}/Submissions"]
    assert [asked.query["$select"] for asked in roots] == ["__id,__system"]


def test_a_clock_that_is_ahead_loses_no_row(run, central, landing, monkeypatch):
    """Rows are asked for since an hour before the last pull: Central's clock is not ours."""
    run("repeat", DAY)
    central.rows.append(
        {
            "__id": "uuid:late",
            "__system": {"submissionDate": None, "updatedAt": None, "deletedAt": None},
            "_at": datetime.now(UTC) - timedelta(minutes=50),
            "anggota": [{"nama": "TERLAMBAT"}],
        }
    )
    assert run("repeat", LATER).status == "landed"
    assert "TERLAMBAT" in {row["nama"] for row in answers(landing, LATER)["rows"]}


def test_a_form_without_deletions_asks_for_edits_alone(run, central, monkeypatch):
    whole = SOURCES["repeat"]
    monkeypatch.setitem(SOURCES, "repeat", replace(whole, pull=replace(whole.pull, deletions=False)))
    run("repeat", DAY)
    central.delete(4, datetime.now(UTC) - timedelta(minutes=20))
    assert run("repeat", LATER).status == "nothing_new"
    assert not any("deletedAt" in asked.query["$filter"] for asked in central.asked)


def test_a_page_that_is_broken_changes_nothing(run, central, landing):
    run("repeat", DAY)
    before = shown(landing, "repeat")
    central.edit(2, datetime.now(UTC) - timedelta(minutes=20), anggota=[])

    def lie(asked: Asked) -> Answer | None:
        return Answer.of({"value": [3]}) if asked.path == f"{FORM}/Submissions" else None

    central.before = lie
    with pytest.raises(PullFailed, match="a row without `__id`"):
        run("repeat", LATER)
    assert shown(landing, "repeat") == before


MEMBERS = source_named("dinsos_keluarga_baru_anggota")


def member(name: str, relation: str) -> dict:
    return {"nama": name, "jenis_kelamin": "P", "hubungan": relation, "tanggal_lahir": "1990-05-02"}


def taken_in(site: Site, row: dict, kind: str) -> pl.DataFrame:
    folder = site.home.delivery(MEMBERS.name, row["delivery_id"])
    return pl.read_parquet(folder / "accepted" / "*.parquet" if kind == "accepted" else folder / f"{kind}.parquet")


def test_a_load_ends_the_records_of_rows_that_are_gone(served, tmp_path):
    central, site, today = Central(served, 1), Site(tmp_path), datetime.now(UTC).date()
    central.answer(0, anggota=[member("SITI", "KEPALA RUMAH TANGGA"), member("AMINAH", "ANAK")])
    prefix = "SADAYA_DINSOS_KELUARGA_BARU"
    settings = {f"{prefix}_URL": served.url + FORM, f"{prefix}_TOKEN": TOKEN}
    pull(MEMBERS, site.landing, today, settings, sleep=lambda _: None)
    (first,) = site.load(today.isoformat())
    assert (first["status"], first["rows_accepted"]) == ("accepted", 2)
    central.edit(0, datetime.now(UTC) - timedelta(minutes=20), anggota=[member("SITI", "KEPALA RUMAH TANGGA")])
    pull(MEMBERS, site.landing, today, settings, sleep=lambda _: None)
    again, gone = site.load(today.isoformat())
    assert [row["rows_read"] for row in (again, gone)] == [1, 1]
    ended = taken_in(site, gone, "deletions")
    (amina,) = taken_in(site, first, "accepted").filter(pl.col("nama") == "AMINAH")["record_key"]
    assert ended["record_key"].to_list() == [amina]
    assert taken_in(site, gone, "accepted").is_empty()


def test_kobos_members_are_the_same_rows(served, tmp_path):
    kobo, site, today = Kobo(served, 0), Site(tmp_path), datetime.now(UTC).date()
    roster = [member("SITI", "KEPALA RUMAH TANGGA"), member("AMINAH", "ANAK")]
    kobo.submit(1, anggota=[{f"anggota/{name}": answer for name, answer in row.items()} for row in roster])
    prefix = "SADAYA_DINSOS_KELUARGA_BARU_KOBO"
    settings = {f"{prefix}_URL": served.url + ASSET, f"{prefix}_TOKEN": KOBO_TOKEN}
    pull(MEMBERS, site.landing, today, settings, sleep=lambda _: None)
    (row,) = site.load(today.isoformat())
    assert (row["status"], row["rows_read"], row["rows_accepted"]) == ("accepted", 2, 2)
    rows = taken_in(site, row, "accepted")
    assert set(rows["nama"]) == {"SITI", "AMINAH"}
    assert rows["__submissions-id"].n_unique() == 1


def test_a_row_that_an_edit_removed_at_kobo_ends_too(served, tmp_path):
    kobo, site, today = Kobo(served, 0), Site(tmp_path), datetime.now(UTC).date()
    roster = [{"anggota/nama": name, "anggota/jenis_kelamin": "P", "anggota/hubungan": "ANAK"} for name in "ABC"]
    for number in (1, 2):
        kobo.submit(1, **{"isian/anggota": [{**row, "anggota/nama": f"NAMA {number}"} for row in roster]})
    prefix = "SADAYA_DINSOS_KELUARGA_BARU_KOBO"
    settings = {f"{prefix}_URL": served.url + ASSET, f"{prefix}_TOKEN": KOBO_TOKEN}

    def fetch() -> list[list[str]]:
        """Pull once more; the rows that each page of those that are gone names."""
        pull(MEMBERS, site.landing, today, settings, sleep=lambda _: None)
        pages = sorted(site.landing.rglob("*_hapus_*.json"))
        return [[row["__id"].rsplit("/", 2)[-1] for row in json.loads(page.read_bytes())["value"]] for page in pages]

    assert fetch() == []
    kobo.edit(2, **{"isian/anggota": roster[:1]})
    assert fetch() == [["2", "3"]]
    kobo.edit(2, times=2, **{"isian/anggota": roster[:2]})
    assert fetch() == [["2", "3"]]
    kobo.edit(2)
    del kobo.rows[1]["isian/anggota"]
    assert fetch() == [["2", "3"], ["1", "2"]]
    assert fetch() == [["2", "3"], ["1", "2"]]
    whole, *_, last = site.load(today.isoformat())
    assert (whole["rows_accepted"], last["rows_accepted"], last["status"]) == (6, 2, "accepted")
    assert taken_in(site, last, "deletions").height == 2
