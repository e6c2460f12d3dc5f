"""Secrets in HOME/keys: made once where the environment gives none, for the user that runs the loads alone."""

from __future__ import annotations

from pathlib import Path

from assets import durable
from validations.errors import SadayaError


class OpenToOthersError(SadayaError):
    """Others may read a secret; the message names its file alone."""


def make(path: Path, secret: str) -> None:
    """Write a new secret, one line of ASCII, unless another process is first: one that was used is never replaced."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    durable.create_text(path, secret + "\n", 0o600)


def read(path: Path) -> str:
    """A secret that was made.

    Raises:
        OpenToOthersError: its file can be read by others.
    """
    if path.stat().st_mode & 0o077:
        raise OpenToOthersError(f"{path.parent.name}/{path.name} can be read by others: chmod 600")
    return path.read_text(encoding="ascii", errors="replace").strip()
