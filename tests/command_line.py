"""The command `sadaya` for tests: in this process, which has already imported its libraries, or in its own."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryFile

from orchestration.cli import main

REPO = Path(__file__).resolve().parents[1]
OWN_PROCESS = (sys.executable, "-m", "orchestration")
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["dagster", "dagster_dbt", "great_expectations"])
_LOGGERS = ("", "dagster", "great_expectations")


@dataclass
class Done:
    """The result of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        return json.loads(self.out)


def in_process(*arguments: object, **environment: str) -> Done:
    """Run the command in this process, and restore environment, working directory, output and log levels. For a load
    that is killed, or that needs a fresh process, use `start` or `in_own_process`.
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
    finished = subprocess.run(
        [*OWN_PROCESS, *map(str, arguments)],
        cwd=REPO,
        env=dict(os.environ) | _settled(environment),
        capture_output=True,
        text=True,
        timeout=600,
    )
    return Done(finished.returncode, finished.stdout, finished.stderr)


def start(*arguments: object, **environment: str) -> BaseProcess:
    """Start the command in its own process group, which a test may kill. It is forked from a process that has imported
    the slowest libraries, but none of our modules: some compute with Polars, which must not be forked after that.
    """
    whole = dict(os.environ) | _settled(environment)
    process = _FORKS.Process(target=_alone, args=(tuple(map(str, arguments)), whole))
    process.start()
    return process


def _alone(arguments: tuple[str, ...], environment: dict[str, str]) -> None:
    os.setsid()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(REPO)
    sys.exit(_exit_code(arguments))


def _settled(environment: dict[str, str]) -> dict[str, str]:
    return {"SADAYA_SETTLE_SECONDS": "0", **environment}


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
    os.environ.update(_settled(values))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _logging() -> Iterator[None]:
    """Restore log levels: a load silences libraries for the whole process."""
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
    """Redirect a descriptor to a file: output of Python, of C libraries and of child processes."""
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
