"""The command `sadaya` for tests: in this process, where importing its libraries is paid for once, or in its own."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from orchestration.cli import main

REPO = Path(__file__).resolve().parents[1]
OWN_PROCESS = (sys.executable, "-m", "orchestration")
_LOGGERS = ("", "dagster", "great_expectations")


@dataclass
class Done:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        return json.loads(self.out)


def in_process(*arguments: object, **environment: str) -> Done:
    """Run the command in this process. Environment, working directory, output and log levels are as before afterwards.

    For a load that is to be killed, or that must find nothing in memory: `start` or `in_own_process`.
    """
    with TemporaryFile() as out, TemporaryFile() as err:
        with ExitStack() as stack:
            stack.enter_context(_environment(environment))
            stack.enter_context(_logging())
            stack.enter_context(warnings.catch_warnings())
            stack.enter_context(chdir(REPO))
            stack.enter_context(_written_to(1, "stdout", out))
            stack.enter_context(_written_to(2, "stderr", err))
            code = _exit_code(arguments)
        return Done(code, _content(out), _content(err))


def in_own_process(*arguments: object, **environment: str) -> Done:
    """Run the command as a user would."""
    with start(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **environment) as process:
        out, err = process.communicate(timeout=600)
        return Done(process.returncode, out, err)


def start(
    *arguments: object, stdout: int = subprocess.DEVNULL, stderr: int = subprocess.DEVNULL, **environment: str
) -> subprocess.Popen[str]:
    """Start the command in a process group of its own, which a test may kill."""
    return subprocess.Popen(
        [*OWN_PROCESS, *map(str, arguments)],
        cwd=REPO,
        env={**os.environ, "SADAYA_SETTLE_SECONDS": "0", **environment},
        start_new_session=True,
        stdout=stdout,
        stderr=stderr,
        text=True,
    )


def _exit_code(arguments: tuple[object, ...]) -> int:
    argv = sys.argv
    sys.argv = ["sadaya", *map(str, arguments)]
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.argv = argv
    return 0


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update({"SADAYA_SETTLE_SECONDS": "0", **values})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _logging() -> Iterator[None]:
    """A load silences libraries for the life of its process."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [(logger, logger.level, list(logger.handlers)) for logger in loggers]
    try:
        yield
    finally:
        for logger, level, handlers in before:
            logger.setLevel(level)
            logger.handlers = handlers


@contextmanager
def _written_to(descriptor: int, stream: str, file) -> Iterator[None]:
    """All that is written to a descriptor goes to a file: by Python, by libraries in C, and by processes below."""
    kept, before = os.dup(descriptor), getattr(sys, stream)
    os.dup2(file.fileno(), descriptor)
    with open(descriptor, "w", encoding="utf-8", closefd=False) as text:
        setattr(sys, stream, text)
        try:
            yield
        finally:
            text.flush()
            setattr(sys, stream, before)
            os.dup2(kept, descriptor)
            os.close(kept)


def _content(file) -> str:
    file.seek(0)
    return file.read().decode("utf-8", errors="replace")
