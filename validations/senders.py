"""Sender of a file, where several agencies share a folder: the file name begins with the agency's code."""

from __future__ import annotations

import re

_CODE = "^[a-z0-9]+"
SENDER = f"regexp_extract(lower(file_name), '{_CODE}')"
"""SQL of the code at the start of `file_name`; empty if there is none."""


def sender_of(file_name: str) -> str:
    """Same for one name."""
    found = re.match(_CODE, file_name.lower())
    return found[0] if found else ""
