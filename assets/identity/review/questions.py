"""Writes the questions that identity leaves to clerks: workbooks in Indonesian, one per kabupaten/kota.

A completed workbook returns as a delivery of the source `sadaya_keputusan` (contract: `validations.sadaya`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from assets.home import Home
from assets.identity.mentions import attach, relation
from assets.ledger import Ledger
from validations.errors import SadayaError
from validations.regions import PROVINCE
from validations.sadaya import DECISIONS
from validations.sql import literal

NOWHERE = PROVINCE
"""Code used for pairs without a kabupaten/kota."""

FIELDS = {
    "name": "Nama", "birth": "Lahir", "sex": "Jenis kelamin", "tie": "Keluarga/tempat", "nik": "NIK", "parent": "Ibu",
}  # fmt: skip
LEVELS = {
    "not known": "tidak diketahui",
    "same words": "sama",
    "same words but for a slip": "sama, beda satu huruf",
    "one within the other": "yang satu bagian dari yang lain",
    "alike": "mirip",
    "a word in common": "satu kata sama",
    "different": "berbeda",
    "same date": "tanggal sama",
    "same 1 January": "sama-sama 1 Januari",
    "day and month swapped": "hari dan bulan tertukar",
    "only the day or the month differs": "hanya hari atau bulan berbeda",
    "only the year differs": "hanya tahun berbeda",
    "same year, date not known or 1 January": "tahun sama, tanggal tidak diketahui atau 1 Januari",
    "within a year": "selisih paling banyak satu tahun",
    "same": "sama",
    "with a slip": "beda satu angka, atau tertukar",
    "with another serial number": "sama kecuali nomor urut",
    "with two slips": "beda dua angka",
    "of somebody on the card": "milik anggota lain dalam KK",
    "another person's": "berbeda",
    "not known, or counted as NIK": "tidak diketahui, atau sudah dihitung pada NIK",
    "same card, or NIK of somebody on it": "KK sama, atau NIK anggota KK itu",
    "same village": "desa/kelurahan sama",
    "same kecamatan": "kecamatan sama",
    "same kabupaten": "kabupaten/kota sama",
    "another kabupaten": "kabupaten/kota lain",
    "mother found": "nama ibu cocok",
    "not found": "nama ibu tidak cocok",
}
"""Labels of the evidence (`comparisons`) -> Indonesian."""

_SIDE = {
    "source": "SUMBER", "record_key": "KUNCI", "role": "PERAN", "name": "NAMA", "birth": "LAHIR", "sex": "JK",
    "nik": "NIK", "no_kk": "NO_KK", "mother_name": "NAMA_IBU", "village_name": "DESA", "district_name": "KECAMATAN",
}  # fmt: skip
"""Fields shown of each record -> column, with suffix _A or _B."""
ANSWERS = ("KEPUTUSAN", "TANGGAL_KEPUTUSAN", "PETUGAS", "CATATAN")
_HELP = (
    "Tiap baris adalah dua catatan yang mungkin satu orang. Bandingkan sisi A dan sisi B, bila perlu dengan dokumen.",
    "Isi KEPUTUSAN: SAMA (satu orang), BEDA (dua orang), atau TIDAK TAHU. Kosongkan bila belum diputuskan.",
    "BOBOT: makin besar, makin mungkin satu orang (0 = sama mungkinnya). BUKTI: apa yang cocok dan apa yang tidak.",
    "Keputusan berlaku seterusnya dan mengalahkan sistem; yang dinyatakan BEDA tidak ditanyakan lagi.",
    "Jangan mengubah kolom lain. Kirim kembali berkas ini sebagai kiriman sumber sadaya_keputusan.",
    "Berkas ini memuat data pribadi: simpan, kirim, dan hapus sesuai aturan.",
)

_OPEN = """
with shown as (
    select m.source, m.record_key, m.role, m.name, m.sex, m.nik, m.no_kk, m.mother_name, m.regency_code,
        coalesce(strftime(m.birth_date, '%d-%m-%Y'), m.birth_year::varchar) as birth,
        v.region_name as village_name, d.region_name as district_name
    from {mentions} m
    left join warehouse.marts.dim_region v on v.region_code = m.village_code
    left join warehouse.marts.dim_region d on d.region_code = m.district_code)
select coalesce(a.regency_code, b.regency_code, '{nowhere}') as regency_code, pair_id, l.weight, l.evidence, a, b
from warehouse.marts.identity_links l
join shown a on (a.source, a.record_key, a.role) = (l.source_a, l.record_key_a, l.role_a)
join shown b on (b.source, b.record_key, b.role) = (l.source_b, l.record_key_b, l.role_b)
where l.state = 'open' order by regency_code, l.weight desc, pair_id
"""


_CARD_COLUMNS = {
    "source": "SUMBER", "record_key": "KUNCI", "file_name": "BERKAS", "row_number": "BARIS", "no_kk": "NO_KK",
    "head_name": "KEPALA_RUMAH_TANGGA", "address": "ALAMAT", "village_name": "DESA", "household_id": "RUMAH_TANGGA",
    "other_head": "KEPALA_KELUARGA_PADA_KK", "other_address": "ALAMAT_PADA_KK", "other_village": "DESA_PADA_KK",
    "other_household_id": "RUMAH_TANGGA_PADA_KK", "message_id": "YANG_DIPERIKSA",
}  # fmt: skip
"""Fields shown of a listed household whose card is other people's, and of the card."""

