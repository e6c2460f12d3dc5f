"""Breaks deliveries at random on the level of their structure: rows and cells, lines and quotes, XML and zip of a
workbook, JSON values, page metadata, gzip bytes.

Every choice is drawn from the given generator: the same seed breaks the same way, and Hypothesis can shrink it.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable
from random import Random

import xlsxwriter

from assets.sources import Delimited, JsonLines, Source, Workbook
from tests.torture import deliveries
from tests.torture.deliveries import Files

Rows = list[list[object]]
WORDS = [
    "",
    " ",
    "-",
    ".",
    "NULL",
    "nan",
    "\\N",
    "#N/A",
    "TIDAK ADA",
    "JUMLAH",
    "TOTAL 12",
    "12 rows selected.",
    "DIHAPUS",
    "0",
    "1",
    "-1",
    "1e5",
    "3,60101E+15",
    "3601014508850000",
    "'3601014508859001",
    '="0001"',
    "00-00-1957",
    "31-02-2019",
    "2019-10-03T17:00:00Z",
    "1.250.000,00",
    "Rp1.250.000,-",
    "5.09 %",
    "0.051",
    "36.01.01.2001",
    "9999999999999999",
    "a\u200eb",
    "\u202e",
    "\ufeff",
    "\u00a0",
    "\u2028",
    "\x85",
    "\x1a",
    "\x00",
    "\ue000\ue001",
    "é",
    "\U0001f600",
    "\ud7ff",
    '"',
    '""',
    'a"b',
    "a;b",
    "a,b",
    "a|b",
    "a\tb",
    "a\nb",
    "a\r\nb",
    "=1+1",
    "@x",
    "{",
    "[",
    "<html>",
    "x" * 33_000,
    "y" * 300,
    "_line",
    "[bold]",
    "%s{}",
    "Infinity",
    "1" * 400,
]
"""Cells seen in real files, or likely to trip a reader."""
VALUES = [
    None, True, False, 0, -1, 1.5, 1e308, 2**53 + 1, 3601014508859001, 10**30, [], {}, [1, [2]], {"depan": "SITI"},
    {"type": "Point", "coordinates": [1]}, "\ud800", "\u0000", *WORDS,
]  # fmt: skip


def broken(source: Source, draw: Random) -> Files:
    """A delivery of up to twelve rows with random faults."""
    format_ = draw.choice(source.formats)
    rows = deliveries.good_rows(source, draw.randrange(0, 13))
    header = deliveries.header(source)
    if isinstance(format_, Delimited | Workbook):
        table: Rows = [list(header), *([row.get(name) for name in header] for row in rows)]
        for _ in range(draw.randrange(0, 3)):
            draw.choice(TABLE)(table, draw)
        if isinstance(format_, Workbook):
            return {"kiriman.xlsx": _archive(_book(table, format_, draw), draw)}
        return {f"kiriman{draw.choice(format_.extensions)}": _bytes(_delimited(table, format_.delimiter, draw), draw)}
    nested = [{name: value for name, value in row.items() if "/" not in name} for row in rows]
    for _ in range(draw.randrange(0, 4)):
        draw.choice(OBJECTS)(nested, draw)
    if isinstance(format_, JsonLines):
        return _lines(nested, draw)
    made = deliveries.pages(nested, format_) or {"p1.json": b'{"data": [], "value": []}'}
    name = draw.choice(sorted(made))
    return made | {name: _bytes(_page(made[name], draw), draw)}


# tables ---------------------------------------------------------------------------------------------------------------


def _place(table: Rows, draw: Random) -> tuple[int, int]:
    row = draw.randrange(len(table))
    return row, draw.randrange(len(table[row])) if table[row] else 0


def _set(table: Rows, draw: Random) -> None:
    row, column = _place(table, draw)
    if table[row]:
        table[row][column] = draw.choice(WORDS)


def _set_column(table: Rows, draw: Random) -> None:
    _, column = _place(table, draw)
    word = draw.choice(WORDS)
    for row in table[1:]:
        if column < len(row):
            row[column] = word


def _drop_cell(table: Rows, draw: Random) -> None:
    row, column = _place(table, draw)
    del table[row][column : column + 1]


def _add_cells(table: Rows, draw: Random) -> None:
    row, column = _place(table, draw)
    table[row][column:column] = [draw.choice(WORDS) for _ in range(draw.randrange(1, 4))]


def _drop_column(table: Rows, draw: Random) -> None:
    _, column = _place(table, draw)
    for row in table:
        del row[column : column + 1]


def _add_column(table: Rows, draw: Random) -> None:
    heading = draw.choice(
        ["HP", "", "DELETED_AT", "STATUS DATA", draw.choice(table[0] or [""]), "(2) NAMA", "_problem"]
    )
    for number, row in enumerate(table):
        row.append(draw.choice(WORDS) if number else heading)


def _twice(table: Rows, draw: Random) -> None:
    row, _ = _place(table, draw)
    table.insert(draw.randrange(len(table) + 1), list(table[row]))


def _swap_columns(table: Rows, draw: Random) -> None:
    start = draw.randrange(len(table))
    for row in table[start:]:
        if len(row) > 1:
            row[-1], row[-2] = row[-2], row[-1]


def _number_row(table: Rows, draw: Random) -> None:
    shape = draw.choice(["{}", "({})", "{}=1+2", "[{}]"])
    table.insert(draw.randrange(len(table) + 1), [shape.format(n) for n in range(1, len(table[0]) + 1)])


def _numbered_headings(table: Rows, draw: Random) -> None:
    shape = draw.choice(["({}) {}", "{}. {}", "{1} ({0})"])
    table[0] = [shape.format(number, name) for number, name in enumerate(table[0], 1)]


def _furniture(table: Rows, draw: Random) -> None:
    row: list[object] = [None] * draw.randrange(0, 20)
    row.append(draw.choice(["JUMLAH", "Kepala Dinas", "(12 rows)", "Sumber: x", "DATA", *WORDS]))
    table.insert(draw.randrange(len(table) + 1), row)


def _no_header(table: Rows, draw: Random) -> None:
    del table[0]
    table or table.append([])


def _wide(table: Rows, draw: Random) -> None:
    table[0] += [f"K{number}" for number in range(draw.choice([50, 990, 1001]))]


TABLE: list[Callable[[Rows, Random], object]] = [
    _set,
    _set,
    _set,
    _set,
    _set_column,
    _set_column,
    _twice,
    _furniture,
    _furniture,
    _number_row,
    _drop_cell,
    _add_cells,
    _drop_column,
    _add_column,
    _twice,
    _swap_columns,
    _number_row,
    _numbered_headings,
    _furniture,
    _no_header,
    _wide,
]


# text -----------------------------------------------------------------------------------------------------------------


def _delimited(table: Rows, delimiter: str, draw: Random) -> bytes:
    text = io.StringIO()
    quoting = draw.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONE])
    delimiter = draw.choice([delimiter] * 8 + [";", ",", "\t"])
    end = draw.choice(["\n", "\r\n", "\r"])
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting, escapechar="\\")
    for row in table:
        writer.writerow(row if any(row) else [None, None, *row])  # `csv` writes no single empty cell without quotes
    codec = draw.choice(["utf-8"] * 6 + ["utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
    return text.getvalue().encode(codec, "replace")


PIECES = [
    b"\x00", b"\x1a", b"\n", b"\r", b"\r\n", b'"', b'""', b";", b",", b"|", b"\t", b"\\", b"\xff", b"\xc3", b"\xe2\x80",
    b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"{", b"}", b"[", b"]", b"\n\n\n", b'"\n', b"\x00" * 600, b"'", b"<",
    b"\xee\x80\x80", b"\xee\x80\x81",
]  # fmt: skip


def _bytes(raw: bytes, draw: Random) -> bytes:
    """A few cuts and insertions of bytes; most often none."""
    for _ in range(draw.choice([0, 0, 0, 1, 1, 2, 3])):
        at = draw.randrange(len(raw) + 1)
        kind = draw.randrange(7)
        if kind == 0:
            raw = raw[:at]
        elif kind == 1:
            raw = raw[:at] + draw.choice(PIECES) + raw[at:]
        elif kind == 2:
            raw = raw[:at] + raw[at + draw.randrange(1, 40) :]
        elif kind == 3:
            raw += draw.choice(PIECES) * draw.choice([1, 1, 5000])
        elif kind == 4:
            lines = raw.split(b"\n")
            lines.insert(draw.randrange(len(lines) + 1), draw.choice(lines))
            raw = b"\n".join(lines)
        elif kind == 5:
            raw = raw[:at] + bytes([draw.randrange(256)]) + raw[at + 1 :]
        else:
            raw = draw.choice(PIECES) + raw
    return raw


# workbooks ------------------------------------------------------------------------------------------------------------


def _book(table: Rows, format_: Workbook, draw: Random) -> bytes:
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_numbers": False}) as book:
        book.set_properties({"created": deliveries.MADE})
        names = [draw.choice([format_.sheet or "DATA", "Sheet1"])]
        names += draw.choice([[], [], [], ["LAIN"], [f"{names[0]} (2)"], ["LAIN", "KOSONG"]])
        shown = [draw.random() > 0.15 for _ in names]
        for name, visible in zip(names, shown, strict=True):
            page = book.add_worksheet(name)
            if name == "KOSONG" or (name == "LAIN" and draw.random() < 0.5):
                page.write_row(0, 0, ["a", "b"])
                continue
            if not visible and any(shown):
                page.hide()
            _fill(book, page, [[], *table] if draw.random() < 0.2 else table, draw)
    return memory.getvalue()


def _fill(book, page, table: Rows, draw: Random) -> None:
    day, percent = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "0.00 %"})
    for number, cells in enumerate(table):
        for column, cell in enumerate(cells):
            kind = draw.randrange(60)
            if cell is None and kind:
                continue
            if kind == 0:
                page.write_number(
                    number, column, draw.choice([43000, 0.5, 60, -1, 1e15, 3601014508859001, 2958466]), day
                )
            elif kind == 1:
                page.write_number(number, column, draw.choice([0.051, 5.09, 1e-9]), percent)
            elif kind == 2:
                page.write_boolean(number, column, True)
            elif kind == 3:
                page.write_formula(number, column, "=1/0", None, draw.choice(["#DIV/0!", "", 3, "x"]))
            elif kind == 4 and isinstance(cell, str) and cell.isdigit():
                page.write_number(number, column, float(cell[:300]))
            else:
                page.write_string(number, column, str(cell)[:32_767])
    if draw.random() < 0.1:
        page.merge_range(0, 0, 0, 3, "JUDUL")
    if draw.random() < 0.1:
        page.write_string(
            draw.choice([100, 5000, 1_048_575]), draw.choice([0, 5, 700, 16_383]), draw.choice(["x", " ", "9"])
        )


XML: list[tuple[str, str]] = [
    (r' t="s"', ""),
    (r' t="s"', ' t="inlineStr"'),
    (r' t="s"', ' t="e"'),
    (r' t="s"', ' t="b"'),
    (r"<v>\d+</v>", "<v>99999</v>"),
    (r"<v>\d+</v>", "<v></v>"),
    (r"<v>\d+</v>", "<v>1e400</v>"),
    (r"<v>\d+</v>", ""),
    (r' r="[A-Z]+\d+"', ""),
    (r' r="[A-Z]+\d+"', ' r="XFD1048576"'),
    (r' r="[A-Z]+\d+"', ' r="A0"'),
    (r' r="[A-Z]+\d+"', ' r="ZZZZ9"'),
    (r'<row r="\d+"', "<row"),
    (r'<row r="\d+"', '<row r="1048577"'),
    (r'<row r="\d+"', '<row r="1"'),
    (r"<sheetData>", "<sheetData><row/>"),
    (r"<dimension [^>]*/>", '<dimension ref="A1:XFD1048576"/>'),
    (r"</sheetData>", ""),
    (r"<worksheet", "<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet"),
    (r"<si>", "<si><rPh sb='0' eb='1'><t>x</t></rPh>"),
    (r"</sst>", ""),
    (r"<sst ", "<sst count='99999999' uniqueCount='99999999' "),
    (r'sheetId="\d+"', 'sheetId="-1"'),
    (r'r:id="rId1"', 'r:id="rId9"'),
    (r'Target="worksheets/sheet1.xml"', 'Target="/xl/nothing.xml"'),
    (r'numFmtId="\d+"', 'numFmtId="99999"'),
    (r' s="\d+"', ' s="9999"'),
    (r"<c ", "<c xml:space='preserve' "),
    (r"\?>", "?>\ufeff"),
]


def _archive(raw: bytes, draw: Random) -> bytes:
    """The workbook with its XML or its zip broken; mostly unchanged."""
    kind = draw.randrange(8)
    if kind < 4:
        return raw if kind else _bytes(raw, draw)
    memory = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        hit = draw.choice([name for name in names if "sheet" in name or "haredStrings" in name] or names)
        gone = draw.choice(names) if draw.random() < 0.15 else None
        for name in names:
            content = old.read(name)
            if name == gone:
                continue
            if name == hit or draw.random() < 0.1:
                for _ in range(draw.randrange(1, 3)):
                    pattern, other = draw.choice(XML)
                    some = draw.choice([1, 1, 3, 0])
                    text = content.decode("utf-8", "replace")
                    content = re.sub(pattern, other.replace("\\", r"\\"), text, count=some).encode()
            new.writestr(name, content)
    return memory.getvalue()


# JSON -----------------------------------------------------------------------------------------------------------------


def _set_value(rows: list[dict], draw: Random) -> None:
    if rows:
        row = draw.choice(rows)
        row[draw.choice([*row, "HP", "deletedAt", "__system/submissionDate"])] = draw.choice(VALUES)


def _drop_key(rows: list[dict], draw: Random) -> None:
    if rows and rows[0]:
        name = draw.choice(list(rows[0]))
        for row in rows if draw.random() < 0.5 else rows[:1]:
            row.pop(name, None)


def _other_row(rows: list, draw: Random) -> None:
    rows.insert(draw.randrange(len(rows) + 1), dict(draw.choice(rows)) if rows and draw.random() < 0.5 else {})


def _weird_key(rows: list[dict], draw: Random) -> None:
    key = draw.choice(
        ["a/b", "a~b", "", " ", "_line", "_deleted_on", "nik ", "NIK", "__id", '"', "\u0000", "k" * 5000, "1. nik"]
    )
    for row in rows:
        row[key] = draw.choice(VALUES)


def _deep_value(rows: list[dict], draw: Random) -> None:
    deep: object = 1
    for _ in range(draw.choice([3, 62, 70, 500])):
        deep = [deep] if draw.random() < 0.5 else {"x": deep}
    if rows:
        draw.choice(rows)["lokasi"] = deep


OBJECTS: list[Callable[[list[dict], Random], None]] = [
    _set_value,
    _set_value,
    _set_value,
    _drop_key,
    _other_row,
    _weird_key,
    _deep_value,
]


def _lines(rows: list[dict], draw: Random) -> Files:
    indent, kind = draw.choice([None, None, None, 2]), draw.randrange(10)
    if kind == 0:
        text = json.dumps(rows, indent=indent)
    else:
        text = draw.choice(["\n", "\n", "\r\n"]).join(
            json.dumps(row, indent=indent, ensure_ascii=draw.random() < 0.7) for row in rows
        )
    raw = text.encode(draw.choice(["utf-8"] * 6 + ["utf-16", "cp1252"]), "replace") + draw.choice(
        [b"\n", b"", b"\n\x1a", bytes(900)]
    )
    raw = _bytes(_doubled(raw, draw), draw)
    if draw.random() < 0.4:
        return {"kiriman.jsonl.gz": _bytes(gzip.compress(raw, mtime=0) * draw.choice([1, 1, 2]), draw)}
    return {"kiriman.jsonl": raw}


def _doubled(raw: bytes, draw: Random) -> bytes:
    """Sometimes repeat a key in an object, or write `NaN`, which only Python's JSON accepts."""
    kind = draw.randrange(12)
    if kind == 0:
        return raw.replace(b"{", b'{"nik": "1", "nik": "2", ', 1)
    return raw.replace(b": null", b": NaN", 1) if kind == 1 else raw


def _page(raw: bytes, draw: Random) -> bytes:
    page = json.loads(raw)
    for _ in range(draw.randrange(0, 3)):
        holder = draw.choice([page, page.get("meta", page)])
        holder[
            draw.choice(["page", "last_page", "total", "@odata.count", "@odata.nextLink", "meta", "data", "value"])
        ] = draw.choice(VALUES)
        if not isinstance(page.get("meta", {}), dict):
            break
    return _doubled(
        json.dumps(page, indent=draw.choice([None, 1])).encode(draw.choice(["utf-8"] * 5 + ["utf-16"])), draw
    )
