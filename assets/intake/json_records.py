"""Parses JSON objects as rows: one per line, plain or gzipped, or the list within each page of a paged answer. A file
that is one array, or one object over many lines, is read as well (ruling 37).

Every object is a row of text cells, its keys are the header. A number keeps the digits it was sent with, unless it has
more digits than a JSON number can hold exactly. A row's number is its line, or its position in the list.
"""

from __future__ import annotations

import codecs
import gzip
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from assets.intake.encoding import NUL_MARK, encoding_of, utf8_lines
from assets.intake.file_kinds import refuse_other_kinds
from assets.intake.furniture import CLOSING
from assets.intake.json_types import with_wrong_types
from assets.intake.kobo import as_central
from assets.intake.parsed import (
    COLUMNS_MISSING,
    CUT_OFF,
    EMPTY_FILE,
    HTML_INSIDE,
    NOT_KEPT,
    Header,
    Page,
    ParsedFile,
    PartWriter,
    header_notices,
    header_of_keys,
    text_notices,
)
from assets.intake.precision import LONG_DIGITS, scientific
from assets.intake.shown import masked
from assets.sources import JsonLines, JsonPages, KoboPages, Source
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
MEMBER_TWICE = Message(
    "json_member_twice",
    "Anggota “{member}” muncul {times} kali di objek JSON teratas; hanya satu yang akan terbaca. Kirim satu saja.",
    "The member `{member}` stands {times} times in the outer JSON object, of which one would be read. Send one only.",
)
NO_LINES = Message(
    "no_json_lines",
    "Tidak satu baris pun berisi satu objek JSON utuh. Setiap baris harus memuat satu objek: {{...}}.",
    "No line holds one whole JSON object. Each line must hold one object: {{...}}.",
)
NO_OBJECTS = Message(
    "no_json_objects",
    "Daftar “{records}” tidak memuat satu objek JSON pun. Setiap unsurnya harus satu objek dengan nama kolom: {{...}}.",
    "The list `{records}` holds no JSON object. Each of its elements must be an object with column names: {{...}}.",
)
WRAPPED = Message(
    "json_rows_wrapped",
    "Baris-barisnya terbungkus dalam daftar “{member}” di satu objek JSON. Kirim satu objek per baris, tanpa bungkus.",
    "The rows are wrapped in the list `{member}` of one JSON object. Send one object a line, without it.",
)
ARRAY_BROKEN = Message(
    "json_array_broken",
    "Berkas ini satu daftar JSON ([...]) yang tidak utuh. Kirim ulang lengkap, atau satu objek per baris.",
    "The file is one JSON array ([...]) that is not whole. Send all of it, or one object a line.",
)
ARRAY_TOO_LARGE = Message(
    "json_array_too_large",
    "Berkas ini satu daftar JSON ([...]) yang lebih dari {megabytes} MiB. Kirim satu objek per baris.",
    "The file is one JSON array ([...]) of more than {megabytes} MiB. Send one object a line.",
)
NOT_BY_LINES = Message(
    "not_by_lines",
    "Berkas bukan satu objek JSON per baris, melainkan {what_id}; tetap dibaca.",
    "The file is not one JSON object a line but {what_en}; it was read all the same.",
)
_WHOLE = {"ARRAY": ("satu daftar", "one array"), "OBJECT": ("satu objek di banyak baris", "one object over many lines")}
WHOLE_BYTES = 256 << 20
"""Maximum size of JSON that is read as one document."""
Frames = Callable[[], Iterator[pl.DataFrame]]
"""Returns on each call the frames of a file: `number` (int64), `line` (text of one object), `deep`."""
_GZIP = b"\x1f\x8b"
_NUL_ESCAPE = r"(?:^|[^\\])(?:\\\\)*\\u0000"


