"""Paged HTTP: every page as received, or none; retries a busy server, refuses one whose rows shift."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from assets.intake.landing import scan
from assets.pull.outcome import PullFailed
from assets.pull.patience import LONGEST, TRIES
from tests.assets.pull.conftest import DAY, Answer, Asked, Served, remains, shown
from tests.assets.pull.one_pull import SOURCES

pytestmark = pytest.mark.slow

TOKEN = "token-rahasia"
NIK = "3601014107800001"


class Api:
    """GET /pencaker?page=N&per_page=P over its rows. `before` may answer instead."""

    def __init__(self, server: Served, rows: int = 35) -> None:
        self.rows = [{"id": number, "nik": NIK, "nama": "SITI"} for number in range(1, rows + 1)]
        self.before = lambda asked: None
        self._server = server
        server.answer = self._answer

    @property
    def pages(self) -> list[int]:
        """The requested pages, in order."""
        return [int(asked.query["page"]) for asked in self._server.asked]

    def _answer(self, asked: Asked) -> Answer:
        if asked.token != TOKEN:
            return Answer(401)
        return self.before(asked) or self.page(int(asked.query["page"]), int(asked.query["per_page"]))

    def page(self, number: int, size: int = 10, **meta: int) -> Answer:
        rows = self.rows[(number - 1) * size : number * size]
        last = max(1, -(-len(self.rows) // size))
        return Answer.of({"data": rows, "meta": {"page": number, "last_page": last, "total": len(self.rows), **meta}})


@pytest.fixture
def api(served) -> Api:
    return Api(served)


@pytest.fixture
def environment(served) -> dict[str, str]:
    return {"PAGED_URL": f"{served.url}/", "PAGED_TOKEN": TOKEN}


def once(page: int, answer: Answer):
    """Give this answer to the first request for a page."""
    left = [answer]
    return lambda asked: left.pop() if asked.query["page"] == str(page) and left else None


def test_every_page_lands_unchanged_and_marked_as_complete(run, api, landing):
    result = run("paged")
    assert (result.status, result.files, result.rows) == ("landed", 4, 35)
    pages = {f"{DAY}/pencaker_p{number:04}.json": api.page(number).body for number in (1, 2, 3, 4)}
    assert shown(landing, "paged") == {**pages, f"{DAY}/_SELESAI": b""}
    assert remains(landing, "paged") == [DAY.isoformat()]
    assert result.bytes == sum(map(len, pages.values()))


def test_the_landing_takes_it_for_one_settled_delivery(run, api, landing):
    run("paged")
    found = scan(landing, DAY, 3600, [SOURCES["paged"]])
    (folder,) = found.folders
    assert folder.settled
    assert len(folder.files) == 4
    assert found.unread == []


def test_an_existing_delivery_is_not_changed(run, api):
    run("paged")
    before = len(api.pages)
    assert run("paged").status == "already_landed"
    assert len(api.pages) == before


def test_a_single_page_is_one_request(run, api):
    api.rows = api.rows[:3]
    assert run("paged").rows == 3
    assert api.pages == [1]


def test_a_pause_requested_by_the_server_is_respected(run, api, naps):
    api.before = once(2, Answer(429, headers={"Retry-After": "17"}))
    assert run("paged").rows == 35
    assert naps == [17]


def test_retry_after_may_be_a_date(run, api, naps):
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    api.before = once(3, Answer(503, headers={"Retry-After": at}))
    run("paged")
    assert naps == [pytest.approx(90, abs=5)]


@pytest.mark.parametrize("stated", ["", "soon", "-5", "Mon, 04 Nov 2019 00:00:00 GMT"])
def test_an_invalid_or_past_retry_after_does_not_fail(run, api, naps, stated):
    api.before = once(2, Answer(503, headers={"Retry-After": stated}))
    assert run("paged").rows == 35
    assert 0 <= naps[0] < 5


def test_without_retry_after_each_pause_is_longer(run, api, naps):
    api.before = lambda asked: Answer(503)
    with pytest.raises(PullFailed, match=f"answered 503, {TRIES} times in a row"):
        run("paged")
    assert len(api.pages) == TRIES
    assert naps == sorted(naps)
    assert len(naps) == TRIES - 1


def test_too_long_a_pause_is_left_to_the_next_pull(run, api, naps):
    api.before = once(2, Answer(503, headers={"Retry-After": str(int(LONGEST) + 1)}))
    with pytest.raises(PullFailed, match="asks for a pause of 601 seconds"):
        run("paged")
    assert naps == []


def test_a_server_down_at_night_leaves_the_fetched_pages(run, api, landing):
    api.before = lambda asked: Answer(503) if int(asked.query["page"]) > 2 else None
    with pytest.raises(PullFailed):
        run("paged")
    assert shown(landing, "paged") == {}
    api.before = lambda asked: None
    before = len(api.pages)
    assert run("paged").rows == 35
    assert api.pages[before:] == [3, 4, 1]


@pytest.mark.parametrize("broken", ["cut", "half", "html", "list"])
def test_a_truncated_answer_is_requested_again(run, api, landing, broken):
    whole = api.page(2)
    answers = {
        "cut": Answer(body=whole.body, cut=40),
        "half": Answer(body=whole.body[:-40]),
        "html": Answer(body=b"<html>sedang sibuk</html>"),
        "list": Answer.of([]),
    }
    api.before = once(2, answers[broken])
    run("paged")
    assert api.pages == [1, 2, 2, 3, 4, 1]
    assert shown(landing, "paged")[f"{DAY}/pencaker_p0002.json"] == whole.body


def test_a_wrong_token_fails_at_once_and_is_not_shown(run, api, environment, landing, caplog):
    environment["PAGED_TOKEN"] = "salah-sama-sekali"
    with pytest.raises(PullFailed, match="does not accept our credentials") as failed:
        run("paged")
    assert len(api.pages) == 1
    assert "salah-sama-sekali" not in f"{failed.value!r}{caplog.text}"
    assert shown(landing, "paged") == {}


def test_no_log_line_shows_people_or_secrets(run, api, caplog):
    api.before = once(2, Answer(429))
    run("paged")
    assert "page 4 of 4" in caplog.text
    for secret in (TOKEN, NIK, "SITI"):
        assert secret not in caplog.text


class Shifting:
    """Changes the API at each request for a page, a given number of times."""

    def __init__(self, api: Api, page: int, change, times: int = 1) -> None:
        self._api, self._page, self._change, self._left = api, page, change, times

    def __call__(self, asked: Asked) -> Answer | None:
        if int(asked.query["page"]) != self._page or not self._left:
            return None
        self._left -= 1
        return self._change(self._api)


def _one_more(api: Api) -> None:
    api.rows.append({"id": len(api.rows) + 1})


def _swap(api: Api) -> None:
    """Remove the first row and append one: the number of rows is unchanged, and the client misses a row."""
    api.rows = [*api.rows[1:], {"id": len(api.rows) + 1000}]


def _doubled(api: Api) -> Answer:
    answer = json.loads(api.page(2).body)
    answer["data"][0] = api.rows[0]
    return Answer.of(answer)


def _one_less(api: Api) -> Answer:
    answer = json.loads(api.page(2).body)
    answer["data"].pop()
    return Answer.of(answer)


@pytest.mark.parametrize("change", [_one_more, _swap, _doubled, _one_less])
def test_changing_data_is_fetched_again_from_the_first_page(run, api, landing, change):
    api.before = Shifting(api, 2, change)
    result = run("paged")
    ids = [
        row["id"]
        for name, content in shown(landing, "paged").items()
        if name.endswith(".json")
        for row in json.loads(content)["data"]
    ]
    assert ids == [row["id"] for row in api.rows]
    assert result.rows == len(ids)
    assert api.pages.count(2) == 2


@pytest.mark.parametrize("change", [_one_more, _swap, _doubled, _one_less])
def test_data_that_keeps_changing_leaves_nothing(run, api, landing, change):
    api.before = Shifting(api, 2, change, times=99)
    with pytest.raises(PullFailed, match="kept changing while it was fetched, 3 times in a row"):
        run("paged")
    assert api.pages.count(2) == 3
    assert remains(landing, "paged") == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer.of({"data": []}), "no `meta`"),
        (Answer.of({"data": {}, "meta": {"page": 1, "last_page": 1, "total": 0}}), "no `data`"),
        (Answer.of({"data": [], "meta": {"page": 7, "last_page": 9, "total": 0}}), "page 7 was returned"),
        (Answer.of({"data": [], "meta": {"page": None, "last_page": 1, "total": 0}}), "page, last_page and total"),
        (Answer(404), "answered 404"),
        (Answer.of({"data": [], "meta": {"page": 1, "last_page": 10_000, "total": 1}}), "more than 9999 pages"),
    ],
)
def test_an_invalid_answer_is_reported_in_one_sentence(run, api, landing, answer, said):
    api.before = lambda asked: answer
    with pytest.raises(PullFailed, match=said):
        run("paged")
    assert api.pages == [1]
    assert shown(landing, "paged") == {}


def test_no_redirect_receives_the_token(run, api, environment, landing):
    elsewhere = Served()
    api.before = lambda asked: Answer(302, headers={"Location": f"{elsewhere.url}/pencaker"})
    with pytest.raises(PullFailed, match="points to another address"):
        run("paged")
    elsewhere.stop()
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://disnaker.example/api", "must begin with https"),
        ("ftp://127.0.0.1/api", "must be an address"),
        ("127.0.0.1", "must be an address"),
        ("https://user:rahasia@disnaker.example", "must not contain a user or password"),
        ("https://disnaker.example/api?token=rahasia", "must be an address"),
        ("https://disnaker.example:port/api", "is not an address"),
    ],
)
def test_an_address_unfit_for_a_token_is_refused(run, environment, address, said):
    environment["PAGED_URL"] = address
    with pytest.raises(PullFailed, match=said) as failed:
        run("paged")
    assert "rahasia" not in str(failed.value)


def test_an_untrusted_certificate_ends_the_pull(run, api, served, environment, tmp_path, naps):
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path))
    served.server.socket = context.wrap_socket(served.server.socket, server_side=True)
    environment["PAGED_URL"] = f"https://localhost:{served.server.server_port}"
    with pytest.raises(PullFailed, match="the certificate of localhost is not trusted"):
        run("paged")
    assert naps == []
    assert served.asked == []


def _certificate(folder):
    """A self-signed certificate for localhost, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    pem, none = serialization.Encoding.PEM, serialization.NoEncryption()
    path.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, none) + certificate.public_bytes(pem))
    return path


