"""Tests that a check of one file gives every verdict of a load that needs only this file, and lists the others."""

from __future__ import annotations

import json
from datetime import date

import pytest

from assets.intake import check
from assets.intake.apart import stop
from assets.sources import source_named
from tests.torture import deliveries, faults

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _one_parser():
    yield
    stop()


@pytest.fixture
def checked(tmp_path):
    """checked(source, name, content): the verdict."""

    def run(source: str, name: str, content: bytes):
        path = tmp_path / name
        path.write_bytes(content)
        return check(path, source_named(source), tmp_path / "out", date(2019, 11, 1))

    return run


def page(source: str, **more) -> bytes:
    """The first of a source's pages with changed metadata; None removes a value."""
    made = next(iter(faults.good(source_named(source)).values()))
    answer = json.loads(made) | {name: value for name, value in more.items() if name != "meta"}
    if "meta" in more:
        answer["meta"] |= more["meta"]
    return json.dumps({name: value for name, value in answer.items() if value is not None}).encode()


@pytest.mark.parametrize(
    ("meta", "code"),
    [
        ({"page": 1, "last_page": 1, "total": 5}, None),
        ({"page": 1, "last_page": 1, "total": 12}, "rows_not_total"),
        ({"page": 2, "last_page": 3, "total": 12}, None),
        ({"page": 4, "last_page": 3, "total": 12}, "page_meta"),
        ({"page": 0, "last_page": 3, "total": 12}, "page_meta"),
        ({"page": None, "last_page": 3, "total": 12}, "page_meta"),
        ({"page": 1, "last_page": 3, "total": None}, "page_meta"),
        ({"page": 1, "last_page": 3, "total": 4}, "rows_not_total"),
    ],
)
def test_metadata_of_a_page_are_checked(checked, meta, code):
    result = checked(faults.SEEKERS, "p1.json", page(faults.SEEKERS, meta=meta))
    assert (result.refused and result.refused.code) == code
    alone = meta["last_page"] == 1
    assert ("not_judged_pages" in [known.code for known in result.unjudged]) == (code is None and not alone)


@pytest.mark.parametrize(
    ("count", "link", "code", "asks"),
    [(5, None, None, False), (12, "x", None, True), (None, "x", None, True), (4, None, "rows_not_total", False)],
)
def test_metadata_of_an_odata_page_are_checked(checked, count, link, code, asks):
    content = page(faults.VISITS, **{"@odata.count": count, "@odata.nextLink": link})
    result = checked(faults.VISITS, "p1.json", content)
    assert (result.refused and result.refused.code) == code
    assert ("not_judged_pages" in [known.code for known in result.unjudged]) == asks


@pytest.mark.parametrize(
    ("source", "named"),
    [
        (faults.PKH, ["not_judged_repetition", "not_judged_comparison"]),
        (faults.PAYMENTS, ["not_judged_repetition", "not_judged_rule", "not_judged_rule"]),
        (faults.HOUSEHOLDS, ["not_judged_repetition", "not_judged_comparison", "not_judged_partner"]),
        ("bps_kemiskinan", ["not_judged_repetition", "not_judged_comparison", "not_judged_rule"]),
    ],
)
def test_what_takes_more_than_the_file_is_named(checked, source, named):
    made = faults.good(source_named(source))
    result = checked(source, *next(iter(made.items())))
    assert result.clean
    assert [known.code for known in result.unjudged][: len(named)] == named
    assert len({known.en for known in result.unjudged}) == len(result.unjudged)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("readme.txt", b"Yth. Bapak/Ibu\n", "text_without_header"),
        ("kosong.txt", b"", "text_without_header"),
        ("~$pkh.csv", b"x", "hidden_file"),
        ("pkh.csv", b"", "empty_file"),
    ],
)
def test_a_file_that_a_load_would_not_read_gets_the_same_message(checked, name, content, code):
    assert checked(faults.PKH, name, content).refused.code == code


def test_notices_of_a_load_are_those_of_a_check(checked):
    made = deliveries.good_rows(source_named(faults.PAYMENTS))
    for row in made:
        row["JUMLAH"] = "-1"
    made[0] |= {"STATUS": "DIHAPUS"}
    (content,) = deliveries.files(source_named(faults.PAYMENTS), made[:1] + made[1:] * 5).values()
    result = checked(faults.PAYMENTS, "b.csv", content)
    assert {notice.code for notice in result.notices} == {"records_deleted", "much_quarantined"}