def parse_json_lines(path: Path, source: Source, format_: JsonLines, out_dir: Path, prefix: str) -> ParsedFile:
    """Parse a file of one JSON object per line to raw Parquet parts.

    Raises:
        Refusal: empty, not text, not the declared columns, no row, too large when unpacked, or a snapshot that is cut
            off.
    """
    with _unzipped(path, out_dir) as (plain, cut):
        if cut and source.kind == "snapshot":
            raise Refusal(CUT_OFF)
        _refuse_impostors(plain)
        encoding = encoding_of(plain)
        parsed = ParsedFile(encoding, notices=text_notices(plain, encoding), cut=cut)
        whole = _as_one(plain, encoding, parsed)
        if whole is not None and whole.is_empty():
            _quiet(parsed, source, out_dir, prefix)
            return parsed
        frames = (lambda: _lines(plain, encoding)) if whole is None else (lambda: iter([whole]))
        _write(frames, parsed, source, out_dir, prefix)
    return parsed


def _as_one(path: Path, encoding: str, parsed: ParsedFile) -> pl.DataFrame | None:
    """Return the objects of a file that is one JSON document; None if its first line shows a file of lines.

    Raises:
        Refusal: it is an array that is incomplete or too large, or it is nested too deep.
    """
    first = next(
        (line for chunk in utf8_lines(path, encoding) for line in chunk.split(b"\n", 100) if line.strip()), b""
    )
    array = first.lstrip().startswith(b"[")
    with duckdb.connect() as connection:
        if not array and (not first.lstrip().startswith(b"{") or _valid(connection, first.decode())):
            return None
        if path.stat().st_size > WHOLE_BYTES:
            if array:
                raise Refusal(ARRAY_TOO_LARGE, {"megabytes": WHOLE_BYTES >> 20})
            return None
        text = b"".join(utf8_lines(path, encoding))
        if not array and not text.rstrip().endswith(b"}"):
            return None
        if too_deep(text):
            raise Refusal(JSON_TOO_DEEP)
        if not _valid(connection, text.decode()):
            if array and not _is_line_of_many(connection, text):
                raise Refusal(ARRAY_BROKEN)
            return None
        kind = "ARRAY" if array else "OBJECT"
        frame = _elements(connection, text.decode(), "") if array else pl.DataFrame({"line": [text.decode()]})
    parsed.notices.append(NOT_BY_LINES.fill(what_id=_WHOLE[kind][0], what_en=_WHOLE[kind][1]))
    return _numbered(frame)


def _is_line_of_many(connection: duckdb.DuckDBPyConnection, text: bytes) -> bool:
    """Whether a broken text that begins with `[` is a file of lines whose first is damaged: it ends as an object does,
    without a comma, and a whole object follows.
    """
    first, second, *_ = (*(line.strip() for line in text.split(b"\n", 100) if line.strip()), b"", b"")
    return first.endswith(b"}") and second.startswith(b"{") and _valid(connection, second.decode())


def _valid(connection: duckdb.DuckDBPyConnection, text: str) -> bool:
    return not too_deep(text.encode()) and _one(connection, "select json_valid($text)", text=text)[0]


def _elements(connection: duckdb.DuckDBPyConnection, text: str, list_: str) -> pl.DataFrame:
    """The elements of a list within a text, each as `line`."""
    return _query(
        connection,
        "select coalesce(unnest(json_extract($text, $list)::json[])::varchar, 'null') as line",
        text=text,
        list=list_,
    )


def _numbered(lines: pl.DataFrame) -> pl.DataFrame:
    number = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("number")
    return lines.select(number, "line", pl.lit(False).alias("deep"))