def test_an_unreachable_server_is_reported(run, served, environment):
    served.stop()
    with pytest.raises(PullFailed, match=r"could not be reached or closed the connection \(ConnectError\), 6 times"):
        run("paged")


def test_a_killed_pull_continues(run, api, landing, killed):
    reached, gone = threading.Event(), threading.Event()

    def hang(asked: Asked) -> None:
        if asked.query["page"] == "3":
            reached.set()
            gone.wait(60)

    api.before = hang
    killed("paged", reached)
    gone.set()
    assert shown(landing, "paged") == {}
    assert remains(landing, "paged") == [f".{DAY}.pull"]
    api.before = lambda asked: None
    before = len(api.pages)
    assert run("paged").rows == 35
    assert api.pages[before:] == [3, 4, 1]
    assert remains(landing, "paged") == [DAY.isoformat()]


@pytest.mark.parametrize("rename", ["before", "after"])
def test_a_pull_killed_while_landing_is_landed(run, api, landing, monkeypatch, rename):
    class Killed(BaseException):
        """No handler catches it."""

    def killed(*_):
        raise Killed

    step = {"before": "pathlib.Path.rename", "after": "assets.pull.workplace.shutil.rmtree"}[rename]
    with monkeypatch.context() as broken, pytest.raises(Killed):
        broken.setattr(step, killed)
        run("paged")
    assert (f"{DAY}/_SELESAI" in shown(landing, "paged")) == (rename == "after")
    before = len(api.pages)
    assert run("paged").status == {"before": "landed", "after": "already_landed"}[rename]
    assert api.pages[before:] == {"before": [1], "after": []}[rename]
    assert len(shown(landing, "paged")) == 5
    assert remains(landing, "paged") == [DAY.isoformat()]


