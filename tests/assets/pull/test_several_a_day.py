"""Several pulls of one source a day: each adds an answer to the day's folder, and loads take in each once."""

from __future__ import annotations

import json
import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from assets.home import DONE
from assets.intake.landing import scan
from assets.pull import landed
from assets.pull.dispatch import pull
from assets.pull.outcome import PullFailed
from assets.sources import source_named
from tests.assets.intake.test_admission import Site
from tests.assets.pull.central import FORM, TOKEN, Central
from tests.torture.deliveries import workbook

pytestmark = pytest.mark.slow

SOURCE = source_named("dinsos_kunjungan")
TODAY = datetime.now(UTC).date()
PREFIX = "SADAYA_DINSOS_KUNJUNGAN"


def visit(number: int, **answers) -> dict:
    return {
        "id_pendamping": "PDP3601001",
        "no_peserta": f"JSR36010{number:04}",
        "tanggal_kunjungan": "2019-11-01",
        **answers,
    }


@pytest.fixture
def site(tmp_path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def landing(site) -> Path:
    return site.landing


@pytest.fixture
def central(served) -> Central:
    central = Central(served, 0)
    return central


@pytest.fixture
def environment(served) -> dict[str, str]:
    return {f"{PREFIX}_URL": served.url + FORM, f"{PREFIX}_TOKEN": TOKEN}


@pytest.fixture
def fetch(landing, environment, caplog):
    """Pull the source once more today."""
    caplog.set_level(logging.DEBUG)

    def fetch(day: date = TODAY):
        return pull(SOURCE, landing, day, environment, sleep=lambda _: None)

    return fetch


def submit(central: Central, rows: int) -> None:
    first = len(central.rows)
    central.submit(rows)
    for number in range(first, first + rows):
        central.answer(number, **visit(number))


def accepted(site: Site, rows: list[dict]) -> list[tuple[str, str]]:
    """The accepted rows of the deliveries, as key and participant, in the order of the deliveries."""
    found = [
        pl.read_parquet(site.home.delivery(SOURCE.name, row["delivery_id"]) / "accepted" / "*.parquet") for row in rows
    ]
    return [pair for frame in found for pair in frame.select("__id", "no_peserta").sort("__id").iter_rows()]


def test_three_pulls_in_a_day_with_a_load_after_each(site, central, fetch, landing, tmp_path):
    """An original and its edit of one day are two deliveries, of which the later counts: no key conflict."""
    today = TODAY.isoformat()
    submit(central, 4)
    assert fetch().status == "landed"
    (first,) = site.load(today)
    assert (first["status"], first["rows_accepted"]) == ("accepted", 4)

    submit(central, 3)
    assert fetch().rows == 4, "with the last one, whose date Central states less precisely than it keeps it"
    (second,) = site.load(today)
    assert (second["status"], second["rows_accepted"]) == ("accepted", 4)

    central.edit(1, datetime.now(UTC) - timedelta(minutes=20), no_peserta="JSR360109999")
    assert fetch().status == "landed"
    (third,) = site.load(today)
    assert ("UUID:1", "JSR360109999") in accepted(site, [third])
    assert site.load(today) == [], "nothing is taken in twice"

    names = sorted(path.name for path in (landing / SOURCE.name / today).iterdir())
    assert len(names) == 4
    assert names[0] == DONE
    assert site.in_force[SOURCE.name] == 3

    again = Site(tmp_path / "again", landing=landing)
    together = again.load(today)
    assert [row["delivery_id"] for row in together] == [row["delivery_id"] for row in (first, second, third)]
    assert accepted(again, together) == accepted(site, [first, second, third]), "from the landing alone"
    assert [row["rows_quarantined"] for row in together] == [0, 0, 0]


def test_an_answer_that_is_not_whole_refuses_no_other(site, central, fetch, landing):
    submit(central, 1001)
    fetch()
    submit(central, 2)
    fetch()
    folder = landing / SOURCE.name / TODAY.isoformat()
    first = sorted(path for path in folder.iterdir() if path.suffix == ".json")[:2]
    assert [path.name[-11:] for path in first] == ["_p0001.json", "_p0002.json"]
    first[1].unlink()
    refused, accepted_too = site.load(TODAY.isoformat())
    assert (refused["status"], refused["reason_code"]) == ("refused", "last_page_missing")
    assert accepted_too["status"] == "accepted"


def test_nothing_new_adds_nothing(central, fetch, landing):
    assert fetch().status == "nothing_new"
    assert list((landing / SOURCE.name).iterdir()) == []
    submit(central, 2)
    assert fetch().status == "landed"
    before = sorted((landing / SOURCE.name / TODAY.isoformat()).iterdir())
    assert fetch().status == "already_landed"
    assert sorted((landing / SOURCE.name / TODAY.isoformat()).iterdir()) == before


def test_while_pages_join_a_folder_loads_wait(site, central, fetch, landing, monkeypatch):
    submit(central, 2)
    fetch()
    seen = []
    rename = Path.rename

    def look(path: Path, target: Path) -> Path:
        if "/delivery/" in str(path):
            seen.extend(folder.settled for folder in scan(landing, TODAY, 60, [SOURCE]).folders)
        return rename(path, target)

    submit(central, 2500)
    monkeypatch.setattr(Path, "rename", look)
    assert fetch().files == 3
    assert seen == [False] * 3
    (folder,) = scan(landing, TODAY, 60, [SOURCE]).folders
    assert folder.settled


def test_a_landing_that_was_interrupted_is_finished_before_anything_is_asked(
    site, central, fetch, landing, monkeypatch
):
    """Else the date of the newest page, which comes first, would hide the older pages from the next question."""
    submit(central, 2)
    fetch()
    submit(central, 2500)
    rename = Path.rename

    def one_page(path: Path, target: Path) -> Path:
        if path.name.endswith("_p0002.json") and "/delivery/" in str(path):
            raise OSError(5, "power lost")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", one_page)
    with pytest.raises(PullFailed, match="landing could not be written"):
        fetch()
    monkeypatch.setattr(Path, "rename", rename)
    assert not any(folder.settled for folder in scan(landing, TODAY, 60, [SOURCE]).folders)
    submit(central, 1)
    tomorrow = TODAY + timedelta(days=1)
    assert fetch(tomorrow).status == "landed"
    rows = [
        row["__id"]
        for page in sorted((landing / SOURCE.name).rglob("*.json"))
        for row in json.loads(page.read_bytes())["value"]
    ]
    assert set(rows) == {f"uuid:{number}" for number in range(2503)}


def test_two_servers_for_one_source_are_refused(fetch, environment):
    environment |= {f"{PREFIX}_KOBO_URL": "https://kobo.example/api/v2/assets/a", f"{PREFIX}_KOBO_TOKEN": "x"}
    with pytest.raises(PullFailed, match="a source is pulled from one server"):
        fetch()


def test_only_the_newest_folders_are_read(central, fetch, landing, monkeypatch):
    """What a pull costs does not grow with the landing."""
    submit(central, 2)
    now = datetime.now(UTC)
    for row in central.rows:
        row["_at"] = now - timedelta(hours=1)
        row["__system"]["submissionDate"] = row["_at"].isoformat(timespec="milliseconds").replace("+00:00", "Z")
    for days in (40, 30, 20):
        old = landing / SOURCE.name / (TODAY - timedelta(days=days)).isoformat()
        old.mkdir(parents=True)
        (old / "submissions_p0001.json").write_text('{"value": []}')
    fetch(TODAY)
    read, latest = [], landed.latest
    monkeypatch.setattr(landed, "latest", lambda files, *more: (read.extend(files), latest(files, *more))[1])
    assert fetch().status == "already_landed"
    assert {path.parent.name for path in read} <= {TODAY.isoformat(), (TODAY - timedelta(days=20)).isoformat()}


def test_a_workbook_of_the_day_is_a_delivery_beside_the_answers(site, central, fetch, landing):
    """One that corrects another of the same day replaces its rows, and does not conflict with them."""
    submit(central, 2)
    fetch()
    folder = landing / SOURCE.name / TODAY.isoformat()
    typed = {"__id": "uuid:1", "__system/submissionDate": "2019-11-02 10:00", **visit(1)}
    for name, number in (("kunjungan.xlsx", "JSR360100011"), ("kunjungan perbaikan.xlsx", "JSR360100012")):
        row = {**typed, "no_peserta": number}
        (folder / name).write_bytes(workbook([list(row.values())], list(row)))
        *_, last = site.load(TODAY.isoformat())
        assert (last["status"], last["file_names"], last["rows_read"]) == ("accepted", name, 1)
        assert accepted(site, [last]) == [("UUID:1", number)]
