"""The faults, by name: the change to a good delivery of twelve rows or to one row of it, and the expected outcome.

They cover every defect in exports.md and every ruling; whole-file faults run for each source they apply to.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import xlsxwriter

from assets.sources import Delimited, JsonLines, JsonPages, Source, Workbook, agency_of, all_sources
from tests.torture import deliveries
from tests.torture.deliveries import ROWS, Files, Row

Change = Callable[[Source], Files]


@dataclass(frozen=True)
class Expected:
    """Expected outcome of a delivery. Checks are compared if given; counts always."""

    status: str = "accepted"
    reason: str | None = None
    read: int = ROWS
    quarantined: int = 0
    duplicate: int = 0
    errors: frozenset[str] | None = None
    warnings: frozenset[str] = frozenset()
    repairs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Fault:
    """One fault. `files`: the delivery with it. `before`: files loaded the day before; `after`: on the days before
    that.
    """

    name: str
    source: str
    files: Change
    expected: Expected
    before: Change | None = None
    after: tuple[Change, ...] = field(default_factory=tuple)

    def __str__(self) -> str:
        return f"{self.source}: {self.name}"


SOURCES = {source.name: source for source in all_sources()}
DUKCAPIL, PKH, JAMSOSRATU, SISWA, JKN, GIZI = (
    "dukcapil_penduduk", "dinsos_pkh", "dinsos_jamsosratu", "dindik_siswa", "dinkes_jkn", "dinkes_gizi",
)  # fmt: skip
HOUSEHOLDS, MEMBERS = "dinsos_dtks_rumah_tangga", "dinsos_dtks_anggota"
PAYMENTS, VISITS, UMKM, RTLH = "dinsos_penyaluran", "dinsos_kunjungan", "diskop_umkm", "dprkp_rtlh"
SEEKERS, BPS = "disnaker_pencaker", "bps_kemiskinan"


def good(source: Source) -> Files:
    return deliveries.files(source, deliveries.good_rows(source))


@dataclass(frozen=True)
class OneRow:
    """A change of one row into one or more: the first stands in its place, the others at the end of the delivery.

    Faults with such a change share a delivery (tests/torture/batches.py), unless the change is `alone`.
    """

    becomes: Callable[[Row], list[Row]]

    def __call__(self, source: Source) -> Files:
        made = deliveries.good_rows(source)
        made[2], *more = self.becomes(made[2])
        return deliveries.files(source, [*made, *more])


def cell(**values: object) -> OneRow:
    """One row with other values; a function gets the good value."""
    return OneRow(
        lambda row: [row | {name: value(row[name]) if callable(value) else value for name, value in values.items()}]
    )


def alone(change: OneRow) -> Change:
    """The same in a delivery of its own, as its outcome concerns the whole delivery."""
    return lambda source: change(source)


def every(**values: object) -> Change:
    """All rows with these values; a function gets the row's number."""
    return _many(ROWS, **values)


def rows(change: Callable[[list[Row]], list[Row]]) -> Change:
    return lambda source: deliveries.files(source, change(deliveries.good_rows(source)))


def text(change: Callable[[bytes], bytes]) -> Change:
    """The first file with other bytes."""

    def changed(source: Source) -> Files:
        made = good(source)
        name = next(iter(made))
        return made | {name: change(made[name])}

    return changed


def columns(change: Callable[[list[str]], list[str]]) -> Change:
    """The first file with other headings over the same cells."""

    def changed(source: Source) -> Files:
        made = deliveries.good_rows(source)
        old = deliveries.header(source)
        new = change(old)
        renamed = [{name: row.get(was) for name, was in zip(new, old, strict=False)} for row in made]
        return deliveries.files(source, renamed, new)

    return changed


def refused(reason: str) -> Expected:
    return Expected("refused", reason, read=0)


def quarantined(check: str, count: int = 1, **more) -> Expected:
    return Expected(**{"quarantined": count, "errors": frozenset({check}), **more})


def warned(*checks: str, **more) -> Expected:
    return Expected(warnings=frozenset(checks), **more)


def repaired(*checks: str, **more) -> Expected:
    return Expected(repairs=frozenset(checks), **more)


FINE = Expected()
QUIET = Expected(read=0, warnings=frozenset({"quiet_day"}))


def readers() -> list[Source]:
    """One source of each agency, kind and format: the others of them have the same reader."""
    found: dict[object, Source] = {}
    for source in SOURCES.values():
        found.setdefault((agency_of(source).group, source.kind, source.formats), source)
    return list(found.values())


