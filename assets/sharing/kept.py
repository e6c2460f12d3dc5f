"""Secrets in HOME/keys, generated once if the environment does not give one, readable only by the user that runs
loads.
"""

from __future__ import annotations

from pathlib import Path

from assets import durable
from validations.errors import SadayaError


class OpenToOthersError(SadayaError):
    """Other users can read a secret; the message names only its file."""


def make(path: Path, secret: str) -> None:
    """Write a new secret, one line of ASCII, unless another process has written one: a secret in use is never
    replaced.
    """
    path.parent.mkdir(mode=0o700, exist_ok=True)
    durable.create_text(path, secret + "\n", 0o600)


def read(path: Path) -> str:
    """Read a secret.

    Raises:
        OpenToOthersError: other users can read its file.
    """
    if path.stat().st_mode & 0o077:
        raise OpenToOthersError(f"{path.parent.name}/{path.name} can be read by others: chmod 600")
    return path.read_text(encoding="ascii", errors="replace").strip()
