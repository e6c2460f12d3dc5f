"""Collects the data that pages may read in a database in memory. Pages can read nothing else.

`shown`: the tables of the load that `agreements/publik.yaml` allows, counts rounded (decision 0029). `before`: the same
tables of the load published before it. `quality`: counts of deliveries' rows, checks, loads and decisions, exact, since
they count rows of files, not people (decision 0032). `identity`: how records were joined (`assets.site.identity`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import duckdb
import polars as pl

from assets.effect import Report
from assets.effect import read as read_effect
from assets.home import Home
from assets.ledger import Ledger
from assets.ledger_rows import LoadState
from assets.load import Load
from assets.publication import verdict
from assets.publication.quality import write_quality
from assets.sharing.agreement import PUBLIC, Agreement, path_of, read_one
from assets.sharing.dictionary import Described, described, of_quality
from assets.sharing.differences import Difference, differences
from assets.sharing.rounded import load_before
from assets.sharing.served import PAGES
from assets.sharing.share import Share, ShareError, opened, share_of
from assets.site import identity
from assets.site.offices import Office, offices
from assets.site.seal import Seal, seal_of_load

_Made = TypeVar("_Made")
LINES = {
    lines: f"""
        select delivery_id, source, column_name, check_name, count(*) as lines,
            count(distinct (file_name, row_number)) as rows
        from quality.{lines} group by delivery_id, source, column_name, check_name"""
    for lines in ("quarantine", "warnings", "repairs")
}
"""Table of lines about rows -> their counts by check and column. Without messages, which may quote a row."""
QUALITY = {
    "deliveries": "from quality.deliveries",
    "delivery_files": "from quality.delivery_files",
    "loads": "from quality.loads",
    "decisions": """
        select decision_id, decided_at, action, decided_by,
            if(action in ('release', 'withdraw', 'rollback', 'override'), subject, null) as subject,
            if(action in ('release', 'withdraw', 'rollback', 'override'),
                regexp_replace(reason, '[0-9][0-9 .-]{8,}[0-9]', '…', 'g'), null) as reason
        from quality.decisions""",
    "gate_metrics": "from quality.gate_metrics",
    "gate_results": "from quality.gate_results",
    "reconciliation": "from quality.reconciliation",
} | {f"{lines}_counts": query for lines, query in LINES.items()}
"""Table of `quality` -> the part that pages may read: never a line about a row. Subject and reason only of decisions
about deliveries and loads; others are about people.
"""


@dataclass(frozen=True)
class Agreed:
    """Differences from the agreements by which the extracts of an earlier load were served."""

    load_id: str
    as_of: date
    changes: Sequence[Difference]


@dataclass(frozen=True)
class Data:
    """The data of one load. Made by `gathered`.

    counts: whether `shown`, `identity` and perhaps `before` exist, because the load is published or will be once it is
    sealed; else there is only `quality`. before: the load of schema `before`, with its day; None on the first. base:
    counts are multiples of it. past: what earlier sites showed (`assets.site.history`). agreement: the site's
    agreement. effect: the estimate of Jamsosratu's effect; None if it was not made. seal: of its file; None until it is
    sealed. dictionary: the published tables by name, if the load has their descriptions. offices: by code. agreed:
    changes of agreements; None if nothing was published before.
    """

    connection: duckdb.DuckDBPyConnection
    load_id: str
    as_of: date
    counts: bool = False
    before: tuple[str, date] | None = None
    base: int | None = None
    agreement: Agreement | None = None
    effect: Report | None = None
    seal: Seal | None = None
    dictionary: Mapping[str, Described] = field(default_factory=dict)
    offices: Mapping[str, Office] = field(default_factory=dict)
    agreed: Agreed | None = None
    past: pl.DataFrame | None = None
    _kept: dict[Callable[..., Any], Any] = field(default_factory=dict)

    def rows(self, sql: str, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The rows of a query. values: its `$name` parameters."""
        answer = self.connection.execute(sql, dict(values or {}))
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def once(self, make: Callable[[Data], _Made]) -> _Made:
        """The result of a function of this data, computed once for all pages."""
        if make not in self._kept:
            self._kept[make] = make(self)
        return self._kept[make]

    def row(self, sql: str, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The one row of a query.

        Raises:
            LookupError: there is none, or several.
        """
        found = self.rows(sql, values)
        if len(found) != 1:
            raise LookupError(f"{len(found)} rows, not one")
        return found[0]


@contextmanager
def gathered(home: Home, load_id: str, day: date, counts: bool = True) -> Generator[Data]:
    """Yield the data of a load that was judged, or failed before.

    day: today, to decide whether the site's agreement is in force. counts: include the tables of the agreement.

    Raises:
        AgreementError, ShareError, PseudonymError: the site's agreement cannot be carried out.
        LookupError: the ledger has no such load.
        OSError, duckdb.Error: it cannot be read.
    """
    load, state = load_of(home, load_id)
    judged = verdict.read_or_none(load)
    published = state in (LoadState.PUBLISHED, LoadState.SUPERSEDED) or (judged is not None and judged.passed)
    with duckdb.connect() as connection, _scratch(home, load_id) as name:
        scratch = Path(name)
        connection.execute("set python_enable_replacements = false")
        _take_quality(connection, load, scratch)
        data = Data(
            connection,
            load_id,
            load.as_of,
            seal=seal_of_load(home, load_id),
            dictionary=_dictionary(load),
            offices=offices(),
            agreed=_agreed(home, load_id),
        )
        if not (published and counts):
            yield data
            return
        share = _take(connection, "shown", home, load_id, day, scratch)
        before = _take_before(connection, home, load_id, day, scratch)
        base = share.rounding.base if share.rounding else None
        _take_identity(connection, home, load_id, scratch)
        yield replace(
            data,
            counts=True,
            before=before,
            base=base,
            past=_past(home, load_id),
            agreement=share.agreement,
            effect=read_effect(home.effect(load_id)),
        )


def _scratch(home: Home, load_id: str) -> TemporaryDirectory:
    """A temporary folder in HOME, which lines about rows must not leave; leftovers are swept with the site."""
    folder = home.publication(load_id)
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    return TemporaryDirectory(dir=folder, prefix=".site.", suffix=".fresh")


def load_of(home: Home, load_id: str) -> tuple[Load, str]:
    """A load, without its landing, and its state in the ledger.

    Raises:
        LookupError: the ledger has no such load.
    """
    with Ledger(home.ledger) as ledger:
        entry = ledger.load(load_id)
    if entry is None:
        raise LookupError(f"the ledger knows no load {load_id}")
    as_of = date.fromisoformat(entry["as_of_date"])
    return Load(home, home.root / "no-landing", load_id, as_of), entry["state"]


def _take_before(
    connection: duckdb.DuckDBPyConnection, home: Home, load_id: str, day: date, scratch: Path
) -> tuple[str, date] | None:
    """Create schema `before`; None if there is nothing to compare with: on the first load, or if the earlier
    publication is damaged or lacks something that the agreement names now.
    """
    earlier = load_before(home, load_id)
    if earlier is None:
        return None
    try:
        _take(connection, "before", home, earlier, day, scratch)
    except (ShareError, duckdb.Error):  # a damaged publication is reported by the load, not by its successor's site
        return None
    return earlier, load_of(home, earlier)[0].as_of


def _take_quality(connection: duckdb.DuckDBPyConnection, load: Load, scratch: Path) -> None:
    """Create schema `quality` as in the publication, without the lines about rows."""
    whole = scratch / "whole.duckdb"
    write_quality(load, whole)
    with duckdb.connect(str(whole), read_only=True) as source:
        _copy(source, connection, "quality", QUALITY)


def _take_identity(connection: duckdb.DuckDBPyConnection, home: Home, load_id: str, scratch: Path) -> None:
    """Create schema `identity`: shares and counts of records over the province, nothing about a person."""
    with opened(home.warehouse(load_id), scratch / "spill") as source:
        _copy(source, connection, "identity", identity.NUMBERS)


def _past(home: Home, load_id: str) -> pl.DataFrame | None:
    """The history written with the load before; None if it has none, or none that can be read."""
    earlier = load_before(home, load_id)
    if earlier is None:
        return None
    try:
        return pl.read_parquet(home.history(earlier))
    except (OSError, pl.exceptions.PolarsError):  # as in `_take_before`
        return None


def _agreed(home: Home, load_id: str) -> Agreed | None:
    earlier = load_before(home, load_id)
    if earlier is None:
        return None
    now = [office.agreement for office in offices().values() if office.agreement]
    return Agreed(earlier, load_of(home, earlier)[0].as_of, differences(home, earlier, now))


def _dictionary(load: Load) -> Mapping[str, Described]:
    """All published tables, from the load's dbt manifest; without one, those of `quality`."""
    manifest = load.folder.dbt / "post_identity" / "manifest.json"
    built = described(json.loads(manifest.read_text(encoding="utf-8"))) if manifest.is_file() else {}
    return {**built, **of_quality()}


def _take(
    connection: duckdb.DuckDBPyConnection, schema: str, home: Home, load_id: str, day: date, scratch: Path
) -> Share:
    """Copy the tables of the site's agreement into a schema."""
    with opened(home.warehouse(load_id), scratch / "spill") as source:
        share = share_of(source, home, read_one(path_of(PUBLIC)), day, PAGES)
        _copy(source, connection, schema, {table.name: share.sql(table) for table in share.tables})
        return share


def _copy(
    source: duckdb.DuckDBPyConnection, target: duckdb.DuckDBPyConnection, schema: str, tables: Mapping[str, str]
) -> None:
    target.execute(f"create schema {schema}")
    for name, query in tables.items():
        target.register("taken", source.sql(query).to_arrow_table())
        target.execute(f"create table {schema}.{name} as from taken")
        target.unregister("taken")
