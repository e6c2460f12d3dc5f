"""Opens and closes a load around its steps: lock, repair of what a killed process left, and a final state in any
case.
"""

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

_NO_VERDICT = "the run ended before the gate's verdict"


class Backwards(SadayaError):  # noqa: N818 -- not an error of ours, but of the requested day
    """The day is before that of the published load; the message says what to do instead."""


@dataclass
class Session:
    """An open load, and the reason why it fails, once known. `mended`: damage found in the earlier publication."""

    load: Load
    reason: str | None = None
    mended: Mended | None = None

    def fail(self, stage: str, error: Exception) -> str:
        """Record that a stage, and with it the load, failed. Returns a sentence without data."""
        self.reason = self.note(stage, error)
        return self.reason

    def note(self, stage: str, error: Exception) -> str:
        """Log an error that does not end the load, in the load's own folder. Returns a sentence without data."""
        return note_error(self.load.home, self.load.folder.root, stage, error)


def note_error(home: Home, folder: Path, stage: str, error: Exception) -> str:
    """Log an error in a folder of HOME. The traceback, which may quote a row, goes to a file that only people who may
    see the data can read. Returns a sentence without data.
    """
    log = folder / "failure.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
        file.write("".join(traceback.format_exception(error)))
    return f"{stage}: {_kind(error)} in {_where(error)}; the full error is in {log.relative_to(home.root)}"


def prepare(home: Home) -> None:
    """Repair what a killed process left; the caller must hold the lock."""
    from assets.publication import publish_quality, reconcile_pointer

    reconcile_pointer(home)
    with Ledger(home.ledger) as ledger:
        interrupted = ledger.fail_interrupted()
    for load_id in interrupted:
        publish_quality(home, load_id)


def prepare_load(home: Home) -> Mended | None:
    """As `prepare`, before a load, which also checks that the current publication is intact. Returns the damage."""
    from assets.publication import mend

    mended = mend(home)
    prepare(home)
    return mended


def refuse_to_go_back(home: Home, as_of: date) -> None:
    """Refuse a load with an earlier day than the published one.

    Raises:
        Backwards: it has an earlier day.
    """
    with Ledger(home.ledger) as ledger:
        published = ledger.published_load()
    if published and as_of.isoformat() < published["as_of_date"]:
        seen = f"load {published['load_id']}, as of {published['as_of_date']}"
        raise Backwards(f"readers see {seen}; to show them an earlier one, use `sadaya rollback`")


@contextmanager
def open_session(home: Home, landing: Path, as_of: date, settle_seconds: float) -> Generator[Session]:
    """Open a load as the only writer. Whatever happens inside, the load ends published, rejected or failed, and its
    quality tables are published.

    Raises:
        Backwards: the published load has a later day.
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
        ledger.set_state(load.load_id, LoadState.FAILED, session.reason or _NO_VERDICT)
    publish_quality(load.home, load.load_id)


def _kind(error: Exception) -> str:
    return type(error).__name__


def _where(error: Exception) -> str:
    """The file and line in our own code where the error occurred."""
    root = Path(__file__).resolve().parents[1]
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(root) and ".venv" not in frame.filename]
    frame = (ours or frames)[-1]
    name = Path(frame.filename)
    return f"{name.relative_to(root) if ours else name.name}:{frame.lineno}"
