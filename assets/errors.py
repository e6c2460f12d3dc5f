"""Describes unexpected errors without their message, which may quote personal data."""

from __future__ import annotations

import traceback
from pathlib import Path

_ROOT = Path(__file__).parents[1]


def told(error: BaseException) -> str:
    """Return the type of an error, and the last line of our code that it passed: `KeyError at odata.py:44`."""
    passed = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    ours = [
        f" at {path.name}:{line}"
        for path, line in passed
        if path.is_relative_to(_ROOT) and "site-packages" not in path.parts
    ]
    return f"{type(error).__name__}{ours[-1] if ours else ''}"
