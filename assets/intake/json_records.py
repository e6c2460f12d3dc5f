"""Rows that are JSON objects: one a line, plain or gzipped, or the list within each page of a paged answer.

Every object is a row of text cells, its keys the header; a number keeps the digits it was sent with, unless there are
more of them than a JSON number is sure to have. A row's number is its line, or its place in the page's list.
"""

from __future__ import annotations

import codecs
import gzip
import tempfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from assets.intake.encoding import NUL_MARK, encoding_of, utf8_lines
from assets.intake.json_types import with_wrong_types
from assets.intake.parsed import (
    CUT_OFF,
    EMPTY_FILE,
    HTML_INSIDE,
    MIXED_ENCODING,
    NO_ROWS,
    Header,
    Page,
    ParsedFile,
    PartWriter,
    header_notices,
    header_of_keys,
)
from assets.intake.precision import LONG_DIGITS, scientific
from assets.sources import JsonLines, JsonPages, Source
from validations.contract import Contract
from validations.limits import (
    COLUMNS,
    JSON_LEVELS,
    JSON_TOO_DEEP,
    TOO_MANY_COLUMNS,
    UNPACKED_TOO_LARGE,
    too_deep,
    unpacked_most,
)
from validations.messages import Message, Refusal
from validations.rows import FILE_CUT, JSON_INVALID, NUL_BYTE

NOT_JSON = Message(
    "not_json",
    "Isi berkas bukan JSON yang utuh; berkas rusak atau terpotong.",
    "The file does not hold whole JSON; it is damaged or cut off.",
)
NO_RECORDS = Message(
    "no_records",
    "Jawaban JSON tidak memuat daftar “{records}”.",
    "The JSON answer does not hold the list `{records}`.",
)
Frames = Callable[[], Iterator[pl.DataFrame]]
"""Gives, each time it is called, the frames of a file: `number` (int64), `line` (text of one object), `deep`."""
_GZIP = b"\x1f\x8b"
_NUL_ESCAPE = r"(?:^|[^\\])(?:\\\\)*\\u0000"


def parse_json_lines(path: Path, source: Source, format_: JsonLines, out_dir: Path, prefix: str) -> ParsedFile:
    """Parse a file of one JSON object a line to raw Parquet parts.

    Raises:
        Refusal: empty, no text, not the declared columns, no row, unpacks to too much, or cut off where that refuses it
            (snapshots).
    """
    with _unzipped(path, out_dir) as (plain, cut):
        if cut and source.kind == "snapshot":
            raise Refusal(CUT_OFF)
        _refuse_impostors(plain)
        encoding = encoding_of(plain)
        parsed = ParsedFile(encoding, cut=cut)
        if encoding == "mixed":
            parsed.notices.append(MIXED_ENCODING.fill())
        _write(lambda: _lines(plain, encoding), parsed, source, out_dir, prefix)
    return parsed


def parse_json_pages(path: Path, source: Source, format_: JsonPages, out_dir: Path, prefix: str) -> ParsedFile:
    """Parse one page of a paged answer to raw Parquet parts; `ParsedFile.page` says which page it is.

    Raises:
        Refusal: no whole JSON, nested too deep, no list of records, not the declared columns, no row.
    """
    _refuse_impostors(path)
    text, encoding = _text(path)
    if too_deep(text.encode()):
        raise Refusal(JSON_TOO_DEEP)
    with duckdb.connect() as connection:
        list_ = _pointer(format_.records)
        if not _one(connection, "select json_valid($text)", text=text)[0]:
            raise Refusal(NOT_JSON)
        if _one(connection, "select json_type($text, $list)", text=text, list=list_)[0] != "ARRAY":
            raise Refusal(NO_RECORDS, {"records": format_.records})
        rows = _query(
            connection,
            "select coalesce(unnest(json_extract($text, $list)::json[])::varchar, 'null') as line",
            text=text,
            list=list_,
        )
        parsed = ParsedFile(encoding, page=_page(connection, text, format_, rows.height))
    if rows.is_empty():
        raise Refusal(NO_ROWS)
    number = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("number")
    frame = rows.select(number, "line", pl.lit(False).alias("deep"))
    _write(lambda: iter([frame]), parsed, source, out_dir, prefix)
    return parsed


def _text(path: Path) -> tuple[str, str]:
    """A page's text, which is no text of lines, and its encoding: JSON is UTF-8 (RFC 8259); marks are honoured."""
    raw = path.read_bytes()
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            return raw.decode(name, "replace"), name
    try:
        return raw.decode(), "utf-8"
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace"), "windows-1252"


