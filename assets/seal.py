"""The current publication, and whether it is unchanged since it was sealed.

A seal is written next to a warehouse when it is closed: its size, a digest of samples spread over it, and a digest of
the whole. `sadaya status` compares size and samples (4 MiB, at once); a load, which has minutes, the whole. This module
imports nothing heavy, because `status` uses it.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from assets.home import Home

SAMPLES, SAMPLE_BYTES, CHUNK = 64, 1 << 16, 1 << 20
SNAPSHOT_LINK = "current/warehouse.duckdb"


def pointed_at(home: Home) -> str | None:
    """The load that readers see now, from the link itself; None before the first publication."""
    if not home.current_publication.is_symlink():
        return None
    return home.current_publication.readlink().name


def seen_before(home: Home, load_id: str, made: str) -> str | None:
    """The load that readers see; if that is `load_id`, the newest before it whose publication has the path `made`."""
    seen = pointed_at(home)
    if seen != load_id:
        return seen
    loads = (path.relative_to(home.publications).parts[0] for path in home.publications.glob(f"*/{made}"))
    return max((each for each in loads if each < load_id), default=None)


def summary_path(home: Home, load_id: str) -> Path:
    return home.publication(load_id) / "summary.json"


def read_summary(home: Home, load_id: str) -> dict[str, Any]:
    """Read the summary written when the load was sealed.

    Raises:
        FileNotFoundError: it was not sealed.
        ValueError: it is damaged.
    """
    summary = json.loads(summary_path(home, load_id).read_text(encoding="utf-8"))
    if not isinstance(summary, dict):
        raise ValueError("a summary is a JSON object")
    return summary


def seal_of(warehouse: Path) -> dict[str, Any]:
    """The seal of a closed file: `warehouse_bytes`, `warehouse_sample`, `warehouse_sha256`."""
    return {
        "warehouse_bytes": warehouse.stat().st_size,
        "warehouse_sample": _sample(warehouse),
        "warehouse_sha256": _sha256(warehouse),
    }


def damage(home: Home, load_id: str, thorough: bool = False) -> str | None:
    """The damage of a load's publication, in a few words; None if it is unchanged since it was sealed.

    thorough: read every byte, once per process.
    """
    warehouse = home.warehouse(load_id)
    try:
        sealed = read_summary(home, load_id)
        found = differs(warehouse, sealed, thorough)
        if found is None and thorough and "warehouse_sample" not in sealed:
            return _unreadable(warehouse, load_id)
    except (OSError, ValueError, KeyError) as error:
        return f"it cannot be read ({type(error).__name__})"
    return found


def differs(file: Path, sealed: dict[str, Any], thorough: bool = False) -> str | None:
    """How a file differs from its seal, in a few words; None if it does not.

    Raises:
        OSError: it cannot be read.
        KeyError: the seal is incomplete.
    """
    if not file.is_file():
        return f"{file.name} is missing"
    if file.stat().st_size != sealed["warehouse_bytes"]:
        return f"{file.name} has {file.stat().st_size} bytes, {sealed['warehouse_bytes']} were sealed"
    if "warehouse_sample" not in sealed:  # sealed by an earlier version
        return None
    same = _sample(file) == sealed["warehouse_sample"]
    if same and thorough:
        same = _sha256(file) == sealed["warehouse_sha256"]
    return None if same else f"{file.name} was changed after it was sealed"


def damage_seen(home: Home, published: str | None, thorough: bool = False) -> str | None:
    """The damage of the current publication. `published`: the load that the ledger calls published."""
    seen = pointed_at(home)
    if seen is None:
        return "the link published/current is missing" if published else None
    if not home.current_snapshot.is_symlink() or str(home.current_snapshot.readlink()) != SNAPSHOT_LINK:
        return "the link published/current.duckdb is missing"
    return damage(home, seen, thorough)


def _sample(warehouse: Path) -> str:
    """A digest of samples at equal distances, including the first and the last bytes."""
    digest = hashlib.sha256()
    last = max(warehouse.stat().st_size - SAMPLE_BYTES, 0)
    with warehouse.open("rb") as file:
        for number in range(SAMPLES):
            file.seek(last * number // (SAMPLES - 1))
            digest.update(file.read(SAMPLE_BYTES))
    return digest.hexdigest()


def _sha256(warehouse: Path) -> str:
    stat = warehouse.stat()
    return _digest(str(warehouse), stat.st_ino, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=16)
def _digest(path: str, *_: int) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _unreadable(warehouse: Path, load_id: str) -> str | None:
    import duckdb

    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            found = connection.execute("select load_id from reference.load").fetchall()
    except duckdb.Error as error:
        return f"warehouse.duckdb cannot be opened ({type(error).__name__})"
    return None if found == [(load_id,)] else "warehouse.duckdb is of another load"
