"""Retries an action that may succeed later: a limited number of times, with growing pauses, or when the server says."""

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
"""If a server asks for a longer pause, in seconds, the next pull continues instead."""
_growing = wait_exponential_jitter(initial=1, max=60)


class Transient(Exception):  # noqa: N818 -- not an error yet
    """A failure that may succeed later. after: the seconds that the server asked for, if it did."""

    def __init__(self, what: str, after: float | None = None) -> None:
        super().__init__(what)
        self.after = after


def patiently(attempt: Callable[[], T], sleep: Sleep) -> T:
    """Call `attempt` again as long as it raises `Transient`. Returns its result.

    Raises:
        PullFailed: every try failed, or the server asks for a pause that is too long.
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
        raise PullFailed(f"{last}, {TRIES} times in a row; the next pull continues from here") from None


def retry_after(stated: str | None) -> float | None:
    """The seconds of a Retry-After header, which has seconds or an HTTP date; None if it has neither."""
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
        raise PullFailed(f"{last}, and asks for a pause of {last.after:.0f} seconds") from None
    return last.after


def _tell(state: RetryCallState) -> None:
    LOG.info("%s; trying again in %.0f s", _last(state), state.upcoming_sleep)


def _last(state: RetryCallState) -> Transient:
    """The error of the last try."""
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, Transient)  # nothing else is tried again
    return error
