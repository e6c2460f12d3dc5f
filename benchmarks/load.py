"""Measures a whole load, stage by stage: rows, seconds, rows/s and peak memory, and the ratio to the floor measured in
the same run; for several scales, how each stage grows.

python -m benchmarks.load --scale 0.01 0.1 1

Simulates and loads a first night and a second one with small changes, and compares with `benchmarks.floor` on the same
files (`--first-only`: no second night). Growth is the exponent of the rows: 1 is linear. Memory is that of the whole
process tree, sampled ten times a second; a stage's figures come from Dagster's own event log.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

SAMPLE_SECONDS = 0.1
MIB = 1 << 20


@dataclass
class Run:
    """One finished command: wall seconds, and (time, resident bytes of the process tree) samples."""

    seconds: float
    output: str
    samples: list[tuple[float, int]] = field(default_factory=list)

    def peak(self, start: float = 0.0, end: float = float("inf")) -> float:
        """Peak memory between two times, in MiB."""
        return max((held for at, held in self.samples if start <= at <= end), default=0) / MIB


def run(command: list[str], **environment: str) -> Run:
    """Run a command while sampling its memory.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    started = time.time()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment})
    result = Run(0.0, "")
    sampler = threading.Thread(target=_sample, args=(process.pid, result.samples), daemon=True)
    sampler.start()
    result.output, _ = process.communicate()
    result.seconds = time.time() - started
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, result.output)
    return result


def _sample(pid: int, samples: list[tuple[float, int]]) -> None:
    try:
        root = psutil.Process(pid)
        while root.is_running() and root.status() != psutil.STATUS_ZOMBIE:
            samples.append((time.time(), _tree_bytes(root)))
            time.sleep(SAMPLE_SECONDS)
    except psutil.NoSuchProcess:
        return


def _tree_bytes(root: psutil.Process) -> int:
    held = 0
    for process in (root, *root.children(recursive=True)):
        try:
            held += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return held


STAGES = {
    "intake": r".*__raw",
    "validation": r".*__accepted",
    "dbt, first half": r"load__inputs|dbt_pre_identity",
    "identity": r"identity",
    "dbt, second half": r"dbt_post_identity",
    "gate and publication": r"gate|publication__.*",
    "extracts": r"extract_.*",
}
"""Stage -> the keys of its steps in the job `nightly`."""


@dataclass
class Stage:
    """Cost of one stage of a load. Seconds are summed over its steps; the peak is that of the process tree while one of
    them ran.
    """

    seconds: float = 0.0
    peak_mib: float = 0.0


def stages(home: Path, load: Run) -> dict[str, Stage]:
    """Seconds and peak memory by stage, from the newest run in HOME's Dagster event log."""
    os.environ["DAGSTER_HOME"] = str(home / "dagster")
    from dagster import DagsterInstance

    found: dict[str, Stage] = defaultdict(Stage)
    with DagsterInstance.get() as instance:
        run_id = instance.get_run_records(limit=1)[0].dagster_run.run_id
        for step in instance.get_run_step_stats(run_id):
            if step.start_time is None or step.end_time is None:
                continue
            stage = found[next(name for name, keys in STAGES.items() if re.fullmatch(keys, step.step_key))]
            stage.seconds += step.end_time - step.start_time
            stage.peak_mib = max(stage.peak_mib, load.peak(step.start_time, step.end_time))
    return found


def simulate(out: Path, scale: float, seed: int, nights: int = 1, rates: Path | None = None) -> Run:
    """Write a simulated province to a new folder. rates: overrides of its defects. Returns the measurements."""
    command = [sys.executable, "-m", "orchestration", "simulate", "--scale", str(scale), "--seed", str(seed)]
    differing = ["--rates", str(rates)] if rates else []
    return run([*command, "--nights", str(nights), "--out", str(out), *differing])


def nightly(landing: Path, home: Path, as_of: str) -> tuple[Run, dict]:
    """Run one load. Returns its measurements and its summary."""
    command = [sys.executable, "-m", "orchestration", "nightly", "--landing", str(landing), "--home", str(home)]
    load = run([*command, "--date", as_of, "--json"], SADAYA_SETTLE_SECONDS="0")
    return load, json.loads(load.output)


