"""Who sent a file, where several agencies send into one folder: its name begins with the agency's code."""

from __future__ import annotations

import re

_CODE = "^[a-z0-9]+"
SENDER = f"regexp_extract(lower(file_name), '{_CODE}')"
"""SQL of the code that `file_name` begins with; empty if it begins with none."""


def sender_of(file_name: str) -> str:
    """The same of one name."""
    found = re.match(_CODE, file_name.lower())
    return found[0] if found else ""
