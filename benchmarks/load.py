"""A whole load, stage by stage: rows, seconds, rows/s and peak memory, and the ratio to the floor measured in the same run.

    python -m benchmarks.load --scale 0.01

A first night and a second one with small changes are simulated, loaded, and set against `benchmarks.floor` on the same files.
Memory is that of the whole process tree, sampled ten times a second; a stage's figures come from Dagster's own event log.
"""

from __future__ import annotations

import argparse
import json
import os
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
