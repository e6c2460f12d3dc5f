"""KoboToolbox: submissions since the last in the landing, page by page as received."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from assets.intake import check
from assets.intake.landing import scan
from assets.intake.pages import incomplete
from assets.intake.parse import parse_file
from assets.pull.dispatch import pull
from assets.pull.outcome import PullFailed
from assets.sources import source_named
from tests.assets.intake.test_admission import Site
from tests.assets.pull.conftest import DAY, Answer, Asked, remains, shown
from tests.assets.pull.kobo_server import ASSET, START, TOKEN, Kobo

pytestmark = pytest.mark.slow

VISITS = source_named("dinsos_kunjungan")


@pytest.fixture
def kobo(served) -> Kobo:
    return Kobo(served)


@pytest.fixture
def environment(served) -> dict[str, str]:
    return {"KOBO_URL": served.url + ASSET, "KOBO_TOKEN": TOKEN}


def ids(landing, day: date) -> list[int]:
    pages = [content for name, content in shown(landing, "kobo").items() if name.startswith(f"{day}/kobo_")]
    return [row["_id"] for page in pages for row in json.loads(page)["results"]]


def test_all_submissions_land_page_by_page_as_they_came(run, kobo, landing):
    result = run("kobo")
    assert (result.status, result.files, result.rows) == ("landed", 3, 25)
    assert ids(landing, DAY) == list(range(1, 26))
    first = next(content for name, content in shown(landing, "kobo").items() if name.endswith("_p0001.json"))
    assert first == kobo.page(kobo.asked[0].query).body
    assert remains(landing, "kobo") == [DAY.isoformat()]
    assert not any(asked.path.endswith("foto") for asked in kobo.asked), "attachments are named only"


def test_later_only_what_was_submitted_since(run, kobo, landing):
    run("kobo")
    kobo.submit(12)
    assert run("kobo", DAY + timedelta(days=1)).rows == 13
    assert ids(landing, DAY + timedelta(days=1)) == list(range(25, 38)), "times are stated to the second"
    assert run("kobo", DAY + timedelta(days=2)).status == "nothing_new"


def test_a_new_validation_status_is_pulled(run, kobo, landing):
    run("kobo")
    kobo.validate(3, "approved", START + timedelta(days=1))
    later = [DAY + timedelta(days=number) for number in range(1, 4)]
    assert run("kobo", later[0]).status == "landed"
    assert 3 in ids(landing, later[0])
    assert run("kobo", later[1]).status == "nothing_new"
    kobo.validate(3, "not_approved", START + timedelta(days=2))
    assert run("kobo", later[2]).status == "landed"


def test_an_edit_is_found_whenever_it_happened(run, kobo, landing):
    run("kobo")
    kobo.edit(2, isian="baru")
    later = [DAY + timedelta(days=number) for number in range(1, 4)]
    assert run("kobo", later[0]).status == "landed"
    assert 2 in ids(landing, later[0])
    assert run("kobo", later[1]).status == "nothing_new"
    kobo.edit(2, isian="lagi")
    assert run("kobo", later[2]).status == "landed"


def test_many_edits_are_asked_for_without_their_ids(run, kobo, landing, monkeypatch):
    monkeypatch.setattr("assets.pull.kobo.MOST_IDS", 3)
    run("kobo")
    for number in range(1, 6):
        kobo.edit(number)
    assert run("kobo", DAY + timedelta(days=1)).status == "landed"
    assert "$in" not in kobo.asked[-1].query["query"]
    assert set(ids(landing, DAY + timedelta(days=1))) >= {1, 2, 3, 4, 5}


def test_submissions_during_a_pull_shift_no_page(run, kobo):
    kobo.before = lambda asked: kobo.submit(1, datetime.now(UTC))
    assert run("kobo").rows == 25


def test_submissions_that_are_deleted_during_a_pull_are_noticed(run, kobo, landing):
    def vanish(asked: Asked) -> None:
        if len(kobo.asked) == 2:
            kobo.delete(4)

    kobo.before = vanish
    assert run("kobo").rows == 24
    assert 4 not in ids(landing, DAY)


def test_a_wrong_token_is_reported_without_showing_it(run, kobo, environment, caplog):
    environment["KOBO_TOKEN"] = "kunci-salah"
    with pytest.raises(PullFailed, match="does not accept our credentials") as failed:
        run("kobo")
    assert "kunci-salah" not in f"{failed.value!r}{caplog.text}"


def test_no_link_carries_the_token_elsewhere(run, kobo):
    kobo.before = lambda asked: Answer.of({"count": 1, "next": "https://lain.example/data.json", "results": [{}]})
    with pytest.raises(PullFailed, match="a next page on another server"):
        run("kobo")


def visit(number: int) -> dict[str, str]:
    return {
        "keluarga/id_pendamping": "PDP3601001",
        "keluarga/no_peserta": f"JSR36010{number:04}",
        "tanggal_kunjungan": "2019-11-01",
        "lokasi": "-6.31 106.12 20.5 4.9",
        "isian/ke_posyandu": "yes",
    }


@pytest.fixture
def visits(served, tmp_path):
    """Pull the visits into a site's landing, once more today."""
    kobo, site = Kobo(served, 0), Site(tmp_path)
    prefix = "SADAYA_DINSOS_KUNJUNGAN_KOBO"
    settings = {f"{prefix}_URL": served.url + ASSET, f"{prefix}_TOKEN": TOKEN}
    today = datetime.now(UTC).date()
    return kobo, site, lambda: pull(VISITS, site.landing, today, settings, sleep=lambda _: None)