def whole_files(sources: Iterable[Source]) -> Iterator[Fault]:
    """Faults of any file of these sources, by its format."""
    for name, source in ((source.name, source) for source in sources):
        format_ = source.formats[0]
        paged, snapshot = isinstance(format_, JsonPages), source.kind == "snapshot"
        bad = refused("bad_file_in_delivery") if paged else None
        yield Fault("empty file", name, text(lambda _: b""), bad or refused("empty_file"))
        yield Fault("blanks only", name, text(lambda _: b" \n \n"), bad or refused("empty_file"))
        yield Fault(
            "a web page inside", name, text(lambda _: b"<html><table></table></html>"), bad or refused("html_inside")
        )
        if not isinstance(format_, JsonLines):
            yield Fault("no rows", name, _empty, refused("no_rows") if snapshot else QUIET)
        yield Fault("a required column renamed", name, columns(_renamed(source)), bad or refused("columns_missing"))
        yield Fault("a column added", name, _with_column, warned("column_drift"))
        yield Fault("yesterday's file under today's date", name, good, Expected("replayed", "replayed", 0), good)
        if isinstance(format_, Delimited):
            end = refused("file_cut_off") if snapshot else Expected(quarantined=1, errors=frozenset({"file_cut"}))
            yield Fault("cut off in mid-row", name, text(lambda raw: raw[:-20]), end)
            yield Fault("a byte-order mark", name, text(lambda raw: b"\xef\xbb\xbf" + raw), FINE)
            yield Fault("UTF-16 with mark", name, text(lambda raw: raw.decode().encode("utf-16")), FINE)
            yield Fault(
                "another delimiter", name, text(_other_delimiter(format_.delimiter)), refused("wrong_delimiter")
            )
        if isinstance(format_, Workbook):
            yield Fault("password", name, text(_encrypted), refused("password_protected"))
            yield Fault(
                "an old XLS", name, text(lambda _: bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2000)), refused("old_xls")
            )
            yield Fault("a zip cut off", name, text(lambda raw: raw[:-300]), refused("not_xlsx"))
        if isinstance(format_, JsonLines):
            yield Fault("cut off in mid-row", name, text(lambda raw: raw[:-20]), refused("file_cut_off"))
            yield Fault("gzip cut off", name, _gzip_cut, refused("file_cut_off"))
            yield Fault("gzip", name, _gzipped, FINE)
        if paged:
            yield Fault("a page cut off", name, text(lambda raw: raw[:-20]), refused("bad_file_in_delivery"))
            yield Fault("the last page missing", name, _without_last,
                        refused("page_missing" if format_.numbered else "last_page_missing"))  # fmt: skip
            yield Fault("a middle page missing", name, _without_second,
                        refused("page_missing" if format_.numbered else "rows_not_total"))  # fmt: skip


def _empty(source: Source) -> Files:
    format_ = source.formats[0]
    if isinstance(format_, JsonPages):
        total = {"page": 1, "last_page": 1, "total": 0}
        return {"p1.json": json.dumps({format_.records: [], "meta": total, "@odata.count": 0}).encode()}
    return deliveries.files(source, [])


def _renamed(source: Source) -> Callable[[list[str]], list[str]]:
    return lambda header: [f"{name}_BARU" if name == source.contract.key[0] else name for name in header]


def _with_column(source: Source) -> Files:
    more = [{**row, "BANK": "BJB"} for row in deliveries.good_rows(source)]
    return deliveries.files(source, more, [*deliveries.header(source), "BANK"])


def _other_delimiter(delimiter: str) -> Callable[[bytes], bytes]:
    other = b"|" if delimiter != "|" else b";"
    return lambda raw: raw.replace(delimiter.encode(), other)


def _encrypted(_: bytes) -> bytes:
    return bytes.fromhex("D0CF11E0A1B11AE1") + bytes(900) + "EncryptedPackage".encode("utf-16-le") + bytes(900)


def _gzipped(source: Source) -> Files:
    return {"kiriman.jsonl.gz": gzip.compress(good(source)["kiriman.jsonl"])}


def _gzip_cut(source: Source) -> Files:
    return {"kiriman.jsonl.gz": gzip.compress(good(source)["kiriman.jsonl"])[:-30]}


def _without_last(source: Source) -> Files:
    made = good(source)
    return dict(list(made.items())[:-1])


def _without_second(source: Source) -> Files:
    made = list(good(source).items())
    return dict([made[0], *made[2:]])


def shapes() -> Iterator[Fault]:
    """Table layouts of offices and their programs, and other files beside them (rulings 22, 30 to 34, 37, 40)."""
    for name in (HOUSEHOLDS, GIZI, BPS):
        twice = refused("several_sheets")
        yield Fault("two sheets with the columns", name, _sheets(("DATA A", "DATA B")), twice)
        yield Fault("a row of column numbers", name, _official(above=False), FINE)
        yield Fault("numbers in headings and a signature", name, _official(above=True), warned("numbered_headings"))
        yield Fault("a second header in another order", name, _header_turned, refused("header_changes"))
    for name in (PKH, PAYMENTS, JKN, RTLH):
        cut = refused("file_cut_off") if SOURCES[name].kind == "snapshot" else quarantined("file_cut")
        yield Fault("Ctrl-Z at the end", name, text(lambda raw: raw + b"\x1a"), FINE)
        yield Fault("NULs at the end", name, text(lambda raw: raw + bytes(9000)), warned("nul_tail"))
        yield Fault("cut off before NULs", name, text(lambda raw: raw[:-20] + bytes(9000)), cut)
        yield Fault("a client's closing line", name, text(lambda raw: raw + b"\n12 rows selected.\n"), FINE)
        yield Fault("a closing line that disagrees", name, text(lambda raw: raw + b"(13 rows)"),
                    warned("total_disagrees"))  # fmt: skip
        yield Fault("a second header in another order", name, _header_turned, refused("header_changes"))
        yield Fault("a note beside the data", name, beside("readme.txt", b"Yth. Bapak/Ibu,\nterlampir data.\n"), FINE)
        yield Fault("an empty note beside the data", name, beside("Catatan.TXT", b""), FINE)
        yield Fault("done, as Windows names it", name, beside("_selesai.txt", b""), FINE)
        yield Fault("a marked workbook beside the data", name, beside("kiriman.perbaikan.xlsx", b"PK"), FINE)
    whole = warned("not_by_lines")
    yield Fault("lines that are one array", SISWA, text(_as_array(None)), whole)
    yield Fault("lines that are one pretty array", SISWA, text(_as_array(2)), whole)
    yield Fault("lines that are half an array", SISWA, text(lambda raw: _as_array(2)(raw)[:-30]),
                refused("json_array_broken"))  # fmt: skip
    yield Fault("a flat system field", VISITS, _flat_system, FINE)
    yield Fault("a submission deleted", VISITS, alone(cell(__system=DELETED)), warned("records_deleted"))
    yield Fault("a payment deleted", PAYMENTS, alone(cell(STATUS="DIHAPUS")), warned("records_deleted"))
    yield Fault("a column with the date of deletion", GIZI, _with_deletion, warned("records_deleted"))


