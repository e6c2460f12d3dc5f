"""The floor: the least that any warehouse must do with the same files. Read each once, cast what is plainly a date
or number,
write Parquet. No checks, no row numbers, no identity, no history; a load is measured as a multiple of this.

    python -m benchmarks.floor LANDING OUT
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import fastexcel

from assets.sources import Delimited, Workbook, all_sources


def write_floor(landing: Path, out: Path) -> int:
    """Write one typed Parquet file per delivered file into `out`. Returns the number of rows written."""
    out.mkdir(parents=True, exist_ok=True)
    rows = 0
    with duckdb.connect() as connection:
        for source in all_sources():
            formats = {extension: format_ for format_ in source.formats for extension in format_.extensions}
            for path in sorted((landing / source.name).glob("*/*")):
                format_ = formats.get(path.suffix.lower())
                if format_ is None:
                    continue
                target = out / f"{source.name}-{path.parent.name}-{path.stem}.parquet"
                rows += _write(connection, path, format_, target)
    return rows


def _write(connection: duckdb.DuckDBPyConnection, path: Path, format_: Delimited | Workbook, target: Path) -> int:
    if isinstance(format_, Workbook):
        reader = fastexcel.read_excel(path)
        name = format_.sheet if format_.sheet in reader.sheet_names else reader.sheet_names[0]
        connection.register("sheet", reader.load_sheet(name, header_row=None, dtypes="string").to_arrow())
        relation, dates = "sheet", []
    else:
        encoding = "utf-8" if _is_utf8(path) else "latin-1"
        options = "header = true, all_varchar = true, ignore_errors = true, quote = '\"', escape = '\"'"
        relation = f"read_csv('{path}', delim = '{format_.delimiter}', encoding = '{encoding}', {options})"
        columns = [row[0] for row in connection.execute(f"describe select * from {relation}").fetchall()]
        dates = [name for name in columns if name.upper().startswith("TANGGAL")]
    # Not a cast: DuckDB would push it into the reader, which then ignores the rows it does not understand.
    casts = ", ".join(f"try_strptime(\"{name}\", ['%d-%m-%Y', '%Y-%m-%d'])::date as \"{name}\"" for name in dates)
    replace = f" replace ({casts})" if casts else ""
    return connection.execute(f"copy (select *{replace} from {relation}) to '{target}' (format parquet)").fetchone()[0]


def _is_utf8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as text:
            while text.read(1 << 22):
                pass
    except UnicodeDecodeError:
        return False
    return True


if __name__ == "__main__":
    print(write_floor(Path(sys.argv[1]), Path(sys.argv[2])))
