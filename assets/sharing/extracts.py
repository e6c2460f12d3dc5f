"""Extracts: an agency's share as files in the publication that it is a share of.

Files in `HOME/publications/<load>/extracts/<agency>/`:

* `<agency>-<kabupaten/kota>.xlsx`, `<agency>-provinsi.xlsx`: for officers: an introduction, the tables, the meaning of
  each column; the name identifies the sender when the workbook returns with outcomes
* `csv/<table>-<kabupaten/kota>.csv`: tables with more rows than a worksheet holds
* `parquet/<table>/<kabupaten/kota>.parquet`, `parquet/<table>.parquet`
* `pseudonyms/renamed.parquet`, `.csv`: after a key was rotated, every old and new pseudonym
* `sender/`: the status of the agency's own deliveries
* `pages/`: pages of the agency's own tables, if another part of the system makes some
* `manifest.json`: the files with SHA-256 and rows, and the agreement's tables as served
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from assets import durable
from assets.home import Home
from assets.sharing import pages, sender
from assets.sharing.agreement import Agreement, Table
from assets.sharing.share import PUBLICATION, Share, opened, share_of
from assets.sharing.workbook import MOST_ROWS, Sheet, write_workbook
from validations.sql import literal

FILE_MODE, FOLDER_MODE = 0o640, 0o750
PROVINCE = "provinsi"
_UNPLACED = "belum-ditempatkan"
_RUNS_IN_A_SPREADSHEET = "^[=+\\-@\t\r]"


@dataclass
class Extract:
    """Result of writing an extract. rows: by table. bytes: of all files. note: a problem with its counts."""

    folder: Path
    load_id: str
    rows: dict[str, int] = field(default_factory=dict)
    bytes: int = 0
    note: str | None = None


@dataclass(frozen=True)
class _Part:
    """The rows of one table for one place, as a relation in DuckDB."""

    table: Table
    place: str
    relation: str
    rows: int


def write_extract(
    home: Home,
    load_id: str,
    agreement: Agreement,
    day: date,
    folder: Path | None = None,
    tell_sender: Callable[[Path], None] | None = None,
    add_pages: Callable[[Path], None] | None = None,
) -> Extract:
    """Write an agency's extract of a load, all or nothing, replacing an earlier one.

    day: today, to check that the agreement is in force. folder: target folder; by default in the publication.
    tell_sender, add_pages: write more into `sender` and `pages` of the extract, whose tables are then written and whose
    manifest is not.

    Raises:
        assets.sharing.share.ShareError: the agreement is not in force, does not fit the publication, or does not name
            extracts.
        assets.sharing.pseudonyms.PseudonymError: there is no usable key.
        OSError: it could not be written.
    """
    target = folder or home.extract(load_id, agreement.agency)
    target.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    with _replacing(target) as scratch, opened(home.warehouse(load_id), scratch / "spill") as connection:
        share = share_of(connection, home, agreement, day, medium="extracts")
        parts = list(_parts(connection, share))
        _write_parquet(connection, share, parts, scratch)
        long = _write_csv(connection, parts, scratch)
        _write_workbooks(connection, share, parts, long, scratch)
        _write_renamed(connection, share, scratch)
        connection.close()
        shutil.rmtree(scratch / "spill", ignore_errors=True)
        sender.write(home, load_id, agreement.agency, scratch / "sender")
        if tell_sender is not None:
            tell_sender(scratch / "sender")
        if add_pages is not None:
            add_pages(scratch / "pages")
        manifest = _manifest(share, scratch, parts)
        _protect(scratch)
    rows = {table.table: sum(part.rows for part in parts if part.table is table) for table in agreement.tables}
    note = share.rounding.complaint if share.rounding else None
    return Extract(target, share.load_id, rows, sum(file["bytes"] for file in manifest["files"]), note)


def remove_extract(home: Home, load_id: str, agency: str) -> None:
    """Remove an agency's extract from a publication."""
    durable.remove_folder(home.extract(load_id, agency))


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Read the manifest of an extract; None if there is no extract."""
    path = folder / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def damage(folder: Path) -> str | None:
    """The damage of an extract compared with its manifest; None if every file is unchanged."""
    manifest = read_manifest(folder)
    return "it has no manifest" if manifest is None else damage_among(folder, manifest["files"])


def damage_among(folder: Path, files: Iterable[Mapping[str, Any]]) -> str | None:
    """The damage of these files of an extract, as its manifest lists them; None if every one is unchanged."""
    for file in files:
        path = folder / file["path"]
        if not path.is_file():
            return f"{file['path']} is missing"
        if _sha256(path) != file["sha256"]:
            return f"{file['path']} was changed"
    return None


@contextmanager
def _replacing(target: Path) -> Generator[Path]:
    """A folder to write in, which gets the target's name on success and is removed on failure.

    Until then only its owner can read it, because data that does not fit in memory is spilled there unmasked.
    """
    durable.sweep(target.parent, f"{target.name}.")
    scratch = durable.beside(target)
    scratch.mkdir(mode=0o700)
    try:
        yield scratch
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    durable.replace_folder(scratch, target)


def _parts(connection: duckdb.DuckDBPyConnection, share: Share) -> Iterator[_Part]:
    """Evaluate each table of the share once, and split it by kabupaten/kota where its readers see that column."""
    names = _regency_names(connection)
    for number, table in enumerate(share.tables):
        relation = f"shared_{number}"
        connection.execute(f"create temp table {relation} as {share.sql(table)}")
        column = share.regency_column(table)
        if column is None:
            rows = connection.execute(f"select count(*) from {relation}").fetchall()[0][0]
            yield _Part(table, PROVINCE, relation, rows)
            continue
        counted = f"select {column}, count(*) from {relation} group by {column} order by {column}"
        for code, rows in connection.execute(counted).fetchall():
            place = names.get(code, f"{code}-{_UNPLACED}" if code else _UNPLACED)
            value = "null" if code is None else literal(code)
            yield _Part(table, place, f"(select * from {relation} where {column} is not distinct from {value})", rows)


def _regency_names(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Code -> part of file names: `3601-kabupaten-pandeglang`."""
    found = connection.execute(
        f"select region_code, region_name from {PUBLICATION}.marts.dim_region where region_level = 'regency'"
    ).fetchall()
    return {code: f"{code}-{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}" for code, name in found}


