"""Shares on a PostgreSQL server: a schema and a login for each agency (decision 0027).

`serve` fills one agency's schema in one transaction: roles (`roles`), tables (`tables`), and the moment at which they
take the place of the old ones (`swap`); `access` tells who read them. What an agency may read is the share's to say;
nothing here has a rule of its own.
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
