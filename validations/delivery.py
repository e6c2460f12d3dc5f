"""Input of a contract: the parsed files of one delivery, and its metadata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class RawFile:
    """One parsed file, or one of several tables in it: its raw Parquet parts, and the regencies it covers (None: the
    whole province).
    """

    file_name: str
    parts: tuple[Path, ...]
    coverage: frozenset[str] | None = None


@dataclass(frozen=True)
class Context:
    """The delivery being judged. `partners`: source -> folders of the judged deliveries of its set that cover its
    regions.
    """

    delivery_id: str
    source: str
    delivery_date: date
    partners: Mapping[str, Sequence[Path]] = field(default_factory=dict)