def _file(part: _Part, share: Share) -> str:
    """The path of a part, without folder and extension."""
    return f"{part.table.name}/{part.place}" if share.regency_column(part.table) else part.table.name


def _workbook(share: Share, place: str) -> str:
    return f"{share.agreement.agency}-{place}.xlsx"


def _write_parquet(connection: duckdb.DuckDBPyConnection, share: Share, parts: list[_Part], scratch: Path) -> None:
    for part in parts:
        path = scratch / "parquet" / f"{_file(part, share)}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        connection.execute(f"copy (from {part.relation}) to {literal(path)} (format parquet, compression zstd)")


def _write_csv(connection: duckdb.DuckDBPyConnection, parts: list[_Part], scratch: Path) -> list[_Part]:
    """Write parts with more rows than a worksheet holds as CSV, and return them. A text that a spreadsheet would run as
    a formula gets an apostrophe.
    """
    long = [part for part in parts if part.rows > MOST_ROWS]
    for part in long:
        path = scratch / "csv" / f"{part.table.name}-{part.place}.csv"
        path.parent.mkdir(exist_ok=True)
        kinds = connection.execute(f"describe select * from {part.relation}").fetchall()
        shown = ", ".join(
            f"regexp_replace({name}, '{_RUNS_IN_A_SPREADSHEET}', '''\\0') as {name}" if kind == "VARCHAR" else name
            for name, kind, *_ in kinds
        )
        connection.execute(f"copy (select {shown} from {part.relation}) to {literal(path)} (format csv, header)")
    return long


