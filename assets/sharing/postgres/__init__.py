"""Shares on a PostgreSQL server: a schema and a login for each agency (decision 0027).

`serve` fills one agency's schema in one transaction: roles (`roles`), tables (`tables`), and the replacement of the old
tables (`swap`); `access` reports who read them. The share alone decides what an agency may read; nothing here adds
rules.
"""

from assets.sharing.postgres.serve import (
    ACCESS,
    ENDED,
    connection_strings,
    end_ended,
    gather_access,
    serve,
    warnings,
)
from assets.sharing.postgres.server import DSN, PostgresError, configured

__all__ = [
    "ACCESS",
    "DSN",
    "ENDED",
    "PostgresError",
    "configured",
    "connection_strings",
    "end_ended",
    "gather_access",
    "serve",
    "warnings",
]
