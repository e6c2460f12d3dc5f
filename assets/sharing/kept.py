"""Secrets in HOME/keys: made once where the environment gives none, for the user that runs the loads alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from assets.publication import durable
from validations.errors import SadayaError


class OpenToOthersError(SadayaError):
    """Others may read a secret; the message names its file alone."""


def make(path: Path, secret: str) -> None:
    """Write a new secret, one line of ASCII, unless another process is first: one that was used is never replaced."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.fresh")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        return
    finally:
        fresh.unlink()
    durable.fsync(path.parent)


def read(path: Path) -> str:
    """A secret that was made.

    Raises:
        OpenToOthersError: its file can be read by others.
    """
    if path.stat().st_mode & 0o077:
        raise OpenToOthersError(f"{path.parent.name}/{path.name} can be read by others: chmod 600")
    return path.read_text(encoding="ascii", errors="replace").strip()
