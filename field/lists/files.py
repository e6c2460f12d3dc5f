"""Lists as CSV files, for phones that get them by hand, or as media files of a form.

`FOLDER/current/` is a link to the folder of the newest list: `keluarga.csv` with all families, and
`keluarga-<companion>.csv` with each companion's, to hand out. Collect reads them as it reads an entity list: `name` is
what a form stores (the participant's number), `label` what it shows. Older folders are deleted: they are personal data
that nobody needs.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import polars as pl

from assets import durable
from field.lists.families import PROPERTIES, Families
from field.lists.limits import refuse_shrinking

NAME, CURRENT = "keluarga", "current"
FILE_MODE, FOLDER_MODE = 0o640, 0o750
_OURS = re.compile(r"\d{8}-\d{3,}-\w{8}")
"""Folders of lists: a load's id, and what makes it unique."""


@dataclass(frozen=True)
class Written:
    """Written lists: their folder, and how many files of companions it has."""

    folder: Path
    companions: int


def write(families: Families, folder: Path, allowed: bool = False) -> Written:
    """Write the lists of a load; readers see the old ones or the new ones.

    allowed: a person has allowed the list to lose many families.

    Raises:
        field.lists.families.ListError: it lost too many, and nobody allowed it.
    """
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    before = _numbers(folder / CURRENT / f"{NAME}.csv")
    gone = before.filter(~before.is_in(families.frame["no_peserta"].implode())).len()
    refuse_shrinking(before.len(), gone, families.frame.height, allowed)
    fresh = Path(tempfile.mkdtemp(prefix=f"{families.load_id}-", dir=folder))
    fresh.chmod(FOLDER_MODE)
    _csv(families.frame, fresh / f"{NAME}.csv")
    for companion in families.companions:
        _csv(families.of(companion), fresh / f"{NAME}-{quote(companion, safe='')}.csv")
    durable.fsync(fresh)
    durable.point(folder / CURRENT, fresh.name)
    for old in folder.iterdir():
        if _OURS.fullmatch(old.name) and old != fresh:
            shutil.rmtree(old)
    return Written(fresh, len(families.companions))


def _csv(frame: pl.DataFrame, path: Path) -> None:
    rows = frame.select(pl.col("no_peserta").alias("name"), "label", *PROPERTIES)
    rows.write_csv(path, quote_style="non_numeric")
    path.chmod(FILE_MODE)
    durable.fsync(path)


def _numbers(path: Path) -> pl.Series:
    """The participants' numbers of a list; none if there is no list."""
    if not path.is_file():
        return pl.Series("no_peserta", [], pl.String)
    return pl.read_csv(path, infer_schema=False)["no_peserta"]
