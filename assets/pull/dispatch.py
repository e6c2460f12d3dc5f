"""Pulls a source: chooses the transport, locks the source, and moves what was fetched to the landing."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from assets.pull.declared import Kobo, OData, One, PagedHttp, Postgres, Sftp
from assets.pull.landed import Landed
from assets.pull.outcome import LOG, Gathered, PullFailed, PullResult
from assets.pull.patience import Sleep
from assets.pull.settings import Settings, chosen
from assets.pull.workplace import Workplace, working
from assets.sources import Source


def pull(
    source: Source, landing: Path, day: date, environment: Mapping[str, str], sleep: Sleep = time.sleep
) -> PullResult:
    """Fetch one source's delivery of a day into the landing, unless it is there already. A source that may be pulled
    several times a day (`again`) is asked for what is new, which joins the folder of that day.

    An interrupted pull is resumed. sleep: function that waits between tries.

    Raises:
        PullFailed: it failed; the landing is unchanged.
        ValueError: the source declares no pull.
    """
    if source.pull is None:
        raise ValueError(f"{source.name} is not pulled")
    declared = chosen(source.pull, environment)
    try:
        with working(landing, source.name, day, declared.again) as place:
            result = _fill(source, declared, place, day, Settings(declared.prefix, environment), sleep)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else type(error).__name__
        raise PullFailed(f"the landing could not be written: {why}") from error
    LOG.info("%s of %s: %s, %d files, %d bytes", source.name, day, result.status, result.files, result.bytes)
    return result


def _fill(source: Source, declared: One, place: Workplace, day: date, settings: Settings, sleep: Sleep) -> PullResult:
    there = place.landed.exists()
    if there and not declared.again:
        return PullResult(source.name, day, "already_landed")
    gathered = _gather(source, declared, place, day, settings, sleep)
    if gathered.status != "landed":
        place.discard()
        quiet = there and gathered.status == "nothing_new"
        return PullResult(source.name, day, "already_landed" if quiet else gathered.status, rows=gathered.rows)
    files, size = place.land(join=declared.again)
    return PullResult(source.name, day, "landed", files, size, gathered.rows)


def _gather(source: Source, declared: One, place: Workplace, day: date, settings: Settings, sleep: Sleep) -> Gathered:
    """Call the transport. Each has its own library, and only the one in use is imported."""
    match declared:
        case Postgres():
            from assets.pull import postgres

            return postgres.gather(declared, settings, place, sleep)
        case PagedHttp():
            from assets.pull import paged_http

            return paged_http.gather(declared, settings, place, sleep)
        case OData():
            from assets.pull import odata

            return odata.gather(declared, settings, place, sleep, Landed(place.landed.parent, source))
        case Kobo():
            from assets.pull import kobo

            return kobo.gather(declared, settings, place, sleep, Landed(place.landed.parent, source))
        case Sftp():
            from assets.pull import sftp

            return sftp.gather(declared, settings, place, sleep, day)
