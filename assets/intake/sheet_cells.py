"""Rewrites cells that the reader of sheets would lose as text, before it reads them (rulings 24, 26, 35).

It reads an error value or a formula without a stored result as empty, and a number without its format: 5.09 % as
0.0509. Workbooks with such cells are rewritten with the text that a spreadsheet shows. They are found by one search
through the sheets' bytes, which costs little compared with reading the cells.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path

import fastexcel
import polars as pl

from assets.intake.parsed import Header
from assets.intake.precision import EXACT_DIGITS
from validations.contract import Contract
from validations.field_types.dates import DATE_CELL
from validations.messages import Filled, Message, Refusal

NO_RESULTS = Message(
    "formulas_without_results",
    "Kolom {columns} berisi rumus tanpa hasil tersimpan. Buka berkas di lembar kerja, simpan, lalu kirim ulang.",
    "Column {columns} holds formulas without stored results. Open the file in a spreadsheet, save and send it again.",
)
_SHEETS = "xl/worksheets/"
_BLOCK = 1 << 20
_LONG_NUMBER = re.compile(rb"v>-?(?:\d{16}|\d(?:\.\d+)?[Ee]\+?(?:1[5-9]|[2-9]\d))")
_BOOLEAN = b' t="b"'
_ERROR = re.compile(rb"""(<(?:\w+:)?c\b[^>]*\bt=)(["'])e\2""")
_FORMULA = re.compile(
    rb"<((?:\w+:)?)c\b([^>]*)>\s*(<\1f\b[^>]*?(?:/>|>([^<]*)</\1f>))\s*(<\1v\s*/>|<\1v>\s*</\1v>|)\s*</\1c>"
)
_TYPE = re.compile(rb"""\s+t=["'](\w+)["']""")
_FIRST_DAY = date(1899, 12, 30)
_EARLIER_BY = 1462
"""Offset in days of workbooks that count dates from 1904 (ruling 6)."""
_BEFORE_MIDNIGHT = r"^\d{4}-\d\d-\d\d 23:59:\d\d"
_NUMBER_OF_DAY = r"^[0-9]{5}(?:\.[0-9]+)?$"
_DATES = ("date", "birth_date")
_SCALED, _PREFIXED = "\ue000", "\ue001"
"""Precede the number itself in a cell that is shown in thousands or millions, or with letters before its digits."""
_CURRENCY = r"(?i)(?:rp|idr|usd|us\$)\b"
_TEXTS = ("key", "text", "address")
Shown = Callable[[Decimal], str]
"""Formats a number."""


@dataclass
class SpelledOut:
    """A workbook whose cells hold the text they show. path: of the workbook or its copy. look_again: whether it has
    booleans, or numbers too long to be exact. formulas: whether some have no result. since_1904: its dates count from
    1904. two_ways: some hold what is shown and the number.
    """

    path: Path
    look_again: bool = False
    formulas: bool = False
    since_1904: bool = False
    two_ways: bool = False


@contextmanager
def spelled_out(path: Path, scratch: Path) -> Generator[SpelledOut]:
    """Yield the workbook, or a copy in `scratch` with cells as they are shown, if the reader would lose any.

    Raises:
        zipfile.BadZipFile, zlib.error: it is damaged.
    """
    with zipfile.ZipFile(path) as archive:
        shown = _formats(archive)
        spelled = SpelledOut(path, since_1904=_since_1904(archive))
        parts = [name for name in archive.namelist() if name.startswith(_SHEETS) and name.endswith(".xml")]
        if not [part for part in parts if _look(archive, part, shown, spelled)]:
            yield spelled
            return
        with tempfile.TemporaryDirectory(dir=scratch) as folder:
            spelled.path = Path(folder) / "spelled.xlsx"
            spelled.two_ways = any(re.search(f"[{_SCALED}{_PREFIXED}]", way(Decimal(1))) for way in shown.values())
            _rewrite(archive, spelled.path, set(parts), shown)
            yield spelled


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A sheet's XML in pieces that end at the end of a cell; the last one has the rest."""
    rest = b""
    with archive.open(part) as xml:
        while block := xml.read(_BLOCK):
            text = rest + block
            end = max(text.rfind(b"</c>") + 4, text.rfind(b":c>") + 3)
            if end <= 4:
                rest = text
                continue
            yield text[:end]
            rest = text[end:]
    yield rest


def _look(archive: zipfile.ZipFile, part: str, shown: Mapping[bytes, Shown], spelled: SpelledOut) -> bool:
    """Whether a sheet has cells that the reader would lose. Sets the flags of `spelled`."""
    found, styled = False, _styled(shown)
    error, formula = b't="e"', b"</f>"
    for number, piece in enumerate(_pieces(archive, part)):
        if not number:  # each literal costs a search: search only those that the sheet's writer uses
            error = b"t='e'" if b" t='" in piece else error
            formula = b":f>" if b":worksheet" in piece else formula
        spelled.look_again = spelled.look_again or _BOOLEAN in piece or _LONG_NUMBER.search(piece) is not None
        found = found or error in piece or (styled is not None and styled.search(piece) is not None)
        if not spelled.formulas and formula in piece:
            spelled.formulas = any(not _is_empty_text(match) for match in _FORMULA.finditer(piece))
    return found or spelled.formulas


def _is_empty_text(formula: re.Match[bytes]) -> bool:
    """Whether the formula's stored result is an empty text."""
    kind = _TYPE.search(formula[2])
    return kind is not None and kind[1] == b"str" and bool(formula[5])


def _rewrite(archive: zipfile.ZipFile, target: Path, parts: set[str], shown: Mapping[bytes, Shown]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for name in dict.fromkeys(archive.namelist()):
            with out.open(name, "w", force_zip64=True) as member:
                if name in parts:
                    for piece in _pieces(archive, name):
                        member.write(_spelled(piece, shown))
                else:
                    with archive.open(name) as content:
                        while block := content.read(_BLOCK):
                            member.write(block)


def _spelled(piece: bytes, shown: Mapping[bytes, Shown]) -> bytes:
    """Convert to text: formulas without results, error values, and numbers as they are shown."""
    piece = _FORMULA.sub(_formula_as_text, piece)
    piece = _ERROR.sub(rb"\1\2str\2", piece)
    styled = _styled(shown)
    return styled.sub(lambda cell: _number_as_shown(cell, shown), piece) if styled else piece


def _text_cell(prefix: bytes, attributes: bytes, inside: bytes, text: bytes) -> bytes:
    kept = _TYPE.sub(b"", attributes)
    return b'<%bc%b t="str">%b<%bv>%b</%bv></%bc>' % (prefix, kept, inside, prefix, text, prefix, prefix)


def _formula_as_text(formula: re.Match[bytes]) -> bytes:
    if _is_empty_text(formula):
        return formula[0]
    return _text_cell(formula[1], formula[2], formula[3], b"=" + (formula[4] or "…".encode()))


def _styled(shown: Mapping[bytes, Shown]) -> re.Pattern[bytes] | None:
    """Pattern of cells with a value and one of these styles."""
    if not shown:
        return None
    styles = b"|".join(shown)
    return re.compile(
        rb"""<((?:\w+:)?)c\b([^>]*\bs=["'](%b)["'][^>]*)>(\s*<\1f\b[^>]*?(?:/>|>[^<]*</\1f>))?\s*<\1v>([^<]+)</\1v>\s*</\1c>"""
        % styles
    )


def _number_as_shown(cell: re.Match[bytes], shown: Mapping[bytes, Shown]) -> bytes:
    kind = _TYPE.search(cell[2])
    if kind is not None and kind[1] != b"n":
        return cell[0]
    try:
        number = Decimal(repr(float(cell[5])))  # the shortest equal number
        if abs(number) >= 10**EXACT_DIGITS:  # as text its last digits would look exact (ruling 4)
            return cell[0]
        text = shown[cell[3]](number)
    except (ValueError, ArithmeticError):
        return cell[0]
    return _text_cell(cell[1], cell[2], cell[4] or b"", text.encode())


def _formats(archive: zipfile.ZipFile) -> dict[bytes, Shown]:
    """Style -> formatter, of the styles that show another text than the number itself."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    xml = archive.read("xl/styles.xml").decode("utf-8", "replace")
    codes = {"9": "0%", "10": "0.00%"}
    for tag in re.findall(r"<(?:\w+:)?numFmt\b[^>]*>", xml):
        codes[_attribute(tag, "numFmtId")] = unescape(_attribute(tag, "formatCode"))
    styles = re.search(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", xml, re.DOTALL)
    tags = re.findall(r"<(?:\w+:)?xf\b[^>]*>", styles[0]) if styles else []
    ways = ((number, shows(codes.get(_attribute(tag, "numFmtId"), ""))) for number, tag in enumerate(tags))
    return {str(number).encode(): way for number, way in ways if way}


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""\b{name}=(?:"([^"]*)"|'([^']*)')""", tag)
    return (found[1] or found[2] or "") if found else ""


def shows(code: str) -> Shown | None:
    """Return the formatter of a number format that changes the number or its digits: percentage, thousands, leading
    zeros, letters before an identifier, year of a date. None for all other formats.
    """
    first = re.match(r'(?:"[^"]*"|\\.|[^;"\\])*', code)
    section = re.sub(r'("[^"]*"|\\.)|[_*].|\[[^\]]*\]', r"\1", first[0]) if first else ""
    plain = re.sub(r'"[^"]*"|\\.', "", section).strip()
    if "%" in plain:
        return lambda number: f"{_plain(number * 100 ** plain.count('%'))}%"
    if plain.lower() == "yyyy":
        return lambda number: str((_FIRST_DAY + timedelta(days=int(number))).year)
    before = _letters_before(section)
    if not before and re.fullmatch("00+", plain):
        return lambda number: _padded(number, len(plain))
    if before and re.fullmatch("[-/ ]*(?:0+|#+0?|General)", plain):
        digits = plain.count("0")
        return lambda number: f"{before}{_padded(number, digits)}{_PREFIXED}{_padded(number, digits)}"
    thousands = re.search(r"[0#?](,+)(?:\.[0#?]+)?$", plain)
    if thousands:
        return lambda number: f"{_plain(number / 1000 ** len(thousands[1]))}{_SCALED}{_plain(number)}"
    return None


def _padded(number: Decimal, width: int) -> str:
    return _plain(number).zfill(width) if number == int(number) >= 0 else _plain(number)


def _letters_before(section: str) -> str:
    """The fixed text before the digits, if it is part of an identifier: `JSR` of `"JSR"0`. A currency is not."""
    found = re.match(r'\s*((?:"[^"]*"|\\.|[-/ ])+)', section)
    text = re.sub(r'"([^"]*)"|\\(.)', r"\1\2", found[1]) if found else ""
    return text if re.search(r"[^\W_]", text) and not re.match(_CURRENCY, text.strip()) else ""


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _since_1904(archive: zipfile.ZipFile) -> bool:
    if "xl/workbook.xml" not in archive.namelist():
        return False
    return re.search(rb"""\bdate1904=["'](?:1|true|on)["']""", archive.read("xl/workbook.xml")) is not None


def with_dates_marked(
    book: fastexcel.ExcelReader,
    sheet: str,
    table: pl.DataFrame,
    header: Header,
    contract: Contract,
    spelled: SpelledOut,
) -> pl.DataFrame:
    """Mark date cells shortly before midnight in date columns, to distinguish them from texts, convert numbers of days
    to the count from 1900, and choose between what is shown and the number itself.
    """
    if spelled.two_ways:
        table = _with_one_way(table, header, contract)
    dates = {column.name for column in contract.fields if column.type.name in _DATES}
    places = [position for name, position in header.match.positions.items() if name in dates]
    for place in places:
        name = table.columns[place]
        cell = pl.col(name)
        if table[name].str.contains(_BEFORE_MIDNIGHT).any():
            is_cell = _as(book, sheet, place, "datetime").is_not_null()
            marked = pl.concat_str([cell, pl.lit(DATE_CELL)])
            table = table.with_columns(
                pl.when(is_cell & cell.str.contains(_BEFORE_MIDNIGHT)).then(marked).otherwise(cell)
            )
        if spelled.since_1904 and table[name].str.contains(_NUMBER_OF_DAY).any():
            is_number = _as(book, sheet, place, "float").is_not_null() & table[name].str.contains(_NUMBER_OF_DAY)
            days = (cell.cast(pl.Float64, strict=False) + _EARLIER_BY).cast(pl.String)
            table = table.with_columns(pl.when(is_number).then(days).otherwise(cell))
    return table


def _with_one_way(table: pl.DataFrame, header: Header, contract: Contract) -> pl.DataFrame:
    """Read a number that is shown in another scale or with letters as its column means it: rupiah are rupiah, whatever
    is shown, other numbers are in the unit shown (thousands of people); letters belong to a text, not to a number.
    """
    types = {table.columns[at]: field.type.name for field in contract.fields for at in header.match.places(field.name)}
    cells = []
    for name in table.columns:
        kind = types.get(name, "text")
        scaled = f"^.*{_SCALED}" if kind == "rupiah" else f"{_SCALED}.*$"
        prefixed = f"{_PREFIXED}.*$" if kind in _TEXTS else f"^.*{_PREFIXED}"
        cells.append(pl.col(name).str.replace(scaled, "").str.replace(prefixed, ""))
    return table.with_columns(cells)


def _as(book: fastexcel.ExcelReader, sheet: str, place: int, kind: fastexcel.DType) -> pl.Series:
    """A column read as one type: cells of another type are null; numbers are also dates."""
    return (
        book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes=kind, use_columns=[place]).to_polars().to_series()
    )


@dataclass
class Formulas:
    """Counts formulas without a stored result by column of a sheet's data rows (ruling 26)."""

    contract: Contract
    filled: Counter[str] = field(default_factory=Counter)
    without: Counter[str] = field(default_factory=Counter)

    def count(self, rows: pl.DataFrame) -> None:
        for name in (column.name for column in self.contract.fields if column.name in rows.columns):
            formulas = rows[name].str.starts_with("=") & ~rows[name].str.starts_with('="')
            self.filled[name] += rows[name].count()
            self.without[name] += int(formulas.sum() or 0)

    def notices(self) -> list[Filled]:
        """Notices about columns that have only such formulas.

        Raises:
            Refusal: one of them is required.
        """
        columns = [name for name, formulas in self.without.items() if formulas and formulas == self.filled[name]]
        if any(self.contract.field(name).required for name in columns):
            raise Refusal(NO_RESULTS, {"columns": ", ".join(columns)})
        return [NO_RESULTS.fill(columns=", ".join(columns))] if columns else []