def test_kept_pages_are_not_mixed_with_changed_data(run, api, landing):
    api.before = lambda asked: Answer(404) if asked.query["page"] == "3" else None
    with pytest.raises(PullFailed):
        run("paged")
    api.before = lambda asked: None
    _swap(api)
    run("paged")
    assert shown(landing, "paged")[f"{DAY}/pencaker_p0001.json"] == api.page(1).body


def test_kept_pages_of_another_server_are_not_used(run, api, served, environment, landing):
    api.before = lambda asked: Answer(404) if asked.query["page"] == "3" else None
    with pytest.raises(PullFailed):
        run("paged")
    environment["PAGED_URL"] = f"http://localhost:{served.server.server_port}"
    api.before = lambda asked: None
    before = len(api.pages)
    run("paged")
    assert api.pages[before:] == [1, 2, 3, 4, 1]


def test_two_at_once_do_not_mix(run, api, landing, killed):
    reached, gone = threading.Event(), threading.Event()

    def second(asked: Asked) -> None:
        if asked.query["page"] == "2":
            with pytest.raises(PullFailed, match="another pull of this source is running"):
                run("paged")
            reached.set()
            gone.wait(60)

    api.before = second
    killed("paged", reached)
    gone.set()
    assert api.pages == [1, 2]


