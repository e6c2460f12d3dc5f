"""Makes the lists of a load: files, and, if asked, the lists of an ODK Central."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assets import durable
from assets.home import Home
from assets.pull.patience import Sleep
from field.lists import files
from field.lists.families import families
from field.lists.sync import Synced, sync

SETTLE, COUNTS = "perlu_diselesaikan.csv", "central.json"
"""Beside the lists: what a person is to settle in Central, and what the run changed there."""


@dataclass(frozen=True)
class Made:
    """Lists of a load: how many families and companions they have, and what changed on Central, if it was asked to."""

    load_id: str
    folder: Path
    families: int
    companions: int
    without_companion: int
    central: Synced | None = None


def make(
    home: Home,
    load_id: str,
    folder: Path,
    day: date,
    central: bool = False,
    allowed: bool = False,
    environment: Mapping[str, str] = os.environ,
    sleep: Sleep = time.sleep,
) -> Made:
    """Make the lists of a load in a folder. It has names and addresses; so have no log and no error.

    central: also bring the lists of the Central up to date that the environment names. allowed: a person has allowed
    the lists to lose many families.

    Raises:
        field.lists.families.ListError: a list cannot be made, or must not be replaced.
        assets.sharing.share.ShareError: the agreement is not in force, or does not fit the publication.
        assets.pull.outcome.PullFailed: Central refuses or does not answer; the files are made, the next run continues.
    """
    wanted = families(home, load_id, day)
    written = files.write(wanted, folder, allowed)
    synced = None
    if central:
        synced = sync(wanted, environment, folder, sleep, allowed)
        settle = written.folder / SETTLE
        synced.settle.write_csv(settle)
        settle.chmod(files.FILE_MODE)
        durable.write_text(written.folder / COUNTS, json.dumps(synced.counts(), indent=2), files.FILE_MODE)
    return Made(load_id, written.folder, wanted.frame.height, written.companions, wanted.without_companion, synced)
