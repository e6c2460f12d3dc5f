"""From the landing to accepted rows: parse, judge by contract, enter in the ledger, prepare dbt's inputs.

Belongs here: what is the same for every source. Does not: anything that names a source or an agency (its own module in
assets/), or a rule about a row (validations/).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from assets.home import Home
from assets.intake.check import CheckResult, check
from assets.intake.correct import Corrected, correct
from assets.intake.decisions import DecisionError, release, withdraw
from assets.intake.inputs import fingerprint, prepare_inputs
from assets.intake.judge import judge
from assets.intake.receive import new_files, receive, survey
from assets.ledger import Ledger

__all__ = [
    "CheckResult",
    "Corrected",
    "DecisionError",
    "anything_new",
    "check",
    "correct",
    "judge",
    "prepare_inputs",
    "receive",
    "release",
    "survey",
    "withdraw",
]


def anything_new(home: Home, landing: Path, as_of: date, settle_seconds: float, code_version: str) -> bool:
    """Whether a load would change anything: new files, or a state unlike the published one (a decision, new code)."""
    found = survey(home, landing, as_of, settle_seconds)
    with Ledger(home.ledger) as ledger:
        if any(folder.settled and new_files(ledger, folder) for folder in found.folders):
            return True
        published = ledger.published_load()
        return published is None or published["fingerprint"] != fingerprint(ledger, as_of, code_version)
