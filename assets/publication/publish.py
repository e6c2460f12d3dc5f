"""What may become of a built load: sealed and published, rejected, taken back, or published against the gate's word.

The order of steps is the whole point: a process that is killed between any two of them leaves the old publication or
the new one in force, and `reconcile_pointer` can tell which.
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
    """The load cannot be published, or there is nothing to go back to; says why in one sentence."""


def seal(load: Load) -> dict[str, Any]:
    """Close a built warehouse for good: checkpointed, on disk, read-only, with `summary.json` beside it.

    Call it after `write_quality`, whatever the gate said, so that a person may still publish it. Returns the summary.

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
    """Carry out the gate's verdict, step by step in the only safe order. Returns the load's state after it.

    quality into the warehouse -> seal -> publish or reject -> the auditors' file. A build that is broken is not sealed.
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
    """Lead readers to a sealed load that the gate let through. Returns its id.

    Raises:
        PublicationError: it is not whole, or the gate did not pass it.
    """
    if not verdict.read(load).passed:
        raise PublicationError(f"the gate refused load {load.load_id}; a person may override that, on record")
    return _publish(load.home, load.load_id)


def reject(load: Load, judgement: verdict.Judgement) -> None:
    """Leave yesterday's publication in place: the load is `rejected`, and kept with its reasons in case a person
    overrules; or `failed`, if its build is broken.
    """
    reason = "; ".join(failure.en for failure in judgement.failures[:5])
    with load.ledger() as ledger:
        ledger.set_state(load.load_id, LoadState.FAILED if judgement.broken else LoadState.REJECTED, reason)


def rollback(home: Home, by: str, reason: str) -> str:
    """Go back to the publication before the one in force. Returns the load that readers see then.

    Raises:
        PublicationError: nothing is published, or no earlier publication is whole and free of withdrawn deliveries.
    """
    with Ledger(home.ledger) as ledger:
        now, target = pointer.pointed_at(home), rollback_target(home, ledger, thorough=True)
        if now is None or target is None:
            raise PublicationError("there is no earlier publication to go back to")
        ledger.decide("rollback", now, by, reason)
        pointer.turn(home, target)
        pointer.follow(ledger, target, reason)
    _show_decision(home)
    return target


def rollback_target(home: Home, ledger: Ledger, thorough: bool = False) -> str | None:
    """The newest load before the published one that was published, is whole, and holds no withdrawn delivery.

    thorough: whole to the last byte.
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
    """Publish a load that the gate refused: a person's decision, on record. Returns the load's id.

    A gate's judgement may be overruled; a build that broke may not, nor may time be turned back this way.

    Raises:
        PublicationError: no such rejected load, its build failed, its files are gone, it holds a withdrawn delivery,
            or a later load is published.
    """
    with Ledger(home.ledger) as ledger:
        load = ledger.load(load_id)
        if load is None:
            raise PublicationError(f"there is no load {load_id}")
        if load["state"] != LoadState.REJECTED:
            raise PublicationError(f"load {load_id} is {load['state']}, not rejected")
        if damage(home, load_id) or read_summary(home, load_id)["gate"]["broken"]:
            raise PublicationError(f"the build of load {load_id} is not whole, so there is nothing to publish")
        if _tainted(ledger, load_id):
            raise PublicationError(f"load {load_id} holds a delivery that was withdrawn since")
        order = [row["load_id"] for row in ledger.loads()]
        now = pointer.pointed_at(home)
        if now in order and order.index(now) > order.index(load_id):
            raise PublicationError(f"load {now}, which is later, is published: roll back first")
        ledger.decide("override", load_id, by, reason)
    _publish(home, load_id)
    _show_decision(home)
    return load_id


def _publish(home: Home, load_id: str) -> str:
    if damage(home, load_id):
        raise PublicationError(f"the publication of load {load_id} is not whole")
    pointer.turn(home, load_id)
    with Ledger(home.ledger) as ledger:
        pointer.follow(ledger, load_id)
    return load_id


def _tainted(ledger: Ledger, load_id: str) -> bool:
    return any(row["status"] == DeliveryStatus.WITHDRAWN for row in ledger.load_deliveries(load_id))


def _show_decision(home: Home) -> None:
    """The auditors' file of the newest load is written anew, so that the decision stands in it."""
    if home.current_quality.is_symlink():
        publish_quality(home, home.current_quality.resolve().stem)