def _page(connection: duckdb.DuckDBPyConnection, text: str, format_: JsonPages, rows: int) -> Page:
    """What a page says of itself; what it does not say, or not as a whole number, is None."""
    if format_.numbered:
        sql = "select " + ", ".join(
            f"try_cast(json_extract_string($text, '/meta/{name}') as bigint)" for name in ("page", "last_page", "total")
        )
        number, last, total = _one(connection, sql, text=text)
        return Page(rows, number, last, total)
    sql = "select json_extract_string($text, '/@odata.nextLink'), json_extract_string($text, '/@odata.count')"
    following, total = _one(connection, sql, text=text)
    return Page(rows, total=int(total) if total and total.isdigit() else None, followed=following is not None)


@contextmanager
def _unzipped(path: Path, out_dir: Path) -> Generator[tuple[Path, bool]]:
    """The file as plain text, and whether its gzip ends too early.

    Raises:
        Refusal: it unpacks to more than it may; no more than that is written.
    """
    with path.open("rb") as file:
        zipped = file.read(len(_GZIP)) == _GZIP
    if not zipped:
        yield path, False
        return
    with tempfile.TemporaryDirectory(dir=out_dir) as scratch:
        plain, cut, left = Path(scratch) / "plain", False, unpacked_most(path.stat().st_size)
        with plain.open("wb") as target:
            try:
                with gzip.open(path) as packed:
                    while block := packed.read1(1 << 20):  # what was whole before the cut is kept
                        left -= len(block)
                        if left < 0:
                            raise Refusal(UNPACKED_TOO_LARGE)
                        target.write(block)
            except (EOFError, zlib.error, gzip.BadGzipFile):
                cut = True
        yield plain, cut


