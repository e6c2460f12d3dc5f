"""What an agency declares of a source that is pulled. Addresses and secrets are not here: they come from environment
variables that begin with the declared `prefix` (see `settings`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Postgres:
    """A table or view of the agency's PostgreSQL, whole, as one file of JSON Lines; every value is text or null.

    table: `table` or `schema.table`. order_by: the key, so that the same content gives the same bytes.
    minutes: how long the database may take before it is told to stop.
    """

    prefix: str
    table: str
    columns: tuple[str, ...]
    order_by: str
    file_name: str
    minutes: int = 30
    settings: ClassVar = (("DSN",),)


@dataclass(frozen=True)
class PagedHttp:
    """`GET <URL><path>?page=N&per_page=P` with a bearer token: rows under `data`, in `meta` page, last_page and total.

    name: files are `<name>_p0001.json` and so on. key: a row's own number, to notice a row that is on two pages.
    begin_again: how often the pull may start anew because the data shifted under it.
    """

    prefix: str
    path: str
    name: str
    key: str = "id"
    per_page: int = 500
    begin_again: int = 3
    settings: ClassVar = (("URL", "TOKEN"),)


@dataclass(frozen=True)
class OData:
    """Submissions of one ODK Central form since the last that the landing holds; `<URL>` ends in `.svc`.

    edits: whether to ask too for earlier ones that were edited or reviewed since. Servers too old for brackets in a
    filter answer 501: switch it off for them.
    deletions: whether to ask too for those that were deleted since. Servers older than Central 2024.3 do not know the
    field: switch it off for them, and send what was deleted by hand.
    settle_minutes: the newest submissions are left for the next pull: one still being written on the server would
    come to light with a date that we have already passed.
    """

    prefix: str
    name: str = "submissions"
    edits: bool = True
    deletions: bool = True
    page_rows: int = 1000
    settle_minutes: int = 5
    begin_again: int = 3
    settings: ClassVar = (("URL", "TOKEN"), ("URL", "EMAIL", "PASSWORD"))


@dataclass(frozen=True)
class Sftp:
    """The files of `<remote>/<YYYY-MM-DD>/` on an SFTP server, byte for byte.

    settle_seconds: the folder is complete when it holds `_SELESAI`, or when no file in it changed for so long.
    begin_again: how often one file may be fetched anew because it changed meanwhile.
    """

    prefix: str
    remote: str
    settle_seconds: int = 300
    begin_again: int = 3
    settings: ClassVar = (
        ("HOST", "USER", "KNOWN_HOSTS", "KEY_FILE"),
        ("HOST", "USER", "KNOWN_HOSTS", "PASSWORD"),
    )


Pull = Postgres | PagedHttp | OData | Sftp
"""`settings` of each: the variables it needs, after its prefix; any one of the alternatives will do."""
