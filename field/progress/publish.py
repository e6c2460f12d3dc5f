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
from field.progress.seen import DATABASE, FAILURE, SUMMARY
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
        shadow.lift(connection)
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
    folder = _free(home.progress, made.stamp.name)
    made.folder.rename(folder)
    durable.fsync(home.progress)
    durable.point(home.current_progress, folder.name)
    (home.progress / FAILURE).unlink(missing_ok=True)
    for old in _folders(home)[:-keep]:
        if old != folder:
            durable.remove_folder(old)
    return folder


def clean(home: Home) -> None:
    """Delete what a killed process left; the caller must hold HOME's lock."""
    durable.sweep(home.progress)
    durable.remove_folder(home.progress_work.root)


def fail(home: Home, reason: str, at: datetime) -> None:
    """Record why progress could not be rebuilt, until it is. Readers keep what they see."""
    text = json.dumps({"reason": reason, "at": at}, indent=2, default=_text)
    durable.write_text(home.progress / FAILURE, text + "\n", 0o640)


def _text(value: Any) -> str:
    return value.isoformat()


def _free(folder: Path, name: str) -> Path:
    """A path that does not exist: readers may have that of the same minute open."""
    nth = 1
    while (path := folder / (name if nth == 1 else f"{name}-{nth}")).exists():
        nth += 1
    return path


def _folders(home: Home) -> list[Path]:
    """All published ones, the oldest first."""
    named = ((_NAME.fullmatch(path.name), path) for path in home.progress.iterdir())
    found = [(match["minute"], int(match["nth"] or 1), path) for match, path in named if match]
    return [path for *_, path in sorted(found)]
