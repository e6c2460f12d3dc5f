"""The aggregates of a publication as all agencies see them: made once per load, stored next to its warehouse.

`HOME/publications/<load>/rounded.duckdb` has the aggregates with rounded counts and the measures computed from them,
with their own names; `counts`, the shown value of each count; `rounding`, the parameters. It is made when the first
share needs it, and keeps earlier shown values where possible, so that no share has its own rules about counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from assets import durable
from assets.home import Home
from assets.publication.publish import READ_ONLY
from assets.seal import seen_before
from assets.sharing import counts, pseudonyms
from assets.sharing.agreement import PUBLIC, AgreementError, codes, path_of, read_one
from assets.sharing.catalogue import aggregates, knowledge, numbers
from assets.sharing.rounding import faults, rounded
from validations.sql import literal

ROUNDED = "rounded"
_FRESH, _BEFORE, _DRAW = "rounded_fresh", "rounded_before", "rounding"
_KEY = ("rounding", 1)
"""Key of the draws. It must be as secret as a pseudonym's: a known draw would reveal on which side of it a count is."""


@dataclass(frozen=True)
class Rounding:
    """How the counts of a load were rounded. base: they are multiples of it. withheld: number of counts that are not
    shown, because no multiples add up. broken: number of relations stated in tables.yaml that do not hold. fault: why
    nothing may be shown; None if it may.
    """

    base: int
    withheld: int
    broken: int
    fault: str | None

    @property
    def complaint(self) -> str | None:
        """A sentence for the operators; None if there is no problem."""
        problems = []
        if self.withheld:
            problems.append(f"{self.withheld} counts are not shown: no multiples of {self.base} add up")
        if self.broken:
            problems.append(f"{self.broken} relations between counts, stated in tables.yaml, do not hold")
        return "; ".join(problems) or None


def attach(
    connection: duckdb.DuckDBPyConnection, home: Home, load_id: str, publication: str, smallest_cell: int
) -> Rounding:
    """Attach a load's rounded aggregates as `rounded`, read-only. Returns how they were made.

    publication: name under which the load's warehouse is attached. smallest_cell: of the agreement that needs them;
    they are made for it and all other agreements.

    Raises:
        assets.sharing.pseudonyms.PseudonymError: they must be made, and there is no usable key for the draws.
        OSError, duckdb.Error: they could not be made.
    """
    path = home.rounded(load_id)
    if not path.exists():
        _make(connection, home, load_id, publication, smallest_cell)
    connection.execute(f"attach if not exists {literal(path)} as {ROUNDED} (read_only)")
    return Rounding(*connection.execute(f"select base, withheld, broken, fault from {ROUNDED}.rounding").fetchall()[0])


def _make(
    connection: duckdb.DuckDBPyConnection, home: Home, load_id: str, publication: str, smallest_cell: int
) -> None:
    """Write the file, all or nothing. If the process is killed, the next one removes its partial file."""
    path = home.rounded(load_id)
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    durable.sweep(path.parent, f"{path.name}.")
    fresh = durable.beside(path)
    with connection.cursor() as cursor:
        try:
            cursor.execute(f"attach {literal(fresh)} as {_FRESH}")
            _fill(cursor, home, load_id, publication, max(smallest_cell, *_smallest_cells()))
            cursor.execute(f"detach {_FRESH}")
        except BaseException:
            cursor.execute(f"detach database if exists {_FRESH}")
            fresh.unlink(missing_ok=True)
            raise
    durable.settle(fresh, path, READ_ONLY)


def _fill(cursor: duckdb.DuckDBPyConnection, home: Home, load_id: str, publication: str, base: int) -> None:
    true = counts.read(cursor, publication)
    cursor.execute("create temp table true_ as from count_")
    before, draws = _shown_before(cursor, home, load_id), _draws(cursor, home)
    chosen = rounded(true, base, before, draws)
    cursor.register("chosen_", {"id": np.arange(len(chosen)), "shown": chosen})
    cursor.execute(
        f"create table {_FRESH}.counts as select name, place, if(isnan(shown), null, shown)::bigint as shown"
        " from true_ join chosen_ using (id) order by id"
    )
    cursor.unregister("chosen_")
    for table, known in aggregates(cursor, publication).items():
        _write(cursor, publication, table, known)
    fault = "; ".join(faults(true, base, before, _shown(cursor))) or None
    cursor.execute(
        f"create table {_FRESH}.rounding as"
        " select $1::integer as base, $2::integer as withheld, $3::integer as broken, $4::varchar as fault",
        [base, int(np.isnan(chosen).sum()), true.broken, fault],
    )