DELETED = {"submissionDate": "2019-10-03T04:05:06.789Z", "deletedAt": "2019-10-05T00:00:00.000Z"}


def beside(name: str, content: bytes) -> Change:
    """The good delivery with another file in its folder."""
    return lambda source: good(source) | {name: content}


def _cells(source: Source) -> list[list[object]]:
    return [[row.get(name) for name in deliveries.header(source)] for row in deliveries.good_rows(source)]


def _sheets(names: tuple[str, ...]) -> Change:
    def made(source: Source) -> Files:
        memory = io.BytesIO()
        with xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_numbers": False}) as book:
            for name in names:
                page = book.add_worksheet(name)
                for number, cells in enumerate([deliveries.header(source), *_cells(source)]):
                    page.write_row(number, 0, cells)
        return {"kiriman.xlsx": memory.getvalue()}

    return made


def _official(above: bool) -> Change:
    """A row of column numbers under the header; or numbers in the headings, and a signature beside the table."""

    def made(source: Source) -> Files:
        header, sheet = deliveries.header(source), source.formats[0].sheet
        if not above:
            numbers = [f"({number})" for number in range(1, len(header) + 1)]
            return {"kiriman.xlsx": deliveries.workbook([numbers, *_cells(source)], header, sheet)}
        signed = [[None] * (len(header) + 2) + [text] for text in ("Serang, 3 Oktober 2019", "Kepala Dinas")]
        numbered = [f"{number}. {name}" for number, name in enumerate(header, 1)]
        return {"kiriman.xlsx": deliveries.workbook(_cells(source), numbered, sheet, below=signed)}

    return made


def _header_turned(source: Source) -> Files:
    """The rows of a second page under a header with its last two columns swapped."""
    header, format_ = deliveries.header(source), source.formats[0]
    turned = [*header[:-2], header[-1], header[-2]]
    below = [turned, *([*row[:-2], row[-1], row[-2]] for row in _cells(source)[6:])]
    first = deliveries.good_rows(source)[:6]
    if isinstance(format_, Workbook):
        return {"kiriman.xlsx": deliveries.workbook(_cells(source)[:6], header, format_.sheet, below=below)}
    rows = [*first, *(dict(zip(header, cells, strict=True)) for cells in below)]
    return deliveries.files(source, rows)


def _as_array(indent: int | None) -> Callable[[bytes], bytes]:
    return lambda raw: json.dumps([json.loads(line) for line in raw.splitlines()], indent=indent).encode()


def _flat_system(source: Source) -> Files:
    made = [{f"__system/{name}": value for name, value in row["__system"].items()} | row
            for row in deliveries.good_rows(source)]  # fmt: skip
    return deliveries.pages([{**row, "__system": {}} for row in made], source.formats[0])


def _with_deletion(source: Source) -> Files:
    made = deliveries.good_rows(source)
    made[3]["TANGGAL_HAPUS"] = "05-10-2019"
    return deliveries.files(source, made, [*deliveries.header(source), "TANGGAL_HAPUS"])


def keys() -> Iterator[Fault]:
    """Rulings 2 and 3: keys that are missing, repeated, or in conflict; for every source."""
    for name, source in SOURCES.items():
        if name in (MEMBERS, HOUSEHOLDS):
            continue  # their set has faults of its own, below
        key = source.contract.key[0]
        missing = {"errors": None} if name == DUKCAPIL else {}  # its NIK is also unusable
        yield Fault("a row without its key", name, cell(**{key: None}), quarantined("key_missing", **missing))
        yield Fault("a row twice", name, OneRow(lambda row: [row, row]), Expected(read=ROWS + 1, duplicate=1))
        yield Fault("a key with two contents", name, _conflict(source), quarantined("key_conflict", 2, read=ROWS + 1))


def _conflict(source: Source) -> OneRow:
    other = {
        PAYMENTS: ("STATUS", "GAGAL"),
        VISITS: ("catatan", "LAIN"),
        "dinsos_perubahan_status": ("catatan", "LAIN"),
        "dinsos_bayar_dilihat": ("catatan", "LAIN"),
        BPS: ("PERSENTASE", "1,00"),
        "sadaya_keputusan": ("KEPUTUSAN", "BEDA"),
        "sadaya_tindak_lanjut": ("HASIL", "PROSES"),
    }
    named = next((field.name for field in source.contract.fields if field.type.name == "name"), None)
    column, value = other.get(source.name, (named, "NAMA LAIN"))
    return OneRow(lambda row: [row, row | {column: value}])


