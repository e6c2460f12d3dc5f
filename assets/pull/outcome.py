"""Results and errors of a pull, without data or secrets."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from typing import Literal

from validations.errors import SadayaError

LOG = logging.getLogger("sadaya.pull")

Status = Literal["landed", "already_landed", "nothing_new", "waiting"]
"""waiting: the sender is not finished. Only `landed` adds something to the landing."""


class PullFailed(SadayaError):  # noqa: N818 -- the word that users read
    """A failed pull, in one sentence."""


@dataclass(frozen=True)
class Gathered:
    """What a transport has stored in its workplace. rows: None if rows were not counted (files)."""

    status: Status
    rows: int | None = None


@dataclass(frozen=True)
class PullResult:
    """The result of one source on one day."""

    source: str
    day: date
    status: Status
    files: int = 0
    bytes: int = 0
    rows: int | None = None