def _smallest_cells() -> list[int]:
    """The smallest cells of all readable agreements: counts are rounded once for all, to the largest."""
    found = [0]
    for agency in [*codes(), PUBLIC]:
        try:
            found.append(read_one(path_of(agency)).smallest_cell)
        except AgreementError:
            continue  # its own share is withheld for it
    return found


def _shown_before(cursor: duckdb.DuckDBPyConnection, home: Home, load_id: str) -> np.ndarray:
    """The shown value of each count in the load that readers see; if that is this load, in the one before it."""
    seen = load_before(home, load_id)
    path = home.rounded(seen) if seen else None
    if path is None:
        return _column(cursor, "select null::double from true_")
    cursor.execute(f"attach {literal(path)} as {_BEFORE} (read_only)")
    found = _column(
        cursor, f"select b.shown::double from true_ left join {_BEFORE}.counts as b using (name, place) order by id"
    )
    cursor.execute(f"detach {_BEFORE}")
    return found


def load_before(home: Home, load_id: str) -> str | None:
    """The load with rounded aggregates that a load's are compared with: what readers see; if that is this load, the one
    before it.
    """
    seen = seen_before(home, load_id, home.rounded(load_id).name)
    return seen if seen is not None and home.rounded(seen).exists() else None


def _draws(cursor: duckdb.DuckDBPyConnection, home: Home) -> np.ndarray:
    """Draws from 0 to below 1, the same for a count every night."""
    pseudonyms.install(cursor, pseudonyms.key_of(home, *_KEY), _DRAW)
    digits = f"split_part({_DRAW}(name || ' ' || place), '_', 2)"
    return _column(cursor, f"select ('0x' || left({digits}, 12))::bigint / 16.0 ^ 12 from true_ order by id")


def _write(cursor: duckdb.DuckDBPyConnection, publication: str, table: str, known: dict[str, Any]) -> None:
    """Write one aggregate as it is shown. A number that tables.yaml does not describe becomes null."""
    kinds = {name: kind for name, kind, *_ in cursor.execute(f"describe {publication}.{table}").fetchall()}
    others = knowledge()["not_counts"].get(table, [])
    shown = {name: f"null::{kinds[name]}" for name in numbers(kinds) if name not in others}
    shown |= {name: f"c{nth}.shown::{kinds[name]}" for nth, name in enumerate(known["counts"])}
    joins = " ".join(
        f"left join {_FRESH}.counts as c{nth} on t.{name} is not null and c{nth}.place = {counts.place(known)}"
        f" and c{nth}.name = {counts.key(name, known['counts'])}"
        for nth, name in enumerate(known["counts"])
    )
    measures = {
        name: f"try_cast({measure} as {kinds[name]})"
        for name, measure in known.get("measures", {}).items()
        if name in kinds
    }
    absent = knowledge()["aggregates"][table]["counts"].keys() - kinds.keys()
    without = f" exclude ({', '.join(absent)})" if absent else ""
    nothing = "".join(f", null as {name}" for name in absent)
    cursor.execute(f"create schema if not exists {_FRESH}.{table.partition('.')[0]}")
    cursor.execute(
        f"create table {_FRESH}.{table} as select *{without}{_replacing(measures)}"
        f" from (select t.*{_replacing(shown)}{nothing} from {publication}.{table} as t {joins}){_left_out(known)}"
    )


def _left_out(known: dict[str, Any]) -> str:
    """The end of a query of rows as shown, without those that tables.yaml leaves out. It depends on shown values alone,
    so that what is left out reveals nothing beyond them.
    """
    all_zero = " and ".join(f"{name} = 0" for name in known["counts"])
    where = f" where ({all_zero}) is not true" if known.get("of_somebody") else ""
    first = next(iter(known["counts"]), "null")
    enough = [
        f"count({column}) filter ({first} > 0) over (partition by {counts.place(known)}) >= {number}"
        for column, number in known.get("at_least", {}).items()
    ]
    return where + (f" qualify {' and '.join(enough)}" if enough else "")


def _replacing(columns: dict[str, str]) -> str:
    return f" replace ({', '.join(f'{what} as {name}' for name, what in columns.items())})" if columns else ""


def _shown(cursor: duckdb.DuckDBPyConnection) -> np.ndarray:
    """The values of counts as an attacker reads them from the written tables; 0 for rows that were left out."""
    counts.read(cursor, _FRESH)
    return _column(
        cursor,
        f"select if(c.number is null and s.shown = 0, 0, c.number)::double from true_"
        f" left join {_FRESH}.counts as s using (name, place) left join count_ as c using (name, place)"
        " order by true_.id",
    )


def _column(cursor: duckdb.DuckDBPyConnection, query: str) -> np.ndarray:
    (column,) = cursor.execute(query).fetchnumpy().values()
    return np.ma.filled(np.ma.asarray(column, dtype=float), np.nan)