def numbers() -> Iterator[Fault]:
    """NIKs damaged by spreadsheets and people, in sources of each format."""
    columns = {
        PKH: "NIK",
        JAMSOSRATU: "NIK",
        SISWA: "nik",
        JKN: "NIK",
        UMKM: "nik_pemilik",
        RTLH: "NIK",
        SEEKERS: "nik",
    }
    damages = (
        ("NIK in scientific notation", "3,60101E+15", warned("nik_unusable")),
        ("NIK with an apostrophe", lambda nik: f"'{nik}", repaired("number_cleaned")),
        ("NIK with blanks", lambda nik: f"{nik[:6]} {nik[6:12]} {nik[12:]}", repaired("number_cleaned")),
        ("NIK as a float in text", lambda nik: f"{nik}.0", repaired("number_cleaned")),
        ("NIK a sentinel", "9999999999999999", warned("nik_unusable")),
        ("NIK with serial 0000", lambda nik: f"{nik[:12]}0000", warned("nik_serial_zero")),
    )
    for name, column in columns.items():
        for damage, written, expected in damages:
            yield Fault(damage, name, cell(**{column: written}), expected)
    yield Fault("NIK with dots", PKH, cell(NIK="360101.450885.9002"), repaired("number_cleaned"))
    yield Fault("NIK as a number in a workbook", JAMSOSRATU, cell(NIK=3601014508859002), warned("nik_unusable"))
    yield Fault("NIK as a number in JSON", SISWA, cell(nik=3601014508099002), warned("nik_unusable"))
    yield Fault("NIK as a float in JSON", UMKM, cell(nik_pemilik=3601014508859002.0), warned("nik_unusable"))
    yield Fault("NIK of no known prefix", JKN, cell(NIK="9901014508859002"), warned("nik_unknown_prefix"))
    yield Fault("NIK of a date that is none", JKN, cell(NIK="3601013902859002"), warned("nik_impossible_date"))
    yield Fault("NIK too short", RTLH, cell(NIK="360101450885"), warned("nik_unusable"))
    yield Fault("NIK missing", PKH, cell(NIK=None), warned("nik_unusable"))
    yield Fault("NIK missing where it may be", SISWA, cell(nik=None), FINE)
    yield Fault("NIK missing in the register", DUKCAPIL, cell(NIK="-"), quarantined("nik_unusable", errors=None))
    yield Fault("one NIK shared by three", JKN, every(NIK=lambda number: f"360101450885{9000 + max(number, 3)}"), FINE)
    yield Fault("all NIKs end in zero", PKH, every(NIK=lambda number: f"360101450885{9000 + 10 * number}"),
                warned("nik_unusable"))  # fmt: skip
    yield Fault("a lookup that found no NIK", PKH, cell(NIK="#N/A"), warned("unreadable_cell"))
    yield Fault("NIK as a formula's text", JKN, cell(NIK='="3601014508859002"'), repaired("number_cleaned"))
    yield Fault("a fraction of a student number", SISWA, cell(nisn=12345678.5), quarantined("wrong_json_type"))
    yield Fault("card number zero", PKH, cell(NO_KK="0"), warned("kk_unusable"))
    yield Fault("student number without its zeros", SISWA, cell(nisn=12349999), repaired("leading_zeros_restored"))
    yield Fault("card without its zeros", JKN, cell(NO_KARTU="1234569999"), repaired("leading_zeros_restored"))
    yield Fault("a student number that is none", SISWA, cell(nisn="12A"), quarantined("digits_malformed"))


def dates() -> Iterator[Fault]:
    """Ruling 6."""
    yield Fault(
        "day and month swapped, by the NIK", PKH, cell(TANGGAL_LAHIR="08-05-1985"), repaired("day_month_swapped")
    )
    yield Fault("year of birth only", PKH, cell(TANGGAL_LAHIR="00-00-1985"), FINE)
    yield Fault("year alone", JKN, cell(TGL_LAHIR="1985"), FINE)
    yield Fault("first of January", SEEKERS, cell(tanggal_lahir="1985-01-01"), warned("birth_date_not_in_nik"))
    yield Fault("words", JKN, cell(TGL_LAHIR="5 Agustus 1985"), FINE)
    yield Fault("a real Excel date", JAMSOSRATU, cell(TANGGAL_LAHIR=None), FINE)
    yield Fault("a date of the 1904 system", GIZI, _date_of_1904, FINE)
    yield Fault("a date that is none", SISWA, cell(tanggal_lahir="2009-02-31"), quarantined("date_invalid"))
    yield Fault("born in the future", JKN, cell(TGL_LAHIR="05-08-2031"), quarantined("date_in_future"))
    yield Fault("birth date unknown", JKN, cell(TGL_LAHIR=None), warned("value_missing"))
    yield Fault("a whole file that writes the month first", PAYMENTS, every(TANGGAL_SALUR="03-15-2019"),
                repaired("month_before_day"))  # fmt: skip
    yesterday = {"submissionDate": "kemarin", "reviewState": None}
    yield Fault("a submission without a time", VISITS, cell(__system=yesterday), quarantined("moment_invalid"))
    instant = "1985-08-04T17:00:00.000000Z"
    yield Fault("a day as an instant in UTC", SEEKERS, cell(tanggal_lahir=instant), repaired("instant_read_as_day"))
    yield Fault("a placeholder", JKN, cell(TGL_LAHIR="1900-01-01"), warned("placeholder_date"))
    yield Fault("a date with its time", JKN, cell(TGL_LAHIR="05-08-1985 07:30"), repaired("time_of_day_left_out"))
    yield Fault("measured before birth", GIZI, cell(TGL_UKUR="04-08-2017"), quarantined("measured_before_birth"))


def _date_of_1904(source: Source) -> Files:
    memory = io.BytesIO()
    header = deliveries.header(source)
    with xlsxwriter.Workbook(memory, {"in_memory": True, "date_1904": True}) as book:
        page = book.add_worksheet("DATA")
        page.write_row(0, 0, header)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(deliveries.good_rows(source), start=1):
            for column, name in enumerate(header):
                if name == "TGL_UKUR":
                    page.write_datetime(number, column, datetime(2019, 10, 12), day)  # noqa: DTZ001 -- a sheet's
                elif row[name] is not None:
                    page.write_string(number, column, str(row[name]))
    return {"kiriman.xlsx": memory.getvalue()}


