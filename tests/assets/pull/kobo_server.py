"""KoboToolbox as a server that a test controls: the data of one project, as its API v2 describes it.

https://support.kobotoolbox.org/api.html and `kpi/docs/api/v2/data/list.md` of its source: `query` as MongoDB has it,
`sort`, `start` and `limit`, `fields`; an answer has `count`, `next`, `previous` and `results`. Questions are named with
their groups, repeats are lists inside their submission, all answers are text.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tests.assets.pull.conftest import Answer, Asked, Served

TOKEN = "kunci-rahasia"
ASSET = "/api/v2/assets/aUji123"
DATA = f"{ASSET}/data.json"
START = datetime(2019, 11, 1, tzinfo=UTC)
_LARGEST = 30_000


class Kobo:
    """A project's submissions."""

    def __init__(self, server: Served, rows: int = 25) -> None:
        self.rows: list[dict[str, Any]] = []
        self.before = lambda asked: None
        self.url = server.url
        self._server = server
        server.answer = self._answer
        self.submit(rows)

    @property
    def asked(self) -> list[Asked]:
        return [asked for asked in self._server.asked if "fields" not in asked.query]

    def submit(self, rows: int, at: datetime | None = None, **answers) -> None:
        for _ in range(rows):
            number = len(self.rows) + 1
            uuid = f"{number:08}-0000-4000-8000-000000000000"
            when = at or START + timedelta(minutes=number)
            self.rows.append(
                {
                    "_id": number,
                    "formhub/uuid": "f0",
                    "__version__": "v1",
                    "meta/instanceID": f"uuid:{uuid}",
                    "meta/rootUuid": f"uuid:{uuid}",
                    "_xform_id_string": "aUji123",
                    "_uuid": uuid,
                    "_attachments": [{"filename": "uji/attachments/foto.jpg", "download_url": f"{self.url}/foto"}],
                    "_status": "submitted_via_web",
                    "_geolocation": [None, None],
                    "_submission_time": f"{when:%Y-%m-%dT%H:%M:%S}",
                    "_tags": [],
                    "_notes": [],
                    "_validation_status": {},
                    "_submitted_by": None,
                    **answers,
                }
            )

    def edit(self, number: int, times: int = 1, **answers) -> None:
        """A new version: a new instance id, the one before it as `deprecatedID`, the root's and the date unchanged."""
        row = self.rows[number - 1]
        for _ in range(times):
            before = row["_uuid"]
            row["_uuid"] = f"{before[:-1]}{(int(before[-1], 16) + 1) % 16:x}"
            row |= {"meta/deprecatedID": f"uuid:{before}", "meta/instanceID": f"uuid:{row['_uuid']}"}
        row |= answers

    def validate(self, number: int, state: str, at: datetime) -> None:
        self.rows[number - 1]["_validation_status"] = {
            "timestamp": int(at.timestamp()),
            "uid": f"validation_status_{state}",
            "by_whom": "pengawas",
            "color": "#00ff00",
            "label": state,
        }

    def delete(self, number: int) -> None:
        self.rows = [row for row in self.rows if row["_id"] != number]

    def _answer(self, asked: Asked) -> Answer:
        if asked.token != f"Token {TOKEN}":
            return Answer.of({"detail": "Invalid token."}, 401)
        if asked.path != DATA:
            return Answer.of({"detail": "Not found."}, 404)
        return self.before(asked) or self.page(asked.query)

    def page(self, query: dict[str, str]) -> Answer:
        (key, order), *_ = json.loads(query.get("sort", '{"_id": 1}')).items()
        found = sorted(
            (row for row in self.rows if holds(row, json.loads(query.get("query", "{}")))),
            key=lambda row: row[key],
            reverse=order < 0,
        )
        start, limit = int(query.get("start", 0)), min(int(query.get("limit", _LARGEST)), _LARGEST)
        rows = found[start : start + limit]
        if "fields" in query:
            rows = [{name: row[name] for name in json.loads(query["fields"]) if name in row} for row in rows]
        more = {**query, "start": start + limit, "limit": limit}
        following = f"{self.url}{DATA}?{urlencode(more)}" if start + limit < len(found) else None
        return Answer.of({"count": len(found), "next": following, "previous": None, "results": rows})


def holds(row: dict[str, Any], query: dict[str, Any]) -> bool:
    """Whether a row fulfils a condition. Comparisons of unlike types are false, as in MongoDB."""
    for name, wanted in query.items():
        if name == "$or":
            if not any(holds(row, one) for one in wanted):
                return False
            continue
        value = row.get(name)
        if name not in row and "." in name:
            outer, inner = name.split(".")
            value = (row.get(outer) or {}).get(inner)
        if not all(_fulfils(value, operator, given) for operator, given in wanted.items()):
            return False
    return True


def _fulfils(value: Any, operator: str, given: Any) -> bool:
    match operator:
        case "$exists":
            return (value is not None) == given
        case "$in":
            return value in given
        case "$gte":
            return type(value) is type(given) and value >= given
        case "$lte":
            return type(value) is type(given) and value <= given
    raise AssertionError(operator)
