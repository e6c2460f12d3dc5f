"""Pulls a form's submissions from ODK Central: those since the last one in the landing.

Central lists submissions newest first and pages with an opaque cursor, `@odata.nextLink`. The filter has an upper
limit, so that new submissions change neither the pages nor their `@odata.count`. An edit or a review leaves a
submission's date unchanged and sets `updatedAt`. Edits are requested since the last submission, not since the last
edit, so that none is missed; repeated ones change nothing. So are deletions, which Central leaves out of every answer
whose filter does not name `deletedAt`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx

from assets.pull.answers import Shifted, document, latest, page_name, repeated, unseen
from assets.pull.declared import OData
from assets.pull.http import Caller, Denied
from assets.pull.outcome import LOG, Gathered, PullFailed
from assets.pull.patience import Sleep
from assets.pull.settings import Settings
from assets.pull.workplace import Workplace

ROWS, KEY, NEXT, COUNT = "value", "__id", "@odata.nextLink", "@odata.count"
SUBMITTED, UPDATED, DELETED = (("__system", name) for name in ("submissionDate", "updatedAt", "deletedAt"))


def gather(pull: OData, settings: Settings, place: Workplace, sleep: Sleep, landed: list[Path]) -> Gathered:
    """Fetch the pages of new submissions.

    landed: the pages in the landing.

    Raises:
        PullFailed: the server refuses, does not answer, or its data changes during every try (then nothing is kept).
    """
    since = latest(landed, ROWS, SUBMITTED)
    with Caller(sleep) as caller:
        server = _Central(caller, settings)
        for left in range(pull.begin_again, -1, -1):
            try:
                rows = _whole(server, pull, place, since)
                # Central stores dates more precisely than it shows them, so our last submission is returned again; so
                # are edits.
                new = rows and unseen(place.files(), landed, ROWS, _facts(pull))
                return Gathered("landed", rows) if new else Gathered("nothing_new", 0)
            except Shifted as shifted:
                LOG.info("%s; starting again, at most %d more times", shifted, left)
                place.discard()
    raise PullFailed(f"the data kept changing while it was fetched, {pull.begin_again + 1} times in a row")


class _Central:
    """One form on one ODK Central, with a session if an e-mail and a password are given instead of a token."""

    def __init__(self, caller: Caller, settings: Settings) -> None:
        self._caller, self._settings = caller, settings
        self.form = httpx.URL(settings.url())
        self._given = settings.get("TOKEN")
        caller.token = self._given

    def fetch(self, url: httpx.URL, into: Path, read: Callable[[bytes], Any]) -> Any:
        if self._caller.token is None:
            self._log_in()
        try:
            return self._caller.fetch(url, into, read)
        except Denied:
            if self._given:
                raise
            self._log_in()  # sessions end after a day, also during a pull
            return self._caller.fetch(url, into, read)

    def following(self, url: httpx.URL, link: str) -> httpx.URL:
        """The address of the next page, which must be on the server that the token is for.

        Raises:
            PullFailed: it is on another server.
        """
        try:
            following = httpx.URL(urljoin(str(url), link))
        except (ValueError, httpx.InvalidURL):
            raise PullFailed(f"{self.form.host} names a next page that is not an address") from None
        if _origin(following) != _origin(self.form):
            raise PullFailed(f"{self.form.host} names a next page on another server, which is not followed")
        return following

    def _log_in(self) -> None:
        api, found, _ = str(self.form).rpartition("/projects/")
        if not found:
            raise PullFailed(f"{self._settings.variable('URL')} must be like https://host/v1/projects/1/forms/name.svc")
        body = {"email": self._settings["EMAIL"], "password": self._settings["PASSWORD"]}
        answer = self._caller.post(httpx.URL(f"{api}/sessions"), body)
        if not isinstance(answer, dict) or not isinstance(answer.get("token"), str):
            raise PullFailed(f"{self.form.host} did not open a session")
        self._caller.token = answer["token"]


def _whole(server: _Central, pull: OData, place: Workplace, since: int | None) -> int:
    """Fetch every page that is missing. Returns the number of rows of all pages."""
    kept: dict[str, Any] = place.resume(
        {"url": str(server.form), "since": since, "fields": _fields(pull), "page_rows": pull.page_rows}
    )
    if not kept:
        kept = {"next": str(_first(server.form, pull, since)), "pages": 0, "rows": 0, "counts": []}
    while kept["next"]:
        kept = _one_page(server, pull, place, kept)
        place.remember(kept)
        LOG.info("page %d, %d rows so far", kept["pages"], kept["rows"])
    if kept["counts"] not in ([], [kept["rows"]]):
        raise Shifted(f"the pages have {kept['rows']} rows, but {kept['counts']} are stated")
    pages = place.files()
    if len(pages) != kept["pages"]:
        raise Shifted("a fetched page is missing")
    if twice := repeated(pages, ROWS, KEY):
        raise Shifted(f"{twice} rows are on two pages")
    return kept["rows"]


def _one_page(server: _Central, pull: OData, place: Workplace, kept: dict[str, Any]) -> dict[str, Any]:
    """Fetch the next page. Returns the state to store after it."""
    url = httpx.URL(kept["next"])
    number = kept["pages"] + 1
    with place.storing(page_name(pull.name, number)) as path:
        read = server.fetch(url, path, document)
        rows, link, count = read.get(ROWS), read.get(NEXT), read.get(COUNT)
        if not isinstance(rows, list) or not isinstance(link, str | None):
            raise PullFailed(f"page {number} has no list `{ROWS}`")
    following = server.following(url, link) if link else None
    if following == url:
        raise PullFailed(f"page {number} names itself as the page that follows")
    counts = sorted({*kept["counts"], count} if isinstance(count, int) else kept["counts"])
    return {
        "next": str(following) if following else None,
        "pages": number,
        "rows": kept["rows"] + len(rows),
        "counts": counts,
    }


def _first(form: httpx.URL, pull: OData, since: int | None) -> httpx.URL:
    until = _literal(datetime.now(UTC) - timedelta(minutes=pull.settle_minutes))
    wanted = f"{'/'.join(SUBMITTED)} le {until}"
    if since is not None:
        after = _literal(datetime.fromtimestamp(0, UTC) + timedelta(microseconds=since))
        spans = [f"{field} gt {after} and {field} le {until}" for field in map("/".join, _fields(pull))]
        wanted = spans[0] if len(spans) == 1 else " or ".join(f"({span})" for span in spans)
    return httpx.URL(f"{form}/Submissions", params={"$filter": wanted, "$count": "true", "$top": pull.page_rows})


def _fields(pull: OData) -> list[list[str]]:
    """The dates of what is asked for."""
    asked = ((SUBMITTED, True), (UPDATED, pull.edits), (DELETED, pull.deletions))
    return [list(field) for field, wanted in asked if wanted]


def _facts(pull: OData) -> list[str]:
    """JSON pointers that identify a submission and its version."""
    return [f"/{KEY}", *(f"/{'/'.join(field)}" for field in _fields(pull))]


def _literal(when: datetime) -> str:
    return when.isoformat(timespec="microseconds" if when.microsecond % 1000 else "milliseconds").replace("+00:00", "Z")


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host, port; httpx omits the scheme's default port."""
    return url.scheme, url.host, url.port
