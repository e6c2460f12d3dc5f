"""Generated folders that are kept in the repository: writes them, and reads them for comparison."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def write_folder(folder: Path, files: Mapping[str, str], pattern: str) -> list[Path]:
    """Write files by name, and delete other files that match `pattern`. Returns the paths of the files."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob(pattern):
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return sorted(folder / name for name in files)


def read_folder(folder: Path, pattern: str) -> dict[str, str]:
    """Read the files: file name -> text."""
    return {path.name: path.read_text(encoding="utf-8") for path in folder.glob(pattern)}
