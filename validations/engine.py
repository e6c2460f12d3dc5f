"""Applies a contract to one delivery: first row by row in batches, then keys and sets over the whole delivery.

Every row read has exactly one outcome: accepted, quarantined, or counted as an exact duplicate of an accepted row.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from validations import rows
from validations.contract import Contract, Profiles
from validations.counts import Counts
from validations.delivery import Context, RawFile
from validations.messages import Filled
from validations.settle import settle

META: dict[str, Any] = {
    "record_key": pl.String,
    "delivery_id": pl.String,
    "file_name": pl.String,
    "row_number": pl.Int64,
    "row_hash": pl.String,
    "coverage_regency": pl.String,
}
FILE_OF_TABLE = "split_part(file_name, '/', 1)"
"""SQL of a row's delivered file: a table of several in one file is named `<file>/<sheet>`."""


@dataclass(frozen=True)
class Verdict:
    """Outcome of the rows, by file and in total, and the number of lines per check. deleted: accepted rows by file that
    end their record. notices: by file, messages about whole columns.
    """

    files: dict[str, Counts]
    errors: dict[str, int]
    warnings: dict[str, int]
    repairs: dict[str, int]
    deleted: Counter[str]
    notices: dict[str, list[Filled]] = field(default_factory=dict)

    @property
    def total(self) -> Counts:
        return sum(self.files.values(), Counts())


def accepted_schema(contract: Contract) -> dict[str, Any]:
    """Columns of accepted Parquet: the contract's in lower case with their companions, then the row's origin."""
    return {**{name.lower(): pl.String for name in contract.columns}, **META}


def validate(files: Sequence[RawFile], contract: Contract, context: Context, out_dir: Path) -> Verdict:
    """Judge the rows of a delivery and write the outcome to `out_dir` (docs/architecture.md).

    Raw rows are read in the parts they were parsed into (at most 500,000 each), so memory does not grow with the
    delivery, except for one column at a time of the largest file.

    Raises:
        RuntimeError: a check could not be evaluated.
        ValueError: a row has a problem without a message, or the conservation law does not hold.
    """
    work = out_dir / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    notices: dict[str, list[Filled]] = {}
    for number, file in enumerate(files):
        profiles = rows.profile(file.parts, contract)
        notices[file.file_name] = _column_notices(contract, profiles)
        doubts = contract.doubts(context.delivery_date, profiles)
        for part, path in enumerate(file.parts):
            judged = rows.judge(pl.read_parquet(path, glob=False), file, contract, doubts, profiles, context)
            for kind, frame in ((kind, frame) for kind, frame in judged.items() if frame.height):
                frame.write_parquet(work / f"{kind}-{number:04d}-{part:04d}.parquet")
    settle(files, contract, context, work, out_dir)
    shutil.rmtree(work)
    verdict = _verdict(files, out_dir)
    for name, counts in verdict.files.items():
        notices[name] += _rule_notices(contract, name, counts.read, out_dir)
    return replace(verdict, notices=notices)


def _column_notices(contract: Contract, profiles: Profiles) -> list[Filled]:
    """Notices from the profiles of a file's columns."""
    return [
        message.fill(column=column.name)
        for column in contract.fields
        for fact, message in column.type.notices
        if profiles[column.name].get(fact)
    ]


def _rule_notices(contract: Contract, file_name: str, rows_read: int, out_dir: Path) -> list[Filled]:
    """Notices of the rules that most rows of a file break."""
    found = []
    for rule in (rule for rule in contract.rules if rule.notice is not None):
        lines = pl.scan_parquet(out_dir / ("quarantine.parquet" if rule.severity == "error" else "warnings.parquet"))
        of_rule = lines.filter(file_name=file_name, column_name=rule.column, check_name=rule.message.code)
        if rule.notice and 2 * of_rule.select(pl.len()).collect().item() > rows_read:
            found.append(rule.notice.fill(column=rule.column))
    return found


def _verdict(files: Sequence[RawFile], out_dir: Path) -> Verdict:
    read = {file.file_name: sum(_height(part) for part in file.parts) for file in files}
    accepted = _rows_by_file(_scan(*(out_dir / "accepted").glob("*.parquet")))
    deleted = _rows_by_file(_scan(out_dir / "deletions.parquet"))
    quarantine = _scan(out_dir / "quarantine.parquet")
    quarantined = _rows_by_file(quarantine.unique(["file_name", "row_number"]))
    duplicates = _rows_by_file(_scan(out_dir / "duplicates.parquet"))
    counts = {
        name: Counts(rows, accepted[name] + deleted[name], quarantined[name], duplicates[name])
        for name, rows in read.items()
    }
    return Verdict(
        counts,
        _lines_by_check(quarantine),
        _lines_by_check(_scan(out_dir / "warnings.parquet")),
        _lines_by_check(_scan(out_dir / "repairs.parquet")),
        deleted,
    )


def _scan(*files: Path) -> pl.LazyFrame:
    return pl.scan_parquet(list(files), glob=False)  # a folder's name may contain brackets


def _height(part: Path) -> int:
    return _scan(part).select(pl.len()).collect().item()


def _rows_by_file(frame: pl.LazyFrame) -> Counter[str]:
    return Counter(dict(frame.group_by("file_name").len().collect().iter_rows()))


def _lines_by_check(frame: pl.LazyFrame) -> dict[str, int]:
    return dict(frame.group_by("check_name").len().sort("check_name").collect().iter_rows())
