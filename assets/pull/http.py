"""Fetches files from an HTTP server: a limited number of tries, respects Retry-After, follows no redirect, verifies
certificates (SSL_CERT_FILE adds a private authority).
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx

from assets.pull.outcome import PullFailed
from assets.pull.patience import Sleep, Transient, patiently, retry_after

T = TypeVar("T")
TIMEOUT = httpx.Timeout(60, connect=15)
LARGEST = 128 << 20
"""Bytes of one answer, which is read whole."""
SLOWEST = 15 * 60
"""Seconds for one answer, even if bytes keep arriving."""
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
_DENIED = frozenset({401, 403})


class Denied(PullFailed):
    """The server does not accept the token."""


class Caller:
    """A client of one server with one token; scheme: the word before it in the header."""

    def __init__(self, sleep: Sleep, token: str | None = None, scheme: str = "Bearer") -> None:
        self._sleep, self._scheme = sleep, scheme
        # Answers are stored as they come: uncompressed.
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "sadaya"}
        self._client = httpx.Client(timeout=TIMEOUT, follow_redirects=False, headers=headers)
        self.token = token

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def fetch(self, url: httpx.URL, into: Path, read: Callable[[bytes], T]) -> T:
        """Store the answer to a GET unchanged. Returns the result of `read` on it.

        read: may raise `Transient` for an invalid answer, which is then requested again.

        Raises:
            Denied: the token is not accepted.
            PullFailed: no answer after the last try, a redirect, an answer too large, or another refusal.
        """

        def attempt() -> T:
            self._download(url, into)
            return read(into.read_bytes())

        return patiently(attempt, self._sleep)

    def post(self, url: httpx.URL, body: dict[str, str]) -> Any:
        """The JSON answer to a POST of JSON.

        Raises:
            PullFailed: as `fetch`.
        """
        return self.send("POST", url, body)[1]

    def send(
        self, method: str, url: httpx.URL, body: Any = None, accepted: frozenset[int] = frozenset({200})
    ) -> tuple[int, Any]:
        """The status and the JSON answer of a request with a JSON body.

        accepted: statuses whose answer is returned. A request may reach the server more than once: it must be one that
        the server refuses, or that changes nothing, the second time.

        Raises:
            Denied: the token is not accepted.
            PullFailed: as `fetch`.
        """

        def attempt() -> tuple[int, Any]:
            try:
                answer = self._client.request(method, url, json=body, headers=self._headers())
                if answer.status_code not in accepted:
                    _judge(answer)
                return answer.status_code, answer.json()
            except httpx.RequestError as error:
                raise _unreachable(url, error) from None
            except ValueError:
                raise PullFailed(f"{url.host} did not answer with JSON") from None

        return patiently(attempt, self._sleep)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"{self._scheme} {self.token}"} if self.token else {}

    def _download(self, url: httpx.URL, into: Path) -> None:
        try:
            with self._client.stream("GET", url, headers=self._headers()) as answer, into.open("wb") as file:
                _judge(answer)
                end, size = time.monotonic() + SLOWEST, 0
                for chunk in answer.iter_bytes():
                    size += len(chunk)
                    if size > LARGEST:
                        raise PullFailed(f"an answer of {url.host} is larger than {LARGEST >> 20} MiB")
                    if time.monotonic() > end:
                        raise Transient(f"{url.host} answered too slowly")
                    file.write(chunk)
        except httpx.RequestError as error:
            raise _unreachable(url, error) from None


def _judge(answer: httpx.Response) -> None:
    host, status = answer.url.host, answer.status_code
    if status in _LATER:
        raise Transient(f"{host} answered {status}", retry_after(answer.headers.get("Retry-After")))
    if status in _DENIED:
        raise Denied(f"{host} does not accept our credentials (answer {status})")
    if answer.has_redirect_location:
        raise PullFailed(f"{host} points to another address (answer {status}), which is not followed")
    if status != 200:
        raise PullFailed(f"{host} answered {status}")


def _unreachable(url: httpx.URL, error: BaseException) -> Exception:
    """The error for a failed connection, which may succeed later, or for an untrusted certificate, which will not."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return PullFailed(f"the certificate of {url.host} is not trusted")
        cause = cause.__cause__ or cause.__context__
    return Transient(f"{url.host} could not be reached or closed the connection ({type(error).__name__})")
