"""Trying again what may go well the next time: a bounded number of times, ever later, or when the server says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from assets.pull.outcome import LOG, PullFailed

Sleep = Callable[[float], None]
T = TypeVar("T")

TRIES = 6
LONGEST = 600.0
"""A server that asks for more seconds than this is come back to in the next pull, which goes on from here."""
_growing = wait_exponential_jitter(initial=1, max=60)


class Transient(Exception):  # noqa: N818 -- no error yet
    """Something that may go well the next time. after: the seconds that the server asked for, if it did."""

    def __init__(self, what: str, after: float | None = None) -> None:
        super().__init__(what)
        self.after = after


def patiently(attempt: Callable[[], T], sleep: Sleep) -> T:
    """What `attempt` returns, tried again as long as it raises `Transient`.

    Raises:
        PullFailed: every try failed, or the server asks for more patience than we have.
    """
    retrying = Retrying(
        sleep=sleep,
        stop=stop_after_attempt(TRIES),
        wait=_wait,
        retry=retry_if_exception_type(Transient),
        before_sleep=_tell,
        reraise=True,
    )
    try:
        return retrying(attempt)
    except Transient as last:
        raise PullFailed(f"{last}, {TRIES} times in a row; the next pull goes on from here") from None


def retry_after(stated: str | None) -> float | None:
    """The seconds of a Retry-After header, which holds seconds or an HTTP date; None if it says nothing legible."""
    if not stated:
        return None
    if stated.strip().isdecimal():
        return float(stated)
    try:
        when = parsedate_to_datetime(stated)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _wait(state: RetryCallState) -> float:
    last = _last(state)
    if last.after is None:
        return _growing(state)
    if last.after > LONGEST:
        raise PullFailed(f"{last}, and asks to be left alone for {last.after:.0f} seconds") from None
    return last.after


def _tell(state: RetryCallState) -> None:
    LOG.info("%s; trying again in %.0f s", _last(state), state.upcoming_sleep)


def _last(state: RetryCallState) -> Transient:
    """What the last try raised."""
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, Transient)  # nothing else is tried again
    return error