def names() -> Iterator[Fault]:
    """Names are kept as delivered; only texts without letters are errors."""
    yield Fault("titles", PKH, cell(NAMA_PENGURUS="HJ. SITI AMINAH, S.PD (ALM)"), FINE)
    yield Fault("a single word", JKN, cell(NAMA="SITI"), FINE)
    yield Fault("another spelling", SISWA, cell(nama="ST. AMINAH"), FINE)
    yield Fault("BINTI", RTLH, cell(NAMA="AMINAH BINTI SALEH"), FINE)
    yield Fault("no letter", UMKM, cell(nama_pemilik="12345"), quarantined("name_malformed"))
    yield Fault("a name missing", PKH, cell(NAMA_PENGURUS=None), quarantined("required"))
    yield Fault("a parent's name missing", GIZI, cell(NAMA_ORTU=None), warned("value_missing"))
    yield Fault("a mother's name missing", SISWA, cell(nama_ibu=None), warned("value_missing"))
    yield Fault("a word for none as a mother's name", SISWA, cell(nama_ibu="TIDAK ADA"), warned("value_missing"))
    yield Fault("an error value as a name", UMKM, cell(nama_pemilik="#REF!"), quarantined("unreadable_cell"))
    yield Fault("an object as a name", SISWA, cell(nama={"depan": "SITI"}), quarantined("wrong_json_type"))


def places() -> Iterator[Fault]:
    """Rulings 7 and 10, and regions by name."""
    yield Fault("a village code without dots", PKH, cell(KODE_DESA="3601012001"), FINE)
    yield Fault("a village code as a number", JAMSOSRATU, cell(KODE_DESA=3601012001), FINE)
    yield Fault("a former village code", UMKM, cell(kode_desa="36.02.16.2018"), repaired("village_recoded"))
    yield Fault("an unknown village", SEEKERS, cell(kode_desa="3699999999"), quarantined("village_unknown"))
    yield Fault("a village missing where it may be", JKN, cell(KODE_DESA=None), FINE)
    yield Fault("an unknown kecamatan code", SISWA, cell(kode_kecamatan="369999"), quarantined("district_unknown"))
    yield Fault("RT and RW in one cell", DUKCAPIL, cell(RT="001/002", RW=None), repaired("rt_rw_split"))
    yield Fault("an alias of a kecamatan", RTLH, cell(KABUPATEN="LEBAK", KECAMATAN="CIGEMLONG", DESA="CIKATE"), FINE)
    yield Fault("an alias of a kabupaten", RTLH, cell(KABUPATEN="TANGSEL", KECAMATAN="SERPONG", DESA="BUARAN"), FINE)
    yield Fault(
        "prefixes and case", RTLH, cell(KABUPATEN="kab pandeglang", KECAMATAN="Kec. Sumur", DESA="Ds. Sumberjaya"), FINE
    )
    yield Fault("two kabupaten of one name", RTLH, cell(KABUPATEN="SERANG"), quarantined("regency_not_found"))
    yield Fault("a kecamatan of another kabupaten", RTLH, cell(KECAMATAN="SERPONG"), quarantined("district_not_found"))
    yield Fault("a village that nobody knows", RTLH, cell(DESA="ENTAHLAH"), warned("village_not_found"))
    yield Fault("no village at all", RTLH, cell(DESA=None), warned("village_not_found"))
    yield Fault("a row outside the file's coverage", DUKCAPIL, _outside, quarantined("outside_coverage"))
    yield Fault("a region that is not Banten's", BPS, cell(KODE_BPS="3201"), quarantined("region_unknown"))
    yield Fault("the province as 3600", BPS, cell(KODE_BPS="3600"), FINE)


def _outside(source: Source) -> Files:
    (raw,) = cell(KODE_DESA="3602012002")(source).values()
    return {"dukcapil_3601.csv": raw}


def values() -> Iterator[Fault]:
    """Codes, money, decimals (rulings 15 and 16), and rules between a row's columns."""
    yield Fault("a code in another case", PKH, cell(STATUS_KEPESERTAAN="non_aktif"), FINE)
    yield Fault("an unknown code", JKN, cell(SEGMEN="MANDIRI"), quarantined("unknown_code"))
    yield Fault("an unknown value of a lenient list", SEEKERS, cell(pendidikan="PAKET Z"), warned("unknown_value"))
    yield Fault("no components", PKH, cell(KOMPONEN=None), warned("component_empty"))
    yield Fault("five components", PKH, cell(KOMPONEN="BUMIL;BALITA;SD;SMP;SMA"), quarantined("too_many_components"))
    for shown in ("1.250.000", "1.250.000,00", "Rp 1.250.000", "Rp1.250.000,-", "1250000"):
        yield Fault(f"rupiah as {shown}", PAYMENTS, cell(JUMLAH=shown), FINE)
    yield Fault("negative money", PAYMENTS, cell(JUMLAH="-5.000"), quarantined("money_invalid"))
    yield Fault("a returned payment", PAYMENTS, cell(STATUS="RETUR"), FINE)
    yield Fault("paid after the delivery", PAYMENTS, cell(TANGGAL_SALUR="2019-12-24"), warned("paid_after_delivery"))
    yield Fault("paid twice", PAYMENTS, cell(NO_PESERTA="JSR1"), warned("paid_twice"))
    yield Fault("a period that is none", PAYMENTS, cell(PERIODE="2019-T13"), quarantined("period_invalid"))
    yield Fault("Outlier", GIZI, cell(ZS_TB_U="Outlier"), warned("outlier_no_number"))
    yield Fault("a colon for a comma", GIZI, cell(BB="11:5"), FINE)
    yield Fault("weight and height changed", GIZI, cell(BB="84,0", TB="11,5"), warned("implausible_measure"))
    yield Fault("a status that belies the score", GIZI, cell(ZS_TB_U="-3,5"), warned("status_not_of_score"))
    yield Fault("more in school than children", VISITS, cell(anak_bersekolah=5), warned("more_in_school_than_children"))
    yield Fault("a visit on Java's other end", VISITS, cell(lokasi={"type": "Point", "coordinates": [112.7, -7.2]}),
                warned("point_elsewhere"))  # fmt: skip
    yield Fault("a place that is no point", VISITS, cell(lokasi={"type": "Polygon"}), warned("point_invalid"))
    yield Fault(
        "a visit after its form", VISITS, cell(tanggal_kunjungan="2019-10-09"), warned("visit_after_submission")
    )
    yield Fault("yes and no as 1", SISWA, cell(penerima_pip=1), FINE)
    yield Fault("a class in Roman", SISWA, cell(kelas="IV"), FINE)
    yield Fault("a class of another school", SISWA, cell(kelas="9"), warned("class_not_of_school"))
    yield Fault("a share above 100", BPS, cell(PERSENTASE="140"), quarantined("share_invalid"))
    yield Fault("a figure not published", BPS, cell(JUMLAH_MISKIN=None), warned("value_missing"))
    yield Fault("aid without its year", UMKM, cell(tahun_bantuan=None), warned("aid_without_year"))
    yield Fault("left, yet active", JAMSOSRATU, cell(TANGGAL_KELUAR="2019-07-01"), warned("left_but_active"))


