"""Parses files in a separate process with limits, so that a file that crashes the parser fails only its delivery.

Parser libraries can abort or use up all memory on a bad file; no `except` catches that. One process is kept for all
files of a load, since its imports cost more than most files. It is replaced when it is dead, and after every failure,
because its state is unknown then.
"""

from __future__ import annotations

import atexit
import os
import pickle
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import assets
from assets.intake.parsed import ParsedFile
from assets.sources import Source, source_named
from validations.messages import Message, Refusal

MEMORY_BYTES = 4 << 30
SECONDS, SECONDS_PER_MIB = 60, 10
"""Processor time that a file may take, by its size: about twenty times what the slowest format needs."""
PATIENCE = 10
"""Limit of elapsed time, as a multiple of the processor time: the machine may be busy, the disk slow."""
OUT_OF_MEMORY, OUT_OF_TIME, UNREADABLE, BROKEN = "memory", "time", "unreadable", "broken"

PARSER_MEMORY = Message(
    "parser_out_of_memory",
    "Berkas tidak dapat dibaca: membukanya memerlukan memori lebih dari {gigabytes} GiB.",
    "The file cannot be read: opening it takes more than {gigabytes} GiB of memory.",
)
PARSER_TIME = Message(
    "parser_out_of_time",
    "Berkas tidak dapat dibaca: membukanya memerlukan waktu lebih dari {seconds} detik.",
    "The file cannot be read: opening it takes more than {seconds} seconds.",
)
PARSER_FAILED = Message(
    "parser_failed",
    "Berkas tidak dapat dibaca: pembaca berkas berhenti ({what}).",
    "The file cannot be read: its parser stopped ({what}).",
)
_ASKED_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NO_MEMORY = re.compile(rb"memory allocation of \d+ bytes failed|bad_alloc|out of memory", re.IGNORECASE)
"""Messages of allocators that abort."""
_START = "from assets.intake.parser_process import main; main()"


@dataclass(frozen=True)
class Task:
    """A file to parse, and the limit of processor time for it (seconds)."""

    path: Path
    source: str
    out_dir: Path
    prefix: str
    seconds: int


@dataclass(frozen=True)
class Failure:
    """A failed task. why: one of the four constants; what: the kind of error and the place in the code, no data."""

    why: str
    what: str


class FileUnreadableError(OSError):
    """The file cannot be read now; a later load may succeed."""


class _Died(Exception):  # noqa: N818 -- never leaves this module
    """The process ended. no_memory: its stderr reports a failed allocation."""

    def __init__(self, code: int, no_memory: bool) -> None:
        super().__init__(f"the parser's process ended with {code}")
        self.code, self.no_memory = code, no_memory


def parse_apart(path: Path, source: Source, out_dir: Path, prefix: str) -> ParsedFile:
    """Run `assets.intake.parse.parse_file` in the parser's process, for one of the declared sources.

    Raises:
        Refusal: the whole file is refused, or the parser failed, took too much memory or too long; no part of it is
            left in `out_dir`.
        FileUnreadableError: the file cannot be read.
        OSError: its parts cannot be written.
        KeyError: no agency declares the source, or it has no format with the file's extension.
        RuntimeError: a signal from outside ended the parser's process.
    """
    if not source_named(source.name).formats_of(path.name):
        raise KeyError(path.suffix)
    try:
        seconds = SECONDS + SECONDS_PER_MIB * (path.stat().st_size >> 20)
    except OSError as error:
        raise FileUnreadableError(error.errno, error.strerror) from None
    answer = _ask(Task(path.resolve(), source.name, out_dir.resolve(), prefix, seconds))
    if isinstance(answer, ParsedFile):
        return answer
    if not isinstance(answer, Failure):
        raise answer
    _sweep(out_dir, prefix)
    if answer.why == UNREADABLE:
        raise FileUnreadableError(answer.what)
    raise _refusal(answer, seconds)


def _sweep(out_dir: Path, prefix: str) -> None:
    """Remove what a dead process left: its parts, and folders in which it unpacked."""
    for left in out_dir.iterdir():
        if left.is_dir():
            shutil.rmtree(left)
        elif left.name.startswith(f"{prefix}-"):
            left.unlink()


