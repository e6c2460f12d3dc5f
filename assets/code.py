"""The files of code that a result depends on, and a digest of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

_KINDS = {".py", ".sql", ".yml", ".yaml", ".csv", ".json", ".toml", ".jinja"}
_DERIVED = {"target", "logs", "dbt_packages", "__pycache__"}


def code_files(*folders: Path) -> Iterator[Path]:
    """The files in these folders that a load's result depends on, in a fixed order, without derived files."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if _counts(inside) and not _DERIVED.intersection(inside.parts) and path.is_file():
                yield path


def _counts(path: Path) -> bool:
    """Whether a file counts: prose does not, except descriptions of columns, which are built into the warehouse."""
    return path.suffix in _KINDS or (path.suffix == ".md" and path.parent.name == "docs")


def content_hash(root: Path, paths: Iterable[Path]) -> str:
    """SHA-256 of names and contents."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