def parse_json_pages(
    path: Path, source: Source, format_: JsonPages | KoboPages, out_dir: Path, prefix: str
) -> ParsedFile:
    """Parse one page of a paged answer to raw Parquet parts; sets `ParsedFile.page`. A page that lacks the list of the
    given format is read by the source's other format of pages whose list it has.

    Raises:
        Refusal: incomplete JSON, nested too deep, no list of records, not the declared columns, no row.
    """
    _refuse_impostors(path)
    text, encoding = _text(path)
    text = text.rstrip("\x00\x1a")  # fill characters (ruling 32)
    if too_deep(text.encode()):
        raise Refusal(JSON_TOO_DEEP)
    with duckdb.connect() as connection:
        if not _valid(connection, text):
            raise Refusal(NOT_JSON)
        _refuse_repeated(connection, text)
        format_ = _of_list(connection, text, [format_, *source.page_formats])
        rows = _elements(connection, text, f"/{_escaped(format_.records)}")
        parsed = ParsedFile(encoding, page=_page(connection, text, format_, rows.height))
        if isinstance(format_, KoboPages):
            rows = as_central(connection, rows, source.contract, format_.repeat)
    if rows.is_empty():
        _quiet(parsed, source, out_dir, prefix)
        return parsed
    frame = _numbered(rows)
    try:
        _write(lambda: iter([frame]), parsed, source, out_dir, prefix)
    except Refusal as refusal:
        raise Refusal(NO_OBJECTS, {"records": format_.records}) if refusal.message is NO_LINES else refusal from None
    return parsed


