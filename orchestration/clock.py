"""The current day in Banten: servers run in UTC, seven hours behind."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

BANTEN = ZoneInfo("Asia/Jakarta")


def today() -> date:
    return datetime.now(BANTEN).date()
