"""Records who read what on the server: copies its log into HOME/access, which fills `quality.access_log`.

pgaudit logs login, table and number of rows; it is set to omit the statement, which may contain a NIK. A server without
it logs only connections. Needs a server that writes csvlog, and a superuser's right to read it.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import duckdb
import psycopg

from assets import durable
from assets.home import Home
from assets.sharing.postgres import server
from assets.sharing.postgres.roles import PREFIX
from validations.sql import literal, value

_FILE_MODE, _FOLDER_MODE = 0o640, 0o750
_OVERLAP = 3600
"""Seconds by which the server's clock may be behind ours; lines read again replace themselves."""
_COLUMNS = (
    "log_time",
    "user_name",
    "database_name",
    "process_id",
    "connection_from",
    "session_id",
    "session_line_num",
    "command_tag",
    "session_start_time",
    "virtual_transaction_id",
    "transaction_id",
    "error_severity",
    "sql_state_code",
    "message",
    "detail",
    "hint",
    "internal_query",
    "internal_query_pos",
    "context",
    "query",
    "query_pos",
    "location",
    "application_name",
    "backend_type",
    "leader_pid",
    "query_id",
)
_READ = r'^AUDIT: SESSION,\d+,\d+,READ,([A-Z ]*),TABLE,"?([a-z0-9_]+\.[a-z0-9_]+)"?,.*,(\d*)$'
_CONNECTED = r"^connection authorized: user=([a-z0-9_]+) "
_LINES = f"""
    select log_time::timestamptz at time zone 'UTC' as accessed_at, user_name as login,
        split_part(substr(user_name, {len(PREFIX) + 1}), '__', 1) as agency, session_id as session,
        lower(regexp_extract(message, '{_READ}', 1)) as action, regexp_extract(message, '{_READ}', 2) as table_name,
        try_cast(regexp_extract(message, '{_READ}', 3) as bigint) as rows_given
    from log where regexp_matches(message, '{_READ}') and starts_with(user_name, '{PREFIX}')
        and regexp_extract(message, '{_READ}', 2) not like 'pg_catalog.%'
    union all
    select log_time::timestamptz at time zone 'UTC', regexp_extract(message, '{_CONNECTED}', 1),
        split_part(substr(regexp_extract(message, '{_CONNECTED}', 1), {len(PREFIX) + 1}), '__', 1), session_id,
        'connect', null, null
    from log where regexp_matches(message, '{_CONNECTED}') and starts_with(user_name, '{PREFIX}')
    order by all"""


def gather(home: Home) -> int | None:
    """Copy the new lines of the server's log. Returns the number of accesses in the files read; None if the server has
    no log that we can read.

    Raises:
        assets.sharing.postgres.server.PostgresError: the server cannot be queried.
    """
    home.access.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    before = max((path.stat().st_mtime for path in home.access.glob("*.parquet")), default=0.0)
    found = 0
    with server.connected() as connection:
        if not keeps_log(connection):
            return None
        folder = value(connection.execute("select current_setting('log_directory')"))
        for (name,) in connection.execute(
            "select name from pg_ls_logdir() where name like '%%.csv' and modification >= to_timestamp(%s) order by 1",
            (before - _OVERLAP,),
        ).fetchall():
            text = value(connection.execute("select pg_read_binary_file(%s)", (f"{folder}/{name}",)))
            found += _keep(home, name, bytes(text))
    return found


def keeps_log(connection: psycopg.Connection) -> bool:
    """Whether the server writes a log that we can read over the connection."""
    written = value(
        connection.execute(
            "select current_setting('logging_collector') = 'on' and current_setting('log_destination') like '%csvlog%'"
        )
    )
    return written and server.is_superuser(connection)


def _keep(home: Home, name: str, text: bytes) -> int:
    """Store the accesses of one log file, replacing those stored of it before. The file's name tells when it was
    started.
    """
    with tempfile.TemporaryDirectory(prefix=".log-", dir=home.access) as scratch, duckdb.connect() as duck:
        raw = Path(scratch) / "log.csv"
        raw.write_bytes(text[: text.rfind(b"\n") + 1])
        columns = ", ".join(f"'{column}': 'VARCHAR'" for column in _COLUMNS)
        duck.execute(
            f"create view log as from read_csv({literal(raw)}, header = false, auto_detect = false, parallel = false,"
            " null_padding = true, quote = '\"', escape = '\"', ignore_errors = true,"
            f" columns = {{{columns}}})"
        )
        duck.execute(f"create table kept as {_LINES}")
        (rows,) = duck.execute("select count(*) from kept").fetchall()[0]
        if rows:
            fresh = Path(scratch) / "kept.parquet"
            duck.execute(f"copy kept to {literal(fresh)} (format parquet)")
            began = re.sub(r"\D", "", str(duck.execute("select min(accessed_at) from kept").fetchall()[0][0]))
            durable.settle(fresh, home.access / f"{began}-{Path(name).stem}.parquet", _FILE_MODE)
    return rows
