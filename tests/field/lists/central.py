"""ODK Central's entity lists as a server that a test controls, with the answers that its API describes.

https://docs.getodk.org/central-api-entity-management/, central-api-dataset-management, and for the access filter the
API since 2026.2: rules of a list and properties of app users, of which any may match, and none shows nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlencode

from tests.assets.pull.conftest import Answer, Asked, Served

TOKEN = "sesi-rahasia"
PROJECT = "/v1/projects/1"
_UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
_NAME = re.compile(r"^(?!__)[A-Za-z_][A-Za-z0-9_-]*$")


class Entities:
    """The entity lists of one project. filters: whether the server knows access filters."""

    def __init__(self, server: Served, filters: bool = True) -> None:
        self.filters = filters
        self.lists: dict[str, dict[str, Any]] = {}
        self.actor_properties: list[str] = []
        self.app_users: dict[str, dict[str, str]] = {}
        self.before = lambda asked: None
        self.after = lambda asked, answer: answer
        self._server, self._clock = server, datetime(2019, 11, 1, tzinfo=UTC)
        server.answer = self._answer

    @property
    def url(self) -> str:
        return f"{self._server.url}{PROJECT}"

    @property
    def written(self) -> list[Asked]:
        """The requests that change entities."""
        return [asked for asked in self._server.asked if asked.method != "GET" and "/entities" in asked.path]

    def live(self, list_: str = "keluarga") -> dict[str, dict[str, str]]:
        """Participant's number -> label, properties and UUID."""
        return {
            entity["data"].get("no_peserta", ""): {"uuid": uuid, "label": entity["label"], **entity["data"]}
            for uuid, entity in self.lists.get(list_, {"entities": {}})["entities"].items()
            if entity["deletedAt"] is None
        }

    def carried_by(self, user: str, list_: str = "keluarga") -> set[str]:
        """The participants' numbers in the attachment that an app user's phone downloads."""
        filter_ = self.lists[list_].get("accessFilter")
        if filter_ is None:
            return set(self.live(list_))
        own = self.app_users[user]
        return {
            number
            for number, entity in self.live(list_).items()
            if any(
                own.get(rule["actorProperty"]) and entity.get(rule["datasetProperty"]) == own[rule["actorProperty"]]
                for rule in filter_["rules"]
            )
        }

    def from_phone(self, number: str, base: int | None = None, list_: str = "keluarga", **data: str) -> None:
        """A form's update of an entity; base: the version that the phone had."""
        entity = self.lists[list_]["entities"][self.live(list_)[number]["uuid"]]
        self._version(entity, data, base or entity["version"])

    def _version(self, entity: dict[str, Any], data: dict[str, str], base: int) -> None:
        between = [version for version in entity["versions"] if version["version"] > base]
        clash = sorted({name for version in between for name in version["dataReceived"]} & set(data))
        entity["version"] += 1
        entity["updatedAt"] = self._now()
        entity["data"] |= data
        conflict = ("hard" if clash else "soft") if between else None
        entity["conflict"] = conflict or entity["conflict"]
        entity["versions"].append(
            {
                "version": entity["version"],
                "baseVersion": base,
                "dataReceived": data,
                "data": dict(entity["data"]),
                "label": entity["label"],
                "conflict": conflict,
                "conflictingProperties": clash,
                "baseDiff": sorted(data),
                "resolved": False,
            }
        )

    def _now(self) -> str:
        self._clock += timedelta(seconds=1)
        return self._clock.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _answer(self, asked: Asked) -> Answer:
        if asked.token != TOKEN:
            return _problem(401, "Could not authenticate")
        return self.after(asked, self.before(asked) or self._dispatch(asked))

    def _dispatch(self, asked: Asked) -> Answer:
        body = json.loads(asked.body) if asked.body else {}
        path = unquote(asked.path.removeprefix(PROJECT))
        for method, pattern, action in self._actions():
            if method == asked.method and (match := re.fullmatch(pattern, path)):
                return action(*match.groups(), body, asked.query)
        return _problem(404, "Could not find the resource")

    def _actions(self) -> Iterator[tuple[str, str, Any]]:
        yield "GET", "/datasets", self._names
        yield "POST", "/datasets", self._new_list
        yield "GET", "/datasets/([^/.]+)", self._metadata
        yield "PATCH", "/datasets/([^/.]+)", self._settings
        yield "POST", "/datasets/([^/.]+)/properties", self._new_property
        yield "POST", "/actor-properties", self._new_actor_property
        yield "GET", r"/datasets/([^/.]+)\.svc/Entities", self._odata
        yield "POST", "/datasets/([^/.]+)/entities", self._create
        yield "GET", "/datasets/([^/.]+)/entities/([^/]+)", self._one
        yield "PATCH", "/datasets/([^/.]+)/entities/([^/]+)", self._update
        yield "DELETE", "/datasets/([^/.]+)/entities/([^/]+)", self._delete
        yield "POST", "/datasets/([^/.]+)/entities/([^/]+)/restore", self._restore
        yield "GET", "/datasets/([^/.]+)/entities/([^/]+)/versions", self._versions

    def _names(self, body: dict, query: dict) -> Answer:
        return Answer.of([{"name": name} for name in self.lists])

    def _new_list(self, body: dict, query: dict) -> Answer:
        if not _NAME.match(body["name"]):
            return _problem(400, "Unexpected name value")
        if body["name"].lower() in {name.lower() for name in self.lists}:
            return _problem(409, "A dataset already exists with that name")
        self.lists[body["name"]] = {"properties": [], "entities": {}, "accessFilter": None}
        return Answer.of({"name": body["name"], "properties": []})

    def _metadata(self, name: str, body: dict, query: dict) -> Answer:
        if name not in self.lists:
            return _problem(404, "Could not find the resource")
        list_ = self.lists[name]
        said = {"name": name, "ownerOnly": False, "properties": [{"name": each} for each in list_["properties"]]}
        return Answer.of(said | ({"accessFilter": list_["accessFilter"]} if list_["accessFilter"] else {}))

    def _settings(self, name: str, body: dict, query: dict) -> Answer:
        if self.filters and "accessFilter" in body:
            rules = body["accessFilter"]["rules"]
            known = all(
                rule["datasetProperty"] in self.lists[name]["properties"]
                and rule["actorProperty"] in self.actor_properties
                for rule in rules
            )
            if not known:
                return _problem(400, "Unexpected rules value")
            self.lists[name]["accessFilter"] = body["accessFilter"]
        return self._metadata(name, body, query)

    def _new_property(self, name: str, body: dict, query: dict) -> Answer:
        if body["name"] in self.lists[name]["properties"]:
            return _problem(409, "A resource already exists with name,datasetId value(s)")
        self.lists[name]["properties"].append(body["name"])
        return Answer.of({"success": True})

    def _new_actor_property(self, body: dict, query: dict) -> Answer:
        if not self.filters:
            return _problem(404, "Could not find the resource")
        if body["name"] in self.actor_properties:
            return _problem(409, "A resource already exists")
        self.actor_properties.append(body["name"])
        return Answer.of({"success": True})

    def _odata(self, name: str, body: dict, query: dict) -> Answer:
        deleted = query.get("$filter") == "__system/deletedAt ne null"
        found = [
            {
                "__id": uuid,
                "label": entity["label"],
                "__system": {
                    "createdAt": entity["createdAt"],
                    "creatorId": "1",
                    "creatorName": "sadaya",
                    "updates": entity["version"] - 1,
                    "updatedAt": entity["updatedAt"],
                    "version": entity["version"],
                    "conflict": entity["conflict"],
                    **({"deletedAt": entity["deletedAt"]} if deleted else {}),
                },
                **{each: entity["data"].get(each, "") for each in self.lists[name]["properties"]},
            }
            for uuid, entity in reversed(self.lists[name]["entities"].items())
            if (entity["deletedAt"] is not None) == deleted
        ]
        start, top = int(query.get("$skiptoken", 0)), int(query["$top"])
        said: dict[str, Any] = {"value": found[start : start + top]}
        if start + top < len(found):
            more = urlencode({**query, "$skiptoken": start + top})
            said["@odata.nextLink"] = f"{self.url}/datasets/{name}.svc/Entities?{more}"
        return Answer.of(said)

    def _create(self, name: str, body: dict, query: dict) -> Answer:
        list_ = self.lists[name]
        if "name" not in body.get("source", {}):
            return _problem(400, "Required parameter source.name missing")
        every = {uuid for each in self.lists.values() for uuid in each["entities"]}
        for entity in body["entities"]:
            if not _UUID.match(entity["uuid"]) or not entity["label"].strip():
                return _problem(400, "Unexpected value")
            if unknown := set(entity["data"]) - set(list_["properties"]):
                return _problem(400, f"You specified the dataset property {unknown} which does not exist.")
            if not all(isinstance(value, str) for value in entity["data"].values()):
                return _problem(400, "Expected string")
            if entity["uuid"] in every:
                return _problem(409, "A resource already exists with uuid value(s)")
        for entity in body["entities"]:
            self._put(list_, entity)
        return Answer.of({"success": True})

    def put(self, list_: str, uuid: str, label: str = "lain", **data: str) -> None:
        """An entity that somebody else made."""
        self._put(self.lists[list_], {"uuid": uuid, "label": label, "data": data})

    def _put(self, list_: dict, entity: dict[str, Any]) -> None:
        now = self._now()
        first = {"version": 1, "baseVersion": None, "dataReceived": entity["data"], "conflict": None}
        list_["entities"][entity["uuid"]] = {
            "label": entity["label"],
            "data": dict(entity["data"]),
            "version": 1,
            "conflict": None,
            "createdAt": now,
            "updatedAt": None,
            "deletedAt": None,
            "versions": [first],
        }

    def _of(self, name: str, uuid: str, deleted: bool = False) -> dict[str, Any] | None:
        entity = self.lists[name]["entities"].get(uuid)
        return entity if entity and (entity["deletedAt"] is not None) == deleted else None

    def _one(self, name: str, uuid: str, body: dict, query: dict) -> Answer:
        if (entity := self._of(name, uuid)) is None:
            return _problem(404, "Could not find the resource")
        current = {name: entity[name] for name in ("version", "label", "data")}
        return Answer.of({"uuid": uuid, "conflict": entity["conflict"], "currentVersion": current})

    def _update(self, name: str, uuid: str, body: dict, query: dict) -> Answer:
        if (entity := self._of(name, uuid)) is None:
            return _problem(404, "Could not find the resource")
        if query.get("baseVersion") != str(entity["version"]) and query.get("force") != "true":
            return _problem(409, "Current version of the Entity is not the one provided")
        entity["label"] = body.get("label", entity["label"])
        self._version(entity, body.get("data", {}), entity["version"])
        return self._one(name, uuid, body, query)

    def _delete(self, name: str, uuid: str, body: dict, query: dict) -> Answer:
        if (entity := self._of(name, uuid)) is None:
            return _problem(404, "Could not find the resource")
        entity["deletedAt"] = self._now()
        return Answer.of({"success": True})

    def _restore(self, name: str, uuid: str, body: dict, query: dict) -> Answer:
        if (entity := self._of(name, uuid, deleted=True)) is None:
            return _problem(404, "Could not find the resource")
        entity["deletedAt"] = None
        return Answer.of({"success": True})

    def _versions(self, name: str, uuid: str, body: dict, query: dict) -> Answer:
        return Answer.of([each for each in self.lists[name]["entities"][uuid]["versions"] if each["conflict"]])


def _problem(status: int, message: str) -> Answer:
    return Answer.of({"code": status, "message": message}, status)