def _refuse_repeated(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    """Refuse a page whose outer object has a member twice: a reader sees one of them, and loses the other's rows."""
    keys = Counter(_one(connection, "select json_keys($text)", text=text)[0] or ())
    for member in (member for member, times in keys.items() if times > 1):
        raise Refusal(MEMBER_TWICE, {"member": masked(member), "times": keys[member]})


def _of_list(
    connection: duckdb.DuckDBPyConnection, text: str, formats: Sequence[JsonPages | KoboPages]
) -> JsonPages | KoboPages:
    """The first format whose list of rows the page has.

    Raises:
        Refusal: it has none.
    """
    for format_ in formats:
        list_ = f"/{_escaped(format_.records)}"
        if _one(connection, "select json_type($text, $list)", text=text, list=list_)[0] == "ARRAY":
            return format_
    raise Refusal(NO_RECORDS, {"records": formats[0].records})


def _quiet(parsed: ParsedFile, source: Source, out_dir: Path, prefix: str) -> None:
    """Write an empty list, which has no keys either, with the columns of the contract.

    Raises:
        Refusal: it is a snapshot.
    """
    header = header_of_keys([field.name for field in source.contract.fields], source.contract)
    PartWriter(parsed, header, out_dir, prefix, source.kind == "delta").close()


def _text(path: Path) -> tuple[str, str]:
    """Decode a page. Returns its text and its encoding: JSON is UTF-8 (RFC 8259), unless a BOM says otherwise."""
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


def _page(connection: duckdb.DuckDBPyConnection, text: str, format_: JsonPages | KoboPages, rows: int) -> Page:
    """Read the page's own metadata; values that are missing or not whole numbers are None."""
    if isinstance(format_, JsonPages) and format_.numbered:
        sql = "select " + ", ".join(
            f"try_cast(json_extract_string($text, '/meta/{name}') as bigint)" for name in ("page", "last_page", "total")
        )
        number, last, total = _one(connection, sql, text=text)
        return Page(rows, number, last, total)
    link, count = ("next", "count") if isinstance(format_, KoboPages) else ("@odata.nextLink", "@odata.count")
    sql = "select json_extract_string($text, $link), json_extract_string($text, $count)"
    following, total = _one(connection, sql, text=text, link=f"/{link}", count=f"/{count}")
    return Page(rows, total=int(total) if total and total.isdigit() else None, followed=following is not None)


@contextmanager
def _unzipped(path: Path, out_dir: Path) -> Generator[tuple[Path, bool]]:
    """Yield the file as plain text, and whether its gzip is truncated.

    Raises:
        Refusal: it unpacks to more than the limit; no more than that is written.
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
                    while block := packed.read1(1 << 20):  # blocks before the cut are kept
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
    refuse_other_kinds(path)
    if head.startswith(b"<"):
        raise Refusal(HTML_INSIDE)


def _lines(path: Path, encoding: str) -> Iterator[pl.DataFrame]:
    """Lines with their numbers; `unended`: the last line lacks its line end; `deep`: nested too deep to be parsed."""
    read = 0
    for chunk in utf8_lines(path, encoding):
        lines = chunk.decode().split("\n")
        ended = not lines[-1]
        lines = lines[:-1] if ended else lines
        frame = pl.DataFrame({"line": lines}, schema={"line": pl.String})
        frame = frame.with_columns(pl.col("line").str.strip_prefix("\ufeff"))  # of a file that `cat` appended
        last = pl.int_range(pl.len()) == pl.len() - 1
        yield frame.select(
            pl.int_range(read + 1, read + 1 + pl.len(), dtype=pl.Int64).alias("number"),
            "line",
            (last & pl.lit(not ended)).alias("unended"),
            _deep(frame["line"]),
        )
        read += len(lines)


def _deep(lines: pl.Series) -> pl.Series:
    """Whether each line is nested too deep. Only lines with enough brackets are checked one by one."""
    opening = lines.to_frame("line").select(pl.col("line").str.count_matches(r"[\[{]", literal=False)).to_series()
    suspect = (opening > JSON_LEVELS).fill_null(False)
    if not suspect.any():
        return suspect.alias("deep")
    judged = [sure and too_deep(line.encode()) for line, sure in zip(lines, suspect, strict=True)]
    return pl.Series("deep", judged, pl.Boolean)


def _write(frames: Frames, parsed: ParsedFile, source: Source, out_dir: Path, prefix: str) -> None:
    """Write all objects as raw Parquet: reads the file once for its keys, once for its cells."""
    with duckdb.connect() as connection:
        header, pointers = _header(connection, frames, source.contract)
        parsed.notices += header_notices(header)
        writer = PartWriter(parsed, header, out_dir, prefix, source.kind == "delta")
        for frame in frames():
            objects = _objects(frame, parsed)
            rows = _rows(connection, objects, header, pointers)
            rows = with_wrong_types(connection, objects, rows, pointers, source.contract)
            parsed.cut = parsed.cut or (rows["_problem"] == FILE_CUT.code).any()
            writer.add(rows)
    if parsed.cut and source.kind == "snapshot":
        raise Refusal(CUT_OFF)
    if parsed.cut:
        parsed.notices.append(CUT_OFF.fill())
    writer.close()


def _objects(frame: pl.DataFrame, parsed: ParsedFile) -> pl.DataFrame:
    """Return the lines without blank ones and a database client's closing line, which are counted as furniture."""
    other = frame.filter(~pl.col("line").str.starts_with("{"))
    if other.is_empty():
        return frame
    said = pl.col("line").str.to_uppercase().str.extract(CLOSING, 1).str.replace_all(r"[.,]", "")
    kinds = other.select("number", blank=pl.col("line").str.strip_chars() == "", rows=said.cast(pl.Int64, strict=False))
    furniture = kinds.filter(pl.col("blank") | pl.col("rows").is_not_null())
    totals = furniture.filter(~pl.col("blank"))
    parsed.furniture += Counter({"blank": furniture.height - totals.height, "total": totals.height})
    parsed.stated_totals += list(totals.select("number", "rows").iter_rows())
    return frame.join(furniture, on="number", how="anti", maintain_order="left")


def _header(
    connection: duckdb.DuckDBPyConnection, frames: Frames, contract: Contract
) -> tuple[Header, dict[str, list[str]]]:
    """Return the keys of all objects as a header, and for each column the JSON pointers to its value; the first that
    exists is used.

    Nested objects are flattened where the contract has columns `object/field`. Such a column may also be a key, as in
    flattened exports; if both exist, the nested object comes first.

    Raises:
        Refusal: no line is an object, required columns are missing, or there are too many keys.
    """
    opened = sorted({field.name.rpartition("/")[0] for field in contract.fields if "/" in field.name})
    pointers: dict[str, list[str]] = {}
    for frame in frames():
        connection.register("frame", frame)
        connection.execute(
            "create or replace temp table object as select line from frame where not deep and json_valid(line)"
        )
        for name in opened:
            sql = "select distinct unnest(json_keys(line, $object)) as key from object order by key"
            for key in _query(connection, sql, object=f"/{_escaped(name)}")["key"]:
                _add(pointers, f"{name}/{key}", f"/{_escaped(name)}/{_escaped(key)}", first=True)
        found = _query(connection, "select distinct unnest(json_keys(line)) as key from object order by key")["key"]
        for key in (key for key in found if key not in opened):
            _add(pointers, key, f"/{_escaped(key)}")
        if len(pointers) > COLUMNS:
            raise Refusal(TOO_MANY_COLUMNS)
    if not pointers:
        raise Refusal(NO_LINES)
    try:
        header = header_of_keys(list(pointers), contract)
    except Refusal as refusal:
        raise _unless_wrapped(connection, pointers, refusal) from None
    return header, {name: pointers[key] for name, key in zip(header.names, header.delivered, strict=True)}


def _unless_wrapped(connection: duckdb.DuckDBPyConnection, pointers: dict[str, list[str]], refusal: Refusal) -> Refusal:
    """Replace a refusal for missing columns if a member of the objects (table `object`) is a list of objects."""
    sql = (
        "select coalesce(bool_or(json_type(line, $list) = 'ARRAY' and json_type(line, $first) = 'OBJECT'), false)"
        " from object"
    )
    for member, (pointer, *_) in pointers.items() if refusal.message is COLUMNS_MISSING else ():
        if _one(connection, sql, list=pointer, first=f"{pointer}/0")[0]:
            return Refusal(WRAPPED, {"member": masked(member)})
    return refusal


def _add(pointers: dict[str, list[str]], key: str, pointer: str, first: bool = False) -> None:
    known = pointers.setdefault(key, [])
    if pointer not in known:
        known.insert(0 if first else len(known), pointer)


def _rows(
    connection: duckdb.DuckDBPyConnection, frame: pl.DataFrame, header: Header, pointers: dict[str, list[str]]
) -> pl.DataFrame:
    """Raw rows: the header's columns, `_row_number`, `_problem`, `_line`."""
    every = [pointer for at in pointers.values() for pointer in at]
    connection.register("frame", frame)
    read = _query(
        connection,
        "with given as (select number, line, deep,"
        "   case when not deep and json_valid(line) then line end as object from frame),"
        " judged as (select *, coalesce(json_type(object) = 'OBJECT'"
        "   and len(json_keys(object)) = len(list_distinct(json_keys(object))), false) as whole from given)"
        " select number, line, deep, whole, case when whole then json_extract_string(object, $pointers) end as cells"
        " from judged order by number",
        pointers=every,
    )
    cells = read.select(
        pl.coalesce(pl.col("cells").list.get(every.index(pointer)) for pointer in at).alias(name)
        for name, at in pointers.items()
    )
    cells = _lost_digits(connection, read, cells, {name: at[0] for name, at in pointers.items()})
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
        pl.when(problem.is_not_null()).then(_shown(line, header)).alias("_line"),
    )
    filled = cells.select(pl.when(pl.all().str.strip_chars() != "").then(pl.all()))
    return pl.concat([filled, ours], how="horizontal")


def _shown(line: pl.Expr, header: Header) -> pl.Expr:
    """A line with a problem, as it is stored. Values of unlisted columns are not stored (ruling 38)."""
    if header.unlisted:
        return pl.when(~pl.col("whole")).then(pl.lit(NOT_KEPT))
    return line.str.replace_all(NUL_MARK, "\u2400", literal=True)


def _lost_digits(
    connection: duckdb.DuckDBPyConnection, read: pl.DataFrame, cells: pl.DataFrame, pointers: dict[str, str]
) -> pl.DataFrame:
    """Write numbers beyond a JSON number's precision in scientific notation; texts of digits are not changed."""
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


def _query(connection: duckdb.DuckDBPyConnection, sql: str, **parameters: object) -> pl.DataFrame:
    return pl.DataFrame(connection.sql(sql, params=parameters or None).to_arrow_table())


def _one(connection: duckdb.DuckDBPyConnection, sql: str, **parameters: object) -> tuple:
    return _query(connection, sql, **parameters).row(0)


def _escaped(key: str) -> str:
    """Escape a key for a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")
