"""A landing, a pull that does not sleep, and an HTTP server that a test controls."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from assets.pull.dispatch import pull
from orchestration.version import ROOT
from tests.assets.pull.one_pull import SOURCES

DAY = date(2019, 11, 4)


@dataclass(frozen=True)
class Asked:
    """A request that the server received."""

    method: str
    path: str
    query: dict[str, str]
    token: str | None
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """An answer of the server. cut: number of bytes of the body that are not sent before the connection is closed."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0

    @classmethod
    def of(cls, content: object, status: int = 200, **headers: str) -> Answer:
        return cls(status, json.dumps(content, indent=1).encode(), headers)


class Served:
    """A server in a thread. `answer` makes each answer; `asked` lists all requests."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answer: Callable[[Asked], Answer] = lambda _: Answer(404)
        served = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def _serve(self) -> None:
                parts = urlsplit(self.path)
                token = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or None
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), token, body)
                served.asked.append(asked)
                answer = served.answer(asked)
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(answer.body[: len(answer.body) - answer.cut])
                self.close_connection |= answer.cut > 0

            def do_GET(self) -> None:
                self._serve()

            def do_POST(self) -> None:
                self._serve()

            def do_PATCH(self) -> None:
                self._serve()

            def do_DELETE(self) -> None:
                self._serve()

            def log_message(self, *_: object) -> None:
                """Write nothing to stderr."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        # A killed client breaks the connection: not an error here.
        self.server.handle_error = lambda *_: None
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def served() -> Iterator[Served]:
    server = Served()
    yield server
    server.stop()


@pytest.fixture
def landing(tmp_path) -> Path:
    folder = tmp_path / "landing"
    folder.mkdir()
    return folder


@pytest.fixture
def naps() -> list[float]:
    """The seconds that pulls would have slept."""
    return []


@pytest.fixture
def run(landing, environment, naps, caplog):
    """Pull a test source: `run("paged")`. Asserts that the log contains no personal data and no secret."""
    caplog.set_level(logging.DEBUG)

    def run(name: str, day: date = DAY):
        return pull(SOURCES[name], landing, day, environment, sleep=naps.append)

    return run


@pytest.fixture
def killed(landing, environment):
    """Start a pull in its own process, wait until `reached` is set, and kill it."""

    def killed(name: str, reached: threading.Event, day: date = DAY) -> None:
        command = [sys.executable, "-m", "tests.assets.pull.one_pull", name, str(landing), day.isoformat()]
        with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}) as process:
            assert reached.wait(60)
            assert process.poll() is None
            process.send_signal(signal.SIGKILL)

    return killed


def shown(landing: Path, name: str) -> dict[str, bytes]:
    """The files of a source in the landing, except those in hidden folders."""
    return {
        str(path.relative_to(landing / name)): path.read_bytes()
        for path in sorted((landing / name).rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(landing).parts)
    }


def remains(landing: Path, name: str) -> list[str]:
    """All entries of a source's folder, including hidden ones."""
    return sorted(path.name for path in (landing / name).iterdir())
