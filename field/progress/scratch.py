"""A scratch load, in which the day's submissions are taken in as the next load will take them.

It is a load in a home of its own, with a copy of the ledger and links to the deliveries in force. So intake is the same
code, and nothing it writes reaches the real ledger or its deliveries.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path

from assets import durable
from assets.home import Home
from assets.intake import judge, prepare_inputs, receive
from assets.intake.landing import scan
from assets.intake.receive import fingerprints
from assets.ledger import Ledger
from assets.load import Load
from assets.sources import Source, referred_by, set_of, source_named


def open_scratch(home: Home, landing: Path, as_of: date, settle_seconds: float, code_version: str) -> Load:
    """Open the scratch load. Its id is the one that the next load of this day would have."""
    work = home.progress_work
    durable.remove_folder(work.root)
    work.create()
    with Ledger(home.ledger) as ledger:
        ledger.copy_to(work.ledger)
        in_force = ledger.in_force(as_of)
    # Only deliveries in force: intake replaces the folders of those that wait, which must not be the real ones.
    for row in in_force:
        link = work.delivery(row["source"], row["delivery_id"])
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(home.delivery(row["source"], row["delivery_id"]).resolve(), target_is_directory=True)
    with Ledger(work.ledger) as ledger:
        load_id = ledger.open_load(as_of, code_version)
    load = Load(work, landing, load_id, as_of, settle_seconds)
    load.folder.root.mkdir(mode=0o750, parents=True)
    return load


def take_in(load: Load, sources: Sequence[Source]) -> None:
    """Receive and judge the new files of these sources, enter them in the scratch ledger, and write dbt's inputs.

    sources: complete sets, each in its order. Other sources are not looked at: their files may be large.
    """
    with load.ledger() as ledger:
        found = scan(load.landing, load.as_of, load.settle_seconds, sources, fingerprints(ledger))
    names = {source.name for source in sources}
    found.unread = [entry for entry in found.unread if entry.path.partition("/")[0] in names]
    for source in sources:
        receive(load, source, found)
    for source in _in_order(sources):
        judge(load, source)
    prepare_inputs(load)


def _in_order(sources: Sequence[Source]) -> list[Source]:
    """Each after the others of its set that come before it, and after those whose records it is compared with."""
    names = [source.name for source in sources]
    before = {}
    for source in sources:
        earlier = {member.name for member in set_of(source) if member.set_rank < source.set_rank}
        compared = {other.name for other in referred_by(source)}
        before[source.name] = sorted((earlier | compared).intersection(names))
    return [source_named(name) for name in TopologicalSorter(before).static_order()]
