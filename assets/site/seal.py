"""The seal of a load's file, as pages show it: what its digest is, and whether it is still the file that was judged.

The site is written before the file is sealed, since it comes with the publication. So the page that tells of the seal
holds it between two marks, and `assets.site.build.stamp` fills them once it is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assets.home import Home
from assets.seal import damage, pointed_at, read_summary

SEALED = "mutu/index.html"
"""The page, in each language, that tells of the seal."""
_MARKS = "<!--seal-->", "<!--/seal-->"
_BETWEEN = re.compile(f"{_MARKS[0]}.*?{_MARKS[1]}", re.DOTALL)


@dataclass(frozen=True)
class Seal:
    """sha256, bytes: of the sealed warehouse. passed: by the gate, as it was sealed. fault: why it is not the file that
    was sealed; None if every byte is. seen: readers are led to it.
    """

    sha256: str
    bytes: int
    passed: bool
    fault: str | None
    seen: bool


def seal_of_load(home: Home, load_id: str) -> Seal | None:
    """The seal of a load; None of one that is not sealed, or whose seal cannot be read. Every byte of the file is read,
    once for each process.
    """
    try:
        summary = read_summary(home, load_id)
        sealed = summary["warehouse_sha256"], summary["warehouse_bytes"], summary["gate"]["passed"]
    except (FileNotFoundError, ValueError, KeyError):
        return None
    return Seal(*sealed, damage(home, load_id, thorough=True), pointed_at(home) == load_id)


def filled(page: str, said: str) -> str:
    """A page with other words about the seal."""
    return _BETWEEN.sub(lambda _: said.join(_MARKS), page)
