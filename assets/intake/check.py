"""The check that an agency runs before it sends: contract, verdict and marked workbook as in a load; stores nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, count
from pathlib import Path

from assets.intake.apart import parse_apart
from assets.intake.hold import much_quarantined
from assets.intake.landing import not_of_delivery
from assets.intake.pages import contradiction
from assets.intake.totals import disagreements
from assets.intake.unjudged import unjudged
from assets.sources import Source
from validations import regions, workbook
from validations.counts import Counts
from validations.deletions import notices_of
from validations.delivery import Context, RawFile
from validations.engine import validate
from validations.messages import Filled, Refusal


@dataclass(frozen=True)
class CheckResult:
    """The verdict on one file. `errors`, `warnings`, `repairs`: check name -> lines. `refused`: why it would be
    refused. `unjudged`: verdicts that only a load can give.
    """

    counts: Counts = field(default_factory=Counts)
    errors: Mapping[str, int] = field(default_factory=dict)
    warnings: Mapping[str, int] = field(default_factory=dict)
    repairs: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[Filled, ...] = ()
    unjudged: tuple[Filled, ...] = ()
    refused: Filled | None = None
    workbook: Path | None = None

    @property
    def clean(self) -> bool:
        return self.refused is None and self.counts.quarantined == 0


def check(path: Path, source: Source, out_dir: Path, today: date) -> CheckResult:
    """Validate one file against its contract as a delivery of `today`. Write the marked workbook to `out_dir` if rows
    are marked, never over another: somebody may have corrected that.

    Gives every verdict of a load except those that need other files or the data in force; these are listed.

    Raises:
        FileNotFoundError: there is no such file.
    """
    with tempfile.TemporaryDirectory(prefix="sadaya-check-") as scratch:
        folder = Path(scratch)
        if aside := not_of_delivery(path, source):
            return CheckResult(refused=aside.filled)
        (folder / "raw").mkdir()
        try:
            parsed = parse_apart(path, source, folder / "raw", "0")
        except Refusal as refusal:
            return CheckResult(refused=refusal.filled)
        if parsed.page is not None and (reason := contradiction(parsed.page)):
            return CheckResult(refused=reason)
        region = regions.regency_in_name(path.name)
        covered = frozenset({region}) if region else None
        tables = [RawFile(name, parts, covered) for name, parts in parsed.tables(path.name).items()]
        verdict = validate(tables, source.contract, Context(f"check-{source.name}", source.name, today, {}), folder)
        marked = None
        if verdict.errors or verdict.warnings:
            out_dir.mkdir(parents=True, exist_ok=True)
            marked = _free(out_dir, path.stem)
            workbook.write(folder, source.contract, marked, warned=True)
        return CheckResult(
            verdict.total.with_furniture(parsed.rows_furniture),
            verdict.errors,
            verdict.warnings,
            verdict.repairs,
            (
                *parsed.notices,
                *regions.coverage_notices(path.name),
                *disagreements(parsed),
                *chain.from_iterable(verdict.notices.values()),
                *notices_of(verdict.deleted.total()),
                *much_quarantined(source, verdict.total),
            ),
            tuple(unjudged(source, parsed)),
            workbook=marked,
        )


def _free(folder: Path, stem: str) -> Path:
    """The first path of a marked workbook in `folder` that is not taken."""
    names = chain([f"{stem}{workbook.MARKED}"], (f"{stem}{workbook.numbered(nth)}" for nth in count(2)))
    return next(path for path in map(folder.joinpath, names) if not path.exists())
