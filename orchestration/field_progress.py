"""Progress between two loads, from the command line and from Dagster: pull, take in, rebuild, publish."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from assets.home import Home
from assets.sources import field_sources
from field.progress.seen import current
from orchestration.clock import BANTEN
from orchestration.lock import PROGRESS, writer
from orchestration.progress import stage
from orchestration.pull import Pulled, pull_one
from orchestration.session import note_error, prepare, refuse_to_go_back
from orchestration.version import code_version
from validations.errors import SadayaError

FAILED, PUBLISHED, UNCHANGED = "failed", "published", "unchanged"
SETTLE = "SADAYA_SETTLE_SECONDS"


@dataclass
class ProgressOutcome:
    """The outcome of a rebuild. status: `published`, `unchanged` (nothing new), `failed`. pulled: of each configured
    source; deliveries: those that no load has taken in yet; current: what readers see now (`field.progress.seen`);
    is_news: something went wrong that did not the last time.
    """

    status: str
    as_of: str
    pulled: list[Pulled] = field(default_factory=list)
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    current: dict[str, Any] | None = None
    reason: str | None = None
    is_news: bool = False

    @property
    def exit_code(self) -> int:
        """1 also if a pull failed: its submissions are missing, although others were published."""
        return 1 if self.status == FAILED or any(each.status == "failed" for each in self.pulled) else 0

    @property
    def complaint(self) -> str | None:
        """What went wrong, in one sentence without data."""
        pulls = [f"{each.source}: {each.reason}" for each in self.pulled if each.status == "failed"]
        return "; ".join(filter(None, [self.reason, *pulls])) or None

    def json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, default=str)


def run_progress(home: Home, landing: Path, as_of: date, environment: Mapping[str, str]) -> ProgressOutcome:
    """Pull new submissions where that is configured, rebuild progress from all that no load has taken in, and publish
    it. Rebuilds nothing if nothing changed. What fails is recorded; readers then keep what they see.

    Raises:
        orchestration.session.Backwards: the published load has a later day.
        orchestration.lock.Busy: a load or another rebuild is running.
        assets.publication.RetentionError: a setting of retention is invalid.
    """
    from assets.publication import Retention
    from field.progress import publish as publishing
    from field.progress.scratch import discontinue

    keep = Retention.from_environment(environment).progress
    home.create()
    with stage("pull"):
        pulled = _pull(landing, as_of, environment)
    with writer(home, purpose=PROGRESS):
        prepare(home)
        refuse_to_go_back(home, as_of)
        publishing.clean(home)
        outcome = ProgressOutcome(UNCHANGED, as_of.isoformat(), pulled)
        at = datetime.now(BANTEN)
        try:
            _rebuild(home, landing, outcome, at, float(environment[SETTLE]), keep)
        except Exception as error:
            outcome.status, outcome.reason = FAILED, _reason(home, error)
            discontinue(home)
        outcome.is_news = publishing.record_failure(home, outcome.complaint, at)
        outcome.current = current(home)
    return outcome


def _reason(home: Home, error: Exception) -> str:
    if isinstance(error, SadayaError):
        return error.user_message
    return note_error(home, home.progress, "progress", error)


def _pull(landing: Path, day: date, environment: Mapping[str, str]) -> list[Pulled]:
    """Pull the sources that are configured. The lock is not held: a server may be slow, and a load may begin."""
    pulled = [pull_one(source, landing, day, environment) for source in field_sources() if source.pull is not None]
    return [each for each in pulled if each.status != "not_configured"]


def _rebuild(
    home: Home, landing: Path, outcome: ProgressOutcome, at: datetime, settle_seconds: float, keep: int
) -> None:
    from field import pages
    from field.progress import basis, news, scratch, tables
    from field.progress import publish as publishing
    from orchestration import dbt_progress

    version, sources, as_of = code_version(), field_sources(), date.fromisoformat(outcome.as_of)
    base = basis.find_basis(home, version)
    digest = news.digest(base, landing, as_of, settle_seconds, sources)
    seen = current(home)
    if seen and seen["digest"] == digest and not seen["damage"]:
        return
    with stage("intake"):
        load = scratch.take_in(home, landing, as_of, settle_seconds, version, sources)
        outcome.deliveries = tables.taken_in(load)
    with stage("dbt"):
        dbt_progress.rebuild(load, base)
    with stage("sealing"):
        made = publishing.draft(home, load, base, at, sources, digest)
    with stage("pages"):
        pages.write(made.database, made.pages, made.stamp)
    with stage("publication"):
        publishing.publish(home, made, keep)
        scratch.close(load)
    outcome.status = PUBLISHED
