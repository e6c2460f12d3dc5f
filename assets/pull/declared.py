"""Declarations of pulled sources. Addresses and secrets are not here: they come from environment variables that begin
with the declared `prefix` (see `settings`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Postgres:
    """A whole table or view of the agency's PostgreSQL, as one file of JSON Lines; every value is text or null.

    table: `table` or `schema.table`. order_by: the key, so that the same content gives the same bytes. minutes: timeout
    of the statement.
    """

    prefix: str
    table: str
    columns: tuple[str, ...]
    order_by: str
    file_name: str
    minutes: int = 30
    settings: ClassVar = (("DSN",),)
    again: ClassVar = False


@dataclass(frozen=True)
class PagedHttp:
    """`GET <URL><path>?page=N&per_page=P` with a bearer token: rows in `data`; page, last_page and total in `meta`.

    name: files are `<name>_p0001.json` and so on. key: a row's id, to detect a row on two pages. begin_again: how often
    the pull may restart because the data changed meanwhile.
    """

    prefix: str
    path: str
    name: str
    key: str = "id"
    per_page: int = 500
    begin_again: int = 3
    settings: ClassVar = (("URL", "TOKEN"),)
    again: ClassVar = False


@dataclass(frozen=True)
class OData:
    """Submissions of one ODK Central form since the last one in the landing; `<URL>` ends in `.svc`. It may be pulled
    several times a day. Attachments are only named in submissions, and never fetched.

    repeat: a repeat of the form instead, by its path without `Submissions.`; not one inside another repeat.
    edits: whether to also request earlier submissions that were edited or reviewed since. Servers too old for brackets
    in a filter answer 501: switch it off for them.
    deletions: whether to also request those that were deleted since. Servers older than Central 2024.3 do not know the
    field: switch it off for them, and send deletions by hand.
    settle_minutes: the newest submissions are left for the next pull, because one still being written could later
    appear with a date that we have already passed.
    """

    prefix: str
    name: str = "submissions"
    repeat: str | None = None
    edits: bool = True
    deletions: bool = True
    page_rows: int = 1000
    settle_minutes: int = 5
    begin_again: int = 3
    settings: ClassVar = (("URL", "TOKEN"), ("URL", "EMAIL", "PASSWORD"))
    again: ClassVar = True


@dataclass(frozen=True)
class Kobo:
    """Submissions of one KoboToolbox project since the last one in the landing; `<URL>` is the asset's address
    (`https://host/api/v2/assets/<uid>`). It may be pulled several times a day. Attachments are only named.

    Kobo tells nothing of deleted submissions, of a validation status that was taken back, and of edits of many at once
    in its table: send deletions by hand. An edit of one submission is found by its ids.

    repeat: the source is this repeat of the form, which is inside each submission.
    """

    prefix: str
    name: str = "kobo"
    repeat: str | None = None
    page_rows: int = 1000
    settle_minutes: int = 5
    begin_again: int = 3
    settings: ClassVar = (("URL", "TOKEN"),)
    again: ClassVar = True


@dataclass(frozen=True)
class Sftp:
    """The files of `<remote>/<YYYY-MM-DD>/` on an SFTP server, unchanged.

    settle_seconds: the folder is complete when it has `_SELESAI`, or when no file in it changed for so long.
    begin_again: how often a file may be fetched again because it changed meanwhile.
    """

    prefix: str
    remote: str
    settle_seconds: int = 300
    begin_again: int = 3
    settings: ClassVar = (
        ("HOST", "USER", "KNOWN_HOSTS", "KEY_FILE"),
        ("HOST", "USER", "KNOWN_HOSTS", "PASSWORD"),
    )
    again: ClassVar = False


One = Postgres | PagedHttp | OData | Kobo | Sftp
"""`settings` of each: the variables that it needs, after its prefix; one of the alternatives suffices. `again`: whether
it may be pulled several times a day; without it a day's delivery is fetched once."""


@dataclass(frozen=True)
class OneOf:
    """A source that different servers may keep; the environment says which, by the variables that are set."""

    pulls: tuple[One, ...]


Pull = One | OneOf


def alternatives(pull: Pull | None) -> tuple[One, ...]:
    """The ways in which a source may be pulled; empty if it is not."""
    if pull is None:
        return ()
    return pull.pulls if isinstance(pull, OneOf) else (pull,)
