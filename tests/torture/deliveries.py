"""Makes a good delivery of any source from its contract's examples, in the source's format."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import UTC, datetime

import xlsxwriter

from assets.sources import Delimited, JsonLines, JsonPages, KoboPages, Source, Workbook
from validations import regions

ROWS, PAGE = 12, 5
MADE = datetime(2019, 11, 1, tzinfo=UTC)
"""Creation time in workbooks, fixed so that equal rows give equal bytes."""
Row = dict[str, object]
Files = dict[str, bytes]


def good_rows(source: Source, count: int = ROWS, first: int = 0) -> list[Row]:
    """Rows of different records and people, without faults."""
    return [_row(source, number) for number in range(first, first + count)]


def _row(source: Source, number: int) -> Row:
    contract = source.contract
    row: Row = {field.name: field.example or None for field in contract.fields}
    for field in contract.fields:
        kind, value = field.type.name, field.example
        if kind == "nik" or kind == "no_kk":
            row[field.name] = f"{value[:12]}{9000 + number}"
        elif field.name in contract.key and kind == "key":
            row[field.name] = f"{value}{number:03d}"
        elif field.name in contract.key and kind == "fixed_digits":
            row[field.name] = f"{value[:-4]}{number:04d}"
    return row | _OWN.get(source.name, lambda _: {})(number)


def _pair_number(key: str) -> str:
    """The number of the example's pair, given another PKH key."""
    names = "dinsos_jamsosratu\x1fJSR360100001\x1fself", f"dinsos_pkh\x1f{key}\x1fmanager"
    return "L" + hashlib.md5("\x1e".join(names).encode(), usedforsecurity=False).hexdigest()[:16].upper()


FORM = {"__system": {"submissionDate": "2019-10-03T04:05:06.789Z", "reviewState": None}}
_OWN = {
    "bps_kemiskinan": lambda number: {
        "KODE_BPS": regions.regency_codes()[number % 8], "TAHUN": str(2010 + number // 8),
    },
    "dinsos_dtks_rumah_tangga": lambda number: {"JUMLAH_ANGGOTA": "1"},
    "dinsos_dtks_anggota": lambda number: {"HUBUNGAN": "KEPALA RUMAH TANGGA"},
    "dinsos_jamsosratu": lambda number: {"TANGGAL_KELUAR": None, "ALASAN_KELUAR": None},
    "dinsos_penyaluran": lambda number: {"NO_PESERTA": f"JSR{number}"},
    "dinsos_kunjungan": lambda number: {
        **FORM, "no_peserta": f"JSR{number}", "pendapatan_bulanan": 850000,
        "anak_usia_sekolah": 2, "anak_bersekolah": 2,
        "lokasi": {"type": "Point", "coordinates": [106.1, -6.2]},
    },
    "dinsos_keluarga_baru": lambda number: {**FORM, "jumlah_anggota": 4},
    "dinsos_perubahan_status": lambda number: {**FORM, "no_peserta": f"JSR{number}"},
    "dinsos_bayar_dilihat": lambda number: {**FORM, "no_peserta": f"JSR{number}", "jumlah_diterima": 875000},
    "dindik_siswa": lambda number: {"penerima_pip": True},
    "dukcapil_penduduk": lambda number: {"TANGGAL_STATUS": None},
    "sadaya_tindak_lanjut": lambda number: {"ID_BARIS": f"KIRIMAN_UJI-{number:016X}"},  # whose list: the file's name
    "sadaya_keputusan": lambda number: {"ID_PASANGAN": _pair_number(f"PKH{number}"), "KUNCI_A": f"PKH{number}"},
}  # fmt: skip
"""Values that must differ by row, or that examples get wrong."""


def header(source: Source) -> list[str]:
    return [field.name for field in source.contract.fields]


def files(source: Source, rows: list[Row], columns: list[str] | None = None) -> Files:
    """The files of a delivery, in the first format of the source."""
    format_ = source.formats[0]
    columns = columns or header(source)
    if isinstance(format_, Delimited):
        return {f"kiriman{format_.extensions[0]}": delimited(rows, columns, format_.delimiter)}
    if isinstance(format_, Workbook):
        return {"kiriman.xlsx": workbook([[row.get(name) for name in columns] for row in rows], columns, format_.sheet)}
    nested = [{name: value for name, value in row.items() if "/" not in name} for row in rows]
    if isinstance(format_, JsonLines):
        return {"kiriman.jsonl": lines(nested)}
    return pages(nested, format_)


def delimited(rows: list[Row], columns: list[str], delimiter: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(name) for name in columns] for row in rows)
    return text.getvalue().encode()


def workbook(cells: list[list], columns: list[str], sheet: str | None = None, **more: list[list]) -> bytes:
    """A sheet with a title and a blank row above the header; `above` and `below` are further rows."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_numbers": False}) as book:
        book.set_properties({"created": MADE})
        page = book.add_worksheet(sheet or "DATA")
        everything = [["DATA UJI"], [], *more.get("above", []), columns, *cells, *more.get("below", [])]
        for number, row in enumerate(everything):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(number, column, cell)
                elif cell is not None:
                    page.write(number, column, cell)
    return memory.getvalue()


def lines(rows: list[Row]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _of_kobo(row: Row) -> Row:
    """A submission as KoboToolbox states it: ids and dates of its own, questions with their group."""
    own = {"_id": 1, "_uuid": row.get("__id"), "_submission_time": "2019-10-03T04:05:06", "_validation_status": {}}
    return own | {f"isian/{name}": value for name, value in row.items() if not name.startswith("__")}


def pages(rows: list[Row], format_: JsonPages | KoboPages) -> Files:
    """Pages of a paged answer: numbered, OData's, or KoboToolbox's."""
    last = -(-len(rows) // PAGE)
    made = {}
    for number in range(1, last + 1):
        page = rows[(number - 1) * PAGE : number * PAGE]
        if isinstance(format_, KoboPages):
            more = f"https://kobo.example.id/data.json?start={number * PAGE}" if number < last else None
            answer = {"count": len(rows), "next": more, "previous": None, "results": [_of_kobo(row) for row in page]}
        elif format_.numbered:
            answer = {"data": page, "meta": {"page": number, "last_page": last, "total": len(rows)}}
        else:
            answer = {"value": page, "@odata.count": len(rows)}
            if number < last:
                answer["@odata.nextLink"] = f"https://odk.example.id/Submissions?$skiptoken={number}"
        made[f"halaman_p{number:04d}.json"] = json.dumps(answer).encode()
    return made
