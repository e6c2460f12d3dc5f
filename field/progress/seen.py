"""What readers of progress see, from the link and the files beside the database: fast, and without heavy libraries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from assets.home import Home
from assets.seal import differs

DATABASE, SUMMARY, FAILURE = "progress.duckdb", "progress.json", "failure.json"


def failure(home: Home) -> dict[str, str] | None:
    """What went wrong (`reason`), and since when (`at`); None if nothing did the last time."""
    return _read(home.progress / FAILURE)


def current(home: Home) -> dict[str, Any] | None:
    """What readers see: the stamp, `digest`, `folder`, and `damage`, a few words or None; None before the first."""
    link = home.current_progress
    if not link.is_symlink():
        return None
    folder = home.progress / link.readlink()
    summary = _read(folder / SUMMARY)
    if summary is None:
        return {"folder": str(folder), "digest": None, "damage": f"{SUMMARY} is missing or damaged"}
    try:
        damage = differs(folder / DATABASE, summary)
    except (OSError, KeyError) as error:
        damage = f"it cannot be read ({type(error).__name__})"
    return summary | {"folder": str(folder), "damage": damage}


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) else None
