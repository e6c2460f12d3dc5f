"""What a pull comes to, and how it says that it failed. None of this quotes data or secrets."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from typing import Literal

from validations.errors import SadayaError

LOG = logging.getLogger("sadaya.pull")

Status = Literal["landed", "already_landed", "nothing_new", "waiting"]
"""waiting: the sender is not done yet. Only `landed` leaves something in the landing that was not there."""


class PullFailed(SadayaError):  # noqa: N818 -- the same word that users read
    """A pull that came to nothing, in one sentence."""


@dataclass(frozen=True)
class Gathered:
    """What a transport has put into its workplace. rows: None where rows were not counted (files)."""

    status: Status
    rows: int | None = None


@dataclass(frozen=True)
class PullResult:
    """What became of one source on one day."""

    source: str
    day: date
    status: Status
    files: int = 0
    bytes: int = 0
    rows: int | None = None
