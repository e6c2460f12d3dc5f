"""Runs thousands of broken deliveries through parser and contract: none may crash or hang them, use too much memory, or
lose a row.

    python -m tests.torture.fuzz --files 10000 --seed 1 --keep finds

A find is kept as a file named by its seed, to become a case of `tests/torture/faults.py` or of a reader's own tests.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

from assets.intake import apart
from assets.intake.apart import parse_apart
from assets.intake.landing import not_of_delivery
from assets.intake.pages import contradiction, incomplete
from assets.intake.parse import parse_file
from assets.intake.parsed import ParsedFile
from assets.intake.totals import disagreements
from assets.sources import Source, all_sources
from tests.torture.covered import counting
from tests.torture.covered import report as covered
from tests.torture.mutations import broken
from validations.delivery import Context, RawFile
from validations.engine import validate
from validations.messages import Refusal

Parse = Callable[[Path, Source, Path, str], ParsedFile]
SECONDS, BYTES = 30, 2 << 30
"""Limits per file: processor time, so that a busy machine makes no find, and the parser's memory. A parser that hangs
without using the processor is stopped by `assets.intake.apart`.
"""
_CONTAINED = ("parser_failed", "parser_out_of_memory", "parser_out_of_time")
"""Refusals because the parser died or was stopped: the load survives, but the reader has a bug."""


@dataclass
class Report:
    """Outcomes of the files: number by outcome, finds by seed, the slowest and largest."""

    outcomes: Counter[str] = field(default_factory=Counter)
    finds: dict[int, str] = field(default_factory=dict)
    rows: int = 0
    slowest: float = 0.0
    largest: int = 0


def judged(path: Path, source: Source, folder: Path, parse: Parse = parse_apart) -> tuple[str, int]:
    """Judge one file. Returns `accepted` or the code of its refusal, and the number of rows read.

    Raises:
        Exception: an error that a reader or check did not foresee, or a violated conservation law.
    """
    (folder / "raw").mkdir(parents=True)
    if aside := not_of_delivery(path, source):
        return aside.filled.code, 0
    try:
        parsed = parse(path, source, folder / "raw", "0")
    except Refusal as refusal:
        return refusal.filled.code, 0
    disagreements(parsed)
    if parsed.page is not None:
        contradiction(parsed.page)
        incomplete([parsed.page])
    files = [RawFile(name, parts) for name, parts in parsed.tables(path.name).items()]
    verdict = validate(files, source.contract, Context("uji", source.name, date(2019, 11, 1)), folder)
    if verdict.total.read != parsed.rows_read:
        raise ValueError(f"{parsed.rows_read} rows were parsed, {verdict.total.read} judged")
    return "accepted", verdict.total.read


def run(seeds: range, seconds: float, keep: Path | None, parse: Parse = parse_apart) -> Report:
    """Judge a broken delivery of each seed, until the time is over."""
    report, begun, sources = Report(), time.monotonic(), list(all_sources())
    for seed in seeds:
        if time.monotonic() - begun > seconds:
            break
        if report.outcomes and not seed % 500:
            print(
                f"seed {seed}: {report.outcomes.total():,} files, {len(report.finds)} finds",
                file=sys.stderr,
                flush=True,
            )
        draw = Random(seed)
        source = draw.choice(sources)
        for name, content in broken(source, draw).items():
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / name
                path.write_bytes(content)
                if wrong := _one(path, source, Path(folder) / "out", report, parse):
                    report.finds[seed] = f"{source.name}/{name}: {wrong}"
                    if keep is not None:
                        keep.mkdir(parents=True, exist_ok=True)
                        (keep / f"{seed}-{source.name}-{name}").write_bytes(content)
    return report


def _one(path: Path, source: Source, folder: Path, report: Report, parse: Parse) -> str:
    """The problem found with one file; empty if there is none."""
    started = _used()
    try:
        outcome, rows = judged(path, source, folder, parse)
    except Exception:
        return traceback.format_exc(limit=-3)
    finally:
        took, held = _used() - started, _peak()
        report.slowest, report.largest = max(report.slowest, took), max(report.largest, held)
    report.outcomes[outcome] += 1
    report.rows += rows
    if held > BYTES:
        apart.stop()
        return f"its parser held {held >> 20} MiB"
    return f"it took {took:.0f} s" if took > SECONDS else outcome if outcome in _CONTAINED else ""


def _of_parser(file: str) -> str:
    """A file of the parser's process under /proc; empty if none is running."""
    try:
        return Path(f"/proc/{apart._running[0]._process.pid}/{file}").read_text()
    except (OSError, IndexError):
        return ""


def _peak() -> int:
    """Peak memory of the parser's process in bytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", _of_parser("status"))
    return int(found[1]) << 10 if found else 0


def _used() -> float:
    """Seconds of processor time of this process and the parser's."""
    stat = _of_parser("stat").rpartition(")")[2].split()
    ticks = int(stat[11]) + int(stat[12]) if stat else 0
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="The first; each file has the next.")
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--keep", type=Path, help="A folder for the files that are finds.")
    parser.add_argument("--covered", action="store_true", help="In this process, with the readers' lines that ran.")
    given = parser.parse_args()
    seeds = range(given.seed, given.seed + given.files)
    if given.covered:
        with counting() as ran:
            report = run(seeds, given.seconds, given.keep, parse_file)
        print(covered(ran))
    else:
        report = run(seeds, given.seconds, given.keep)
    for outcome, count in report.outcomes.most_common():
        print(f"{count:7,}  {outcome}")
    print(f"{report.outcomes.total():,} files, {report.rows:,} rows, {len(report.finds)} finds;", end=" ")
    print(f"slowest {report.slowest:.1f} s, largest {report.largest >> 20} MiB")
    for seed, wrong in report.finds.items():
        print(f"seed {seed}: {wrong}")
    return 1 if report.finds else 0


if __name__ == "__main__":
    sys.exit(main())