def _write_renamed(connection: duckdb.DuckDBPyConnection, share: Share, scratch: Path) -> None:
    rows = share.renamed()
    if rows is None:
        return
    folder = scratch / "pseudonyms"
    folder.mkdir()
    connection.execute(f"copy ({rows}) to {literal(folder / 'renamed.parquet')} (format parquet, compression zstd)")
    connection.execute(
        f"copy (from {literal(folder / 'renamed.parquet')}) to {literal(folder / 'renamed.csv')} (format csv, header)"
    )


def _write_workbooks(
    connection: duckdb.DuckDBPyConnection,
    share: Share,
    parts: list[_Part],
    long: list[_Part],
    scratch: Path,
) -> None:
    sources = _sources(connection, share)
    for place in sorted({part.place for part in parts}):
        here = [part for part in parts if part.place == place]
        sheets = [Sheet(part.table.title, _frame(connection, part)) for part in here if part not in long]
        held = [(part.table, part.rows, part in long) for part in here]
        about = pages.about(share, place, held, sources)
        meaning = pages.dictionary(share, [part.table for part in here])
        write_workbook(scratch / _workbook(share, place), [about, *sheets, meaning])


def _frame(connection: duckdb.DuckDBPyConnection, part: _Part) -> pl.DataFrame:
    return pl.DataFrame(connection.sql(f"from {part.relation}").to_arrow_table())


def _sources(connection: duckdb.DuckDBPyConnection, share: Share) -> list[tuple[str, str, str]]:
    """Source, agency and date of the newest delivery, as text."""
    if "last_delivery_date" not in share.catalogue.columns.get("reference.load_sources", {}):
        return []
    return connection.execute(
        "select source, agency, coalesce(last_delivery_date::varchar, 'belum ada')"
        f" from {PUBLICATION}.reference.load_sources order by all"
    ).fetchall()


def _manifest(share: Share, scratch: Path, parts: list[_Part]) -> dict[str, Any]:
    """Write the manifest of the extract. Returns it."""
    agreement = share.agreement
    rows = {f"parquet/{_file(part, share)}.parquet": part.rows for part in parts}
    rows |= {f"csv/{part.table.name}-{part.place}.csv": part.rows for part in parts if part.rows > MOST_ROWS}
    for part in parts:
        if part.rows <= MOST_ROWS:
            rows[_workbook(share, part.place)] = rows.get(_workbook(share, part.place), 0) + part.rows
    files = sorted(path for path in scratch.rglob("*") if path.is_file())
    names = [path.relative_to(scratch).as_posix() for path in files]
    manifest = {
        "agency": agreement.agency,
        "agreement": agreement.number,
        "load_id": share.load_id,
        "as_of_date": share.as_of.isoformat(),
        "pseudonym_version": agreement.pseudonyms.version,
        "smallest_cell": agreement.smallest_cell,
        "tables": served(agreement),
        "files": [
            {"path": name, "bytes": path.stat().st_size, "sha256": _sha256(path), "rows": rows.get(name)}
            for name, path in zip(names, files, strict=True)
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (scratch / "manifest.json").write_text(text + "\n", encoding="utf-8")
    return manifest


def served(agreement: Agreement) -> dict[str, Any]:
    """An agreement's tables as a manifest stores them for later comparison: rows, and how each column is shown."""
    return {
        table.table: {
            "version": table.version,
            "rows": table.conditions.stated() if table.conditions else "all",
            "columns": {name: str(mask) for name, mask in table.columns.items()},
        }
        for table in agreement.tables
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _protect(scratch: Path) -> None:
    for path in scratch.rglob("*"):
        path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)
        durable.fsync(path)
    scratch.chmod(FOLDER_MODE)
    durable.fsync(scratch)