def test_intake_reads_the_same_columns_as_from_central(visits):
    """From the landing alone: a reviewed, an edited and a plain submission; and the edit replaces what it edits."""
    kobo, site, fetch = visits
    for number in range(3):
        kobo.submit(1, **visit(number))
    kobo.validate(2, "on_hold", START + timedelta(days=1))
    fetch()
    today = datetime.now(UTC).date().isoformat()
    (row,) = site.load(today)
    assert (row["status"], row["rows_read"], row["rows_accepted"]) == ("accepted", 3, 3)
    read = pl.read_parquet(site.home.delivery(VISITS.name, row["delivery_id"]) / "accepted" / "*.parquet").sort("__id")
    assert read["__id"][0] == "UUID:00000001-0000-4000-8000-000000000000"
    assert read["__system/submissiondate"][0] == "2019-11-01T00:01:00Z"
    assert read["__system/reviewstate"].to_list() == [None, "HASISSUES", None]
    assert read["lokasi"][0] == "106.12 -6.31"
    assert read["no_peserta"][2] == "JSR360100002"

    kobo.edit(1, times=2, **{"keluarga/no_peserta": "JSR360109999"})
    fetch()
    (row,) = site.load(today)
    read = pl.read_parquet(site.home.delivery(VISITS.name, row["delivery_id"]) / "accepted" / "*.parquet").sort("__id")
    assert read.row(0, named=True)["__id"] == "UUID:00000001-0000-4000-8000-000000000000"
    assert read.row(0, named=True)["no_peserta"] == "JSR360109999"
    assert read["__system/reviewstate"][0] == "EDITED"
    assert site.load(today) == []


def test_a_page_can_be_checked_before_it_is_sent(visits, tmp_path):
    kobo, site, fetch = visits
    kobo.submit(3, **visit(1))
    fetch()
    (page,) = site.landing.rglob("*.json")
    result = check(page, VISITS, tmp_path, datetime.now(UTC).date())
    assert (result.refused, result.counts.read, result.counts.accepted) == (None, 3, 3)
    broken = json.loads(page.read_bytes()) | {"count": 2}
    (tmp_path / "kobo.json").write_text(json.dumps(broken))
    assert check(tmp_path / "kobo.json", VISITS, tmp_path, datetime.now(UTC).date()).refused.code == "rows_not_total"


def test_pages_without_their_last_are_no_whole_answer(visits, tmp_path):
    kobo, site, fetch = visits
    kobo.submit(1500, **visit(1))
    fetch()
    (folder,) = scan(site.landing, datetime.now(UTC).date(), 60, [VISITS]).folders
    (tmp_path / "raw").mkdir()
    pages = [parse_file(file.path, VISITS, tmp_path / "raw", str(n)).page for n, file in enumerate(folder.files)]
    assert [page.rows for page in pages] == [1000, 500]
    assert incomplete(pages) is None
    assert incomplete(pages[:1]).code == "last_page_missing"
    assert incomplete(pages[1:]).code == "rows_not_total"
