"""Tests typical flaws of files made by hand, with the real readers and contracts: accepted rows and notices."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from assets.intake.parse import parse_file
from assets.sources import source_named
from validations.delivery import Context, RawFile
from validations.engine import Verdict, validate
from validations.messages import Refusal

ROWS = 12


@dataclass(frozen=True)
class Delivery:
    """Result of one file."""

    folder: Path
    verdict: Verdict

    @property
    def accepted(self) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "accepted" / "0.parquet").sort("row_number")

    @property
    def notices(self) -> list[str]:
        return [notice.code for notices in self.verdict.notices.values() for notice in notices]

    def lines(self, table: str) -> pl.DataFrame:
        return pl.read_parquet(self.folder / f"{table}.parquet")


@pytest.fixture
def deliver(tmp_path):
    """`deliver(source, name, rows)`: rows as dictionaries, written in the format of the file's name."""

    def run(source: str, name: str, rows: Sequence[dict[str, Any]]) -> Delivery:
        path = tmp_path / name
        _WRITERS[path.suffix](path, rows)
        (tmp_path / "raw").mkdir()
        declared = source_named(source)
        parsed = parse_file(path, declared, tmp_path / "raw", "0")
        files = [RawFile(table, parts) for table, parts in parsed.tables(name).items()]
        return Delivery(tmp_path, validate(files, declared.contract, Context("d", source, date(2019, 11, 1)), tmp_path))

    return run


