"""Expensive fixtures, made once for all test processes of a session."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock


def once(folder: Path, make: Callable[[Path], None]) -> Path:
    """Have `make` fill a folder, unless another process did; other processes wait meanwhile. Returns the folder."""
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            scratch = folder.with_name(f"{folder.name}.making")
            shutil.rmtree(scratch, ignore_errors=True)
            make(scratch)
            scratch.rename(folder)
    return folder
