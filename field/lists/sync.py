"""Makes the lists on an ODK Central equal to the wanted ones: what differs is changed, and nothing else.

A run that stops anywhere is completed by the next one, since every run compares with what is there. Entities keep their
UUID, which is random and says nothing about the family; a family that returns within Central's 30 days gets its own
back. An entity in conflict is not touched until a person has settled it in Central.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import polars as pl
from filelock import lock_descriptor

from assets.pull.central import Central
from assets.pull.http import Caller
from assets.pull.outcome import LOG, PullFailed
from assets.pull.patience import Sleep
from assets.pull.settings import Settings
from field.lists.central import OWNER, PREFIX, SHAPE, EntityList, batches, beginning, name_of, names
from field.lists.families import PROPERTIES, Families, ListError
from field.lists.limits import refuse_shrinking
from field.lists.plan import SHOWN, Plan, plan

SETTLE = dict.fromkeys(
    ("daftar", "uuid", "no_peserta", "properti", "di_sadaya", "di_central", "dari_ponsel", "jenis", "tindakan",
     "what_to_do"), pl.String,
)  # fmt: skip
"""Columns of what is to be settled by a person; it has names and addresses, as the list itself."""
_ADVICE = {
    "hard": (
        "Buka entitas ini di Central, bandingkan kedua nilai, pilih yang benar, lalu tandai selesai.",
        "Open this entity in Central, compare both values, choose the right one, then mark it as resolved.",
    ),
    "soft": (
        "Dua perubahan tidak saling menimpa. Periksa entitas ini di Central, lalu tandai selesai.",
        "Two changes do not overwrite each other. Look at this entity in Central, then mark it as resolved.",
    ),
    "twice": (
        "Peserta ini punya lebih dari satu entitas. Hapus yang lebih di Central.",
        "This participant has more than one entity. Delete the others in Central.",
    ),
    "changed": (
        "Entitas ini berubah di Central saat daftar dikirim; daftar berikutnya mencoba lagi.",
        "This entity changed in Central while the list was sent; the next list tries again.",
    ),
}


@dataclass
class Synced:
    """What a run changed on the server, in entities. settle: `SETTLE`. lists: how many lists there are."""

    lists: int = 0
    created: int = 0
    restored: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    foreign: int = 0
    without_companion: int = 0
    settle: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SETTLE))

    def counts(self) -> dict[str, int]:
        numbers = {name: value for name, value in vars(self).items() if isinstance(value, int)}
        return {**numbers, "to_settle": self.settle.height}


def configured(environment: Mapping[str, str]) -> bool:
    """Whether the environment names a server for lists."""
    return Settings(PREFIX, environment).get("URL") is not None


def sync(
    families: Families, environment: Mapping[str, str], folder: Path, sleep: Sleep, allowed: bool = False
) -> Synced:
    """Bring the lists of the server that the environment names up to date. folder: where runs exclude each other.

    allowed: a person has allowed the lists to lose many families.

    Raises:
        ListError: the settings are wrong, the server cannot keep families apart, the lists would lose too many
            families, or another run is at work. Nothing was changed.
        assets.pull.outcome.PullFailed: the server refuses or does not answer; the next run continues.
    """
    settings = Settings(PREFIX, environment)
    split = settings.get("SPLIT")
    if split not in (None, OWNER):
        raise ListError(f"{PREFIX}_SPLIT is {OWNER} or nothing")
    project, found, name = settings.url().rpartition("/datasets/")
    if not found or "/" in name or "/projects/" not in project:
        raise ListError(f"{PREFIX}_URL must be like {SHAPE}")
    handle = os.open(folder, os.O_RDONLY)
    try:
        if not lock_descriptor(handle, blocking=False):
            raise ListError("another run is bringing the lists up to date")
        with Caller(sleep) as caller:
            server = Central(caller, settings, SHAPE)
            lists = _lists(server, project, name, families, split is not None)
            LOG.info("lists at %s: %d", urlsplit(project).hostname, len(lists))
            return _sync(lists, families, split is not None, allowed)
    finally:
        os.close(handle)


def _lists(
    server: Central, project: str, name: str, families: Families, split: bool
) -> list[tuple[EntityList, pl.DataFrame]]:
    """Each list with its wanted families; those of companions who have none any more have none."""
    if not split:
        return [(EntityList(server, project, name), families.frame)]
    owners = {companion: name_of(name, companion) for companion in families.companions}
    if len(set(owners.values())) < len(owners):
        raise ListError("two companions' numbers give one name of a list")
    wanted = {list_: families.of(companion) for companion, list_ in owners.items()}
    for left in (known for known in names(server, project) if known.startswith(beginning(name))):
        wanted.setdefault(left, families.frame.clear())
    return [(EntityList(server, project, list_), frame) for list_, frame in sorted(wanted.items())]


def _sync(lists: list[tuple[EntityList, pl.DataFrame]], families: Families, split: bool, allowed: bool) -> Synced:
    """Plan every list before one is changed: a family may move from one to another."""
    plans: list[tuple[EntityList, Plan]] = []
    for list_, wanted in lists:
        list_.prepare(split)
        plans.append((list_, plan(wanted.select(SHOWN), list_.read())))
    leaving = pl.concat([one.delete["no_peserta"] for _, one in plans])
    gone = leaving.filter(~leaving.is_in(families.frame["no_peserta"].implode())).n_unique()
    refuse_shrinking(sum(one.before for _, one in plans), gone, families.frame.height, allowed)
    done = Synced(lists=len(plans), without_companion=families.without_companion)
    settle: list[dict[str, Any]] = []
    for list_, one in plans:
        done.unchanged += one.unchanged
        done.foreign += one.foreign
        settle += _to_settle(list_, one, families.frame)
        settle += _apply(list_, one, f"sadaya {families.load_id}", done)
    done.settle = pl.DataFrame(settle, schema=SETTLE)
    return done


def _apply(list_: EntityList, one: Plan, source: str, done: Synced) -> list[dict[str, Any]]:
    """Carry out the plan of one list. Returns what is to be settled."""
    settle = []
    fresh = one.create
    back = one.restore.filter(pl.Series([list_.restore(uuid) for uuid in one.restore["uuid"]], dtype=pl.Boolean))
    done.restored += back.height
    fresh = pl.concat([fresh, one.restore.join(back, on="uuid", how="anti").select(SHOWN)])
    done.created += _create(list_, fresh, source)
    for row in pl.concat([one.update, back]).to_dicts():
        data = {name: row[name] for name in PROPERTIES}
        if _updated(list_, row, data):
            done.updated += 1
        else:
            settle.append(_row(list_, row["uuid"], row["no_peserta"], "changed"))
    for uuid in one.delete["uuid"]:
        list_.delete(uuid)
        done.deleted += 1
    return settle


def _create(list_: EntityList, fresh: pl.DataFrame, source: str) -> int:
    """Create entities under random UUIDs. An answer that was lost is asked for again under the same ones, which Central
    then refuses: so those that are there by now were created.
    """
    named = fresh.with_columns(uuid=pl.Series([str(uuid4()) for _ in range(fresh.height)], dtype=pl.String))
    for entities in batches(named):
        if not list_.create(entities, source):
            there = set(list_.read()["uuid"])
            if not {entity["uuid"] for entity in entities} <= there:
                raise PullFailed(f"Central refused {len(entities)} new entities as already there")
    return fresh.height


def _updated(list_: EntityList, row: dict[str, Any], data: dict[str, str]) -> bool:
    """Update an entity. Returns whether it is as wanted now: if an answer was lost, its version is ours already."""
    status = list_.update(row["uuid"], row["version"], row["label"], data)
    if status == 200:
        return True
    now = list_.one(row["uuid"])
    return now is not None and now.get("label") == row["label"] and data.items() <= (now.get("data") or {}).items()


def _to_settle(list_: EntityList, one: Plan, wanted: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Entities in conflict, one row for each property in question, and further entities of one number."""
    ours = {row["no_peserta"]: row for row in wanted.join(one.held, on="no_peserta", how="semi").to_dicts()}
    for row in one.held.to_dicts():
        number, mine = row["no_peserta"], ours.get(row["no_peserta"], {})
        versions = list_.conflicting(row["uuid"])
        asked = [version for version in versions if version.get("conflict") and not version.get("resolved")]
        for version in asked:
            phone = version.get("dataReceived") or {}
            for name in version.get("conflictingProperties") or version.get("baseDiff") or [""]:
                values = (mine.get(name), row.get(name), phone.get(name))
                yield _row(list_, row["uuid"], number, version["conflict"], name, values)
        if not asked:
            yield _row(list_, row["uuid"], number, row["conflict"])
    for row in one.twice.to_dicts():
        yield _row(list_, row["uuid"], row["no_peserta"], "twice")


def _row(
    list_: EntityList,
    uuid: str,
    number: str,
    kind: str,
    name: str = "",
    values: tuple[str | None, str | None, str | None] = (None, None, None),
) -> dict[str, Any]:
    """A row of `SETTLE`. values: those of the warehouse, of Central, and of the phone."""
    advice = _ADVICE.get(kind, _ADVICE["soft"])
    return dict(zip(SETTLE, (list_.name, uuid, number, name, *values, kind, *advice), strict=True))
