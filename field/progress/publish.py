"""Publishes progress: a folder of its own each time, and one link that readers go through.

HOME/progress/<load_id>-<minute>/
    progress.duckdb     the rebuilt marts, `reference.progress`, and `quality` of the day's submissions; read-only
    progress.json       its stamp and seal
    pages/              what is written from it
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from assets import durable
from assets.home import Home
from assets.load import Load
from assets.seal import seal_of
from assets.sources import Source
from field.progress import shadow, tables
from field.progress.basis import Basis
from field.progress.seen import DATABASE, FAILURE, SUMMARY, failure
from field.stamp import Stamp

READ_ONLY = 0o440
_NAME = re.compile(r"(?P<load>\d{8}-\d+)-(?P<minute>\d{8}T\d{4})(-(?P<nth>\d+))?")


@dataclass(frozen=True)
class Draft:
    """Progress that nobody sees yet. Pages are written into its folder before it is published."""

    folder: Path
    stamp: Stamp

    @property
    def database(self) -> Path:
        return self.folder / DATABASE

    @property
    def pages(self) -> Path:
        return self.folder / "pages"


def draft(home: Home, load: Load, basis: Basis, taken_at: datetime, sources: Sequence[Source], digest: str) -> Draft:
    """Close and seal a rebuilt scratch warehouse.

    taken_at: when the landing was read, with the zone whose minute names the folder. digest: what it was made of.
    """
    stamp = tables.stamp(load, basis, taken_at, sources)
    made = Draft(home.progress / f".{stamp.name}.fresh", stamp)
    made.folder.mkdir(mode=0o750)
    warehouse = load.home.warehouse(load.load_id)
    with duckdb.connect(str(warehouse)) as connection:
        shadow.drop_views(connection)
        tables.write(connection, load, stamp)
        connection.execute("checkpoint")
    warehouse.replace(made.database)
    made.database.chmod(READ_ONLY)
    durable.fsync(made.database)
    summary = asdict(stamp) | {"digest": digest} | seal_of(made.database)
    text = json.dumps(summary, indent=2, default=_text)
    durable.write_text(made.folder / SUMMARY, text + "\n", READ_ONLY)
    return made


def publish(home: Home, made: Draft, keep: int) -> Path:
    """Point readers to a draft with one rename, and delete all but the newest `keep`. Returns its folder."""
    folder = _free(home, made.stamp.name)
    made.folder.rename(folder)
    durable.fsync(home.progress)
    durable.point(home.current_progress, folder.name)
    for *_, old in _published(home)[:-keep]:
        if old != folder:
            durable.remove_folder(old)
    return folder


def clean(home: Home) -> None:
    """Delete what a killed process left; the caller must hold HOME's lock."""
    durable.sweep(home.progress)


def record_failure(home: Home, reason: str | None, at: datetime) -> bool:
    """Record what went wrong, until nothing does (`reason` is None); the same reason keeps the time of its first
    record. Returns whether it is another than before.
    """
    known = failure(home)
    if reason is None:
        (home.progress / FAILURE).unlink(missing_ok=True)
    if reason is None or (known and known["reason"] == reason):
        return False
    text = json.dumps({"reason": reason, "at": at}, indent=2, default=_text)
    durable.write_text(home.progress / FAILURE, text + "\n", 0o640)
    return True


def _text(value: Any) -> str:
    return value.isoformat()


def _free(home: Home, name: str) -> Path:
    """A path for one more of a load and minute: readers may have the earlier one open."""
    before = [nth for _, nth, path in _published(home) if path.name.startswith(name)]
    return home.progress / (f"{name}-{max(before) + 1}" if before else name)


def _published(home: Home) -> list[tuple[str, int, Path]]:
    """(minute, number within it, folder) of all published ones, the oldest first."""
    named = ((_NAME.fullmatch(path.name), path) for path in home.progress.iterdir())
    return sorted((match["minute"], int(match["nth"] or 1), path) for match, path in named if match)
