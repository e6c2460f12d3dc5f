"""Pulls a project's submissions from KoboToolbox (API v2): those since the last pull.

`query` is a condition as MongoDB has them. Pages are counted (`start`, `limit`), so the order is that of the ids and
the question has an upper limit: what is submitted meanwhile shifts no page, and what is deleted meanwhile is noticed.

A new validation status has a time, by which it is found. An edit leaves `_submission_time` unchanged and has no time of
its own; it gives the submission a new `_uuid`, and `meta/deprecatedID` for good. So the ids of all edited submissions
are requested first, and those whose `_uuid` the landing lacks are requested with the new ones. Of a repeat, `gone`
states the rows that an edit removed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from assets.pull import gone
from assets.pull.answers import consistently, unseen, values
from assets.pull.declared import Kobo
from assets.pull.http import Caller
from assets.pull.landed import Landed
from assets.pull.linked import Pages, Question, listed, whole
from assets.pull.outcome import Gathered
from assets.pull.patience import Sleep
from assets.pull.settings import Settings
from assets.pull.workplace import Workplace

PAGES = Pages(rows="results", key="_id", next="next", count="count")
SUBMITTED, UUID = "_submission_time", "_uuid"
EDITED: dict[str, Any] = {"meta/deprecatedID": {"$exists": True}}
FACTS = ("/_id", f"/{UUID}", "/_validation_status/uid", "/_validation_status/timestamp")
MOST_IDS = 400
"""Ids in one question, whose address servers limit to some 8 kB."""


def gather(pull: Kobo, settings: Settings, place: Workplace, sleep: Sleep, landed: Landed) -> Gathered:
    """Fetch the pages of what is new.

    Raises:
        PullFailed: the server refuses, does not answer, or its data changes during every try (then nothing is kept).
    """
    address = httpx.URL(f"{settings.url()}/data.json")
    with Caller(sleep, settings["TOKEN"], scheme="Token") as caller:
        return consistently(pull.begin_again, place, lambda: _gather(caller, address, pull, place, landed))


def _gather(caller: Caller, address: httpx.URL, pull: Kobo, place: Workplace, landed: Landed) -> Gathered:
    since = landed.latest(PAGES.rows, (SUBMITTED,))
    until = datetime.now(UTC) - timedelta(minutes=pull.settle_minutes)
    about = {"url": str(address), "since": since.isoformat() if since else None, "page_rows": pull.page_rows}
    place.resume(about)
    edited = _edited(caller, address, pull, place, landed.files) if since else None
    wanted = _wanted(since, until, edited)
    first = _asking(address, wanted, pull.page_rows)
    rows, until = whole(caller.fetch, Question(first, about, pull.name, until), PAGES, place)
    answer = place.files()
    if not (rows and unseen(answer, landed.since(since), PAGES.rows, FACTS)):
        return Gathered("nothing_new", 0)
    if pull.repeat and edited:
        found = gone.of_kobo(pull.repeat, f"{until:%Y-%m-%dT%H:%M:%S}Z", answer, landed.files)
        gone.state(found, landed.columns, pull.name, until, place)
    return Gathered("landed", rows)


def _edited(
    caller: Caller, address: httpx.URL, pull: Kobo, place: Workplace, landed: Sequence[Path]
) -> dict[str, Any] | None:
    """The condition for submissions that were edited since they were landed; None if there are none."""
    asked = _asking(address, EDITED, pull.page_rows).copy_merge_params({"fields": json.dumps([PAGES.key, UUID])})
    rows = listed(caller.fetch, asked, PAGES, place.delivery.parent / "edited")
    known = values(landed, PAGES.rows, f"/{UUID}") if rows else set()
    ids = [row.get(PAGES.key) for row in rows if row.get(UUID) not in known]
    if not ids:
        return None
    return {PAGES.key: {"$in": ids}} if len(ids) <= MOST_IDS else EDITED


def _wanted(since: datetime | None, until: datetime, edited: dict[str, Any] | None) -> dict[str, Any]:
    """The condition of what is new. Times are stated to the second: the last one is asked for again."""
    if since is None:
        return {SUBMITTED: {"$lte": _literal(until)}}
    reviewed = {"_validation_status.timestamp": {"$gte": int(since.timestamp()), "$lte": int(until.timestamp())}}
    submitted = {SUBMITTED: {"$gte": _literal(since), "$lte": _literal(until)}}
    return {"$or": [submitted, reviewed, *([edited] if edited else [])]}


def _asking(address: httpx.URL, wanted: dict[str, Any], page_rows: int) -> httpx.URL:
    order = {"query": json.dumps(wanted), "sort": json.dumps({PAGES.key: 1})}
    return address.copy_merge_params({**order, "start": 0, "limit": page_rows})


def _literal(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S}"
