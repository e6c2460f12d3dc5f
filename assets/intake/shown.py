"""Names of files, sheets and columns as messages show them: fit for a log, and short enough to be read."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST, LONGEST = 20, 80
"""So many names are shown, and so many characters of each."""


def masked(name: str) -> str:
    """A path or name fit for a log: runs of twelve and more digits could be somebody's number."""
    return re.sub(r"\d{12,}", lambda run: "#" * len(run[0]), name.encode("utf-8", "replace").decode())


def listed(names: Sequence[str], most: int = MOST) -> str:
    """Names in one sentence; of more than `most` only how many more there are."""
    shown = ", ".join(masked(name if len(name) <= LONGEST else f"{name[:LONGEST]}…") for name in names[:most])
    return f"{shown} (+{len(names) - most})" if len(names) > most else shown
