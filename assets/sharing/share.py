"""A share: what one agency may read of one load, as SQL. The only place where an agreement becomes a query.

Every medium that hands data to an agency uses a share, and adds no rules.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from assets.home import Home
from assets.sharing import pseudonyms
from assets.sharing.agreement import Agreement, Mask, Rows, Table
from assets.sharing.catalogue import Catalogue, ids_of, is_rounded, problems
from assets.sharing.rounded import ROUNDED, Rounding, attach
from validations.errors import SadayaError
from validations.sql import literal

PUBLICATION = "publication"
MEMORY_LIMIT = "2GB"
_BEFORE = "pseudonym_before"
_DIGITS = {"regency": 4, "district": 6}
_TABLES_OF_SCOPE = {
    "marts.household_status": {"household_id", "is_poor"},
    "marts.household_status_long": {"household_id", "programme", "status"},
    "marts.dim_household": {"household_id", "regency_code"},
    "marts.dim_person": {"person_id", "birth_date", "birth_year"},
    "marts.dim_region": {"region_code", "regency_code"},
}
"""Tables that decide conditions on rows, where the table itself has no such column."""


class ShareError(SadayaError):
    """An agency may not read this load, or not what its agreement names; the message is for users."""


@contextmanager
def opened(warehouse: Path, spill: Path) -> Generator[duckdb.DuckDBPyConnection]:
    """A connection with a publication attached read-only, as shares read it. spill: a folder for data that does not fit
    in memory, deleted with its parent.
    """
    with duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        connection.execute(f"set temp_directory = {literal(spill)}")
        connection.execute(f"attach {literal(warehouse)} as {PUBLICATION} (read_only)")
        yield connection


@dataclass(frozen=True)
class Share:
    """What an agreement gives of one load. Made by `share_of`.

    catalogue: the tables of the publication. as_of: the load's day, for ages. rotates: pseudonyms of the previous key
    version can still be revealed. rounding: how the counts of its aggregates were rounded; None if it has no
    aggregates.
    """

    agreement: Agreement
    load_id: str
    as_of: date
    catalogue: Catalogue
    rotates: bool = False
    rounding: Rounding | None = None

    @property
    def tables(self) -> list[Table]:
        return list(self.agreement.tables)

    def sql(self, table: Table) -> str:
        """A query of the share's columns, masks and rows, for a connection on which the share was opened.

        The order is always the same: by region, then by all columns as shown.
        """
        columns = self.catalogue.columns[table.table]
        source = ROUNDED if is_rounded(table.table, columns) else PUBLICATION
        shown = ", ".join(f"{_masked(name, mask, columns[name])} as {name}" for name, mask in table.columns.items())
        rows = f"select {shown} from {source}.{table.table} as t{self._where(table)}"
        return f"select * from ({rows}) order by {', '.join(_order(table))}"

    def renamed(self) -> str | None:
        """If the key was rotated, a query of every old (`before`) and new (`now`) pseudonym in the share, so that an
        agency can update its notes. None otherwise.
        """
        shown = [
            f"select t.{name} as id from {PUBLICATION}.{table.table} as t{self._where(table)}"
            for table in self.tables
            for name, mask in table.columns.items()
            if mask.kind == "pseudonym"
        ]
        if not (self.rotates and shown):
            return None
        ids = f"select distinct id from ({' union all '.join(shown)}) where id is not null"
        return f"select {_BEFORE}(id) as before, pseudonym(id) as now from ({ids}) order by all"

    def regency_column(self, table: Table) -> str | None:
        """The column by which a table can be split by kabupaten/kota: only for a table about people whose readers see
        that column unmasked.
        """
        mask = table.columns.get("regency_code")
        about_people = ids_of(table.table, self.catalogue.columns[table.table])
        return "regency_code" if about_people and mask is not None and mask.kind == "clear" else None

    def _where(self, table: Table) -> str:
        rows = table.conditions
        if rows is None:
            return ""
        columns = self.catalogue.columns[table.table]
        conditions = [
            condition
            for condition in (
                _of_regencies(rows, columns),
                _of_programmes(rows, columns),
                _of_ages(rows, self.as_of),
                _of_poor(rows, columns),
            )
            if condition
        ]
        return f" where {' and '.join(conditions)}"


def share_of(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    agreement: Agreement,
    day: date,
    medium: str | None = None,
    make_key: bool = True,
) -> Share:
    """The share of an agency in the publication that `opened` attached, with its pseudonyms installed.

    day: today, to check that the agreement is in force. medium: through which the agency gets the share.

    Raises:
        ShareError: the agreement is not in force, not for this medium, or names something that the publication does not
            have; or its counts must not be shown.
        assets.sharing.pseudonyms.PseudonymError: there is no usable key.
    """
    if not agreement.in_force(day):
        raise ShareError(f"{agreement.agency}: the agreement is in force from {agreement.starts} to {agreement.ends}")
    if medium is not None and medium not in agreement.media:
        raise ShareError(f"{agreement.agency}: the agreement does not name {medium} among its media")
    catalogue = Catalogue.of(connection, PUBLICATION)
    if found := [*problems(agreement, catalogue), *_without_scope(agreement, catalogue)]:
        raise ShareError("\n".join(found))
    versions = agreement.pseudonyms
    pseudonyms.install(connection, pseudonyms.key_of(home, agreement.agency, versions.version, make=make_key))
    rotates = versions.previous is not None and day <= versions.previous.until
    if rotates:
        before = pseudonyms.key_of(home, agreement.agency, versions.previous.version, make=False)
        pseudonyms.install(connection, before, _BEFORE)
    load_id, as_of = connection.execute(f"select load_id, as_of_date from {PUBLICATION}.reference.load").fetchall()[0]
    counts = any(is_rounded(table.table, catalogue.columns[table.table]) for table in agreement.tables)
    rounding = _rounding(connection, home, load_id, agreement) if counts else None
    return Share(agreement, load_id, as_of, catalogue, rotates, rounding)


def _rounding(connection: duckdb.DuckDBPyConnection, home: Home, load_id: str, agreement: Agreement) -> Rounding:
    """Attach the rounded aggregates of the load."""
    rounding = attach(connection, home, load_id, PUBLICATION, agreement.smallest_cell)
    if rounding.fault:
        raise ShareError(f"{agreement.agency}: counts could be inferred from the shown values: {rounding.fault}")
    if rounding.base < agreement.smallest_cell:
        raise ShareError(
            f"{agreement.agency}: counts of load {load_id} are rounded to {rounding.base}, but its smallest cell is"
            f" {agreement.smallest_cell}"
        )
    return rounding


def _without_scope(agreement: Agreement, catalogue: Catalogue) -> list[str]:
    """Problems of a publication that lacks the tables that conditions on rows need, if the agreement has conditions."""
    if all(table.conditions is None for table in agreement.tables):
        return []
    return [
        f"{agreement.agency}: rows cannot be chosen: the publication has no {table} with {', '.join(sorted(columns))}"
        for table, columns in _TABLES_OF_SCOPE.items()
        if not columns <= catalogue.columns.get(table, {}).keys()
    ]


def _masked(name: str, mask: Mask, kind: str) -> str:
    column = f"t.{name}"
    match mask.kind:
        case "clear":
            return column
        case "pseudonym":
            return f"pseudonym({column})"
        case "last_four":  # four characters of a short text would reveal most of it, so it is hidden
            return (
                f"case when length({column}) >= 8 then repeat('*', length({column}) - 4) || right({column}, 4)"
                f" else repeat('*', length({column})) end"
            )
        case "year_only":
            return f"year({column})::smallint"
        case "region_level" if mask.level:
            return f"left({column}, {_DIGITS[mask.level]})"
        case "suppressed":
            return f"null::{kind}"
    raise AssertionError(mask.kind)


def _of_regencies(rows: Rows, columns: dict[str, str]) -> str | None:
    if not rows.regencies:
        return None
    wanted = ", ".join(f"'{code}'" for code in rows.regencies)
    if "regency_code" in columns:
        return f"t.regency_code in ({wanted})"
    if "household_id" in columns:
        return _of_household("dim_household", f"regency_code in ({wanted})")
    within = f"select region_code from {PUBLICATION}.marts.dim_region where regency_code in ({wanted})"
    return f"(t.region_code in ({wanted}) or t.region_code in ({within}))"


def _of_programmes(rows: Rows, columns: dict[str, str]) -> str | None:
    if not rows.programmes:
        return None
    wanted = ", ".join(f"'{code}'" for code in rows.programmes)
    if "programme" in columns:
        return f"t.programme in ({wanted})"
    return _of_household("household_status_long", f"status = 'active' and programme in ({wanted})")


def _of_ages(rows: Rows, as_of: date) -> str | None:
    """Condition on the date of birth; if only the year is known, the person must have the age during the whole year."""
    if rows.ages is None:
        return None
    first, last = rows.ages.first, rows.ages.last
    day = f"date '{as_of}'"
    exact = f"date_sub('year', birth_date, {day}) between {first} and {last}"
    year = f"birth_date is null and {as_of.year} - birth_year between {first + 1} and {last}"
    return f"t.person_id in (select person_id from {PUBLICATION}.marts.dim_person where {exact} or ({year}))"


def _of_poor(rows: Rows, columns: dict[str, str]) -> str | None:
    if not rows.poor:
        return None
    return "t.is_poor" if "household_id" not in columns else _of_household("household_status", "is_poor")


def _of_household(table: str, condition: str) -> str:
    return f"t.household_id in (select household_id from {PUBLICATION}.marts.{table} where {condition})"


def _order(table: Table) -> list[str]:
    regions = [name for name in ("regency_code", "district_code", "village_code") if name in table.columns]
    return [*regions, *(name for name in table.columns if name not in regions)]
