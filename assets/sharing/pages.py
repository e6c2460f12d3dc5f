"""The texts of an extract: an introduction in Indonesian, and the meaning of the columns in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from assets.meaning import of_comment
from assets.sharing.agreement import Rows, Table
from assets.sharing.catalogue import is_rounded, shown_as
from assets.sharing.rounded import Rounding
from assets.sharing.share import Share
from assets.sharing.workbook import Page

ABOUT, DICTIONARY = "Keterangan", "Kamus"
_LEVELS = {"district": "kecamatan", "regency": "kabupaten/kota"}
_SHOWN = {
    "clear": "apa adanya",
    "last_four": "hanya empat angka terakhir",
    "pseudonym": "nama samaran: sama untuk orang yang sama, hanya berlaku di instansi ini",
    "year_only": "hanya tahun",
    "suppressed": "tidak ditampilkan",
    "rounded": "dibulatkan",
    "follows": "dihitung dari angka yang dibulatkan",
}


def about(
    share: Share, place: str, held: Sequence[tuple[Table, int, bool]], sources: Sequence[tuple[str, str, str]]
) -> Page:
    """The first worksheet. held: each table of the workbook, its number of rows, and whether it is a CSV file
    instead.
    """
    agreement = share.agreement
    lines: list[tuple[str, ...]] = [
        ("Ekstrak Sadaya", f"{agreement.agency_name}: {place}"),
        ("Nomor perjanjian", agreement.number),
        ("Tujuan pemakaian", agreement.purpose),
        ("Dasar hukum", f"{agreement.legal_basis.regulation}; {agreement.legal_basis.memorandum}"),
        ("Berlaku", f"{agreement.starts} sampai {agreement.ends}"),
        ("Penyedia data", agreement.provider),
        ("Penerima", f"{agreement.contact.role}, {agreement.contact.address}"),
        ("Muatan (load)", share.load_id),
        ("Keadaan per tanggal", share.as_of.isoformat()),
        (
            "Perhatian",
            "Hanya untuk tujuan di atas. Jangan disebarkan, dan jangan dicocokkan dengan ekstrak instansi lain.",
        ),
        *_rounding(share, [table for table, *_ in held]),
        ("", ""),
        ("Lembar", "Isi"),
    ]
    for table, rows, elsewhere in held:
        where = f"terlalu panjang untuk lembar kerja: berkas csv/{table.name}-{place}.csv; " if elsewhere else ""
        lines.append((table.title, f"{rows} baris; {where}{rows_in_words(table.conditions)}"))
    lines += [(DICTIONARY, "Arti setiap kolom, dan cara kolom itu ditampilkan"), ("", "")]
    if sources:
        lines += [("Sumber", "Kiriman terakhir"), *((f"{agency}: {source}", day) for source, agency, day in sources)]
    return Page(ABOUT, lines, (32, 100), heads=1)


def _rounding(share: Share, tables: Sequence[Table]) -> list[tuple[str, str]]:
    """An explanation of rounding, if there are counts among the tables."""
    rounding = share.rounding
    if rounding is None or not any(is_rounded(each.table, share.catalogue.columns[each.table]) for each in tables):
        return []
    lines = [("Angka dibulatkan", rounding_in_words(rounding))]
    if rounding.withheld:
        lines.append(("Angka kosong", f"{rounding.withheld} hitungan tidak dapat dibulatkan dengan jumlah yang cocok."))
    return lines


def rounding_in_words(rounding: Rounding) -> str:
    """The explanation of rounding for readers."""
    return (
        f"Hitungan di tabel angka dibulatkan, ke bawah atau ke atas, ke kelipatan {rounding.base}: selisihnya paling"
        f" banyak {rounding.base - 1}, supaya tidak ada orang yang dapat dikenali. Jumlahnya tetap cocok, juga antar"
        f" tabel. Sebuah angka tetap sama setiap malam sampai selisihnya mencapai {rounding.base} atau jumlahnya"
        " menuntut perubahan. Persentase dihitung dari angka yang ditampilkan."
    )


def dictionary(share: Share, tables: Sequence[Table]) -> Page:
    """The last worksheet: every table and column of the workbook, as the publication describes it."""
    lines: list[tuple[str, ...]] = [("Lembar", "Kolom", "Ditampilkan", "Jenis", "Arti", "Meaning")]
    known = share.catalogue
    for table in tables:
        kinds = known.columns[table.table]
        whole = of_comment(known.table_comments.get(table.table))
        lines.append((table.title, "", rows_in_words(table.conditions), "", whole.id, whole.en))
        for name in table.columns:
            meaning = of_comment(known.comments.get((table.table, name)))
            lines.append((table.title, name, _mask(table, name), kinds[name].lower(), meaning.id, meaning.en))
    return Page(DICTIONARY, lines, (26, 26, 30, 12, 90, 90), heads=1)


def _mask(table: Table, column: str) -> str:
    mask = table.columns[column]
    return f"hanya sampai {_LEVELS[mask.level]}" if mask.level else _SHOWN[shown_as(table.table, column, mask)]


def rows_in_words(rows: Rows | None) -> str:
    """The conditions on rows of a table, in words."""
    if rows is None:
        return "semua baris"
    words = []
    if rows.regencies:
        words.append(f"kabupaten/kota {', '.join(rows.regencies)}")
    if rows.programmes:
        words.append(f"program {', '.join(rows.programmes)}")
    if rows.ages:
        words.append(f"umur {rows.ages.first} sampai {rows.ages.last} tahun")
    if rows.poor:
        words.append("rumah tangga miskin")
    return "; ".join(words)
