"""Connection strings of PostgreSQL servers from the environment. A value is never shown."""

from __future__ import annotations

import ipaddress
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from validations.errors import SadayaError


class DsnError(SadayaError):
    """A connection string that is not safe for personal data; the message has only the name of its variable."""


def parameters(dsn: str, variable: str) -> dict[str, Any]:
    """Connection parameters. Over a network, the server's certificate must be verified against its name.

    Raises:
        DsnError: the string is invalid, names no host, or asks for a weaker sslmode.
    """
    try:
        target = conninfo_to_dict(dsn)
    except psycopg.Error:
        raise DsnError(f"{variable} is not a connection string") from None
    hosts = str(target.get("hostaddr") or target.get("host") or "").split(",")
    if hosts == [""]:
        raise DsnError(f"{variable} names no host")
    if not all(host.startswith("/") or is_this_machine(host) for host in hosts):
        if target.setdefault("sslmode", "verify-full") != "verify-full":
            raise DsnError(f"{variable} must have sslmode=verify-full")
        target.setdefault("sslrootcert", "system")
    return {"connect_timeout": 15, "application_name": "sadaya", **target}


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine, so that the connection cannot be intercepted."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
