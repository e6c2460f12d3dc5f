"""A local PostgreSQL server, to try out what agencies get, and for tests.

Agencies connect with a password over 127.0.0.1; the superuser only over a socket in the server's folder, and only as
the operating-system user that started it. Needs Debian's package `postgresql`.
"""

from __future__ import annotations

import os
import pwd
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from validations.errors import SadayaError

SUPERUSER, DATABASE = "postgres", "sadaya"
_LONGEST_SOCKET = 90
_LOG = "server.log"
_SETTINGS = (
    "password_encryption=scram-sha-256",
    "log_statement=none",
    "log_min_messages=log",
    "log_min_error_statement=panic",
    "log_connections=on",
    "logging_collector=on",
    "log_destination=csvlog",
)
"""Statements and errors are not logged, because they may quote a NIK. Connections are."""
_AUDIT = "pgaudit"


class LocalServerError(SadayaError):
    """The server cannot be run here; the message is for users."""


def programs() -> Path | None:
    """The folder of the newest server's programs; None if none is installed."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0), default=None)


def has_audit() -> bool:
    """Whether the server's package pgaudit, which logs reads, is installed."""
    there = programs()
    return there is not None and (there.parent / "lib" / f"{_AUDIT}.so").exists()


def start(folder: Path, port: int, trust: bool = False, settings: Sequence[str] = ()) -> dict[str, str]:
    """Start the server in a folder, which is created if missing; a running server is left as it is.

    trust: let every user of this machine log in as any role without password; for tests. settings: `name=value`.
    Returns the connection parameters of its superuser.

    Raises:
        LocalServerError: the programs are missing or fail.
    """
    folder = folder.resolve()
    if len(str(folder)) > _LONGEST_SOCKET:
        raise LocalServerError(f"the path {folder} is too long for a server's socket: choose another folder")
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    _hand_over(folder)
    data = folder / "data"
    if not (data / "PG_VERSION").exists():
        _run(folder, "initdb", "-D", data, "-U", SUPERUSER, "-A", "peer", "-E", "UTF8", "--locale=C", "--no-sync")
        _write_hba(folder, trust)
    if not is_running(folder):
        preloaded = [f"shared_preload_libraries={_AUDIT}"] if has_audit() else []
        options = [f"-k {folder}", f"-p {port}", *(f"-c {each}" for each in (*_SETTINGS, *preloaded, *settings))]
        joined = " ".join([*options, "-c listen_addresses=127.0.0.1"])
        _run(folder, "pg_ctl", "-D", data, "-w", "-s", "-l", folder / _LOG, "-o", joined, "start")
    return _parameters(folder, "postgres")


def running(folder: Path) -> dict[str, str] | None:
    """Connection parameters of the superuser to Sadaya's database on the server in a folder; None if none runs
    there.
    """
    if not (folder / "data").is_dir() or not is_running(folder):
        return None
    return _parameters(folder.resolve(), DATABASE)


def make_database(parameters: dict[str, str]) -> dict[str, str]:
    """Create Sadaya's database on a local server if missing, and revoke access to other databases from public. Returns
    its parameters.
    """
    with psycopg.connect(make_conninfo(**parameters), autocommit=True) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone():
            connection.execute(f"create database {DATABASE}")
        for other in ("postgres", "template1"):
            connection.execute(f"revoke all on database {other} from public")
    return {**parameters, "dbname": DATABASE}


def stop(folder: Path, at_once: bool = False) -> None:
    """Stop the server in a folder, if it runs. at_once: as if it were killed.

    Raises:
        LocalServerError: it does not stop.
    """
    folder = folder.resolve()
    if is_running(folder):
        _run(folder, "pg_ctl", "-D", folder / "data", "-m", "immediate" if at_once else "fast", "-s", "stop")


def is_running(folder: Path) -> bool:
    return _call(folder.resolve(), "pg_ctl", "-D", folder.resolve() / "data", "status") == 0


def _parameters(folder: Path, database: str) -> dict[str, str]:
    return {"host": str(folder), "port": _port(folder), "user": SUPERUSER, "dbname": database}


def _port(folder: Path) -> str:
    """The port of a running server, which may differ from the requested one."""
    return (folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[3]


def _hand_over(folder: Path) -> None:
    """Give the folder to the user `nobody` if we are root, because the server refuses to run as root."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)


def _write_hba(folder: Path, trust: bool) -> None:
    """Write the rules of authentication."""
    data = folder / "data"
    method = "trust" if trust else "scram-sha-256"
    with (data / "pg_hba.conf").open("w", encoding="utf-8") as file:
        file.write(f"local all {SUPERUSER} peer map=sadaya\nhost all all 127.0.0.1/32 {method}\n")
    with (data / "pg_ident.conf").open("a", encoding="utf-8") as file:
        file.write(f"sadaya {pwd.getpwuid(os.geteuid()).pw_name} {SUPERUSER}\n")


def _run(folder: Path, program: str, *arguments: str | Path) -> None:
    if _call(folder, program, *arguments):
        raise LocalServerError(f"{program} failed; see {folder / 'output.log'} and {folder / _LOG}")


def _call(folder: Path, program: str, *arguments: str | Path) -> int:
    """Run a program of the server. Its output goes to a file, because the server would keep a pipe open."""
    there = programs()
    if there is None:
        raise LocalServerError("Debian package `postgresql` is not installed: apt-get install postgresql")
    as_user: list[str] = []
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        as_user = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    with (folder / "output.log").open("ab") as output:
        return subprocess.run(
            [*as_user, there / program, *arguments], cwd=folder, stdout=output, stderr=output, check=False
        ).returncode
