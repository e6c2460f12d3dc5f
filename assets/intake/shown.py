"""Formats names of files, sheets and columns for messages: without personal numbers, and short."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST, LONGEST = 20, 80
"""Maximum number of names shown, and of characters of each."""


def masked(name: str) -> str:
    """Mask runs of twelve or more digits in a path or name: they could be personal numbers."""
    return re.sub(r"\d{12,}", lambda run: "#" * len(run[0]), name.encode("utf-8", "replace").decode())


def listed(names: Sequence[str], most: int = MOST) -> str:
    """Join names; beyond `most`, show only their number."""
    shown = ", ".join(masked(name if len(name) <= LONGEST else f"{name[:LONGEST]}…") for name in names[:most])
    return f"{shown} (+{len(names) - most})" if len(names) > most else shown
