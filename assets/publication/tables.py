"""The tables of schema `quality`, declared once: DuckDB types, comments and Arrow schemas follow from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from assets.meaning import Meaning
from validations.sql import literal

_ARROW = {"BIGINT": pa.int64(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_()}


@dataclass(frozen=True)
class Column:
    """`type`: DuckDB type. Times are UTC without a zone, so that every client shows them alike."""

    name: str
    type: str
    id: str
    en: str

    @property
    def meaning(self) -> Meaning:
        return Meaning(self.id, self.en)


@dataclass(frozen=True)
class Table:
    """`id`, `en`: description of one row."""

    name: str
    id: str
    en: str
    columns: tuple[Column, ...]

    @property
    def meaning(self) -> Meaning:
        return Meaning(self.id, self.en)

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def arrow(self, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
        """Convert rows of the ledger or the gate to Arrow; dates and times stay text until DuckDB casts them."""
        schema = pa.schema([(column.name, _ARROW.get(column.type, pa.string())) for column in self.columns])
        return pa.Table.from_pylist(list(rows), schema=schema)

    def create(self, connection: duckdb.DuckDBPyConnection, schema: str = "quality") -> None:
        """Create the empty table with its comments."""
        columns = ", ".join(f"{column.name} {column.type}" for column in self.columns)
        statements = [
            f"create table {schema}.{self.name} ({columns})",
            f"comment on table {schema}.{self.name} is {literal(self.meaning.comment)}",
            *(
                f"comment on column {schema}.{self.name}.{one.name} is {literal(one.meaning.comment)}"
                for one in self.columns
            ),
        ]
        connection.execute(";\n".join(statements))

    def fill(self, connection: duckdb.DuckDBPyConnection, rows: pa.Table) -> None:
        """Insert Arrow rows by name; columns that the table does not have are ignored."""
        connection.register("incoming", rows)
        connection.execute(f"insert into quality.{self.name} by name select {', '.join(self.names)} from incoming")
        connection.unregister("incoming")


_DELIVERY = Column(
    "delivery_id",
    "VARCHAR",
    "Kiriman: <sumber>-<tanggal>-<sepuluh digit heksadesimal pertama sha256>",
    "The delivery: <source>-<date>-<first ten hex digits of its sha256>",
)
_SOURCE = Column(
    "source",
    "VARCHAR",
    "Sumber, seperti disebut dalam kontrak, misalnya dinsos_pkh",
    "The export, as named in the contracts, e.g. dinsos_pkh",
)
_LOAD = Column("load_id", "VARCHAR", "Muatan: <tanggal muatan>-<nomor urut>", "The load: <as-of date>-<counter>")
_REASON_CODE = Column(
    "reason_code",
    "VARCHAR",
    "Nama pendek alasannya; kosong jika diterima",
    "Short name of the reason; null if accepted",
)
_REASON = Column(
    "reason", "VARCHAR", "Alasan tidak diterima, dalam bahasa Indonesia", "Why it was not accepted, in Indonesian"
)
_FILE = Column("file_name", "VARCHAR", "Berkas, dengan nama dari instansi", "The file, as the agency named it")
_REASON_EN = Column("reason_en", "VARCHAR", "Alasannya dalam bahasa Inggris", "The reason in English")
_COUNTS = (
    Column(
        "rows_read",
        "BIGINT",
        "Baris data di dalamnya: selalu diterima + ditahan + ganda",
        "Data rows in it: accepted + quarantined + duplicate, always",
    ),
    Column("rows_accepted", "BIGINT", "Baris yang diterima", "Accepted rows"),
    Column(
        "rows_quarantined",
        "BIGINT",
        "Baris dengan sedikitnya satu kesalahan, ditahan",
        "Rows with at least one error, not accepted",
    ),
    Column(
        "rows_duplicate",
        "BIGINT",
        "Ulangan persis dari baris yang diterima dalam kiriman yang sama",
        "Exact repetitions of an accepted row of the same delivery",
    ),
    Column(
        "rows_furniture",
        "BIGINT",
        "Judul, baris kosong, judul kolom berulang, jumlah, catatan: dihitung terpisah",
        "Titles, blank rows, repeated headers, totals, notes: counted separately",
    ),
)
_LINE = (
    _DELIVERY,
    _SOURCE,
    _FILE,
    Column(
        "row_number",
        "BIGINT",
        "Nomor baris seperti tampak di lembar kerja (baris pertama 1); kosong: seluruh berkas",
        "Row number as a spreadsheet shows it (the first line is 1); null: the whole file",
    ),
    Column(
        "column_name",
        "VARCHAR",
        "Kolom, seperti disebut dalam kontrak; kosong: seluruh baris",
        "The column, as named in the contract; null: the whole row",
    ),
    Column("check_name", "VARCHAR", "Aturan yang dilanggar atau diterapkan", "The rule that was violated or applied"),
    Column("message_id", "VARCHAR", "Apa yang salah, dalam bahasa Indonesia", "The problem, in Indonesian"),
    Column("message_en", "VARCHAR", "Apa yang salah, dalam bahasa Inggris", "The problem, in English"),
    Column("raw_row", "VARCHAR", "Baris seperti dikirim (JSON)", "The row as delivered (JSON)"),
    Column(
        "record_key",
        "VARCHAR",
        "Kunci catatan sesudah dinormalkan, bagian-bagiannya digabung dengan |",
        "The record's key after normalisation, parts joined by |",
    ),
)
_CHANGE = (
    Column("original_value", "VARCHAR", "Nilai seperti dikirim", "The value as delivered"),
    Column(
        "new_value",
        "VARCHAR",
        "Nilai yang dipakai sebagai gantinya; kosong: nilai asli yang dipakai, atau tidak ada",
        "The value that is used instead; null: the original is used, or none",
    ),
)

DELIVERIES = Table(
    "deliveries",
    "Satu baris untuk tiap kiriman yang pernah datang, apa pun jadinya.",
    "One row per delivery ever received, whatever its status.",
    (
        _DELIVERY,
        _SOURCE,
        Column("agency", "VARCHAR", "Instansi (OPD) pengirim", "The agency (OPD) that sent it"),
        Column("delivery_date", "DATE", "Tanggal foldernya di tempat kiriman", "The date of its folder in the landing"),
        Column(
            "kind",
            "VARCHAR",
            "snapshot: menggantikan keterangan sumber untuk wilayahnya; delta: menambah dan mengubah",
            "snapshot: replaces the source's records of its regions; delta: adds and changes records",
        ),
        Column(
            "coverage",
            "VARCHAR",
            "Kode kabupaten/kota yang dicakup, dipisah koma; 36 berarti seluruh provinsi",
            "Regency codes that it covers, separated by commas; 36 is the whole province",
        ),
        Column(
            "acceptance_seq",
            "BIGINT",
            "Urutan penerimaan; pada tanggal yang sama yang kemudian berlaku; kosong jika tidak pernah diterima",
            "Order of acceptance; on the same date the later delivery takes precedence; null if never accepted",
        ),
        Column("file_names", "VARCHAR", "Berkas-berkasnya, dipisah koma", "Its files, separated by commas"),
        Column(
            "sha256",
            "VARCHAR",
            "SHA-256 dari daftar terurut SHA-256 berkas-berkasnya",
            "SHA-256 of the sorted list of its files' SHA-256",
        ),
        *_COUNTS,
        Column(
            "status",
            "VARCHAR",
            "accepted (diterima), refused (ditolak), replayed (isinya sama), held (ditahan), withdrawn (ditarik)",
            "accepted, refused, replayed, held, withdrawn",
        ),
        _REASON_CODE,
        _REASON,
        _REASON_EN,
        Column("load_id", "VARCHAR", "Muatan yang mengambilnya", "The load that took it in"),
        Column("loaded_at", "TIMESTAMP", "Waktu diambil (UTC)", "When it was taken in (UTC)"),
    ),
)
DELIVERY_FILES = Table(
    "delivery_files",
    "Satu baris untuk tiap berkas dalam kiriman.",
    "One row per file of a delivery.",
    (
        _DELIVERY,
        _FILE,
        Column("sha256", "VARCHAR", "SHA-256 isi berkas", "SHA-256 of its content"),
        Column("bytes", "BIGINT", "Ukuran berkas (byte)", "Size in bytes"),
        Column("encoding", "VARCHAR", "Pengodean karakter yang dipakai membacanya", "The encoding it was read with"),
        Column(
            "coverage",
            "VARCHAR",
            "Kode kabupaten/kota yang dicakup; 36 berarti seluruh provinsi",
            "The regency code that it covers; 36 is the whole province",
        ),
        *_COUNTS,
        Column(
            "status",
            "VARCHAR",
            "accepted (diterima), refused (ditolak), replayed (isi sama dikirim ulang)",
            "accepted, refused, replayed",
        ),
        _REASON_CODE,
        _REASON,
        _REASON_EN,
    ),
)
_KEPT_ID = "Dimuat untuk kiriman yang berlaku, yang ditahan, dan semua kiriman muatan yang berkas mutunya masih ada."
_KEPT_EN = "Includes deliveries in force, held deliveries, and all that arrived with a load whose quality file is kept."
QUARANTINE = Table(
    "quarantine",
    f"Satu baris untuk tiap pemeriksaan yang gagal dari baris yang ditahan. {_KEPT_ID}",
    f"One row per failed check of a quarantined row. {_KEPT_EN}",
    _LINE,
)
WARNINGS = Table(
    "warnings",
    f"Satu baris untuk tiap peringatan; barisnya sendiri diterima. {_KEPT_ID}",
    f"One row per warning; the row itself was accepted. {_KEPT_EN}",
    _LINE + _CHANGE,
)
REPAIRS = Table(
    "repairs",
    f"Satu baris untuk tiap nilai yang diperbaiki, dengan nilai aslinya. {_KEPT_ID}",
    f"One row per value that was repaired, with the original. {_KEPT_EN}",
    _LINE + _CHANGE,
)
UNREAD = Table(
    "unread",
    "Satu baris untuk tiap hal di tempat kiriman yang tidak dibaca suatu muatan (ketentuan 14).",
    "One row per file or folder in the landing that a load did not read (ruling 14).",
    (
        _LOAD,
        Column("path", "VARCHAR", "Letaknya, dihitung dari tempat kiriman", "Path relative to the landing"),
        Column("reason_code", "VARCHAR", "Nama pendek alasannya", "Short name of the reason"),
        Column("reason_id", "VARCHAR", "Alasannya dalam bahasa Indonesia", "The reason in Indonesian"),
        _REASON_EN,
    ),
)
GATE_METRICS = Table(
    "gate_metrics",
    "Satu baris untuk tiap ukuran, pokok dan wilayah pada muatan ini, dengan batas pembandingnya.",
    "One row per metric, subject and region of this load, with its limits.",
    (
        _LOAD,
        Column(
            "metric",
            "VARCHAR",
            "Kelompok ukuran, seperti dinyatakan di validations/expectations",
            "The family of metrics, as declared in validations/expectations",
        ),
        Column(
            "subject",
            "VARCHAR",
            "Sumber atau program yang diukur; kosong: seluruh gudang data",
            "The source or programme measured; null: the whole warehouse",
        ),
        Column("regency_code", "VARCHAR", "Kabupaten/kota; 36 berarti provinsi", "Kabupaten/kota; 36 is the province"),
        Column(
            "value",
            "DOUBLE",
            "Nilai malam ini: jumlah, bagian dari 0 sampai 1, atau hari",
            "Tonight's value: a count, a share from 0 to 1, or days",
        ),
        Column(
            "denominator",
            "DOUBLE",
            "Penyebut suatu bagian; kosong untuk jumlah",
            "Denominator of a share; null for counts",
        ),
        Column(
            "yesterday",
            "DOUBLE",
            "Ukuran yang sama pada muatan yang terbit sebelumnya; kosong pada malam pertama",
            "The same metric in the load published before; null on the first night",
        ),
        Column(
            "limit_low",
            "DOUBLE",
            "Nilai terkecil yang masuk akal; kosong: tanpa batas bawah, atau tidak ada nilai yang dapat melanggarnya",
            "Smallest plausible value; null: no limit, or none that a value could violate",
        ),
        Column(
            "limit_high",
            "DOUBLE",
            "Nilai terbesar yang masuk akal; kosong: tanpa batas atas, atau tidak ada nilai yang dapat melanggarnya",
            "Largest plausible value; null: no limit, or none that a value could violate",
        ),
        Column(
            "rule",
            "VARCHAR",
            "Asal batasnya: yesterday (muatan sebelumnya), quota (kuota), absolute (mutlak), first_night (malam"
            " pertama), new (baru, tanpa pembanding), few (terlalu sedikit untuk diberi batas), information"
            " (keterangan saja)",
            "Basis of the limits: yesterday, quota, absolute, first_night, new (nothing to compare with), few"
            " (too few for a limit to mean anything), information",
        ),
        Column(
            "severity",
            "VARCHAR",
            "error: di luar batas tidak ada yang diterbitkan; warning: hanya ditampilkan",
            "error: a value outside the limits blocks publication; warning: it is only shown",
        ),
        Column(
            "passed",
            "BOOLEAN",
            "Apakah nilainya berada dalam batas, menurut Great Expectations",
            "Whether the value is within its limits, according to Great Expectations",
        ),
    ),
)
GATE_RESULTS = Table(
    "gate_results",
    "Satu baris untuk tiap pemeriksaan gerbang: simpul dbt, rekonsiliasi, Great Expectations.",
    "One row per check of the gate: dbt's nodes, reconciliation, Great Expectations.",
    (
        _LOAD,
        Column(
            "checker",
            "VARCHAR",
            "Pemeriksa: dbt, reconciliation, great_expectations",
            "dbt, reconciliation, great_expectations",
        ),
        Column("name", "VARCHAR", "Pemeriksaan", "The check"),
        Column("severity", "VARCHAR", "error (kesalahan) atau warning (peringatan)", "error or warning"),
        Column("passed", "BOOLEAN", "Apakah lulus", "Whether it passed"),
        Column(
            "observed",
            "VARCHAR",
            "Yang ditemukan: status, atau banyaknya penyimpangan",
            "Result: a status, or the number of deviations",
        ),
        Column("detail_id", "VARCHAR", "Temuannya dalam bahasa Indonesia", "The finding in Indonesian"),
        Column("detail_en", "VARCHAR", "Temuannya dalam bahasa Inggris", "The finding in English"),
    ),
)
RECONCILIATION = Table(
    "reconciliation",
    "Satu baris untuk tiap pasangan angka yang harus sama, dihitung di dua tempat.",
    "One row per pair of numbers that must be equal, counted in two places.",
    (
        _LOAD,
        Column("name", "VARCHAR", "Hukum yang diperiksa", "The law"),
        Column(
            "subject",
            "VARCHAR",
            "Kiriman, berkas, sumber atau tabel yang dihitung",
            "The delivery, file, source or table counted",
        ),
        Column(
            "left_value",
            "BIGINT",
            "Angka yang dinyatakan, atau dihitung pertama",
            "The number as stated, or as counted first",
        ),
        Column(
            "right_value", "BIGINT", "Angka yang dihitung lagi di tempat lain", "The number counted again elsewhere"
        ),
        Column("passed", "BOOLEAN", "Apakah keduanya sama", "Whether both are equal"),
    ),
)
LOADS = Table(
    "loads",
    "Satu baris untuk tiap muatan yang pernah ada; keadaan muatan ini adalah putusan gerbang.",
    "One row per load; the state of this one is the gate's verdict.",
    (
        _LOAD,
        Column(
            "load_seq",
            "BIGINT",
            "Urutan muatan dibuka; waktu belum tentu menunjukkannya",
            "Order in which loads were opened; times may not show it",
        ),
        Column(
            "as_of_date",
            "DATE",
            "Kiriman sampai dengan hari ini ikut dihitung",
            "Deliveries up to this day are included",
        ),
        Column(
            "state",
            "VARCHAR",
            "published (terbit), rejected (ditolak gerbang), failed (gagal), superseded (digantikan), rolled_back"
            " (dikembalikan), withdrawn (ditarik), damaged (rusak), atau belum selesai",
            "published, rejected, failed, superseded, rolled_back, withdrawn, damaged, or unfinished",
        ),
        Column("started_at", "TIMESTAMP", "Mulai (UTC)", "Start (UTC)"),
        Column("finished_at", "TIMESTAMP", "Perubahan keadaan terakhir (UTC)", "Last change of its state (UTC)"),
        Column(
            "previous_load_id",
            "VARCHAR",
            "Muatan yang terbit saat muatan ini mulai",
            "The load that was published when this one started",
        ),
        Column("code_version", "VARCHAR", "Versi kode yang membuatnya", "The version of the code that made it"),
        Column("reason", "VARCHAR", "Alasan keadaannya demikian", "Reason for the state"),
    ),
)
DECISIONS = Table(
    "decisions",
    "Satu baris untuk tiap keputusan seseorang: melepas, menarik, mengembalikan, menerbitkan atas keputusan.",
    "One row per decision of a person: release, withdraw, rollback, override.",
    (
        Column("decision_id", "BIGINT", "Nomor menurut urutan waktu", "Number in order of time"),
        Column("decided_at", "TIMESTAMP", "Waktunya (UTC)", "When (UTC)"),
        Column("action", "VARCHAR", "Yang diputuskan", "What was decided"),
        Column("subject", "VARCHAR", "Kiriman atau muatan yang diputuskan", "The delivery or load decided on"),
        Column("decided_by", "VARCHAR", "Yang memutuskan", "Who decided"),
        Column("reason", "VARCHAR", "Alasannya", "Why"),
    ),
)

ACCESS_LOG = Table(
    "access_log",
    "Satu baris untuk tiap tabel yang dibaca sebuah perintah di server PostgreSQL, dan untuk tiap koneksi; isi"
    " perintahnya tidak disimpan.",
    "One row per table read by a statement on the PostgreSQL server, and per connection; the statement is not stored.",
    (
        Column("accessed_at", "TIMESTAMP", "Waktunya (UTC)", "When (UTC)"),
        Column("agency", "VARCHAR", "Instansi", "The agency"),
        Column(
            "login",
            "VARCHAR",
            "Yang membaca: akun instansi, atau akun seorang petugasnya",
            "Login of the agency, or of one of its officers",
        ),
        Column("session", "VARCHAR", "Koneksi, dengan nomor dari server", "The connection, as the server numbers it"),
        Column(
            "action",
            "VARCHAR",
            "connect (masuk); select, copy dan lainnya jika server memiliki pgaudit",
            "connect; select, copy and others, where the server has pgaudit",
        ),
        Column(
            "table_name",
            "VARCHAR",
            "Tabel dengan skemanya; kosong untuk connect",
            "The table, with its schema; null for connect",
        ),
        Column(
            "rows_given",
            "BIGINT",
            "Banyaknya baris yang diberikan seluruh perintah itu",
            "Number of rows that the whole statement returned",
        ),
    ),
)

TABLES = (
    DELIVERIES,
    DELIVERY_FILES,
    QUARANTINE,
    WARNINGS,
    REPAIRS,
    UNREAD,
    GATE_METRICS,
    GATE_RESULTS,
    RECONCILIATION,
    LOADS,
    DECISIONS,
    ACCESS_LOG,
)
