"""One ODK Central: requests with a token, or in a session that an e-mail and a password open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from assets.pull.http import Caller, Denied
from assets.pull.outcome import PullFailed
from assets.pull.settings import Settings


class Central:
    """One address of an ODK Central, `<URL>`, and what is below it. shape: what the address must look like."""

    def __init__(self, caller: Caller, settings: Settings, shape: str) -> None:
        self._caller, self._settings, self._shape = caller, settings, shape
        self.address = httpx.URL(settings.url())
        self._given = settings.get("TOKEN")
        caller.token = self._given

    def fetch(self, url: httpx.URL, into: Path, read: Callable[[bytes], Any]) -> Any:
        """As `Caller.fetch`."""
        return self._in_session(lambda: self._caller.fetch(url, into, read))

    def send(
        self, method: str, url: httpx.URL, body: Any = None, accepted: frozenset[int] = frozenset({200})
    ) -> tuple[int, Any]:
        """As `Caller.send`."""
        return self._in_session(lambda: self._caller.send(method, url, body, accepted))

    def _in_session(self, call: Callable[[], Any]) -> Any:
        if self._caller.token is None:
            self._log_in()
        try:
            return call()
        except Denied:
            if self._given:
                raise
            self._log_in()  # sessions end after a day, also during a pull
            return call()

    def _log_in(self) -> None:
        api, found, _ = str(self.address).rpartition("/projects/")
        if not found:
            raise PullFailed(f"{self._settings.variable('URL')} must be like {self._shape}")
        body = {"email": self._settings["EMAIL"], "password": self._settings["PASSWORD"]}
        answer = self._caller.post(httpx.URL(f"{api}/sessions"), body)
        if not isinstance(answer, dict) or not isinstance(answer.get("token"), str):
            raise PullFailed(f"{self.address.host} did not open a session")
        self._caller.token = answer["token"]