def _refuse_impostors(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if not head:
        raise Refusal(EMPTY_FILE)
    if head.startswith(b"<"):
        raise Refusal(HTML_INSIDE)


def _lines(path: Path, encoding: str) -> Iterator[pl.DataFrame]:
    """Lines with their numbers; `unended`: the last one lacks its line end; `deep`: nested too deep to be looked at."""
    read = 0
    for chunk in utf8_lines(path, encoding):
        lines = chunk.decode().split("\n")
        ended = not lines[-1]
        lines = lines[:-1] if ended else lines
        frame = pl.DataFrame({"line": lines}, schema={"line": pl.String})
        last = pl.int_range(pl.len()) == pl.len() - 1
        yield frame.select(
            pl.int_range(read + 1, read + 1 + pl.len(), dtype=pl.Int64).alias("number"),
            "line",
            (last & pl.lit(not ended)).alias("unended"),
            _deep(frame["line"]),
        )
        read += len(lines)


def _deep(lines: pl.Series) -> pl.Series:
    """Whether each line is nested too deep. Only lines with so many brackets are looked at one by one."""
    opening = lines.to_frame("line").select(pl.col("line").str.count_matches(r"[\[{]", literal=False)).to_series()
    suspect = (opening > JSON_LEVELS).fill_null(False)
    if not suspect.any():
        return suspect.alias("deep")
    judged = [sure and too_deep(line.encode()) for line, sure in zip(lines, suspect, strict=True)]
    return pl.Series("deep", judged, pl.Boolean)


def _write(frames: Frames, parsed: ParsedFile, source: Source, out_dir: Path, prefix: str) -> None:
    """Raw Parquet of all objects: once over the file for its keys, once for its cells."""
    with duckdb.connect() as connection:
        header = _header(connection, frames, source.contract)
        parsed.notices += header_notices(header)
        writer = PartWriter(parsed, header, out_dir, prefix)
        for frame in frames():
            blank = frame["line"].str.strip_chars() == ""
            if blank.any():
                parsed.furniture["blank"] += int(blank.sum())
            objects = frame.filter(~blank)
            rows = with_wrong_types(
                connection, objects, _rows(connection, objects, header), _pointers(header), source.contract
            )
            parsed.cut = parsed.cut or (rows["_problem"] == FILE_CUT.code).any()
            writer.add(rows)
    if parsed.cut and source.kind == "snapshot":
        raise Refusal(CUT_OFF)
    if parsed.cut:
        parsed.notices.append(CUT_OFF.fill())
    writer.close()


def _header(connection: duckdb.DuckDBPyConnection, frames: Frames, contract: Contract) -> Header:
    """The keys of all objects as a header; objects within are opened where the contract has columns `object/field`."""
    opened = sorted({field.name.rpartition("/")[0] for field in contract.fields if "/" in field.name})
    keys: dict[str, None] = {}
    for frame in frames():
        connection.register("frame", frame)
        connection.execute(
            "create or replace temp table object as select line from frame where not deep and json_valid(line)"
        )
        found = _query(connection, "select distinct unnest(json_keys(line)) as key from object order by key")["key"]
        keys |= dict.fromkeys(key for key in found if key not in opened)
        for name in opened:
            sql = "select distinct unnest(json_keys(line, $object)) as key from object order by key"
            keys |= dict.fromkeys(f"{name}/{key}" for key in _query(connection, sql, object=_pointer(name))["key"])
        if len(keys) > COLUMNS:
            raise Refusal(TOO_MANY_COLUMNS)
    return header_of_keys(list(keys), contract)


def _rows(connection: duckdb.DuckDBPyConnection, frame: pl.DataFrame, header: Header) -> pl.DataFrame:
    """Raw rows: the header's columns, `_row_number`, `_problem`, `_line`."""
    pointers = [_pointer(key) for key in header.delivered]
    connection.register("frame", frame)
    read = _query(
        connection,
        "with given as (select number, line, deep,"
        "   case when not deep and json_valid(line) then line end as object from frame),"
        " judged as (select *, coalesce(json_type(object) = 'OBJECT'"
        "   and len(json_keys(object)) = len(list_distinct(json_keys(object))), false) as whole from given)"
        " select number, line, deep, whole, case when whole then json_extract_string(object, $pointers) end as cells"
        " from judged order by number",
        pointers=pointers,
    )
    cells = read.select(pl.col("cells").list.get(at).alias(name) for at, name in enumerate(header.names))
    cells = _lost_digits(connection, read, cells, dict(zip(header.names, pointers, strict=True)))
    unended = pl.lit(frame["unended"]) if "unended" in frame.columns else pl.lit(False)
    line = pl.col("line")
    problem = (
        pl.when(line.str.contains(NUL_MARK, literal=True) | line.str.contains(_NUL_ESCAPE)).then(pl.lit(NUL_BYTE.code))
        .when("deep").then(pl.lit(JSON_TOO_DEEP.code))
        .when(~pl.col("whole") & unended).then(pl.lit(FILE_CUT.code))
        .when(~pl.col("whole")).then(pl.lit(JSON_INVALID.code))
    )  # fmt: skip
    ours = read.select(
        pl.col("number").alias("_row_number"),
        problem.alias("_problem"),
        pl.when(problem.is_not_null()).then(line.str.replace_all(NUL_MARK, "\u2400", literal=True)).alias("_line"),
    )
    filled = cells.select(pl.when(pl.all().str.strip_chars() != "").then(pl.all()))
    return pl.concat([filled, ours], how="horizontal")


def _lost_digits(
    connection: duckdb.DuckDBPyConnection, read: pl.DataFrame, cells: pl.DataFrame, pointers: dict[str, str]
) -> pl.DataFrame:
    """Numbers beyond a JSON number's precision marked as such; texts of digits stay as they are."""
    long = cells.select(pl.all().str.contains(LONG_DIGITS).any())
    for name in (name for name in cells.columns if long[name].item()):
        connection.register("read", read)
        kinds = _query(
            connection,
            "select json_type(case when whole then line end, $pointer) as kind from read order by number",
            pointer=pointers[name],
        )["kind"]
        number = pl.lit(kinds.is_in(["UBIGINT", "BIGINT", "DOUBLE"])) & pl.col(name).str.contains(LONG_DIGITS)
        cells = cells.with_columns(pl.when(number).then(scientific(pl.col(name))).otherwise(pl.col(name)).alias(name))
    return cells


def _pointers(header: Header) -> dict[str, list[str]]:
    return {name: [_pointer(key)] for name, key in zip(header.names, header.delivered, strict=True)}


def _query(connection: duckdb.DuckDBPyConnection, sql: str, **parameters: object) -> pl.DataFrame:
    return pl.DataFrame(connection.sql(sql, params=parameters or None).to_arrow_table())


def _one(connection: duckdb.DuckDBPyConnection, sql: str, **parameters: object) -> tuple:
    return _query(connection, sql, **parameters).row(0)


def _pointer(key: str) -> str:
    """A JSON pointer (RFC 6901) to `key`, or to the field of an object, `object/field`."""
    return "/" + key.replace("~", "~0")
