"""Entity lists on ODK Central, by its API (https://docs.getodk.org/central-api-entity-management/).

What Central can enforce: since 2026.2 a list may have an access filter, "an entity's property equals a property of the
app user"; then the form's attachment that a phone downloads has only these entities, and none for a user without the
property. `prepare` sets it, `pendamping` on both sides, and refuses a server that does not keep it. It applies only to
phones (app users, public links): all who may read the project in Central, managers and viewers, sees every entity, and
so do OData and the API. `ownerOnly` (2025.2) shows a user what the user created, which does not fit lists that we
create. A `choice_filter` in a form hides families from view, but the phone carries them.

For older servers lists can be split: one list for each companion, `keluarga_pendamping_<companion>`. A form names its
list, so each list needs a copy of the forms, assigned to that companion's app user alone; Central then serves a phone
only the lists of its forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import polars as pl

from assets.pull.central import Central
from assets.pull.linked import Pages, following, rows_of
from assets.pull.outcome import PullFailed
from field.lists.families import PROPERTIES, ListError
from field.lists.plan import SHOWN, THERE

PREFIX = "SADAYA_FIELD_LISTS"
SETTINGS = (("URL", "TOKEN"), ("URL", "EMAIL", "PASSWORD"), ("SPLIT",))
"""The variables, after the prefix: one way to log in, and whether each companion has a list."""
SHAPE = "https://host/v1/projects/1/datasets/keluarga"
OWNER = "pendamping"
"""The property that says whose an entity is; the app user's property of the same name says who the user is."""
PAGES = Pages(rows="value", key="__id", next="@odata.nextLink", count="@odata.count")
PAGE_ROWS, BATCH = 1000, 500
FILTER = {"type": "property", "rules": [{"datasetProperty": OWNER, "actorProperty": OWNER}]}
GONE, CLASH = 404, 409
UNKNOWN_FIELD = (400, 501)
"""How servers answer that do not know a field of a filter or a setting."""


