"""Pulls a form's submissions, or one of its repeats, from ODK Central: those since the last pull.

Central lists submissions newest first and pages with an opaque cursor, `@odata.nextLink`. The filter has an upper
limit, so that new submissions change neither the pages nor their `@odata.count`. An edit or a review leaves a
submission's date unchanged and sets `updatedAt`. Edits are requested since the last submission, not since the last
edit, so that none is missed; repeated ones change nothing. So are deletions, which Central leaves out of every answer
whose filter does not name `deletedAt`.

A repeat is a table of its own, `Submissions.<repeat>`, filtered by its submission (`$root/Submissions/__system/...`).
Its rows state no dates. So it is asked from the instant up to which the last pull asked, which its pages have in their
names, with an hour in common in case our clock and Central's differ. Nor do its rows say that they are deleted: after
an edit they are no longer listed, and those of a deleted submission are listed as before if the filter names
`deletedAt`. Therefore the submissions that were edited, reviewed or deleted are requested too, by their ids only, and
`gone` states which of their rows are no longer there.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from assets.pull import gone
from assets.pull.answers import consistently, unseen
from assets.pull.central import Central
from assets.pull.declared import OData
from assets.pull.http import Caller
from assets.pull.landed import Landed
from assets.pull.linked import Pages, Question, listed, whole
from assets.pull.outcome import Gathered
from assets.pull.patience import Sleep
from assets.pull.settings import Settings
from assets.pull.workplace import Workplace

PAGES = Pages(rows="value", key="__id", next="@odata.nextLink", count="@odata.count")
SUBMITTED, UPDATED, DELETED = (("__system", name) for name in ("submissionDate", "updatedAt", "deletedAt"))
TABLE, ROOT = "Submissions", "$root/Submissions/"
SHAPE = "https://host/v1/projects/1/forms/name.svc"
IN_COMMON = timedelta(hours=1)


def gather(pull: OData, settings: Settings, place: Workplace, sleep: Sleep, landed: Landed) -> Gathered:
    """Fetch the pages of what is new.

    Raises:
        PullFailed: the server refuses, does not answer, or its data changes during every try (then nothing is kept).
    """
    with Caller(sleep) as caller:
        server = Central(caller, settings, SHAPE)
        fetch = _submissions if pull.repeat is None else _repeat
        return consistently(pull.begin_again, place, lambda: fetch(server, pull, place, landed))


def _submissions(server: Central, pull: OData, place: Workplace, landed: Landed) -> Gathered:
    since = landed.latest(PAGES.rows, SUBMITTED)
    rows, _ = whole(server.fetch, _question(server, pull, since), PAGES, place)
    # Central stores dates more precisely than it shows them, so our last submission is returned again; so are edits.
    new = rows and unseen(place.files(), landed.since(since), PAGES.rows, _facts(pull))
    return Gathered("landed", rows) if new else Gathered("nothing_new", 0)


def _repeat(server: Central, pull: OData, place: Workplace, landed: Landed) -> Gathered:
    before = landed.asked_until(pull.name)
    since = before - IN_COMMON if before else None
    rows, until = whole(server.fetch, _question(server, pull, since), PAGES, place)
    answer = place.files()
    new = unseen(answer, landed.since(since), PAGES.rows, ["$"]) if rows else 0
    if since is not None and (fields := _fields(pull, of_root=True)):
        asked = {"$filter": _spans(fields, since, until), "$select": "__id,__system", "$top": pull.page_rows}
        changed = listed(
            server.fetch, httpx.URL(f"{server.address}/{TABLE}", params=asked), PAGES, place.delivery.parent / "changed"
        )
        since_when = {row[PAGES.key]: _deleted(row) or f"{until:%Y-%m-%dT%H:%M:%S}Z" for row in changed}
        found = gone.of_central(since_when, answer, landed.files)
        new += gone.state(found, landed.columns, pull.name, until, place)
    return Gathered("landed", rows) if new else Gathered("nothing_new", 0)


def _question(server: Central, pull: OData, since: datetime | None) -> Question:
    until = datetime.now(UTC) - timedelta(minutes=pull.settle_minutes)
    fields = _fields(pull)
    prefix = ROOT if pull.repeat else ""
    wanted = f"{prefix}{'/'.join(SUBMITTED)} le {_literal(until)}"
    if since is not None:
        wanted = _spans(fields, since, until, prefix)
    table = f"{TABLE}.{pull.repeat}" if pull.repeat else TABLE
    first = httpx.URL(f"{server.address}/{table}", params={"$filter": wanted, "$count": "true", "$top": pull.page_rows})
    about = {
        "url": f"{server.address}/{table}",
        "since": since.isoformat() if since else None,
        "fields": fields,
        "page_rows": pull.page_rows,
    }
    return Question(first, about, pull.name, until)


def _spans(fields: list[list[str]], since: datetime, until: datetime, prefix: str = "") -> str:
    """Whether any of the dates is later than one instant, up to another."""
    spans = [
        f"{prefix}{field} gt {_literal(since)} and {prefix}{field} le {_literal(until)}"
        for field in map("/".join, fields)
    ]
    return spans[0] if len(spans) == 1 else " or ".join(f"({span})" for span in spans)


def _fields(pull: OData, of_root: bool = False) -> list[list[str]]:
    """The dates of what is asked for. of_root: of the submissions whose rows may be gone from a repeat."""
    asked = (
        (SUBMITTED, not of_root),
        (UPDATED, pull.edits),
        (DELETED, pull.deletions and (of_root or pull.repeat is None)),
    )
    return [list(field) for field, wanted in asked if wanted]


def _facts(pull: OData) -> list[str]:
    """JSON pointers that identify a submission and its version."""
    return [f"/{PAGES.key}", *(f"/{'/'.join(field)}" for field in _fields(pull))]


def _literal(when: datetime) -> str:
    return when.isoformat(timespec="microseconds" if when.microsecond % 1000 else "milliseconds").replace("+00:00", "Z")


def _deleted(row: dict[str, Any]) -> str | None:
    """When a submission was deleted; None if it was not."""
    system = row.get(DELETED[0])
    when = system.get(DELETED[1]) if isinstance(system, dict) else None
    return when if isinstance(when, str) else None
