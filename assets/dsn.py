"""Connection strings of PostgreSQL servers, as the environment gives them. A value is never shown."""

from __future__ import annotations

import ipaddress
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from validations.errors import SadayaError


class DsnError(SadayaError):
    """A connection string that is not fit for people's data; the message names its variable alone."""


def parameters(dsn: str, variable: str) -> dict[str, Any]:
    """Connection parameters. Over a network the server must show a certificate that fits its name.

    Raises:
        DsnError: the string is illegible, names no host, or asks for less.
    """
    try:
        target = conninfo_to_dict(dsn)
    except psycopg.Error:
        raise DsnError(f"{variable} is no connection string") from None
    hosts = str(target.get("hostaddr") or target.get("host") or "").split(",")
    if hosts == [""]:
        raise DsnError(f"{variable} names no host")
    if not all(host.startswith("/") or is_this_machine(host) for host in hosts):
        if target.setdefault("sslmode", "verify-full") != "verify-full":
            raise DsnError(f"{variable} must have sslmode=verify-full")
        target.setdefault("sslrootcert", "system")
    return {"connect_timeout": 15, "application_name": "sadaya", **target}


def is_this_machine(host: str) -> bool:
    """Whether a host cannot be anywhere else, so that nobody can listen between."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
