"""Pulls a source: chooses the transport, locks the source, and moves what was fetched to the landing."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from assets.pull.declared import OData, PagedHttp, Postgres, Sftp
from assets.pull.outcome import LOG, Gathered, PullFailed, PullResult
from assets.pull.patience import Sleep
from assets.pull.settings import Settings, missing
from assets.pull.workplace import Workplace, working
from assets.sources import Source

_DAY = r"\d{4}-\d{2}-\d{2}"


def pull(
    source: Source, landing: Path, day: date, environment: Mapping[str, str], sleep: Sleep = time.sleep
) -> PullResult:
    """Fetch one source's delivery of a day into the landing, unless it is there already.

    An interrupted pull is resumed. sleep: function that waits between tries.

    Raises:
        PullFailed: it failed; the landing is unchanged.
        ValueError: the source declares no pull.
    """
    if source.pull is None:
        raise ValueError(f"{source.name} is not pulled")
    if lacking := missing(source.pull, environment):
        raise PullFailed(f"{', '.join(lacking)} not set")
    try:
        with working(landing, source.name, day) as place:
            result = _fill(source, place, day, Settings(source.pull.prefix, environment), sleep)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else type(error).__name__
        raise PullFailed(f"the landing could not be written: {why}") from error
    LOG.info("%s of %s: %s, %d files, %d bytes", source.name, day, result.status, result.files, result.bytes)
    return result


def _fill(source: Source, place: Workplace, day: date, settings: Settings, sleep: Sleep) -> PullResult:
    if place.landed.exists():
        return PullResult(source.name, day, "already_landed")
    gathered = _gather(source, place, day, settings, sleep)
    if gathered.status != "landed":
        place.discard()
        return PullResult(source.name, day, gathered.status, rows=gathered.rows)
    files, size = place.land()
    return PullResult(source.name, day, "landed", files, size, gathered.rows)


def _gather(source: Source, place: Workplace, day: date, settings: Settings, sleep: Sleep) -> Gathered:
    """Call the transport. Each has its own library, and only the one in use is imported."""
    match source.pull:
        case Postgres() as declared:
            from assets.pull import postgres

            return postgres.gather(declared, settings, place, sleep)
        case PagedHttp() as declared:
            from assets.pull import paged_http

            return paged_http.gather(declared, settings, place, sleep)
        case OData() as declared:
            from assets.pull import odata

            return odata.gather(declared, settings, place, sleep, _landed_files(source, place.landed.parent))
        case Sftp() as declared:
            from assets.pull import sftp

            return sftp.gather(declared, settings, place, sleep, day)
        case None:
            raise ValueError(f"{source.name} is not pulled")


def _landed_files(source: Source, folder: Path) -> list[Path]:
    """All files of the source's deliveries in the landing."""
    return [
        path
        for delivery in sorted(folder.iterdir())
        if re.fullmatch(_DAY, delivery.name) and delivery.is_dir()
        for path in sorted(delivery.iterdir())
        if path.is_file() and source.formats_of(path.name)
    ]
