"""Servers that some tests need and that are not Python packages. Without one its tests are skipped, and say so; where
REQUIRE_SERVICES is set they fail.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest


@contextmanager
def postgresql() -> Iterator[dict[str, str]]:
    """A PostgreSQL server of one's own on this machine. Yields the connection parameters of its superuser `postgres`.

    It refuses to run as root, so root hands it to the user `nobody`.
    """
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        lacking("postgresql")
    bin_ = programs[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="sadaya-postgresql-"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        as_user = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    port = free_port()

    def run(program: str, *arguments: str) -> None:
        log = folder / "output.log"
        with log.open("ab") as output:
            # to a file: a pipe would stay open in the server that pg_ctl leaves behind
            done = subprocess.run([*as_user, bin_ / program, *arguments], cwd=folder, stdout=output, stderr=output)
        assert done.returncode == 0, log.read_text(encoding="utf-8")

    data = str(folder / "data")
    options = f"-k {folder} -p {port} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=20"
    try:
        run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        run("pg_ctl", "-D", data, "-w", "-s", "-l", str(folder / "server.log"), "-o", options, "start")
        yield {"host": "127.0.0.1", "port": str(port), "user": "postgres", "dbname": "postgres"}
        run("pg_ctl", "-D", data, "-m", "immediate", "-s", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def lacking(package: str) -> NoReturn:
    """End a test that needs a Debian package which is not there."""
    said = f"Debian package `{package}` is not installed: apt-get install {package}"
    if os.environ.get("REQUIRE_SERVICES"):
        pytest.fail(said)
    pytest.skip(said)