_CARDS = """
with head as (
    select m.no_kk, arg_min(m, (m.head_name is null, m.record_key)) as m from {mentions} m
    where m.household_ref is null and m.no_kk in (
        select o.no_kk from {mentions} o semi join warehouse.marts.card_of_others c using (source, record_key))
    group by m.no_kk)
select coalesce(a.regency_code, '{nowhere}') as regency_code, source, record_key, c.file_name, c.row_number, a.no_kk,
    a.head_name, a.address, va.region_name as village_name, c.household_id, b.m.head_name as other_head,
    b.m.address as other_address, vb.region_name as other_village, c.other_household_id, c.message_id
from warehouse.marts.card_of_others c join {mentions} a using (source, record_key)
left join head b on b.no_kk = a.no_kk
left join warehouse.marts.dim_region va on va.region_code = a.village_code
left join warehouse.marts.dim_region vb on vb.region_code = b.m.village_code
order by regency_code, source, record_key
"""


class QuestionsError(SadayaError):
    """There is nothing to ask; the message is for the user."""


def export(home: Home, folder: Path, by: str, reason: str) -> dict[Path, int]:
    """Write the open pairs of the published load as one workbook per kabupaten/kota, and record who took them. The
    folder `kartu` gets workbooks of listed households whose card is other people's. These do not come back: errors are
    corrected in the list or the register.

    Returns the number of questions in each workbook. The files hold personal data, so they have mode 0600.

    Raises:
        QuestionsError: nothing is published, or no question is open.
        MentionsError: an earlier version made the published load.
    """
    with Ledger(home.ledger) as ledger:
        published = ledger.published_load()
    if published is None:
        raise QuestionsError("nothing is published yet")
    load_id = published["load_id"]
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(home.warehouse(load_id))} as warehouse (read_only)")
        attach(connection, home.load(load_id).staging)
        asked = connection.sql(_OPEN.format(mentions=relation(), nowhere=NOWHERE)).pl()
        cards = connection.sql(_CARDS.format(mentions=relation("household"), nowhere=NOWHERE)).pl()
    if asked.is_empty() and cards.is_empty():
        raise QuestionsError(f"load {load_id} leaves no question open")
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for stem, rows, write in (
        ("pertanyaan_identitas", asked, _workbook),
        ("kartu/pertanyaan_kartu", cards, _card_workbook),
    ):
        for (regency,), of_regency in rows.group_by("regency_code", maintain_order=True):
            path = folder / f"{stem}_{regency}_{load_id}.xlsx"
            path.parent.mkdir(exist_ok=True)
            path.touch(mode=0o600)
            write(path, of_regency.to_dicts())
            written[path] = of_regency.height
    with Ledger(home.ledger) as ledger:
        ledger.decide("questions", f"{asked.height + cards.height} of load {load_id}", by, reason)
    return written


def columns() -> list[str]:
    """The workbook's columns: the pair, both records side by side, the evidence, the answer."""
    sides = [f"{column}_{side}" for column in _SIDE.values() for side in "AB"]
    return ["ID_PASANGAN", *sides, "BOBOT", "BUKTI", *ANSWERS]


def _workbook(path: Path, rows: list[dict[str, Any]]) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        help_sheet = book.add_worksheet("PETUNJUK")
        help_sheet.set_column(0, 0, 110)
        for line, text in enumerate(_HELP):
            help_sheet.write_string(line, 0, text)
        sheet = book.add_worksheet("PASANGAN")
        sheet.activate()
        _questions(sheet, book, rows)


def _questions(sheet: Any, book: xlsxwriter.Workbook, rows: list[dict[str, Any]]) -> None:
    names = columns()
    head = book.add_format({"bold": True, "bg_color": "#DDE7F0", "border": 1, "text_wrap": True})
    answer = book.add_format({"bg_color": "#FFF7D6", "border": 1, "num_format": "@"})
    differs = book.add_format({"bold": True, "font_color": "#9C2B1B"})
    sheet.write_row(0, 0, names, head)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(rows), len(names) - 1)
    sheet.set_column(0, len(names) - 1, 18)
    sheet.set_column(names.index("BUKTI"), names.index("BUKTI"), 70)
    sheet.set_column(names.index(ANSWERS[0]), len(names) - 1, 20, answer)
    for line, row in enumerate(rows, start=1):
        for place, (text, unlike) in enumerate(_cells(row)):
            sheet.write_string(line, place, text, differs if unlike else None)
    chosen = names.index("KEPUTUSAN")
    sheet.data_validation(1, chosen, len(rows), chosen, {"validate": "list", "source": list(DECISIONS)})


def _card_workbook(path: Path, rows: list[dict[str, Any]]) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("KARTU")
        head = book.add_format({"bold": True, "bg_color": "#DDE7F0", "border": 1, "text_wrap": True})
        sheet.write_row(0, 0, list(_CARD_COLUMNS.values()), head)
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(_CARD_COLUMNS) - 1, 22)
        for line, row in enumerate(rows, start=1):
            for place, column in enumerate(_CARD_COLUMNS):
                sheet.write_string(line, place, "" if row[column] is None else str(row[column]))


def _cells(row: dict[str, Any]) -> list[tuple[str, bool]]:
    """The cells before the answer, each with whether the two records differ there."""
    cells = [(row["pair_id"], False)]
    for field in _SIDE:
        one, other = ("" if row[side][field] is None else str(row[side][field]) for side in "ab")
        unlike = field not in ("source", "record_key", "role") and bool(one and other) and one != other
        cells += [(one, unlike), (other, unlike)]
    return [*cells, (f"{row['weight']:.1f}", False), (_evidence_text(row["evidence"]), False)]


def _evidence_text(evidence: str) -> str:
    """The evidence in Indonesian, largest weight first, without fields that are not known."""
    by_weight = sorted((one for one in json.loads(evidence) if one["weight"]), key=lambda one: -abs(one["weight"]))
    return "; ".join(
        f"{FIELDS[one['field']]}: {LEVELS.get(one['level'], one['level'])} ({one['weight']:+.1f})" for one in by_weight
    )
