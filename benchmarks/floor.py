"""The floor: the minimum that any warehouse must do with the same files. Read each once, cast obvious dates and
numbers, write Parquet. No checks, no row numbers, no identity, no history; a load is measured as a multiple of this.

python -m benchmarks.floor LANDING OUT
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import fastexcel

from assets.sources import Delimited, Format, JsonLines, JsonPages, KoboPages, Workbook, all_sources
from validations.sql import identifier, literal, value


def write_floor(landing: Path, out: Path) -> int:
    """Write one typed Parquet file per delivered file into `out`. Returns the number of rows written."""
    out.mkdir(parents=True, exist_ok=True)
    rows = 0
    with duckdb.connect() as connection:
        for source in all_sources():
            for path in sorted((landing / source.name).glob("*/*")):
                format_ = next(iter(source.formats_of(path.name)), None)
                if format_ is None:
                    continue
                target = out / f"{source.name}-{path.parent.name}-{path.stem}.parquet"
                rows += _write(connection, path, format_, target)
    return rows


def _write(connection: duckdb.DuckDBPyConnection, path: Path, format_: Format, target: Path) -> int:
    relation = _relation(connection, path, format_)
    columns = [row[0] for row in connection.execute(f"describe select * from {relation}").fetchall()]
    dates = [name for name in columns if isinstance(format_, Delimited) and name.upper().startswith(("TANGGAL", "TGL"))]
    # Not a cast: DuckDB would push it into the reader, which then ignores rows that it cannot convert.
    casts = ", ".join(
        f"try_strptime({name}, ['%d-%m-%Y', '%Y-%m-%d'])::date as {name}" for name in map(identifier, dates)
    )
    replace = f" replace ({casts})" if casts else ""
    return value(connection.execute(f"copy (select *{replace} from {relation}) to {literal(target)} (format parquet)"))


def _relation(connection: duckdb.DuckDBPyConnection, path: Path, format_: Format) -> str:
    """SQL of the file, for use after `from`."""
    match format_:
        case Workbook(sheet=sheet):
            reader = fastexcel.read_excel(path)
            name = sheet if sheet in reader.sheet_names else reader.sheet_names[0]
            connection.register("sheet", reader.load_sheet(name, header_row=None, dtypes="string").to_arrow())
            return "sheet"
        case JsonLines():
            return f"read_ndjson({literal(path)}, ignore_errors = true)"
        case JsonPages(records=records) | KoboPages(records=records):
            return f"(select unnest({records}, max_depth := 2) from read_json({literal(path)}))"
        case Delimited(delimiter=mark):
            options = "header = true, all_varchar = true, ignore_errors = true, quote = '\"', escape = '\"'"
            return f"read_csv({literal(path)}, delim = '{mark}', encoding = '{_encoding(path)}', {options})"


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
    try:
        with path.open(encoding="utf-8") as text:
            while text.read(1 << 22):
                pass
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


if __name__ == "__main__":
    print(write_floor(Path(sys.argv[1]), Path(sys.argv[2])))
