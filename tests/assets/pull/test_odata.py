"""ODK Central: submissions since the last in the landing, page by page as received."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import pytest

from assets.pull.outcome import PullFailed
from tests.assets.pull.central import EMAIL, FORM, PASSWORD, START, TOKEN, Central
from tests.assets.pull.conftest import DAY, Answer, Asked, Served, remains, shown
from tests.assets.pull.one_pull import SOURCES

pytestmark = pytest.mark.slow


@pytest.fixture
def central(served) -> Central:
    return Central(served)


@pytest.fixture
def environment(served) -> dict[str, str]:
    return {"FORMS_URL": served.url + FORM, "FORMS_TOKEN": TOKEN}


def ids(landing, day: date) -> list[str]:
    pages = [content for name, content in shown(landing, "forms").items() if name.startswith(f"{day}/sub")]
    return [row["__id"] for page in pages for row in json.loads(page)["value"]]


def test_all_submissions_land_page_by_page_as_they_came(run, central, landing):
    result = run("forms")
    assert (result.status, result.files, result.rows) == ("landed", 3, 25)
    assert ids(landing, DAY) == [f"uuid:{number}" for number in range(24, -1, -1)]
    first = next(content for name, content in shown(landing, "forms").items() if name.endswith("_p0001.json"))
    assert first == central.page(central.asked[0].query).body
    assert remains(landing, "forms") == [DAY.isoformat()]
    assert [asked.query["$count"] for asked in central.asked] == ["true"] * 3


def test_the_next_day_only_what_was_submitted_since(run, central, landing):
    run("forms")
    central.submit(12)
    later = DAY + timedelta(days=1)
    assert run("forms", later).rows == 13
    # Central compares microseconds and states milliseconds: the last known submission is returned again.
    assert set(ids(landing, later)) == {f"uuid:{number}" for number in range(24, 37)}
    assert "(__system/submissionDate gt 2019-11-01T00:24:00.123Z and " in central.asked[-1].query["$filter"]


def test_reviewed_submissions_are_pulled_again(run, central, landing):
    run("forms")
    central.review(3, START + timedelta(days=1))
    days = [DAY + timedelta(days=number) for number in range(1, 5)]
    assert run("forms", days[0]).rows == 2
    assert "uuid:3" in ids(landing, days[0])
    assert run("forms", days[1]).status == "nothing_new"
    central.review(4, START + timedelta(days=2))
    assert run("forms", days[2]).status == "landed"
    assert "uuid:4" in ids(landing, days[2])
    assert run("forms", days[3]).status == "nothing_new"


def test_deleted_submissions_are_pulled_again(run, central, landing):
    run("forms")
    central.delete(3, START + timedelta(days=1))
    days = [DAY + timedelta(days=number) for number in range(1, 4)]
    assert run("forms", days[0]).rows == 2
    assert "uuid:3" in ids(landing, days[0])
    assert run("forms", days[1]).status == "nothing_new"
    central.submit(1)
    central.delete(25, START + timedelta(days=2))
    assert run("forms", days[2]).status == "landed"
    assert "uuid:25" in ids(landing, days[2])


def test_the_first_pull_asks_for_nothing_that_was_deleted(run, central, landing):
    central.delete(3, START + timedelta(days=1))
    assert run("forms").rows == 24
    assert "deletedAt" not in central.asked[-1].query["$filter"]


def test_a_late_edit_does_not_hide_a_submission(run, central, landing):
    """An edit that was pulled with its submission may be newer than the next submission."""
    central.review(24, START + timedelta(days=1))
    run("forms")
    central.submit(1)
    assert run("forms", DAY + timedelta(days=1)).status == "landed"
    assert "uuid:25" in ids(landing, DAY + timedelta(days=1))


def test_without_edits_and_deletions_only_new_submissions_are_asked_for(run, central, landing, monkeypatch):
    whole = SOURCES["forms"]
    monkeypatch.setitem(SOURCES, "forms", replace(whole, pull=replace(whole.pull, edits=False, deletions=False)))
    run("forms")
    central.review(3, START + timedelta(days=1))
    central.delete(4, START + timedelta(days=1))
    assert run("forms", DAY + timedelta(days=1)).status == "nothing_new"
    assert "updatedAt" not in central.asked[-1].query["$filter"]
    assert "deletedAt" not in central.asked[-1].query["$filter"]


def test_nothing_new_makes_no_delivery(run, central, landing):
    run("forms")
    later = DAY + timedelta(days=1)
    assert run("forms", later).status == "nothing_new"
    assert remains(landing, "forms") == [DAY.isoformat()]


def test_a_form_without_submissions_makes_no_delivery(run, central, landing):
    central.rows = []
    assert run("forms").status == "nothing_new"
    assert remains(landing, "forms") == []


def test_the_last_date_is_sought_in_every_delivery(run, central, landing):
    run("forms", DAY)
    central.submit(1)
    run("forms", DAY - timedelta(days=1))
    central.submit(1)
    run("forms", DAY + timedelta(days=1))
    assert ids(landing, DAY + timedelta(days=1)) == ["uuid:26", "uuid:25"]


def test_submissions_in_progress_are_left_for_the_next_pull(run, central, landing):
    now = datetime.now(UTC)
    central.rows.append({"__id": "uuid:now", "__system": {"submissionDate": now.isoformat()}, "_at": now})
    run("forms")
    assert "uuid:now" not in ids(landing, DAY)


def test_submissions_during_a_pull_do_not_shift_pages(run, central, landing):
    def submit(asked: Asked) -> None:
        now = datetime.now(UTC)
        central.rows.append({"__id": f"uuid:{now}", "__system": {"submissionDate": now.isoformat()}, "_at": now})

    central.before = submit
    assert run("forms").rows == 25
    assert len(central.asked) == 3


def test_a_session_is_opened_with_e_mail_and_password(run, central, environment, caplog):
    del environment["FORMS_TOKEN"]
    environment |= {"FORMS_EMAIL": EMAIL, "FORMS_PASSWORD": PASSWORD}
    assert run("forms").rows == 25
    assert central.logins == 1
    for secret in (TOKEN, PASSWORD, EMAIL):
        assert secret not in caplog.text


def test_a_session_that_ended_is_opened_again(run, central, environment):
    del environment["FORMS_TOKEN"]
    environment |= {"FORMS_EMAIL": EMAIL, "FORMS_PASSWORD": PASSWORD}
    central.before = lambda asked: central.tokens.clear() if len(central.asked) == 1 else None
    assert run("forms").rows == 25
    assert central.logins == 2


def test_a_wrong_password_is_reported_without_showing_it(run, central, environment, landing, caplog):
    del environment["FORMS_TOKEN"]
    environment |= {"FORMS_EMAIL": EMAIL, "FORMS_PASSWORD": "sandi-salah"}
    with pytest.raises(PullFailed, match="does not accept our credentials") as failed:
        run("forms")
    assert "sandi-salah" not in f"{failed.value!r}{caplog.text}"
    assert central.logins == 1
    assert shown(landing, "forms") == {}


def test_a_given_token_that_is_refused_is_not_tried_again(run, central, environment):
    environment["FORMS_TOKEN"] = "lain"
    with pytest.raises(PullFailed, match="does not accept our credentials"):
        run("forms")
    assert len(central.asked) == 1


def test_missing_settings_are_named_for_the_nearest_kind_of_login(run, environment):
    del environment["FORMS_TOKEN"]
    environment["FORMS_EMAIL"] = EMAIL
    with pytest.raises(PullFailed, match=r"FORMS_TOKEN not set|FORMS_PASSWORD not set"):
        run("forms")


def test_no_link_carries_the_token_to_another_server(run, central, landing):
    elsewhere = Served()
    central.domain = elsewhere.url
    with pytest.raises(PullFailed, match="names a next page on another server"):
        run("forms")
    elsewhere.stop()
    assert elsewhere.asked == []
    assert shown(landing, "forms") == {}


@pytest.mark.parametrize("link", ["https://[odk", "http://127.0.0.1:x/"])
def test_an_invalid_link_is_reported(run, central, link):
    central.before = lambda asked: Answer.of({"value": [], "@odata.nextLink": link})
    with pytest.raises(PullFailed, match="names a next page that is not an address"):
        run("forms")


@pytest.mark.parametrize("broken", [b"", b"\xff\xfe", b'{"value": [{"__system":', b"[]", b'{"value": 3}'])
def test_a_broken_page_of_the_landing_holds_no_date(run, central, landing, broken):
    run("forms")
    (landing / "forms" / DAY.isoformat() / "submissions_p0000.json").write_bytes(broken)
    assert run("forms", DAY + timedelta(days=1)).status == "nothing_new"


def test_unreadable_pages_are_reported_by_the_type_of_error(run, central):
    """Python guesses UTF-16; other readers do not."""
    central.before = lambda asked: Answer(body='{"value": [{"__id": "SITI"}]}'.encode("utf-16"))
    with pytest.raises(PullFailed, match="pages cannot be read") as failed:
        run("forms")
    assert "SITI" not in str(failed.value)


def test_a_relative_link_is_followed(run, central):
    central.domain = ""
    assert run("forms").rows == 25


def test_a_link_to_itself_ends(run, central, served):
    def circle(asked: Asked) -> Answer:
        said = json.loads(central.page(asked.query).body)
        return Answer.of({**said, "@odata.nextLink": f"{served.url}{FORM}/Submissions?{urlencode(asked.query)}"})

    central.before = circle
    with pytest.raises(PullFailed):
        run("forms")
    assert len(central.asked) <= 3


def test_a_busy_server_is_asked_again(run, central, naps):
    central.before = lambda asked: Answer(429, headers={"Retry-After": "3"}) if len(central.asked) == 2 else None
    assert run("forms").rows == 25
    assert naps == [3]


def test_submissions_that_disappear_during_a_pull_are_detected(run, central, landing):
    def vanish(asked: Asked) -> None:
        if len(central.asked) == 2:
            del central.rows[3]

    central.before = vanish
    assert run("forms").rows == 24
    assert len(central.asked) == 6
    assert "uuid:3" not in ids(landing, DAY)


def test_a_form_that_keeps_changing_lands_nothing(run, central, landing):
    def lie(asked: Asked) -> Answer:
        return Answer.of({**json.loads(central.page(asked.query).body), "@odata.count": 99})

    central.before = lie
    with pytest.raises(PullFailed, match="kept changing while it was fetched, 3 times in a row"):
        run("forms")
    assert remains(landing, "forms") == []


def test_a_pull_that_was_killed_goes_on_where_it_was(run, central, landing, killed):
    reached, gone = threading.Event(), threading.Event()

    def hang(asked: Asked) -> None:
        if len(central.asked) == 3:
            reached.set()
            gone.wait(60)

    central.before = hang
    killed("forms", reached)
    gone.set()
    central.before = lambda asked: None
    assert shown(landing, "forms") == {}
    assert run("forms").rows == 25
    assert len(central.asked) == 4
    assert ids(landing, DAY) == [f"uuid:{number}" for number in range(24, -1, -1)]


def test_an_address_without_a_form_is_reported(run, central, environment, served):
    del environment["FORMS_TOKEN"]
    environment |= {"FORMS_EMAIL": EMAIL, "FORMS_PASSWORD": PASSWORD, "FORMS_URL": f"{served.url}/kunjungan"}
    with pytest.raises(PullFailed, match="FORMS_URL must be like https://host/v1/projects/"):
        run("forms")
