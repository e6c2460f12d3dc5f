"""File operations that survive a loss of power, and that readers see completely or not at all."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path


def fsync(path: Path) -> None:
    """Wait until a file's content, or a folder's list of names, is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def beside(path: Path) -> Path:
    """A new name for what is being written and will be moved to `path`; `sweep` deletes what a killed process left."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.fresh")


def write_text(path: Path, text: str, mode: int) -> None:
    """Write a small file, replacing an earlier one."""
    fresh = beside(path)
    fresh.write_text(text, encoding="utf-8")
    settle(fresh, path, mode)


def create_text(path: Path, text: str, mode: int) -> bool:
    """Write a small file that replaces none, and that other users cannot read before it has its mode. Returns False,
    and changes nothing, if the file exists already.
    """
    fresh = beside(path)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
        file.write(text)
    fsync(fresh)
    try:
        os.link(fresh, path)
    except FileExistsError:
        return False
    finally:
        fresh.unlink()
    fsync(path.parent)
    return True


def settle(fresh: Path, path: Path, mode: int) -> None:
    """Move the finished file `fresh` to `path`, replacing it, with this mode."""
    fresh.chmod(mode)
    fsync(fresh)
    fresh.replace(path)
    fsync(path.parent)


def point(link: Path, target: str) -> None:
    """Point `link` to `target` (relative to the link's folder). A reader finds the old target or the new one."""
    fresh = beside(link)
    fresh.symlink_to(target)
    fresh.replace(link)
    fsync(link.parent)


def remove_folder(folder: Path) -> None:
    """Delete a folder. It is renamed first, so that a half-deleted folder is never taken for a complete one."""
    if not folder.exists():
        return
    doomed = _doomed(folder)
    folder.replace(doomed)
    fsync(folder.parent)
    shutil.rmtree(doomed)


def replace_folder(fresh: Path, folder: Path) -> None:
    """Move the finished folder `fresh` to `folder`, replacing it. Between two renames neither has the name; the old
    folder is deleted after them.
    """
    doomed = _doomed(folder)
    if folder.exists():
        folder.replace(doomed)
    fresh.replace(folder)
    fsync(folder.parent)
    if doomed.exists():
        shutil.rmtree(doomed)


def sweep(folder: Path, of: str = "") -> None:
    """Delete what killed processes left in a folder: half-deleted folders, and unfinished links and files.

    of: only those intended for this name, if other processes may be using the folder.
    """
    for left in [*folder.glob(f".{of}*.deleted"), *folder.glob(f".{of}*.fresh*")]:
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()


def _doomed(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.{uuid.uuid4().hex[:8]}.deleted")
