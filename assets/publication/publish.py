"""Actions on a built load: seal and publish, reject, roll back, or publish against the gate's verdict.

The order of steps matters: a process that is killed between any two of them leaves the old or the new publication in
force, and `reconcile_pointer` can tell which.
"""

from __future__ import annotations

import json
from typing import Any

import duckdb

from assets import durable
from assets.home import Home
from assets.ledger import Ledger
from assets.ledger_rows import DeliveryStatus, LoadState
from assets.load import Load
from assets.publication import pointer, verdict
from assets.publication.quality import publish_quality, write_quality
from assets.publication.summary import summarise
from assets.seal import damage, read_summary, seal_of, summary_path
from validations.errors import SadayaError

READ_ONLY = 0o440


class PublicationError(SadayaError):
    """The load cannot be published, or there is no load to roll back to; the message says why in one sentence."""


def seal(load: Load) -> dict[str, Any]:
    """Seal a built warehouse: checkpoint, flush to disk, make read-only, and write `summary.json` next to it.

    Call it after `write_quality`, whatever the gate's verdict, so that a person can still publish it. Returns the
    summary.

    Raises:
        PublicationError: the warehouse was not built, or another connection still writes to it.
        FileNotFoundError: the load was not judged.
    """
    warehouse = load.home.warehouse(load.load_id)
    if not warehouse.exists():
        raise PublicationError(f"load {load.load_id} has no warehouse to seal")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("checkpoint")
        summary = summarise(load, connection)
    if warehouse.with_name("warehouse.duckdb.wal").exists():
        raise PublicationError(f"the warehouse of load {load.load_id} is still being written")
    warehouse.chmod(READ_ONLY)
    durable.fsync(warehouse)
    summary |= seal_of(warehouse)
    text = json.dumps(summary, indent=2, ensure_ascii=False, default=str)
    durable.write_text(summary_path(load.home, load.load_id), text + "\n", READ_ONLY)
    durable.fsync(load.home.publications)
    return summary


def conclude(load: Load, judgement: verdict.Judgement) -> str:
    """Carry out the gate's verdict in the only safe order. Returns the resulting state of the load.

    Write quality into the warehouse -> seal -> publish or reject -> write the auditors' file. A broken build is not
    sealed.
    """
    if not judgement.broken:
        write_quality(load, load.home.warehouse(load.load_id))
        seal(load)
    if judgement.passed:
        publish(load)
    else:
        reject(load, judgement)
    publish_quality(load.home, load.load_id)
    with load.ledger() as ledger:
        return load.entry(ledger)["state"]


def publish(load: Load) -> str:
    """Point readers to a sealed load that passed the gate. Returns its id.

    Raises:
        PublicationError: it is damaged, or the gate did not pass it.
    """
    if not verdict.read(load).passed:
        raise PublicationError(f"the gate rejected load {load.load_id}; a person can override that, on record")
    return _publish(load.home, load.load_id)


def reject(load: Load, judgement: verdict.Judgement) -> None:
    """Keep yesterday's publication in force. The load becomes `rejected`, and is kept with its reasons in case a person
    overrides the verdict; or `failed`, if its build is broken.
    """
    reason = "; ".join(failure.en for failure in judgement.failures[:5])
    with load.ledger() as ledger:
        ledger.set_state(load.load_id, LoadState.FAILED if judgement.broken else LoadState.REJECTED, reason)


def rollback(home: Home, by: str, reason: str) -> str:
    """Roll back to the publication before the one in force. Returns the load that readers then see.

    Raises:
        PublicationError: nothing is published, or no earlier publication is intact and free of withdrawn deliveries.
    """
    with Ledger(home.ledger) as ledger:
        now, target = pointer.pointed_at(home), rollback_target(home, ledger, thorough=True)
        if now is None or target is None:
            raise PublicationError("there is no earlier publication to roll back to")
        ledger.decide("rollback", now, by, reason)
        pointer.turn(home, target)
        pointer.follow(ledger, target, reason)
    _show_decision(home)
    return target


def rollback_target(home: Home, ledger: Ledger, thorough: bool = False) -> str | None:
    """The newest load published before the current one that is intact and has no withdrawn delivery.

    thorough: check every byte.
    """
    loads = ledger.loads()
    order = [load["load_id"] for load in loads]
    now = pointer.pointed_at(home)
    earlier = loads[: order.index(now)] if now in order else []
    for load in reversed(earlier):
        load_id = load["load_id"]
        if load["state"] != LoadState.SUPERSEDED or _tainted(ledger, load_id):
            continue
        if damage(home, load_id, thorough) is None:
            return load_id
    return None


def override(home: Home, load_id: str, by: str, reason: str) -> str:
    """Publish a load that the gate rejected: a person's decision, on record. Returns the load's id.

    A person can override the gate's verdict, but not a broken build, and cannot replace a later load this way.

    Raises:
        PublicationError: no such rejected load, its build failed, its files are missing, it has a withdrawn delivery,
            or a later load is published.
    """
    with Ledger(home.ledger) as ledger:
        load = ledger.load(load_id)
        if load is None:
            raise PublicationError(f"there is no load {load_id}")
        if load["state"] != LoadState.REJECTED:
            raise PublicationError(f"load {load_id} is {load['state']}, not rejected")
        if damage(home, load_id) or read_summary(home, load_id)["gate"]["broken"]:
            raise PublicationError(f"the build of load {load_id} is incomplete or damaged")
        if _tainted(ledger, load_id):
            raise PublicationError(f"load {load_id} has a delivery that was withdrawn later")
        order = [row["load_id"] for row in ledger.loads()]
        now = pointer.pointed_at(home)
        if now in order and order.index(now) > order.index(load_id):
            raise PublicationError(f"a later load, {now}, is published: roll back first")
        ledger.decide("override", load_id, by, reason)
    _publish(home, load_id)
    _show_decision(home)
    return load_id


def _publish(home: Home, load_id: str) -> str:
    if damage(home, load_id):
        raise PublicationError(f"the publication of load {load_id} is damaged")
    pointer.turn(home, load_id)
    with Ledger(home.ledger) as ledger:
        pointer.follow(ledger, load_id)
    return load_id


def _tainted(ledger: Ledger, load_id: str) -> bool:
    return any(row["status"] == DeliveryStatus.WITHDRAWN for row in ledger.load_deliveries(load_id))


def _show_decision(home: Home) -> None:
    """Write the auditors' file of the newest load again, with the decision."""
    if home.current_quality.is_symlink():
        publish_quality(home, home.current_quality.resolve().stem)
