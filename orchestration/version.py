"""Which code a load is made by: a part of what its result depends on."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_CODE = ("assets", "validations", "dbt_project")
_KINDS = {".py", ".sql", ".yml", ".yaml", ".csv", ".json", ".toml"}
_DERIVED = {"target", "logs", "dbt_packages", "__pycache__"}


def code_files(*folders: Path) -> Iterator[Path]:
    """The files of these folders that a load's result depends on, in a fixed order, without what is derived."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if path.suffix in _KINDS and not _DERIVED.intersection(inside.parts) and path.is_file():
                yield path


def content_hash(root: Path, paths: Iterator[Path]) -> str:
    """SHA-256 of names and contents."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@cache
def code_version() -> str:
    """SADAYA_CODE_VERSION, else twelve hex digits of the content of all code that makes a load. Needs no git."""
    stated = os.environ.get("SADAYA_CODE_VERSION")
    return stated or content_hash(ROOT, code_files(*(ROOT / name for name in _CODE)))[:12]
