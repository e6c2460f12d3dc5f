"""Reports to an agency as a sender: the status of its deliveries, why rows were quarantined, and its marked workbooks.

These are the agency's own data, so no agreement masks them.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from assets.home import Home
from assets.ledger import Ledger
from assets.sharing.workbook import Page, Sheet, write_workbook
from assets.sources import agency_of, all_sources
from validations.engine import FILE_OF_TABLE
from validations.senders import sender_of

_COUNTS = {
    "delivery_id": "kiriman",
    "source": "sumber",
    "file_names": "berkas",
    "delivery_date": "tanggal",
    "status": "keadaan",
    "rows_read": "baris_dibaca",
    "rows_accepted": "diterima",
    "rows_quarantined": "ditahan",
    "rows_duplicate": "ganda_persis",
    "reason_id": "alasan",
    "reason_en": "reason",
}
_NOTE = [
    ("Kiriman Anda", "Satu baris per kiriman terakhir tiap sumber, dan per kiriman yang masuk pada muatan ini."),
    ("Hukumnya", "baris_dibaca = diterima + ditahan + ganda_persis"),
    ("Alasan", "Berapa baris ditahan karena apa, per kiriman dan kolom, dengan baris pertama sebagai contoh."),
    (
        "Perbaikan",
        "Buku kerja ….perbaikan.xlsx menandai setiap sel. Perbaiki berkas aslinya, atau perbaiki selnya di buku kerja"
        " lalu pindahkan dengan `sadaya correct`; lalu kirim berkas yang utuh itu.",
    ),
]


def write(home: Home, load_id: str, agency: str, folder: Path) -> None:
    """Write `kiriman.xlsx` and the marked workbooks of an agency's deliveries; nothing if it sends none.

    The marked workbook of a delivery with other agencies' files would show their rows, and is left out.
    """
    deliveries = _deliveries(home, load_id, agency)
    if not deliveries:
        return
    folder.mkdir()
    counts = pl.DataFrame([{name: row[name] for name in _COUNTS} for row in deliveries], infer_schema_length=None)
    sheets = [Sheet("Kiriman", counts.rename(_COUNTS)), Sheet("Alasan", _reasons(home, deliveries))]
    write_workbook(folder / "kiriman.xlsx", [Page("Baca dahulu", list(_NOTE), (20, 100)), *sheets])
    for row in (row for row in deliveries if "file" not in row):
        marked = home.delivery(row["source"], row["delivery_id"]) / "perbaikan.xlsx"
        if marked.is_file():
            shutil.copyfile(marked, folder / f"{row['delivery_id']}.perbaikan.xlsx")


def _deliveries(home: Home, load_id: str, agency: str) -> list[Mapping[str, Any]]:
    """The newest delivery of each of the agency's sources, and those of this load, in delivery order; of sources that
    several agencies send, only its own files.
    """
    chosen: list[Mapping[str, Any]] = []
    with Ledger(home.ledger) as ledger:
        for source in all_sources():
            if agency_of(source).group == agency:
                found = ledger.deliveries(source.name)
            elif source.files_apart:
                found = _files(ledger, source.name, agency)
            else:
                continue
            of_source = sorted(found, key=lambda row: (row["delivery_date"], row["entry_seq"]))
            newest = {row["delivery_id"] for row in of_source[-1:]}
            chosen += [row for row in of_source if row["load_id"] == load_id or row["delivery_id"] in newest]
    return chosen


def _files(ledger: Ledger, source: str, agency: str) -> list[dict[str, Any]]:
    """The agency's files of a source that several send, in the shape of deliveries, with the name as `file`."""
    loads = {row["delivery_id"]: row["load_id"] for row in ledger.deliveries(source)}
    files = (row for row in ledger.files(source) if sender_of(row["file_name"]) == agency)
    return [
        row | {"file": row["file_name"], "file_names": row["file_name"], "load_id": loads[row["delivery_id"]]}
        for row in files
    ]


def _reasons(home: Home, deliveries: list[Mapping[str, Any]]) -> pl.DataFrame:
    """One row per delivery, column and check: number of quarantined rows, the first of them, the message."""
    empty = pl.DataFrame(schema={"kiriman": pl.String})
    found = [_reasons_of(home.delivery(row["source"], row["delivery_id"]), row) for row in deliveries]
    return pl.concat([empty, *found], how="diagonal")


def _reasons_of(folder: Path, row: Mapping[str, Any]) -> pl.DataFrame:
    held = folder / "quarantine.parquet"
    if not held.is_file():
        return pl.DataFrame(schema={"kiriman": pl.String})
    whole = pl.scan_parquet(held, glob=False)
    ours = whole if "file" not in row else whole.filter(pl.sql_expr(FILE_OF_TABLE) == row["file"])
    lines = ours.group_by("column_name", "check_name").agg(
        pl.struct("file_name", "row_number").n_unique().alias("baris"),
        pl.col("file_name").first().alias("berkas"),
        pl.col("row_number").min().alias("baris_pertama"),
        pl.col("message_id").first().alias("alasan"),
        pl.col("message_en").first().alias("reason"),
    )
    named = lines.rename({"column_name": "kolom", "check_name": "pemeriksaan"})
    return (
        named.select(pl.lit(row["delivery_id"]).alias("kiriman"), pl.all())
        .sort("baris", "kolom", "pemeriksaan", descending=[True, False, False])
        .collect()
    )
