"""Writes a workbook for those who type their data: the contract's columns as headings, with explanations and lists of
values. Filled in, it is a delivery like any other.

The example stands in the instructions, column by column, and in the note at each cell, not as a row beneath the
headings: a row that looks like data is data, and would be counted as somebody.
"""

from __future__ import annotations

from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from validations.contract import Contract, Field

SUFFIX = ".templat.xlsx"
DATA, HELP, LISTS = "DATA", "PETUNJUK", "PILIHAN"
ROWS = 2_000
"""Rows that are prepared; more may be added below them."""
_NOTE, _TITLE = 255, 32
"""Characters that Excel allows in the note of a cell, and in its title."""
_NARROWEST = 14
_HOW = (
    (
        "Isi lembar DATA: satu baris per laporan. Jangan ubah judul kolom.",
        "Fill the sheet DATA: one row per report. Do not change the headings.",
    ),
    (
        "Kolom bertanda * wajib diisi. Kolom kunci harus berbeda di setiap baris; bila belum ada nomornya, pakai nomor"
        " urut sendiri, mis. nomor pendamping dan urutannya.",
        "Columns marked * must be filled in. The key must differ in every row; where there is no number yet, use one of"
        " your own, such as the companion's and a count.",
    ),
    (
        "Sebelum dikirim, periksa: sadaya check BERKAS --source {source}",
        "Before you send it, check it: sadaya check FILE --source {source}",
    ),
)
_HEADS = ("Kolom / Column", "Wajib / Required", "Arti / Meaning", "Isi yang diterima / Allowed", "Contoh / Example")


def write(contract: Contract, out: Path, sheet: str | None = None) -> None:
    """Write the template of a contract. sheet: the name of the sheet with the data, if the source states one."""
    data = sheet or DATA
    with xlsxwriter.Workbook(str(out), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        formats = {
            "text": book.add_format({"num_format": "@"}),
            "head": book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "num_format": "@"}),
            "must": book.add_format({"bold": True, "bg_color": "#FCE4D6", "border": 1, "num_format": "@"}),
            "wrapped": book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
        }
        filled, told = book.add_worksheet(data), book.add_worksheet(HELP)
        lists = [field for field in contract.fields if field.type.values]
        ranges = _lists(book.add_worksheet(LISTS), lists, formats) if lists else {}
        _data(filled, contract, ranges, formats)
        _help(told, contract, formats)
        filled.activate()


def _must(contract: Contract, field: Field) -> bool:
    """Whether every row needs a value."""
    return field.name in contract.key or (field.required and not field.nullable)


def _lists(sheet: Worksheet, fields: list[Field], formats: dict) -> dict[str, str]:
    """Write each list of values in a column. Returns the range of each field's."""
    ranges = {}
    for place, field in enumerate(fields):
        sheet.set_column(place, place, max(_NARROWEST, len(field.title_id) + 2))
        sheet.write_string(0, place, field.title_id, formats["head"])
        for at, value in enumerate(field.type.values, start=1):
            sheet.write_string(at, place, value, formats["text"])
        letter = xl_col_to_name(place, col_abs=True)
        ranges[field.name] = f"={LISTS}!{letter}$2:{letter}${len(field.type.values) + 1}"
    return ranges


def _data(sheet: Worksheet, contract: Contract, ranges: dict[str, str], formats: dict) -> None:
    sheet.freeze_panes(1, 0)
    for place, field in enumerate(contract.fields):
        must = _must(contract, field)
        heading = f"{field.name}*" if must else field.name
        # text, so that no spreadsheet rounds a number of sixteen digits or rewrites a date
        sheet.set_column(place, place, max(_NARROWEST, len(heading) + 2), formats["text"])
        sheet.write_string(0, place, heading, formats["must" if must else "head"])
        note = f"{field.title_id}. Contoh: {field.example}" if field.example else field.title_id
        rule = {"validate": "list", "source": ranges[field.name]} if field.name in ranges else {"validate": "any"}
        # other spellings are accepted too, so that Excel warns of one, and does not refuse it
        shown = {"input_title": field.name[:_TITLE], "input_message": note[:_NOTE], "error_type": "warning"}
        sheet.data_validation(1, place, ROWS, place, rule | shown)


def _help(sheet: Worksheet, contract: Contract, formats: dict) -> None:
    for place, width in enumerate((26, 12, 44, 60, 40)):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, f"{contract.title_id} / {contract.title_en}", formats["head"])
    for at, (indonesian, english) in enumerate(_HOW, start=1):
        sheet.write_string(at, 0, f"{indonesian} / {english}".replace("{source}", contract.source))
    first = len(_HOW) + 2
    for place, text in enumerate(_HEADS):
        sheet.write_string(first, place, text, formats["head"])
    for at, field in enumerate(contract.fields, start=first + 1):
        allowed = dict.fromkeys(text for text in (field.type.allowed_id, field.type.allowed_en) if text)
        texts = (
            field.name,
            "*" if _must(contract, field) else "–",
            f"{field.title_id} / {field.title_en}",
            " / ".join(allowed),
            field.example,
        )
        for place, text in enumerate(texts):
            sheet.write_string(at, place, text, formats["wrapped"])