class EntityList:
    """One entity list of a project. name: its name."""

    def __init__(self, server: Central, project: str, name: str) -> None:
        self._server, self._project, self.name = server, project, name

    @property
    def _url(self) -> str:
        return f"{self._project}/datasets/{self.name}"

    def _send(
        self, method: str, path: str, body: Any = None, also: Sequence[int] = (), **query: Any
    ) -> tuple[int, Any]:
        url = httpx.URL(path, params=query) if query else httpx.URL(path)
        return self._server.send(method, url, body, frozenset({200, *also}))

    def prepare(self, split: bool) -> None:
        """Create the list and its properties if they are not there; unless it is one companion's, see that phones get
        their own families only.

        Raises:
            ListError: the server cannot keep families apart.
        """
        status, known = self._send("GET", self._url, also=[GONE])
        if status == GONE:
            self._send("POST", f"{self._project}/datasets", {"name": self.name}, also=[CLASH])
            status, known = self._send("GET", self._url)
        there = {each["name"] for each in known.get("properties", [])}
        for name in (name for name in PROPERTIES if name not in there):
            self._send("POST", f"{self._url}/properties", {"name": name}, also=[CLASH])
        if split or _keeps_apart(known):
            return
        self._send("POST", f"{self._project}/actor-properties", {"name": OWNER}, also=[GONE, CLASH])
        self._send("PATCH", self._url, {"accessFilter": FILTER}, also=UNKNOWN_FIELD)
        if not _keeps_apart(self._send("GET", self._url)[1]):
            raise ListError(
                f"this ODK Central does not filter an entity list by a user's property (since 2026.2), so every phone"
                f" would get every family; nothing was sent. Split the list: {PREFIX}_SPLIT={OWNER}"
            )

    def read(self) -> pl.DataFrame:
        """All entities, as `THERE`; deleted ones too, for as long as Central keeps them (30 days).

        Raises:
            PullFailed: the answer is not a list of entities.
        """
        deleted = self._listed({"$filter": "__system/deletedAt ne null"}, also=UNKNOWN_FIELD)
        rows = [_entity(row) for row in (*self._listed({}), *deleted)]
        return pl.DataFrame(rows, schema=THERE).unique("uuid", maintain_order=True)

    def _listed(self, asked: dict[str, Any], also: Sequence[int] = ()) -> list[dict[str, Any]]:
        """The entities of all pages; none if the answer has one of the other statuses."""
        url, rows = httpx.URL(f"{self._url}.svc/Entities", params={**asked, "$top": PAGE_ROWS}), []
        while True:
            status, page = self._server.send("GET", url, accepted=frozenset({200, *also}))
            if status != 200:
                return []
            found, link, _ = rows_of(page, PAGES, "a page of entities")
            rows += found
            if not link:
                return rows
            url = following(url, link, "a page of entities")

    def create(self, entities: list[dict[str, Any]], source: str) -> bool:
        """Create entities (`uuid`, `label`, `data`), all or none. Returns False if Central has one of them already."""
        body = {"entities": entities, "source": {"name": source}}
        return self._send("POST", f"{self._url}/entities", body, also=[CLASH])[0] == 200

    def update(self, uuid: str, version: int, label: str, data: dict[str, str]) -> int:
        """Change an entity's version. Returns the status: 200, 404 (it is gone) or 409 (it has another version)."""
        path = f"{self._url}/entities/{uuid}"
        return self._send("PATCH", path, {"label": label, "data": data}, [GONE, CLASH], baseVersion=version)[0]

    def restore(self, uuid: str) -> bool:
        """Take back an entity's deletion. Returns whether Central has it again; it keeps deleted ones for a time."""
        status, _ = self._send("POST", f"{self._url}/entities/{uuid}/restore", also=[GONE])
        return status == 200 or self.one(uuid) is not None  # an answer that was lost: it is no longer deleted

    def delete(self, uuid: str) -> None:
        """Delete an entity, unless it is gone."""
        self._send("DELETE", f"{self._url}/entities/{uuid}", also=[GONE])

    def one(self, uuid: str) -> dict[str, Any] | None:
        """An entity's version, label and data; None if it is gone."""
        status, answer = self._send("GET", f"{self._url}/entities/{uuid}", also=[GONE])
        return None if status == GONE else answer["currentVersion"]

    def conflicting(self, uuid: str) -> list[dict[str, Any]]:
        """The versions that matter for an entity's conflict."""
        return self._send("GET", f"{self._url}/entities/{uuid}/versions", relevantToConflict="true")[1]


def names(server: Central, project: str) -> list[str]:
    """The names of all lists of a project."""
    _, answer = server.send("GET", httpx.URL(f"{project}/datasets"))
    return [each["name"] for each in answer]


def name_of(list_: str, companion: str) -> str:
    """The name of a companion's own list. Central takes letters, digits, `-` and `_`."""
    return f"{beginning(list_)}{re.sub(r'[^A-Za-z0-9-]', '-', companion)}"


def beginning(list_: str) -> str:
    """How the names of all companions' lists begin: no other list of a project may."""
    return f"{list_}_{OWNER}_"


def batches(frame: pl.DataFrame) -> Iterator[list[dict[str, Any]]]:
    """Rows as entities of a request."""
    for part in frame.iter_slices(BATCH):
        yield [
            {"uuid": row["uuid"], "label": row["label"], "data": {name: row[name] for name in PROPERTIES}}
            for row in part.to_dicts()
        ]


def _keeps_apart(known: dict[str, Any]) -> bool:
    """Whether the filter of a list is ours, alone: Central shows what any of several rules admits."""
    filter_ = known.get("accessFilter") or {}
    rules = [(rule.get("datasetProperty"), rule.get("actorProperty")) for rule in filter_.get("rules") or []]
    return filter_.get("type") == "property" and rules == [(OWNER, OWNER)]


def _entity(row: dict[str, Any]) -> dict[str, Any]:
    system = row.get("__system")
    if not isinstance(system, dict) or not isinstance(row.get("__id"), str):
        raise PullFailed("an entity has no `__id` or no `__system`")
    return {
        "uuid": row["__id"],
        "version": system.get("version"),
        "conflict": system.get("conflict"),
        "created_at": system.get("createdAt"),
        "deleted_at": system.get("deletedAt"),
        **{name: "" if row.get(name) is None else str(row[name]) for name in SHOWN},
    }
