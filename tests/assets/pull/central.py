"""ODK Central as a server that a test controls."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import quote, urlencode

from tests.assets.pull.conftest import Answer, Asked, Served

TOKEN, PASSWORD, EMAIL = "sesi-rahasia", "sandi-rahasia", "penarik@banten.example"
FORM = "/v1/projects/3/forms/kunjungan.svc"
START = datetime(2019, 11, 1, tzinfo=UTC)


class Central:
    """A server with sessions, one form's submissions and their repeat `anggota`, as its documentation describes them:
    newest first, `$filter` on dates, `$select`, pages by an opaque cursor, an id for each row of a repeat that is made
    of its submission's and its position.

    https://docs.getodk.org/central-api-odata-endpoints/
    """

    def __init__(self, server: Served, rows: int = 25) -> None:
        self.tokens = [TOKEN]
        self.rows: list[dict] = []
        self.before = lambda asked: None
        self.domain = server.url
        self._server = server
        server.answer = self._answer
        self.submit(rows)

    def submit(self, rows: int) -> None:
        for _ in range(rows):
            at = START + timedelta(minutes=len(self.rows), microseconds=123456)
            stated = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            number = len(self.rows)
            system = {"submissionDate": stated, "updatedAt": None, "deletedAt": None, "reviewState": None}
            self.rows.append({"__id": f"uuid:{number}", "__system": system, "_at": at})

    def answer(self, number: int, **answers) -> None:
        """Answers of a submission; `anggota`: the rows of its repeat."""
        self.rows[number] |= answers

    def edit(self, number: int, at: datetime, **answers) -> None:
        """A new version of a submission."""
        self.review(number, at, "edited")
        system = self.rows[number]["__system"]
        system["edits"] = system.get("edits", 0) + 1
        self.answer(number, **answers)

    def review(self, number: int, at: datetime, state: str = "approved") -> None:
        row = self.rows[number]
        row["__system"] |= {"reviewState": state, "updatedAt": at.isoformat(timespec="milliseconds")}
        row["_updated"] = at

    def delete(self, number: int, at: datetime) -> None:
        row = self.rows[number]
        row["__system"] |= {"deletedAt": at.isoformat(timespec="milliseconds")}
        row["_deleted"] = at

    @property
    def asked(self) -> list[Asked]:
        return [asked for asked in self._server.asked if asked.path.startswith(FORM)]

    @property
    def logins(self) -> int:
        return len(self._server.asked) - len(self.asked)

    def _answer(self, asked: Asked) -> Answer:
        if asked.path == "/v1/sessions":
            return self._session(json.loads(asked.body))
        if asked.token not in self.tokens:
            return Answer.of({"code": 401.2, "message": "Could not authenticate with the provided credentials."}, 401)
        return self.before(asked) or self.page(asked.query, asked.path.removeprefix(f"{FORM}/"))

    def _session(self, body: dict) -> Answer:
        if body != {"email": EMAIL, "password": PASSWORD}:
            return Answer.of({"code": 401.2, "message": "Could not authenticate"}, 401)
        self.tokens = [f"{TOKEN}-{self.logins}"]
        return Answer.of({"token": self.tokens[0], "csrf": "x", "expiresAt": "2030-01-01T00:00:00.000Z"})

    def page(self, query: dict[str, str], table: str = "Submissions") -> Answer:
        matching = [row for row in reversed(self.rows) if self._matches(row, query["$filter"])]
        found = [self._shown(row) for row in matching]
        if table == "Submissions.anggota":
            found = [member for row in matching for member in self._members(row)]
        if "$select" in query:
            found = [{name: row[name] for name in query["$select"].split(",")} for row in found]
        cursor = query.get("$skiptoken")
        after = [row["__id"] for row in found].index(json.loads(base64.b64decode(cursor))["id"]) + 1 if cursor else 0
        rows = found[after : after + int(query["$top"])]
        said = {"value": rows}
        if after + len(rows) < len(found):
            token = base64.b64encode(json.dumps({"id": rows[-1]["__id"]}).encode()).decode()
            rest = urlencode({**query, "$skiptoken": token}, quote_via=quote)
            said["@odata.nextLink"] = f"{self.domain}{FORM}/{table}?{rest}"
        if query.get("$count") == "true":
            said["@odata.count"] = len(found)
        return Answer.of(said)

    @staticmethod
    def _shown(row: dict) -> dict:
        return {name: value for name, value in row.items() if not name.startswith("_") or name in ("__id", "__system")}

    @staticmethod
    def _members(row: dict) -> list[dict]:
        ids = [
            sha256(f"{row['__id']}-anggota-{nth}".encode()).hexdigest() for nth in range(len(row.get("anggota", [])))
        ]
        return [
            {"__Submissions-id": row["__id"], "__id": id_, **answers}
            for id_, answers in zip(ids, row.get("anggota", []), strict=True)
        ]

    @staticmethod
    def _matches(row: dict, filter_: str) -> bool:
        judged = {"gt": lambda one, other: one > other, "le": lambda one, other: one <= other}
        dates = {"submissionDate": row["_at"], "updatedAt": row.get("_updated"), "deletedAt": row.get("_deleted")}
        if dates["deletedAt"] and "deletedAt" not in filter_:
            return False

        def holds(part: str) -> bool:
            field, operator, stated = re.fullmatch(
                r"(?:\$root/Submissions/)?__system/(\w+) (gt|le) (\S+Z)", part
            ).groups()
            return dates[field] is not None and judged[operator](dates[field], datetime.fromisoformat(stated))

        return any(all(map(holds, span.strip("()").split(" and "))) for span in filter_.split(" or "))
