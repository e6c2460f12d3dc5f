"""Runs pulls from the command line, and reports the outcome of each. A failed pull does not stop the others."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from assets.errors import told
from assets.pull.outcome import LOG
from assets.sources import Source, all_sources
from validations.errors import SadayaError


class Unpullable(SadayaError):  # noqa: N818 -- not an error of ours, but of the requested source
    """A source that cannot be pulled: unknown, sent by its agency, or not configured; the message names it."""


@dataclass
class Pulled:
    """Outcome of one source. status: as in `assets.pull.outcome`, or `failed`, `not_configured`; reason: why."""

    source: str
    status: str
    files: int = 0
    bytes: int = 0
    rows: int | None = None
    reason: str | None = None


@dataclass
class PullOutcome:
    """Outcome of all sources."""

    day: str
    sources: list[Pulled] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        return 1 if any(each.status == "failed" for each in self.sources) else 0

    def json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2)


def pulled_sources() -> list[Source]:
    """The sources that declare a pull."""
    return [source for source in all_sources() if source.pull is not None]


def run_pulls(
    names: Sequence[str], landing: Path, day: date, environment: Mapping[str, str], verbose: bool = False
) -> PullOutcome:
    """Pull the named sources, or all that are configured.

    Raises:
        Unpullable: a named source cannot be pulled; none was started.
    """
    sources = _named(names, environment) if names else pulled_sources()
    with _logging(verbose):
        outcome = PullOutcome(day.isoformat(), [pull_one(source, landing, day, environment) for source in sources])
    _alert(outcome)
    return outcome


def pull_one(source: Source, landing: Path, day: date, environment: Mapping[str, str]) -> Pulled:
    """Pull one source. Any failure is returned, not raised, so that it does not stop the others."""
    from assets.pull.dispatch import pull
    from assets.pull.outcome import PullFailed
    from assets.pull.settings import missing

    if lacking := missing(source.pull, environment):
        return Pulled(source.name, "not_configured", reason=f"{', '.join(lacking)} not set")
    try:
        result = pull(source, landing, day, environment)
    except PullFailed as failed:
        return Pulled(source.name, "failed", reason=str(failed))
    except Exception as error:
        return Pulled(source.name, "failed", reason=f"unexpected error: {told(error)}")
    return Pulled(source.name, result.status, result.files, result.bytes, result.rows)


def _named(names: Sequence[str], environment: Mapping[str, str]) -> list[Source]:
    from assets.pull.settings import missing

    declared = {source.name: source for source in pulled_sources()}
    if unknown := sorted(set(names) - set(declared)):
        raise Unpullable(f"not pulled: {', '.join(unknown)}; pulled are: {', '.join(sorted(declared)) or 'none'}")
    chosen = [declared[name] for name in dict.fromkeys(names)]
    for source in chosen:
        if lacking := missing(source.pull, environment):
            raise Unpullable(f"{source.name}: {', '.join(lacking)} not set")
    return chosen


@contextmanager
def _logging(verbose: bool) -> Generator[None]:
    """Log the progress of pulls to stderr if `verbose`."""
    handler, before = logging.StreamHandler(sys.stderr), LOG.level
    if verbose:
        LOG.addHandler(handler)
        LOG.setLevel(logging.INFO)
    try:
        yield
    finally:
        LOG.removeHandler(handler)
        LOG.setLevel(before)


def _alert(outcome: PullOutcome) -> None:
    from orchestration import alerts

    if outcome.exit_code and alerts.configured():
        reasons = "; ".join(f"{each.source}: {each.reason}" for each in outcome.sources if each.status == "failed")
        alerts.send(alerts.Alert("pull", "-", outcome.day, reasons))
