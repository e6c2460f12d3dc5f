"""Shows the seal of a load's file: its digest, and whether it is still the file that was judged.

The site is part of the publication, so it is written before the file is sealed. The page about the seal has two marks,
and `assets.site.build.stamp` fills in the text between them later.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assets.home import Home
from assets.seal import damage, pointed_at, read_summary

SEALED = "mutu/index.html"
"""The page, in each language, that shows the seal."""
_MARKS = "<!--seal-->", "<!--/seal-->"
_BETWEEN = re.compile(f"{_MARKS[0]}.*?{_MARKS[1]}", re.DOTALL)


@dataclass(frozen=True)
class Seal:
    """sha256, bytes: of the sealed warehouse. passed: the gate's result at sealing. fault: why the file differs from
    the sealed one; None if it does not. seen: it is the load that readers get.
    """

    sha256: str
    bytes: int
    passed: bool
    fault: str | None
    seen: bool


def seal_of_load(home: Home, load_id: str) -> Seal | None:
    """The seal of a load; None if it is not sealed or the seal cannot be read. Reads every byte of the file, once per
    process.
    """
    try:
        summary = read_summary(home, load_id)
        sealed = summary["warehouse_sha256"], summary["warehouse_bytes"], summary["gate"]["passed"]
    except (FileNotFoundError, ValueError, KeyError):
        return None
    return Seal(*sealed, damage(home, load_id, thorough=True), pointed_at(home) == load_id)


def filled(page: str, said: str) -> str:
    """Replace a page's text about the seal."""
    return _BETWEEN.sub(lambda _: said.join(_MARKS), page)