@dataclass(frozen=True)
class Figures:
    """Cost at one scale: rows read, runs by name, stages of the first night."""

    scale: float
    rows: int
    runs: dict[str, Run]
    by_stage: dict[str, Stage]

    @property
    def lines(self) -> dict[str, Stage]:
        """The stages in order, the time between them, the whole load and the floor."""
        first, floor = self.runs["first"], self.runs["floor"]
        lines = {name: self.by_stage[name] for name in STAGES}
        spent = sum(stage.seconds for stage in lines.values())
        lines["start and between steps"] = Stage(first.seconds - spent, first.peak())
        lines["whole load"] = Stage(first.seconds, first.peak())
        lines["floor"] = Stage(floor.seconds, floor.peak())
        return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, nargs="+", default=[0.01])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first-only", action="store_true", help="no second night")
    arguments = parser.parse_args()
    console, found = Console(width=100), []
    for scale in arguments.scale:
        with tempfile.TemporaryDirectory(prefix="sadaya-benchmark-") as scratch:
            try:
                found.append(measure(scale, arguments.seed, Path(scratch), arguments.first_only))
            except subprocess.CalledProcessError as failed:
                console.print(f"scale {scale:g} stops: exit {failed.returncode}\n{(failed.output or '')[-2000:]}")
                break
        _print(console, found[-1])
    if len(found) > 1:
        _print_growth(console, found)


def measure(scale: float, seed: int, scratch: Path, first_only: bool) -> Figures:
    """Simulate two nights and load both, or only the first.

    Raises:
        subprocess.CalledProcessError: one of them failed.
    """
    province, home = scratch / "province", scratch / "home"
    runs = {"simulation": simulate(province, scale, seed, nights=1 if first_only else 2)}
    landing = province / "landing"
    dates = sorted({path.name for path in landing.glob("*/*")})
    first_night = scratch / "first"
    for folder in landing.glob(f"*/{dates[0]}"):
        target = first_night / folder.parent.name / dates[0]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(folder)
    runs["floor"] = run([sys.executable, "-m", "benchmarks.floor", str(first_night), str(scratch / "floor")])
    runs["first"], summary = nightly(landing, home, dates[0])
    by_stage = stages(home, runs["first"])
    if not first_only:
        runs["second"], _ = nightly(landing, home, dates[1])
    rows = sum(delivery["rows_read"] for delivery in summary["deliveries"])
    return Figures(scale, rows, runs, by_stage)


def _print(console: Console, figures: Figures) -> None:
    runs, rows = figures.runs, figures.rows
    table = Table(title=f"scale {figures.scale:g}: {rows:,} rows read")
    for column in ("stage", "seconds", "rows/s", "peak MiB", "x floor"):
        table.add_column(column, justify="left" if column == "stage" else "right")
    for name, stage in figures.lines.items():
        rate = f"{rows / stage.seconds:,.0f}" if stage.seconds else ""
        ratio = f"{stage.seconds / runs['floor'].seconds:.1f}"
        table.add_row(name, f"{stage.seconds:.1f}", rate, f"{stage.peak_mib:,.0f}", ratio)
    console.print(table)
    if "second" in runs:
        console.print(
            f"second night with small changes: {runs['second'].seconds / runs['first'].seconds:.2f} of the first"
        )
    simulation = runs["simulation"]
    console.print(f"simulation: {simulation.seconds:.1f} s, {simulation.peak():,.0f} MiB at most")


def _print_growth(console: Console, found: list[Figures]) -> None:
    """Print the exponent by which seconds and memory grow with the rows between two scales: log ratio over log
    ratio.
    """
    table = Table(title="growth with the rows, as an exponent (1 is linear)")
    table.add_column("stage")
    steps = list(pairwise(found))
    for small, large in steps:
        table.add_column(f"seconds {small.scale:g} to {large.scale:g}", justify="right")
        table.add_column(f"MiB {small.scale:g} to {large.scale:g}", justify="right")
    for name in found[0].lines:
        cells = []
        for small, large in steps:
            factor = math.log(large.rows / small.rows)
            before, after = small.lines[name], large.lines[name]
            cells += [
                f"{math.log(after.seconds / before.seconds) / factor:.2f}",
                f"{math.log(after.peak_mib / before.peak_mib) / factor:.2f}",
            ]
        table.add_row(name, *cells)
    console.print(table)


if __name__ == "__main__":
    main()
