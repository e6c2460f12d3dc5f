"""The life of one load round its steps: lock, repair of what a killed process left, opening, and an end in any case."""

from __future__ import annotations

import os
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from assets.home import Home
from assets.ledger import Ledger
from assets.ledger_rows import UNFINISHED, LoadState
from assets.load import Load
from orchestration.lock import writer
from orchestration.version import code_version
from validations.errors import SadayaError

if TYPE_CHECKING:
    from assets.publication import Mended

_UNTOLD = "the run ended before the gate had spoken"


class Backwards(SadayaError):  # noqa: N818 -- not an error of ours: a day that was asked for
    """The day lies before the one that readers see already; says what to do instead."""


@dataclass
class Session:
    """An open load, and why it cannot come to a good end, once that is known. `mended`: the damage that was found in
    what readers saw before it.
    """

    load: Load
    reason: str | None = None
    mended: Mended | None = None

    def fail(self, stage: str, error: Exception) -> str:
        """Note that a stage broke, and the load with it. Returns a sentence that quotes nothing."""
        self.reason = self.note(stage, error)
        return self.reason

    def note(self, stage: str, error: Exception) -> str:
        """Keep an error that the load outlives. The whole of it, which may quote a row, goes to the load's own folder,
        where only those look who may see the data. Returns a sentence that quotes nothing.
        """
        log = self.load.folder.root / "failure.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
            file.write("".join(traceback.format_exception(error)))
        place = log.relative_to(self.load.home.root)
        return f"{stage}: {_kind(error)} in {_where(error)}; the whole error is in {place}"


def prepare(home: Home) -> None:
    """Put right what a killed process left; call it while holding the lock."""
    from assets.publication import publish_quality, reconcile_pointer

    reconcile_pointer(home)
    with Ledger(home.ledger) as ledger:
        interrupted = ledger.fail_interrupted()
    for load_id in interrupted:
        publish_quality(home, load_id)


def prepare_load(home: Home) -> Mended | None:
    """The same before a load, which first makes sure that what it continues from is whole. Returns what was not."""
    from assets.publication import mend

    mended = mend(home)
    prepare(home)
    return mended


def refuse_to_go_back(home: Home, as_of: date) -> None:
    """Time runs forward: a load of an earlier day than the published one would take back what readers know.

    Raises:
        Backwards: it would.
    """
    with Ledger(home.ledger) as ledger:
        published = ledger.published_load()
    if published and as_of.isoformat() < published["as_of_date"]:
        seen = f"load {published['load_id']}, as of {published['as_of_date']}"
        raise Backwards(f"readers see {seen}; to show them an earlier one, use `sadaya rollback`")


@contextmanager
def open_session(home: Home, landing: Path, as_of: date, settle_seconds: float) -> Generator[Session]:
    """Open a load as the only writer. Whatever happens inside, it ends published, rejected or failed, and its quality
    is published.

    Raises:
        Backwards: what is published is of a later day.
        Busy: another process writes.
        FileNotFoundError: there is no landing.
    """
    if not landing.is_dir():
        raise FileNotFoundError("the landing is not a folder")
    home.create()
    with writer(home):
        mended = prepare_load(home)
        refuse_to_go_back(home, as_of)
        with Ledger(home.ledger) as ledger:
            load_id = ledger.open_load(as_of, code_version())
        session = Session(Load(home, landing, load_id, as_of, settle_seconds), mended=mended)
        session.load.folder.root.mkdir(mode=0o750, parents=True, exist_ok=True)
        try:
            yield session
        finally:
            _end(session)


def _end(session: Session) -> None:
    from assets.publication import publish_quality

    load = session.load
    with load.ledger() as ledger:
        if load.entry(ledger)["state"] not in UNFINISHED:
            return
        ledger.set_state(load.load_id, LoadState.FAILED, session.reason or _UNTOLD)
    publish_quality(load.home, load.load_id)


def _kind(error: Exception) -> str:
    return type(error).__name__


def _where(error: Exception) -> str:
    """The place in our own code where it went wrong: file and line."""
    root = Path(__file__).resolve().parents[1]
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(root) and ".venv" not in frame.filename]
    frame = (ours or frames)[-1]
    name = Path(frame.filename)
    return f"{name.relative_to(root) if ours else name.name}:{frame.lineno}"
