"""A scratch load, in which the day's submissions are taken in as the next load will take them.

It is a load in a home of its own, with a copy of the ledger and links to the deliveries in force. So intake is the same
code, and nothing it writes reaches the real ledger or its deliveries.

Each answer costs a third of a second to judge, and a day has hundreds of them. So the scratch load is kept, and
continued as long as that gives what a new one would: as long as the real ledger, the day and the code are the same, and
the landing has only answers that came after all those that were taken in.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Sequence
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path

from assets import durable
from assets.answer_names import answer_of
from assets.home import Home
from assets.intake import judge, new_files, prepare_inputs, receive
from assets.intake.landing import Scan, scan
from assets.intake.receive import fingerprints
from assets.ledger import Ledger
from assets.load import Load
from assets.sources import Source, referred_by, set_of, source_named

File = tuple[str, str, str, str]
"""Source, delivery date, name, SHA-256."""


def take_in(
    home: Home, landing: Path, as_of: date, settle_seconds: float, code_version: str, sources: Sequence[Source]
) -> Load:
    """Receive and judge the new files of these sources in a scratch load, and write dbt's inputs. The load's id is the
    one that the next load of this day would have.

    sources: complete sets, each in its order. Other sources are not looked at: their files may be large.
    """
    with Ledger(home.ledger) as ledger:
        state = _state(ledger, as_of, code_version)
    work = home.progress_work
    for kept in (_read(_kept(work)), {}):  # what is kept; if it cannot be continued, nothing
        fresh = kept.get("state") != state
        load_id = _copy(home, work, as_of, code_version) if fresh else kept["load_id"]
        load = Load(work, landing, load_id, as_of, settle_seconds)
        found = _scan(load, sources)
        if fresh or only_later([tuple(file) for file in kept["files"]], _files(found)):
            break
    discontinue(home)  # until all is taken in: a killed process leaves nothing that is continued
    _empty(load)
    for source in sources:
        receive(load, source, found)
    for source in _in_order(sources):
        judge(load, source)
    prepare_inputs(load)
    with load.ledger() as ledger:
        taken = {"state": state, "load_id": load.load_id, "files": _files(found, ledger)}
    _kept(work).write_text(json.dumps(taken), encoding="utf-8")
    return load


def discontinue(home: Home) -> None:
    """Have the next rebuild begin with a new scratch load, whatever this one has."""
    _kept(home.progress_work).unlink(missing_ok=True)


def close(load: Load) -> None:
    """Delete what the next rebuild makes again: all but the ledger and the deliveries."""
    for folder in (load.home.loads, load.home.publications):
        shutil.rmtree(folder)


def only_later(before: Sequence[File], now: Sequence[File]) -> bool:
    """Whether all files of `before` are there, and the others of their dates belong to later answers."""
    if not set(before) <= set(now):
        return False
    newest: dict[tuple[str, str], tuple[str, str]] = {}
    for source, day, name, _ in before:
        newest[source, day] = max(newest.get((source, day), ("", "")), answer_of(name))
    added = set(now) - set(before)
    return all((source, day) not in newest or answer_of(name) > newest[source, day] for source, day, name, _ in added)


def _copy(home: Home, work: Home, as_of: date, code_version: str) -> str:
    """A new scratch home with an open load. Returns its id."""
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
        return ledger.open_load(as_of, code_version)


def _scan(load: Load, sources: Sequence[Source]) -> Scan:
    """These sources in the landing; other folders are left out, also as entries that are not read."""
    with load.ledger() as ledger:
        found = scan(load.landing, load.as_of, load.settle_seconds, sources, fingerprints(ledger))
    names = {source.name for source in sources}
    found.unread = [entry for entry in found.unread if entry.path.partition("/")[0] in names]
    return found


def _empty(load: Load) -> None:
    """Empty the load's working folders, and its record of what it did not read."""
    for folder in (load.home.loads, load.home.publications):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o750)
    load.folder.root.mkdir(mode=0o750)
    with load.ledger() as ledger:
        ledger.forget_unread(load.load_id)


def _state(ledger: Ledger, as_of: date, code_version: str) -> str:
    """A digest of what a scratch load copies: all deliveries and loads, and what they are judged by."""
    deliveries = ledger.rows("select delivery_id, status, acceptance_seq from deliveries order by delivery_id")
    loads = ledger.rows("select load_id, state from loads order by load_seq")
    facts = [[*map(tuple, map(dict.values, rows))] for rows in (deliveries, loads)]
    return hashlib.sha256(json.dumps([as_of.isoformat(), code_version, facts]).encode()).hexdigest()


def _files(found: Scan, taken: Ledger | None = None) -> list[File]:
    """The files of settled folders; taken: only those that this ledger has."""
    return [
        (folder.source, folder.delivery_date.isoformat(), file.name, file.sha256)
        for folder in found.folders
        if folder.settled
        for file in _without(folder.files, new_files(taken, folder) if taken else [])
    ]


def _without(files: Iterable, others: list) -> list:
    return [file for file in files if file not in others]


def _in_order(sources: Sequence[Source]) -> list[Source]:
    """Each after the others of its set that come before it, and after those whose records it is compared with."""
    names = [source.name for source in sources]
    before = {}
    for source in sources:
        earlier = {member.name for member in set_of(source) if member.set_rank < source.set_rank}
        compared = {other.name for other in referred_by(source)}
        before[source.name] = sorted((earlier | compared).intersection(names))
    return [source_named(name) for name in TopologicalSorter(before).static_order()]


def _kept(work: Home) -> Path:
    """What was taken in, beside the scratch ledger."""
    return work.root / "taken.json"


def _read(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
