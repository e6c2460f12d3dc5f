"""Runs a load from the command line: the job `nightly` on the instance in HOME, in this process, and its outcome."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack, redirect_stdout
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.home import Home
from assets.ledger import Ledger
from orchestration.instance import LOG, prepare_instance
from orchestration.lock import writer
from orchestration.session import prepare_load, refuse_to_go_back
from orchestration.version import code_version

if TYPE_CHECKING:
    from dagster import DagsterEvent

DELIVERY_COLUMNS = (
    "delivery_id",
    "source",
    "agency",
    "delivery_date",
    "status",
    "rows_read",
    "rows_accepted",
    "rows_quarantined",
    "rows_duplicate",
    "rows_furniture",
    "reason_code",
    "reason_id",
    "reason_en",
)


@dataclass
class Outcome:
    """The outcome of a nightly load. status: `published`, `unchanged` (nothing new), `rejected` (by the gate),
    `failed`. `published`: the load that readers see now; `deliveries`: those that this load took in; `damage`: damage
    of the earlier publication; `changes`: number of changes since that, by kind; `extracts`, `postgres`: outcomes of
    agencies' shares; `complaints`: problems of shares; `site`: first page of the load's site, or of the site that
    readers see if no load was opened.
    """

    status: str
    as_of: str
    load_id: str | None = None
    published: dict[str, Any] | None = None
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    failures: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    poor: dict[str, int] = field(default_factory=dict)
    extracts: list[dict[str, Any]] = field(default_factory=list)
    postgres: list[dict[str, Any]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    site: str | None = None
    reason: str | None = None
    log: str | None = None
    damage: str | None = None

    @property
    def exit_code(self) -> int:
        return {"published": 0, "unchanged": 0, "rejected": 3}.get(self.status, 1)

    def json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, default=str)


def run_night(home: Home, landing: Path, as_of: date, wait: bool = False, verbose: bool = False) -> Outcome:
    """Load all new deliveries up to a day, as the only writer. Opens no load if nothing is new.

    Raises:
        orchestration.session.Backwards: the published load has a later day.
        orchestration.lock.Busy: another load is running, and `wait` is false.
        orchestration.dbt_manifest.DbtError: the dbt project cannot be parsed.
        assets.publication.RetentionError: a setting of retention is invalid.
    """
    from orchestration import waiting
    from orchestration.resources import retention

    retention()
    home.create()
    with writer(home, wait):
        mended = prepare_load(home)
        refuse_to_go_back(home, as_of)
        if _anything_new(home, landing, as_of):
            before = _load_ids(home)
            error = _execute(home, landing, as_of, verbose)
            opened = [load_id for load_id in _load_ids(home) if load_id not in before]
            outcome = _describe(home, as_of, opened[-1] if opened else None, error)
        else:
            outcome = _describe(home, as_of, None)
        outcome.damage = mended.text if mended else None
        waiting.send_alerts(home, as_of)
    _alert(outcome)
    return outcome


def _anything_new(home: Home, landing: Path, as_of: date) -> bool:
    from assets.intake import anything_new

    return anything_new(home, landing, as_of, int(os.environ["SADAYA_SETTLE_SECONDS"]), code_version())


def _load_ids(home: Home) -> list[str]:
    with Ledger(home.ledger) as ledger:
        return [load["load_id"] for load in ledger.loads()]


def _execute(home: Home, landing: Path, as_of: date, verbose: bool) -> str | None:
    """Run the job. Returns the reason if it failed, else None."""
    os.environ |= {"SADAYA_HOME": str(home.root), "SADAYA_LANDING": str(landing)}
    prepare_instance(home)
    from dagster import DagsterInstance

    from orchestration.days import enter
    from orchestration.definitions import defs
    from orchestration.resources import NIGHTLY
    from orchestration.schedules import FROM_COMMAND_LINE

    quiet = {"loggers": {"console": {"config": {"log_level": "INFO" if verbose else "CRITICAL"}}}}
    with ExitStack() as stack:
        # dbt's lines come through stdout, which the summary needs; they are also in the load's dbt.log.
        target = sys.stderr if verbose else stack.enter_context(open(os.devnull, "w", encoding="utf-8"))
        stack.enter_context(redirect_stdout(target))
        if not verbose:
            logging.getLogger("dagster").setLevel(logging.CRITICAL)
        instance = stack.enter_context(DagsterInstance.get())
        enter(instance, [as_of.isoformat()])
        result = defs.resolve_job_def(NIGHTLY).execute_in_process(
            instance=instance,
            partition_key=as_of.isoformat(),
            tags=FROM_COMMAND_LINE,
            run_config=quiet,
            raise_on_error=False,
        )
    return None if result.success else _reason(result.all_events)


def _reason(events: Sequence[DagsterEvent]) -> str:
    """The first failure: the reason given by our step, which quotes no data, else the name of the step."""
    for event in events:
        if event.is_step_failure:
            failure = event.step_failure_data.user_failure_data
            return failure.description if failure and failure.description else f"step {event.step_key} failed"
    return "the run failed before its first step"


def _describe(home: Home, as_of: date, load_id: str | None, error: str | None = None) -> Outcome:
    outcome = Outcome("failed" if error else "unchanged", as_of.isoformat(), load_id, reason=error)
    with Ledger(home.ledger) as ledger:
        published = ledger.published_load()
        outcome.published = published and {name: published[name] for name in ("load_id", "as_of_date", "finished_at")}
        outcome.sources = _ages(ledger, as_of)
        if load_id is not None:
            load = ledger.load(load_id)
            assert load is not None
            outcome.status = load["state"]
            outcome.reason = error or load["reason"]
            outcome.deliveries = [
                {name: row[name] for name in DELIVERY_COLUMNS}
                for row in ledger.deliveries()
                if row["load_id"] == load_id
            ]
    if load_id is not None:
        _add_verdict(home, load_id, outcome)
    outcome.site = _site(home, load_id if outcome.status in ("rejected", "failed") else None)
    if outcome.status not in ("published", "unchanged"):
        outcome.log = str(home.dagster / LOG)
    return outcome


def _site(home: Home, load_id: str | None) -> str | None:
    """Where to begin to read: the site of a load that was not published, else of what readers see."""
    folder = home.site(load_id) if load_id else home.current_publication / "site"
    first = folder / "index.html"
    return str(first) if first.exists() else None


def _ages(ledger: Ledger, as_of: date) -> list[dict[str, Any]]:
    from assets.sources import all_sources

    newest = {row["source"]: row["delivery_date"] for row in ledger.newest_deliveries(as_of)}
    return [_age(source.name, source.expected_every, newest.get(source.name), as_of) for source in all_sources()]


def _age(source: str, expected_every: int, last: str | None, as_of: date) -> dict[str, Any]:
    age = (as_of - date.fromisoformat(last)).days if last else None
    return {
        "source": source,
        "last_delivery_date": last,
        "age_days": age,
        "expected_every_days": expected_every,
        "late": age is None or age > expected_every,
    }


def _add_verdict(home: Home, load_id: str, outcome: Outcome) -> None:
    """Add the counts of the built load and its changes, the gate's failures, and the outcomes of shares, as far as the
    load came.
    """
    from assets.sharing.served import EXTRACTS, POSTGRES, outcomes

    sealed = home.publication(load_id) / "summary.json"
    verdict = home.load(load_id).root / "gate" / "judgement.json"
    if sealed.exists():
        summary = json.loads(sealed.read_text(encoding="utf-8"))
        outcome.rows, outcome.changes, outcome.poor = summary["rows"], summary["changes"], summary["poor"]
    if verdict.exists():
        outcome.failures = json.loads(verdict.read_text(encoding="utf-8"))["failures"]
    shares = outcomes(home, load_id)
    outcome.extracts = [asdict(served) for served in shares if served.medium == EXTRACTS]
    outcome.postgres = [asdict(served) for served in shares if served.medium == POSTGRES]
    outcome.complaints = [served.complaint for served in shares if served.complaint]


def _alert(outcome: Outcome) -> None:
    from orchestration import alerts

    if (outcome.exit_code or outcome.damage or outcome.complaints) and alerts.configured():
        reasons = [outcome.damage, outcome.reason or outcome.status if outcome.exit_code else None, *outcome.complaints]
        reason = "; ".join(each for each in reasons if each)
        alerts.send(alerts.Alert("nightly", outcome.load_id or "-", outcome.as_of, reason))
