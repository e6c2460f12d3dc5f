"""What a source has in the landing, for pulls that ask for what came since."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from assets.answer_names import asked_until
from assets.pull.answers import latest
from assets.sources import Source


class Landed:
    """The files of a source's deliveries, by the date of their folder, newest first. columns: those that they must
    have.
    """

    def __init__(self, folder: Path, source: Source) -> None:
        self.columns = [field.name for field in source.contract.fields if field.required]
        days = {_day(path.name): path for path in folder.iterdir() if path.is_dir()}
        self._by_day = [
            (day, [path for path in sorted(days[day].iterdir()) if path.is_file() and source.formats_of(path.name)])
            for day in sorted((day for day in days if day is not None), reverse=True)
        ]

    @property
    def files(self) -> list[Path]:
        """All files, oldest first."""
        return [path for _, files in reversed(self._by_day) for path in files]

    def since(self, start: datetime | None) -> list[Path]:
        """The files of all folders that a pull after this instant may have filled."""
        if start is None:
            return self.files
        first = start.date() - timedelta(days=1)
        return [path for day, files in reversed(self._by_day) if day >= first for path in files]

    def latest(self, rows: str, fields: tuple[str, ...]) -> datetime | None:
        """The latest instant in a (nested) field of all rows.

        Folders are read from the newest, as long as an older one could hold a later instant: what a folder holds was
        there when its day ended. A folder that was filled later for an earlier day may be missed; then rows are asked
        for again that are known, which changes nothing.
        """
        found: datetime | None = None
        for day, files in self._by_day:
            if found is not None and found >= datetime.combine(day + timedelta(days=1), time(), UTC):
                break
            instant = latest(files, rows, fields)
            if instant is not None:
                at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=instant)
                found = at if found is None else max(found, at)
        return found

    def asked_until(self, name: str) -> datetime | None:
        """The latest instant up to which an earlier pull of that name asked."""
        instants = (asked_until(path.name, name) for path in self.files)
        return max((instant for instant in instants if instant is not None), default=None)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(name) if len(name) == 10 else None
    except ValueError:
        return None
