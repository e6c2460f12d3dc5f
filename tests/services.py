"""Servers that some tests need and that are not Python packages. Without one its tests are skipped with a message; with
REQUIRE_SERVICES set they fail.
"""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from assets import local_postgres


@contextmanager
def postgresql(trust: bool = True) -> Iterator[dict[str, str]]:
    """A PostgreSQL server on this machine. Yields the connection parameters of its superuser `postgres`. trust: all
    logins over 127.0.0.1 are accepted without a password; otherwise agencies need theirs, and the superuser connects by
    the socket.
    """
    if local_postgres.programs() is None:
        lacking("postgresql")
    with tempfile.TemporaryDirectory(prefix="sadaya-postgresql-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            found = local_postgres.start(folder, free_port(), trust, ["fsync=off", "max_connections=40"])
            yield {**found, "host": "127.0.0.1"} if trust else found
        finally:
            local_postgres.stop(folder, at_once=True)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def lacking(package: str) -> NoReturn:
    """Skip (or fail) a test that needs a missing Debian package."""
    said = f"Debian package `{package}` is not installed: apt-get install {package}"
    if os.environ.get("REQUIRE_SERVICES"):
        pytest.fail(said)
    pytest.skip(said)