def tables() -> Iterator[Fault]:
    """Faults of text tables and workbooks (rulings 8, 11, 12, 13)."""
    yield Fault("Windows-1252", DUKCAPIL, text(lambda raw: raw.replace(b"SITI", "ANDRÉ".encode("cp1252"))), FINE)
    yield Fault("mixed encodings", DUKCAPIL, text(_mixed), warned("mixed_encoding"))
    yield Fault("a NUL byte", DUKCAPIL, text(lambda raw: raw.replace(b"SITI", b"SI\x00TI", 1)), quarantined("nul_byte"))
    yield Fault("a newline in quotes", DUKCAPIL, cell(ALAMAT="KP. CONTOH\nRT 1"), FINE)
    yield Fault("a separator in quotes", DUKCAPIL, cell(ALAMAT="KP. CONTOH; RT 1"), FINE)
    yield Fault("a row with a cell too many", JKN, text(_cell_too_many), quarantined("row_shape"))
    open_quote = text(lambda raw: raw.replace(b"SITI", b'"SITI', 1))
    yield Fault("a quote never closed", JKN, open_quote, refused("file_cut_off"))
    yield Fault("a quote never closed", DUKCAPIL, open_quote, quarantined("file_cut"))
    yield Fault("the header again in mid-file", PKH, text(_header_again), FINE)
    yield Fault("blank rows", PKH, text(lambda raw: raw.replace(b"\n", b"\n\n", 4)), FINE)
    yield Fault("a total that agrees", PKH, text(lambda raw: raw + b"JUMLAH,,,12,,,,,,,\n"), FINE)
    yield Fault(
        "a total that disagrees", PKH, text(lambda raw: raw + b"JUMLAH,,,99,,,,,,,\n"), warned("total_disagrees")
    )
    yield Fault("title rows above the header", JKN, text(lambda raw: b"DATA PESERTA JKN\n2019\n" + raw), FINE)
    yield Fault(
        "headings in other spellings",
        PKH,
        columns(lambda header: [f" {_spelt(name)}* " for name in header]),
        FINE,
    )
    yield Fault("columns in another order", PKH, _other_order, FINE)
    yield Fault("a column twice, equal", PKH, _column_twice(True), warned("column_twice_equal"))
    yield Fault("a column twice, different", PKH, _column_twice(False), refused("column_twice"))
    yield Fault("titles, subtotals, repeated header, note", HOUSEHOLDS, _office_sheet, FINE)
    yield Fault("the sheet named otherwise, alone", MEMBERS, _sheet("DAFTAR"), FINE)
    yield Fault("two sheets, one with the columns", GIZI, _two_sheets, FINE)
    yield Fault("a workbook's table as CSV", JAMSOSRATU, _as_csv, FINE)
    yield Fault("our marked workbook beside it", JAMSOSRATU, _beside("kiriman.perbaikan.xlsx"), FINE)
    yield Fault("a note beside it", PKH, _beside("catatan.txt", b"Yth. Bapak, berkas terlampir"), FINE)
    yield Fault("an empty note beside it", PKH, _beside("New Text Document.txt", b""), FINE)
    yield Fault("a table named as text", PKH, _as_text, FINE)
    yield Fault(
        "a line of JSON that is none", UMKM, text(lambda raw: raw.replace(b"{", b"[", 1)), quarantined("json_invalid")
    )
    yield Fault(
        "a key twice in one object",
        UMKM,
        text(lambda raw: raw.replace(b"{", b'{"id_umkm": "Z", ', 1)),
        quarantined("json_invalid"),
    )
    yield Fault("a NUL in JSON", SISWA, cell(nama="SI\x00TI"), quarantined("nul_byte"))
    yield Fault("a column gone from some rows", SISWA, rows(_without_nik), FINE)
    yield Fault("pages that do not agree on the total", SEEKERS, _other_total, refused("pages_disagree"))
    yield Fault("one page twice", SEEKERS, _page_twice, refused("page_twice"))
    yield Fault("an answer without its list", SEEKERS, text(lambda _: b'{"rows": []}'), refused("bad_file_in_delivery"))


def _spelt(name: str) -> str:
    return name.lower().replace("_", " ")


