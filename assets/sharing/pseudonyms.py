"""Pseudonyms: HMAC-SHA-256 of an id or number, with a key per agency and version, computed in SQL.

Half of the 64 hexadecimal digits are kept, as RFC 2104 allows: 128 bits suffice to avoid collisions, and columns and
files are half as wide.

Two agencies' keys differ, so their pseudonyms do not join. A key never appears in a statement, log or error: SQL reads
it from variables of the connection.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
from dataclasses import dataclass, field
from datetime import date

import duckdb

from assets.home import Home
from assets.ledger import Ledger
from assets.sharing import kept
from assets.sharing.agreement import Agreement
from validations.errors import SadayaError

KEY_BYTES, BLOCK, DIGITS = 32, 64, 32
_WRITTEN = re.compile(rf"^v(\d+)_[0-9a-f]{{{DIGITS}}}$")


class PseudonymError(SadayaError):
    """There is no key, or nothing to reveal; the message contains neither key nor id."""


@dataclass(frozen=True)
class Key:
    """The key of one agency and version."""

    agency: str
    version: int
    secret: bytes = field(repr=False)

    def of(self, value: str) -> str:
        """The pseudonym of one value, for tests and single look-ups; SQL computes tables."""
        return f"v{self.version}_{hmac.digest(self.secret, value.encode(), 'sha256')[: DIGITS // 2].hex()}"


def variable(agency: str, version: int) -> str:
    """The environment variable for a key, as hexadecimal digits."""
    return f"SADAYA_PSEUDONYM_KEY_{agency.upper()}_{version}"


def key_of(home: Home, agency: str, version: int, make: bool = True) -> Key:
    """The key from the environment, else from HOME/keys, where it is generated once.

    make: if false, a missing key is an error.

    Raises:
        PseudonymError: the environment's key is not 64 or more hexadecimal digits, the file is damaged or readable by
            others, there is no key, or the key of an existing extract is missing.
    """
    stated = os.environ.get(variable(agency, version))
    if stated is not None:
        return Key(agency, version, _parsed(stated, variable(agency, version)))
    path = home.keys / f"{agency}-{version}.key"
    if not path.exists():
        if not make:
            raise PseudonymError(f"there is no key of {agency}, version {version}")
        if _was_used(home, agency, version):
            raise PseudonymError(
                f"the key of {agency}, version {version}, is missing, and extracts were made with it: restore it from"
                " its copy, or raise the agreement's version, which changes every pseudonym"
            )
        kept.make(path, secrets.token_hex(KEY_BYTES))
    try:
        return Key(agency, version, _parsed(kept.read(path), path.name))
    except kept.OpenToOthersError as error:
        raise PseudonymError(str(error)) from None


def _was_used(home: Home, agency: str, version: int) -> bool:
    """Whether an existing extract has pseudonyms of a version: a new key with its number would silently change them."""
    manifests = home.publications.glob(f"*/extracts/{agency}/manifest.json")
    versions = (json.loads(path.read_text(encoding="utf-8"))["pseudonym_version"] for path in manifests)
    return version in versions


def _parsed(text: str, where: str) -> bytes:
    digits = text.strip()
    if not re.fullmatch(r"([0-9a-fA-F]{2}){32,}", digits):
        raise PseudonymError(f"{where} does not hold a key of at least {KEY_BYTES} bytes as hexadecimal digits")
    return bytes.fromhex(digits)


def install(connection: duckdb.DuckDBPyConnection, key: Key, name: str = "pseudonym") -> None:
    """Define `pseudonym(value)`, or a macro of another name, on a connection. It returns text, `v<version>_` and 32
    hexadecimal digits; null stays null.
    """
    secret = hmac_key_block(key.secret)
    connection.execute(f"set variable {name}_inner = $1::blob", [bytes(byte ^ 0x36 for byte in secret)])
    connection.execute(f"set variable {name}_outer = $1::blob", [bytes(byte ^ 0x5C for byte in secret)])
    connection.execute(
        f"create or replace temp macro {name}(value) as"
        f" 'v{key.version}_' || left(sha256(getvariable('{name}_outer')"
        f" || unhex(sha256(getvariable('{name}_inner') || encode(value)))), {DIGITS})"
    )


def hmac_key_block(secret: bytes) -> bytes:
    """A key as RFC 2104 requires: hashed if longer than a block of SHA-256, then padded with zeros."""
    return (hashlib.sha256(secret).digest() if len(secret) > BLOCK else secret).ljust(BLOCK, b"\0")


def reveal(home: Home, agreement: Agreement, pseudonym: str, day: date, by: str, reason: str) -> list[tuple[str, str]]:
    """The value behind an agency's pseudonym: the columns that contain it, and the value. Every request is recorded.

    Searches the published load's columns that the agreement shows as pseudonyms, with the key of the version in the
    pseudonym, if that is current or can still be revealed on `day`.

    Raises:
        PseudonymError: it is not a pseudonym, its version cannot be revealed, nothing is published, the caller may not
            read the snapshot, or it matches no value in the share.
    """
    version = _readable_version(agreement, pseudonym, day)
    with Ledger(home.ledger) as ledger:
        published = ledger.published_load()
        if published is None:
            raise PseudonymError("nothing is published yet")
        ledger.decide("reveal", f"{agreement.agency} {pseudonym}", by, reason)
    warehouse = home.warehouse(published["load_id"])
    if not os.access(warehouse, os.R_OK):
        raise PseudonymError("you may not read the snapshot: it holds names and numbers, and is the data team's alone")
    key = key_of(home, agreement.agency, version, make=False)
    found: dict[tuple[str, str], None] = {}
    with duckdb.connect() as connection:
        connection.execute("attach $1 as publication (read_only)", [str(warehouse)])
        install(connection, key)
        for column, table in _pseudonymous(agreement, connection):
            for (value,) in connection.execute(
                f"select distinct {column} from publication.{table} where pseudonym({column}) = $1", [pseudonym]
            ).fetchall():
                found[column, value] = None
    if not found:
        raise PseudonymError(f"it matches no value in load {published['load_id']}'s share of {agreement.agency}")
    return list(found)


def _readable_version(agreement: Agreement, pseudonym: str, day: date) -> int:
    written = _WRITTEN.match(pseudonym)
    if written is None:
        raise PseudonymError("a pseudonym is v, the key's version, _ and 32 hexadecimal digits")
    version, keys = int(written[1]), agreement.pseudonyms
    if version == keys.version:
        return version
    if keys.previous is None or version != keys.previous.version:
        raise PseudonymError(f"{agreement.agency} has no readable key version {version}")
    if day > keys.previous.until:
        raise PseudonymError(f"key version {version} of {agreement.agency} was readable until {keys.previous.until}")
    return version


def _pseudonymous(agreement: Agreement, connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Column and table of each column of the publication that is shown as a pseudonym."""
    there = set(
        connection.execute(
            "select column_name, schema_name || '.' || table_name from duckdb_columns()"
            " where database_name = 'publication'"
        ).fetchall()
    )
    shown = [
        (column, table.table)
        for table in agreement.tables
        for column, mask in table.columns.items()
        if mask.kind == "pseudonym"
    ]
    return [each for each in shown if each in there]
