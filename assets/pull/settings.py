"""Addresses and secrets of a pull: environment variables `<prefix>_<NAME>`. A value is never shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from assets.dsn import is_this_machine
from assets.pull.declared import One, Pull, alternatives
from assets.pull.outcome import PullFailed


@dataclass(frozen=True)
class Settings:
    """The variables of one prefix."""

    prefix: str
    environment: Mapping[str, str] = field(repr=False)

    def variable(self, name: str) -> str:
        return f"{self.prefix}_{name}"

    def get(self, name: str) -> str | None:
        """A value; None if the variable is unset or empty."""
        return self.environment.get(self.variable(name), "").strip() or None

    def __getitem__(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            raise PullFailed(f"{self.variable(name)} is not set")
        return value

    def url(self, name: str = "URL") -> str:
        """An address that a token may be sent to: HTTPS, or this machine; without a closing slash.

        Raises:
            PullFailed: it is not one.
        """
        address = self[name].rstrip("/")
        try:
            parts = urlsplit(address)
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise PullFailed(f"{self.variable(name)} is not an address") from None
        if not host or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
            raise PullFailed(f"{self.variable(name)} must be an address like https://host/path")
        if parts.username or parts.password:
            raise PullFailed(f"{self.variable(name)} must not contain a user or password")
        if parts.scheme != "https" and not is_this_machine(host):
            raise PullFailed(f"{self.variable(name)} must begin with https://")
        return address

    def path(self, name: str) -> Path:
        """A file that must exist.

        Raises:
            PullFailed: it does not.
        """
        path = Path(self[name])
        if not path.is_file():
            raise PullFailed(f"the file named by {self.variable(name)} does not exist")
        return path


def missing(pull: Pull | None, environment: Mapping[str, str]) -> tuple[str, ...]:
    """The variables that are not set, for the alternative that lacks fewest; empty if the source can be pulled.

    Raises:
        ValueError: the source declares no pull.
    """
    if pull is None:
        raise ValueError("the source is not pulled")
    return min((_lacking(one, environment) for one in alternatives(pull)), key=len)


def chosen(pull: Pull, environment: Mapping[str, str]) -> One:
    """The pull whose variables are set.

    Raises:
        PullFailed: those of none are, or of several.
    """
    ready = [one for one in alternatives(pull) if not _lacking(one, environment)]
    if not ready:
        raise PullFailed(f"{', '.join(missing(pull, environment))} not set")
    if len(ready) > 1:
        prefixes = " and ".join(f"{one.prefix}_…" for one in ready)
        raise PullFailed(f"{prefixes} are set: a source is pulled from one server, unset the others")
    return ready[0]


def _lacking(pull: One, environment: Mapping[str, str]) -> tuple[str, ...]:
    settings = Settings(pull.prefix, environment)
    lacking = [
        tuple(settings.variable(name) for name in names if settings.get(name) is None) for names in pull.settings
    ]
    return min(lacking, key=len)