def _mixed(raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    lines[2] = lines[2].replace(b"SITI", "ANDRÉ".encode("cp1252"))
    lines[3] = lines[3].replace(b"SITI", "ANDRÉ".encode())
    return b"\n".join(lines)


def _cell_too_many(raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    lines[3] += b"|LEBIH"
    return b"\n".join(lines)


def _header_again(raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    return b"\n".join([*lines[:5], lines[0], *lines[5:]])


def _other_order(source: Source) -> Files:
    return deliveries.files(source, deliveries.good_rows(source), deliveries.header(source)[::-1])


def _column_twice(equal: bool) -> Change:
    def change(source: Source) -> Files:
        (raw,) = good(source).values()
        lines = raw.decode().splitlines()
        doubled = [f"{line},{line.split(',')[0] if equal or not at else 'LAIN'}" for at, line in enumerate(lines)]
        return {"kiriman.csv": ("\n".join(doubled) + "\n").encode()}

    return change


def _office_sheet(source: Source) -> Files:
    header = deliveries.header(source)
    cells = [[row.get(name) for name in header] for row in deliveries.good_rows(source)]
    half = [*cells[:6], ["JUMLAH", None, 6], [], header, *cells[6:]]
    below = [["JUMLAH", None, 12], [], ["Sumber: uji"]]
    return {"kiriman.xlsx": deliveries.workbook(half, header, source.formats[0].sheet, below=below)}


def _sheet(name: str) -> Change:
    def change(source: Source) -> Files:
        header = deliveries.header(source)
        cells = [[row.get(column) for column in header] for row in deliveries.good_rows(source)]
        return {"kiriman.xlsx": deliveries.workbook(cells, header, name)}

    return change


def _two_sheets(source: Source) -> Files:
    memory = io.BytesIO()
    header = deliveries.header(source)
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        book.add_worksheet("CATATAN").write_row(0, 0, ["KETERANGAN", "ISI"])
        page = book.add_worksheet("ISI")
        page.write_row(0, 0, header)
        for number, row in enumerate(deliveries.good_rows(source), start=1):
            for column, name in enumerate(header):
                if row[name] is not None:
                    page.write_string(number, column, str(row[name]))
    return {"kiriman.xlsx": memory.getvalue()}


def _as_csv(source: Source) -> Files:
    return {"kiriman.csv": deliveries.delimited(deliveries.good_rows(source), deliveries.header(source), ";")}


def _beside(name: str, content: bytes | None = None) -> Change:
    """Another file in the folder, by default with the same bytes as the data."""
    return lambda source: (made := good(source)) | {name: next(iter(made.values())) if content is None else content}


def _as_text(source: Source) -> Files:
    (raw,) = good(source).values()
    return {"kiriman.txt": raw}


def _without_nik(made: list[Row]) -> list[Row]:
    return [{name: value for name, value in row.items() if name != "nik" or at % 2} for at, row in enumerate(made)]


def _other_total(source: Source) -> Files:
    made = good(source)
    name = next(iter(made))
    page = json.loads(made[name])
    page["meta"]["total"] += 1
    return made | {name: json.dumps(page).encode()}


def _page_twice(source: Source) -> Files:
    made = good(source)
    return made | {"halaman_p0009.json": made["halaman_p0002.json"]}


def nights() -> Iterator[Fault]:
    """Faults relative to what is in force (rulings 3a, 9, 10)."""
    for name in (PKH, SISWA, JKN, UMKM, SEEKERS, RTLH):
        many = _many(200)
        yield Fault("half of the records gone", name, _many(100), Expected("held", "snapshot_shrank", 100), many)
        yield Fault("A, B, A again", name, good, FINE, _other_content, (good,))
        yield Fault("every key new", name, _many(60, 100), Expected("held", "keys_not_again", 60), _many(60))
    unknown = quarantined("unknown_code", 60, status="held", reason="much_quarantined", read=60)
    yield Fault("every row quarantined", JKN, _many(60, SEGMEN="MANDIRI"), unknown, _many(60))
    lost = quarantined("key_missing", 30, status="held", reason="snapshot_shrank", read=60)
    yield Fault("half of the rows quarantined, their keys unreadable", JKN, _without_keys, lost, _many(60))
    yield Fault("everybody in decile 1", HOUSEHOLDS, _many(60, DESIL="1"), _shifted(),
                _many(60, DESIL=lambda number: str(1 + number % 10)))  # fmt: skip
    yield Fault("every status another", JKN, _many(60, STATUS="NONAKTIF"), _shifted(), _many(60))
    yield Fault("every segment another", JKN, _many(60, SEGMEN="PBPU"), _shifted(), _many(60))
    yield Fault("every row of a delta quarantined", PAYMENTS, every(STATUS="HILANG"),
                quarantined("unknown_code", ROWS, warnings=frozenset({"much_quarantined"})), _many(60))  # fmt: skip
    yield Fault("an edition of other years", BPS, _many(64, TAHUN=_year(2010)), Expected(read=64),
                _many(64, TAHUN=_year(2002)))  # fmt: skip
    yield Fault("a delta sent again", PAYMENTS, good, Expected("replayed", "replayed", 0), good)
    yield Fault("a delta with something new", PAYMENTS, rows(lambda made: made[:4]), Expected(read=4), good)
    yield Fault("a form edited", VISITS, _edited, Expected(read=1), good)
    yield Fault("the same file twice in one delivery", PKH, _same_twice, Expected(read=2 * ROWS, duplicate=ROWS))
    yield Fault("one kabupaten's file bad, the others good", DUKCAPIL, _one_bad, Expected(read=ROWS))
    yield Fault("one of two files of the province bad", PKH, _two_files, refused("bad_file_in_delivery"))


def _many(count: int, first: int = 0, **values: object) -> Change:
    """`count` rows with these values; a function gets the row's number."""

    def change(source: Source) -> Files:
        rows = deliveries.good_rows(source, count, first)
        for number, row in enumerate(rows):
            row |= {name: value(number) if callable(value) else value for name, value in values.items()}
        return deliveries.files(source, rows)

    return change


def _shifted() -> Expected:
    return Expected("held", "values_shifted", 60)


def _year(first: int) -> Callable[[int], str]:
    return lambda number: str(first + number // 8)


def _without_keys(source: Source) -> Files:
    made = deliveries.good_rows(source, 60)
    return deliveries.files(source, [row | {"NO_KARTU": None} if at % 2 else row for at, row in enumerate(made)])


def _other_content(source: Source) -> Files:
    return deliveries.files(source, deliveries.good_rows(source, ROWS + 1))


def _edited(source: Source) -> Files:
    made = deliveries.good_rows(source)[:1]
    made[0]["catatan"] = "DIPERBAIKI"
    return deliveries.files(source, made)


def _same_twice(source: Source) -> Files:
    (raw,) = good(source).values()
    return {"a.csv": raw, "b.csv": raw}


def _one_bad(source: Source) -> Files:
    (raw,) = good(source).values()
    return {"dukcapil_3601.csv": raw, "dukcapil_3602.csv": b""}


def _two_files(source: Source) -> Files:
    (raw,) = good(source).values()
    return {"a.csv": raw, "b.csv": b""}


def limits() -> Iterator[Fault]:
    """Ruling 36: files that exceed a limit, or kill the library that reads them."""
    for name in (HOUSEHOLDS, JAMSOSRATU, GIZI):
        yield Fault(
            "a stray cell in the last column and row", name, _stray("XFD1048576"), warned("cells_outside_table")
        )
        yield Fault("a stray cell far below", name, _stray("A1048576"), refused("sheet_too_large"))
        yield Fault(
            "a zip that unpacks to too much", name, _sheet_with(b" " * (50 << 20)), refused("unpacked_too_large")
        )
    yield Fault("a sheet that aborts its reader", GIZI, _aborting, refused("parser_out_of_memory"))
    yield Fault("gzip that unpacks to too much", SISWA, _gzip_bomb, refused("unpacked_too_large"))
    yield Fault("a name of 201 letters", JKN, cell(NAMA="A" * 201), quarantined("name_too_long"))
    yield Fault("a name of a million letters", JKN, cell(NAMA="A" * 1_000_000), quarantined("cell_too_long"))
    yield Fault("a name of a million letters in JSON", SISWA, cell(nama="A" * 1_000_000), quarantined("cell_too_long"))
    yield Fault("JSON of 65 levels", UMKM, cell(nama_usaha=_nested(64)), quarantined("json_too_deep"))
    yield Fault(
        "JSON without end",
        UMKM,
        text(lambda raw: raw + b'{"a":' * 100_000 + b"\n"),
        quarantined("json_too_deep", read=ROWS + 1),
    )
    yield Fault("a page nested without end", VISITS, text(_nested_page), refused("bad_file_in_delivery"))
    yield Fault("two thousand million pages", SEEKERS, _many_pages, refused("page_missing"))
    yield Fault("a thousand columns too many", RTLH, text(_wide(1000)), refused("too_many_columns"))
    yield Fault("thirty thousand columns", DUKCAPIL, text(_wide(30_000)), refused("too_many_columns"))
    yield Fault("a file's name of 201 bytes", PKH, lambda source: {"a" * 197 + ".csv": good(source)["kiriman.csv"]},
                refused("file_name_too_long"))  # fmt: skip
    yield Fault("quotes that close and open without end", RTLH, text(lambda raw: raw + b'x",y"z,"\n' * 50_000),
                refused("file_cut_off"))  # fmt: skip


def _sheet_with(more: bytes) -> Change:
    """More XML at the end of the first sheet's rows."""

    def change(source: Source) -> Files:
        memory = io.BytesIO()
        (raw,) = good(source).values()
        with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                xml = old.read(name)
                new.writestr(name, xml.replace(b"</sheetData>", more + b"</sheetData>"))
        return {"kiriman.xlsx": memory.getvalue()}

    return change


def _stray(place: str) -> Change:
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return _sheet_with(f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>x</t></is></c></row>'.encode())


def _aborting(source: Source) -> Files:
    """A stray cell that the sheet's scan misses, and that makes the reader request half a terabyte."""
    return _sheet_with(b'<row r = "1048576"><c r = "XFD1048576"><v>1</v></c></row>')(source)


def _gzip_bomb(source: Source) -> Files:
    return {"kiriman.jsonl.gz": gzip.compress(good(source)["kiriman.jsonl"] + b" " * (64 << 20))}


def _nested(levels: int) -> list:
    made: list = []
    for _ in range(levels - 1):
        made = [made]
    return made


def _nested_page(raw: bytes) -> bytes:
    return raw.replace(b"{", b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b", ", 1)


def _many_pages(source: Source) -> Files:
    return {name: re.sub(rb'"last_page": \d+', b'"last_page": 2000000000', raw) for name, raw in good(source).items()}


def _wide(more: int) -> Callable[[bytes], bytes]:
    """`more` extra columns with headings."""

    def change(raw: bytes) -> bytes:
        first, rest = raw.split(b"\n", 1)
        delimiter = b";" if b";" in first else b","
        return first + b"".join(delimiter + b"K%d" % number for number in range(more)) + b"\n" + rest

    return change


ALL = [
    *whole_files(readers()), *shapes(), *keys(), *numbers(), *dates(), *names(), *places(), *values(), *tables(),
    *nights(), *limits(),
]  # fmt: skip
