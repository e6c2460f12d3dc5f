"""Tests the site of a load if the agreement, the counts or the load itself do not allow all pages."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date

import pytest

from assets.home import Home
from assets.ledger import Ledger
from assets.sharing.agreement import AgreementError
from assets.sharing.served import outcomes
from assets.sharing.share import ShareError
from assets.site import build
from assets.site.data import gathered
from assets.site.serve import serve
from tests.assets.site.conftest import LOAD, make_data

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 27)


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path / "home").create()


@pytest.fixture
def given(monkeypatch):
    """given(error): `gathered` yields the made-up province, or raises the error if counts are requested."""

    def given(error: Exception | None = None) -> None:
        @contextmanager
        def made_up(home, load_id, day, counts):
            if counts and error is not None:
                raise error
            yield make_data(counts)

        monkeypatch.setattr(build, "gathered", made_up)
        monkeypatch.setattr(build, "all_pages", lambda: ALL[:2])

    return given


ALL = build.all_pages()


def test_it_is_written_and_what_it_came_to_is_kept(home, given):
    given()
    told = serve(home, LOAD, TODAY)
    assert (told.state, told.reason, told.rows, told.complaint) == ("written", None, 4, None)
    assert outcomes(home, LOAD) == [told]
    assert (home.site(LOAD) / "peta.html").is_file()
    assert told.bytes == sum(path.stat().st_size for path in home.site(LOAD).rglob("*") if path.is_file())


@pytest.mark.parametrize("error", [AgreementError("publik.yaml: it ended"), ShareError("no table marts.x")])
def test_what_may_not_be_shown_is_left_out_and_the_reason_said(home, given, error):
    given()
    serve(home, LOAD, TODAY)
    given(error)
    told = serve(home, LOAD, TODAY)
    assert (told.state, told.reason) == ("withheld", str(error))
    assert told.complaint == f"no site, or only its part about quality, for publik (withheld): {error}"
    assert (home.site(LOAD) / "index.html").is_file()
    assert not (home.site(LOAD) / "peta.html").exists()


def test_one_that_breaks_off_leaves_the_one_before_and_nothing_half(home, given, monkeypatch):
    given()
    serve(home, LOAD, TODAY)
    before = (home.site(LOAD) / "index.html").read_text()
    monkeypatch.setattr(build, "_rendered", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        serve(home, LOAD, TODAY)
    assert (home.site(LOAD) / "index.html").read_text() == before
    assert not list(home.publication(LOAD).glob(".*"))


def test_a_load_that_was_not_judged_has_its_deliveries_and_no_counts(home):
    with Ledger(home.ledger) as ledger:
        load_id = ledger.open_load(date(2019, 11, 1), "code")
    with gathered(home, load_id, TODAY) as data:
        assert not data.counts
        assert data.row("select state from quality.loads") == {"state": "open"}
        assert data.rows("from quality.quarantine_counts") == []
        with pytest.raises(LookupError, match="0 rows"):
            data.row("from quality.deliveries")
    with pytest.raises(LookupError, match="no load 20000101-001"), gathered(home, "20000101-001", TODAY):
        pass
