"""The version of the code that makes a load: its result depends on it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from assets.code import code_files, content_hash

ROOT = Path(__file__).resolve().parents[1]
_CODE = ("assets", "validations", "dbt_project")


@cache
def code_version() -> str:
    """SADAYA_CODE_VERSION, else twelve hex digits of a hash of all code that makes a load. Does not need git."""
    stated = os.environ.get("SADAYA_CODE_VERSION")
    return stated or content_hash(ROOT, code_files(*(ROOT / name for name in _CODE)))[:12]
