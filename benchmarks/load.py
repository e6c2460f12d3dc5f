"""A whole load, stage by stage: rows, seconds, rows/s and peak memory, and the ratio to the floor measured in the
same run.

    python -m benchmarks.load --scale 0.01

A first night and a second one with small changes are simulated, loaded, and set against `benchmarks.floor` on the
same files.
Memory is that of the whole process tree, sampled ten times a second; a stage's figures come from Dagster's own
event log.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
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
        """Most memory held between two moments, in MiB."""
        return max((held for at, held in self.samples if start <= at <= end), default=0) / MIB


def run(command: list[str], **environment: str) -> Run:
    """Run a command to its end while sampling its memory.

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
    "identity": r"mentions|identity",
    "dbt, second half": r"dbt_post_identity",
    "gate and publication": r"gate|publication__.*",
}
"""Stage -> the keys of its steps in the job `nightly`."""


@dataclass
class Stage:
    """What one stage of a load took. Seconds add up over its steps; the peak is that of the process tree while one
    of them ran.
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
            stage = found[next(name for name, keys in STAGES.items() if re.fullmatch(keys, step.step_key))]
            stage.seconds += step.end_time - step.start_time
            stage.peak_mib = max(stage.peak_mib, load.peak(step.start_time, step.end_time))
    return found


def nightly(landing: Path, home: Path, as_of: str) -> tuple[Run, dict]:
    """Run one load. Returns its measurements and its summary."""
    command = [sys.executable, "-m", "orchestration", "nightly", "--landing", str(landing), "--home", str(home)]
    load = run([*command, "--date", as_of, "--json"], SADAYA_SETTLE_SECONDS="0")
    return load, json.loads(load.output)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sadaya-benchmark-") as scratch:
        measure(arguments.scale, arguments.seed, Path(scratch))


def measure(scale: float, seed: int, scratch: Path) -> None:
    """Simulate two nights, load both, and print the table."""
    province, home = scratch / "province", scratch / "home"
    simulate = ["-m", "orchestration", "simulate", "--scale", str(scale), "--seed", str(seed), "--nights", "2"]
    simulation = run([sys.executable, *simulate, "--out", str(province)])
    landing = province / "landing"
    dates = sorted({path.name for path in landing.glob("*/*")})
    first_night = scratch / "first"
    for folder in landing.glob(f"*/{dates[0]}"):
        target = first_night / folder.parent.name / dates[0]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(folder)
    floor = run([sys.executable, "-m", "benchmarks.floor", str(first_night), str(scratch / "floor")])
    first, summary = nightly(landing, home, dates[0])
    rows = sum(delivery["rows_read"] for delivery in summary["deliveries"])
    by_stage = stages(home, first)
    second, _ = nightly(landing, home, dates[1])
    _print(scale, rows, {"simulation": simulation, "floor": floor, "first": first, "second": second}, by_stage)


def _print(scale: float, rows: int, runs: dict[str, Run], by_stage: dict[str, Stage]) -> None:
    floor, first, second = runs["floor"], runs["first"], runs["second"]
    table = Table(title=f"scale {scale:g}: {rows:,} rows read")
    for column in ("stage", "seconds", "rows/s", "peak MiB", "x floor"):
        table.add_column(column, justify="left" if column == "stage" else "right")
    lines = {name: by_stage[name] for name in STAGES}
    spent = sum(stage.seconds for stage in lines.values())
    lines["start and between steps"] = Stage(first.seconds - spent, first.peak())
    lines["whole load"] = Stage(first.seconds, first.peak())
    lines["floor"] = Stage(floor.seconds, floor.peak())
    for name, stage in lines.items():
        rate = f"{rows / stage.seconds:,.0f}" if stage.seconds else ""
        ratio = f"{stage.seconds / floor.seconds:.1f}"
        table.add_row(name, f"{stage.seconds:.1f}", rate, f"{stage.peak_mib:,.0f}", ratio)
    console = Console()
    console.print(table)
    console.print(f"second night with small changes: {second.seconds / first.seconds:.2f} of the first")
    console.print(f"simulation of both nights: {runs['simulation'].peak():,.0f} MiB at most")


if __name__ == "__main__":
    main()