def _csv(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _lines(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")


def _page(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    path.write_text(json.dumps({"data": rows, "meta": {"page": 1, "last_page": 1, "total": len(rows)}}))


def _workbook(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Dates become date cells of American Excel; a text that begins with `#` becomes an error value."""
    with xlsxwriter.Workbook(path) as book:
        page, day = book.add_worksheet("DATA"), book.add_format({"num_format": "m/d/yyyy"})
        page.write_row(0, 0, list(rows[0]))
        for at, row in enumerate(rows, start=1):
            for place, value in enumerate(row.values()):
                if isinstance(value, date):
                    page.write_datetime(at, place, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
                elif str(value).startswith("#"):
                    page.write_formula(at, place, "=VLOOKUP(A1,Z:Z,1,0)", None, value)
                else:
                    page.write_string(at, place, value)


_WRITERS = {".csv": _csv, ".jsonl": _lines, ".json": _page, ".xlsx": _workbook}


def good(source: str, **numbered: str) -> list[dict[str, Any]]:
    """Good rows; `numbered` columns end in the row's number."""
    fields = source_named(source).contract.fields
    return [
        {field.name: field.example for field in fields} | {name: f"{stem}{n:03d}" for name, stem in numbered.items()}
        for n in range(ROWS)
    ]


def test_american_excel_made_dates_of_half_a_column(deliver):
    rows = good("dinkes_gizi", ID_PENGUKURAN="UKR0000001", NIK_ANAK="3601014508179")
    early = [date(2019, month, 10) for month in (1, 3, 5, 7, 9, 10)]
    late = [f"{day}/10/2019" for day in (13, 15, 18, 21, 25, 28)]
    for row, measured in zip(rows, [*early, *late], strict=True):
        row["TGL_UKUR"] = measured
    judged = deliver("dinkes_gizi", "gizi.xlsx", rows)
    assert judged.verdict.total.accepted == ROWS
    assert judged.verdict.warnings == {"day_month_doubtful": 5}  # 10 October reads the same both ways
    assert judged.notices == ["dates_half_converted"]


def test_days_come_as_instants_in_utc(deliver):
    rows = good("disnaker_pencaker", id="100001", nik="3601014508859")
    for row in rows:
        row |= {"tanggal_lahir": "1985-08-04T17:00:00.000000Z", "tanggal_daftar": "2019-06-17T00:00:00+07:00"}
    judged = deliver("disnaker_pencaker", "halaman-0001.json", rows)
    assert judged.accepted.select(pl.col("tanggal_lahir", "tanggal_daftar").unique()).row(0) == (
        "1985-08-05",
        "2019-06-17",
    )
    assert judged.verdict.warnings == {}


def test_a_lookup_found_nothing(deliver):
    rows = good("dinkes_gizi", ID_PENGUKURAN="UKR0000001")
    for row in rows:
        row |= {"NIK_ANAK": "#N/A", "NIK_ORTU": "#N/A", "ZS_TB_U": "#N/A", "TGL_LAHIR": "#REF!"}
    rows[0]["NAMA_ANAK"] = rows[1]["ID_PENGUKURAN"] = "#N/A"
    judged = deliver("dinkes_gizi", "gizi.xlsx", rows)
    assert judged.verdict.errors == {"unreadable_cell": 2}
    assert judged.verdict.warnings == {"unreadable_cell": 4 * ROWS}
    lines = judged.lines("warnings")
    assert set(lines["original_value"]) == {"#N/A", "#REF!"}
    assert set(json.loads(lines["raw_row"][0]).values()) >= {"#N/A", "#REF!"}
    assert set(judged.accepted["nik_anak_state"]) == {"malformed"}


def test_numbers_are_kept_as_text_by_a_formula(deliver):
    rows = good("dinsos_pkh", ID_PKH="PKH3601000001", NIK="3601014508859", NO_KK="3601011203109")
    plain = [dict(row) for row in rows]
    for row in rows:
        row |= {name: f'="{row[name]}"' for name in ("ID_PKH", "NIK", "NO_KK")}
    judged = deliver("dinsos_pkh", "pkh.csv", rows)
    assert judged.verdict.warnings == {}
    assert judged.verdict.repairs == {"characters_taken_out": ROWS, "number_cleaned": 2 * ROWS}
    for name in ("ID_PKH", "NIK", "NO_KK"):
        assert judged.accepted[name.lower()].to_list() == [row[name] for row in plain]


def test_a_key_is_repeated_with_an_invisible_mark(deliver):
    rows = good("dinsos_pkh", ID_PKH="PKH3601000001", NIK="3601014508859")
    judged = deliver("dinsos_pkh", "pkh.csv", [*rows, rows[3] | {"ID_PKH": f"\u200e{rows[3]['ID_PKH']}"}])
    assert (judged.verdict.total.accepted, judged.verdict.total.duplicate) == (ROWS, 1)


def test_nobody_is_called_null(deliver):
    words = ["null", "TIDAK ADA", "-", "N/A", "...", r"\N", "Nihil", "nan", "tdk ada", "KOSONG", ".", "ALMARHUMAH"]
    rows = good("dindik_siswa", nisn="0012340", nik="3601014508099")
    for row, word in zip(rows, words, strict=True):
        row["nama_ibu"] = word
    judged = deliver("dindik_siswa", "siswa.jsonl", rows)
    assert judged.accepted["nama_ibu"].to_list() == [*[None] * 11, "ALMARHUMAH"]
    assert judged.verdict.warnings == {"value_missing": 11}


@pytest.mark.parametrize(("count", "notices"), [(ROWS, ["most_niks_are_kk"]), (3, [])])
def test_the_column_of_niks_holds_cards(deliver, count, notices):
    rows = good("dprkp_rtlh", ID_RTLH="RTLH360100001", NIK="3601014508859", NO_KK="3601011203109")
    for row in rows[:count]:
        row["NIK"] = row["NO_KK"]
    judged = deliver("dprkp_rtlh", "rtlh.csv", rows)
    assert judged.verdict.warnings == {"nik_is_kk": count}
    assert judged.accepted["nik_state"].to_list() == ["is_kk"] * count + ["valid"] * (ROWS - count)
    assert judged.notices == notices


def test_a_percentage_is_the_number_shown(deliver, tmp_path):
    rows = good("bps_kemiskinan")
    for row, year in zip(rows, range(2008, 2020), strict=True):
        row |= {"TAHUN": str(year), "PERSENTASE": "5,09 %"}
    judged = deliver("bps_kemiskinan", "bps.xlsx", rows)
    assert set(judged.accepted["persentase"]) == {"5.09"}
    assert judged.verdict.warnings == {}


def among(rows: Sequence[dict[str, Any]], at: int, *cells: str) -> list[dict[str, Any]]:
    """The rows with one more, of these cells from the first column on."""
    columns = list(rows[0])
    line = dict.fromkeys(columns, "") | dict(zip(columns, cells, strict=False))
    return [*rows[:at], line, *rows[at:]]


def test_a_second_header_has_other_names_in_another_order(deliver):
    rows = good("dinsos_dtks_rumah_tangga", ID_DTKS="360101000")
    again = ("IDBDT", "NO KK", "KRT", "ALAMAT", "RT", "RW", "DESA", "ART", "DESIL")
    with pytest.raises(Refusal) as refused:
        deliver("dinsos_dtks_rumah_tangga", "rt.xlsx", among(rows, 5, *again))
    assert refused.value.filled.code == "header_changes"


def test_a_row_without_a_key_is_no_header_for_one_word(deliver):
    rows = good("dinsos_dtks_rumah_tangga", ID_DTKS="360101000")
    rows[3] |= {"ID_DTKS": "", "ALAMAT": "RW", "STATUS_RUMAH": "ALAMAT"}
    judged = deliver("dinsos_dtks_rumah_tangga", "rt.xlsx", rows)
    assert (judged.verdict.total.accepted, judged.verdict.total.quarantined) == (ROWS - 1, 1)


def test_signatures_stand_in_a_column_with_a_heading(deliver):
    rows = good("dinsos_pkh", ID_PKH="PKH3601000001", NIK="3601014508859")
    for line in ("Serang, 1 November 2019", "Kepala Dinas", "", "Drs. H. ASEP CONTOH, M.Si", "NIP. 196501011990031001"):
        rows = among(rows, len(rows), *[""] * 8, line)
    judged = deliver("dinsos_pkh", "pkh.csv", rows)
    assert (judged.verdict.total.accepted, judged.verdict.total.quarantined) == (ROWS, 0)


def test_a_client_rules_off_each_header(deliver):
    rows = good("dprkp_rtlh", ID_RTLH="RTLH360100001", NIK="3601014508859")
    dashes = ["-" * len(name) for name in rows[0]]
    pages = among(among(among(rows, 6, *rows[0]), 7, *dashes), 0, *dashes)
    judged = deliver("dprkp_rtlh", "rtlh.csv", pages)
    assert (judged.verdict.total.accepted, judged.verdict.total.quarantined) == (ROWS, 0)