def test_remains_of_other_days_do_not_stay(run, api, landing):
    old = landing / "paged" / ".2019-11-03.pull" / "delivery"
    old.mkdir(parents=True)
    (old / "pencaker_p0001.json").write_text(NIK, encoding="utf-8")
    run("paged")
    assert remains(landing, "paged") == [DAY.isoformat()]


def test_a_delivery_added_meanwhile_is_not_changed(run, api, landing):
    def deliver(asked: Asked) -> None:
        folder = landing / "paged" / DAY.isoformat()
        folder.mkdir(exist_ok=True)
        (folder / "dikirim.json").write_text("{}", encoding="utf-8")

    api.before = deliver
    with pytest.raises(PullFailed, match="was put into the landing meanwhile"):
        run("paged")
    assert list(shown(landing, "paged")) == [f"{DAY}/dikirim.json"]


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"last_page": 2_000_000_000}, "more than 9999 pages"),
        ({"last_page": 40}, "40 pages for 35 rows"),
        ({"last_page": 0}, "0 pages for 35 rows"),
        ({"last_page": -3}, "-3 pages for 35 rows"),
        ({"last_page": float("inf")}, "no `meta` with page, last_page and total"),
    ],
)
def test_an_impossible_number_of_pages_is_refused(run, api, landing, stated, said):
    api.before = lambda asked: api.page(int(asked.query["page"]), **stated)
    with pytest.raises(PullFailed, match=said):
        run("paged")
    assert api.pages == [1]
    assert shown(landing, "paged") == {}


def test_a_deeply_nested_answer_fails_only_its_own_pull(run, api):
    nested = b'{"meta": ' + b"[" * 100_000 + b"]" * 100_000 + b', "data": []}'
    api.before = lambda asked: Answer(200, nested)
    with pytest.raises(PullFailed, match="nested more than 64 levels deep"):
        run("paged")
    assert api.pages == [1]


def test_missing_settings_are_named(run, environment):
    del environment["PAGED_TOKEN"]
    with pytest.raises(PullFailed, match="PAGED_TOKEN not set"):
        run("paged")