def _refusal(failure: Failure, seconds: int) -> Refusal:
    if failure.why == OUT_OF_MEMORY:
        return Refusal(PARSER_MEMORY, {"gigabytes": MEMORY_BYTES >> 30})
    if failure.why == OUT_OF_TIME:
        return Refusal(PARSER_TIME, {"seconds": seconds})
    return Refusal(PARSER_FAILED, {"what": failure.what})


def _ask(task: Task) -> ParsedFile | Failure | Exception:
    """Run a task and return its answer. If the process was killed, retry once in a new process: the file may not have
    been the reason.
    """
    with _lock:
        for last in (False, True):
            try:
                return _parser().do(task)
            except _Died as died:
                if -died.code in _ASKED_TO_STOP:
                    raise RuntimeError(str(died)) from None
                if last or died.code != -signal.SIGKILL:
                    return _failure(died)
    raise AssertionError("the last try returns")


def _failure(died: _Died) -> Failure:
    if died.code == -signal.SIGXCPU:
        return Failure(OUT_OF_TIME, "")
    if died.no_memory or died.code == -signal.SIGKILL:  # the kernel's out-of-memory killer
        return Failure(OUT_OF_MEMORY, "")
    return Failure(BROKEN, signal.Signals(-died.code).name if died.code < 0 else f"exit {died.code}")


class _Parser:
    """The process and our ends of two pipes: tasks in, answers out, pickled, each with its length before it."""

    def __init__(self) -> None:
        root = str(Path(assets.__file__).parents[1])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        # The file has no name on the disk: messages of crashing libraries may quote data.
        self._last_words = tempfile.TemporaryFile()  # noqa: SIM115 -- closed in stop()
        process = subprocess.Popen(
            [sys.executable, "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._last_words,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            start_new_session=True,  # Ctrl-C must reach only the parent; the process ends with it
        )
        assert process.stdin is not None  # both are pipes
        assert process.stdout is not None
        self._process, self._tasks, self._answers = process, process.stdin, process.stdout

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def do(self, task: Task) -> Any:
        """Send a task and return the answer.

        Raises:
            _Died: the process ended before it answered.
        """
        until = time.monotonic() + PATIENCE * task.seconds
        try:
            content = pickle.dumps(task)
            self._tasks.write(len(content).to_bytes(8, "big") + content)
            self._tasks.flush()
            answer = pickle.loads(self._read(int.from_bytes(self._read(8, until), "big"), until))  # noqa: S301 -- ours
        except (BrokenPipeError, EOFError):
            raise self._died() from None
        except TimeoutError:
            self.stop()
            return Failure(OUT_OF_TIME, "")
        except BaseException:
            self.stop()  # part of an answer may be left in the pipe
            raise
        if isinstance(answer, Failure):
            self.stop()
        return answer

    def _died(self) -> _Died:
        code = self._process.wait()
        self._last_words.seek(0)
        no_memory = _NO_MEMORY.search(self._last_words.read(1 << 20)) is not None
        self.stop()
        return _Died(code, no_memory)

    def _read(self, size: int, until: float) -> bytes:
        """Read exactly `size` bytes.

        Raises:
            EOFError: the process ended.
            TimeoutError: the deadline has passed.
        """
        out, got = self._answers.fileno(), b""
        while len(got) < size:
            if not select.select([out], [], [], max(0, until - time.monotonic()))[0]:
                raise TimeoutError
            block = os.read(out, size - len(got))
            if not block:
                raise EOFError
            got += block
        return got

    def stop(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._tasks, self._answers, self._last_words):
            try:
                pipe.close()
            except BrokenPipeError:
                continue


_lock = threading.Lock()
_running: list[_Parser] = []


def _parser() -> _Parser:
    """Return the running process, or start one."""
    if not _running or not _running[0].alive:
        stop()
        _running.append(_Parser())
    return _running[0]


@atexit.register
def stop() -> None:
    """Stop the parser's process, if there is one; the next file starts another."""
    while _running:
        _running.pop().stop()
