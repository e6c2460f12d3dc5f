"""What an expectation found, as the suite tells it and the auditors' pages show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One evaluated expectation. `deviations`: how many rows of metrics lie outside."""

    name: str
    severity: str
    passed: bool
    deviations: int
    title_id: str
    title_en: str
