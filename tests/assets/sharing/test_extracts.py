"""An extract contains exactly the share, is complete or absent, and describes itself."""

from __future__ import annotations

import json
import stat
import zipfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pytest

from assets.ledger import Ledger
from assets.sharing import extracts
from assets.sharing.extracts import damage, read_manifest, remove_extract, write_extract
from assets.sharing.pseudonyms import PseudonymError
from assets.sharing.share import ShareError, opened, share_of
from tests.assets.sharing.conftest import PERSONS, TODAY, agreement, table

pytestmark = pytest.mark.slow

LOAD = "20260315-001"
HOUSEHOLDS = table(
    "dim_household",
    {"household_id": "pseudonym", "regency_code": "clear", "head_name": "clear", "village_code": "suppressed"},
    {"poor": True},
    title="Rumah tangga",
)
COUNTS = table(
    "counts_by_region", {"region_code": "clear", "programme": "clear", "all_units": "clear"}, title="Hitungan"
)


@pytest.fixture
def written(published):
    return write_extract(published, LOAD, agreement(HOUSEHOLDS, COUNTS), TODAY)


def share_rows(home, stated) -> Counter:
    with opened(home.warehouse(LOAD), home.root / "spill") as connection:
        share = share_of(connection, home, agreement(stated), TODAY)
        return Counter(connection.execute(share.sql(share.tables[0])).fetchall())


def test_files_hold_the_share_and_nothing_else(published, written):
    places = ["3601-kabupaten-pandeglang", "3602-kabupaten-lebak"]
    assert {path.name for path in written.folder.glob("*.xlsx")} == {
        f"dinuji-{place}.xlsx" for place in [*places, "provinsi"]
    }
    parts = [pl.read_parquet(written.folder / f"parquet/dim_household/{place}.parquet") for place in places]
    assert [set(part["regency_code"]) for part in parts] == [{"3601"}, {"3602"}]
    assert Counter(pl.concat(parts).rows()) == share_rows(published, HOUSEHOLDS)
    assert Counter(pl.read_parquet(written.folder / "parquet/counts_by_region.parquet").rows()) == share_rows(
        published, COUNTS
    )
    sheets = [openpyxl.load_workbook(written.folder / f"dinuji-{place}.xlsx")["Rumah tangga"] for place in places]
    rows = Counter(row for sheet in sheets for row in sheet.iter_rows(min_row=2, values_only=True))
    assert rows == Counter(tuple(row) for row in pl.concat(parts).rows())


def test_nothing_outside_the_share_is_in_any_file(written):
    """Households that are not poor, a suppressed column, ids behind pseudonyms, a table that is not named."""
    texts = [text for path in written.folder.rglob("*") if path.is_file() for text in texts_in(path)]
    assert any("KEPALA 4" in text for text in texts)
    for outside in ("KEPALA 2", "KEPALA 7", "KEPALA 10", "KEPALA 11", "3601012001", ">H4<", ",H4,", "NAMA "):
        assert not any(outside in text for text in texts), outside


def texts_in(path: Path) -> list[str]:
    if path.suffix == ".parquet":
        return [pl.read_parquet(path).write_csv()]
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as package:
            return [package.read(name).decode() for name in package.namelist()]
    return [path.read_text()]


def test_the_first_and_last_sheet_describe_the_extract(written):
    book = openpyxl.load_workbook(written.folder / "dinuji-3601-kabupaten-pandeglang.xlsx")
    assert book.sheetnames == ["Keterangan", "Rumah tangga", "Kamus"]
    about = dict(book["Keterangan"].iter_rows(values_only=True))
    assert about["Nomor perjanjian"] == "SADAYA/99/2026"
    assert about["Muatan (load)"] == LOAD
    assert about["Keadaan per tanggal"] == "2026-03-15"
    assert about["Rumah tangga"].endswith("baris; rumah tangga miskin")
    meaning = {row[1]: row for row in book["Kamus"].iter_rows(values_only=True)}
    assert meaning["head_name"][4:] == ("Nama kepala.", "Name of the head.")
    assert list(book["Kamus"].values)[1][::4] == ("Rumah tangga", "Rumah tangga.")
    assert list(book["Kamus"].values)[1][5] == "Households."
    assert meaning["household_id"][2].startswith("nama samaran")
    assert meaning["village_code"][2] == "tidak ditampilkan"


def test_rounding_is_explained_to_readers_of_counts(written):
    books = {
        place: openpyxl.load_workbook(written.folder / f"dinuji-{place}.xlsx")
        for place in ("provinsi", "3602-kabupaten-lebak")
    }
    said = {place: dict(book["Keterangan"].iter_rows(values_only=True)) for place, book in books.items()}
    assert "ke kelipatan 10: selisihnya paling banyak 9" in said["provinsi"]["Angka dibulatkan"]
    assert "Angka dibulatkan" not in said["3602-kabupaten-lebak"]
    shown = {row[1]: row[2] for row in books["provinsi"]["Kamus"].iter_rows(values_only=True)}
    assert (shown["all_units"], shown["programme"]) == ("dibulatkan", "apa adanya")


def test_the_manifest_names_every_file_and_finds_a_changed_one(written):
    manifest = read_manifest(written.folder)
    there = {path.relative_to(written.folder).as_posix() for path in written.folder.rglob("*") if path.is_file()}
    assert {file["path"] for file in manifest["files"]} == there - {"manifest.json"}
    assert manifest["tables"]["marts.dim_household"]["columns"]["village_code"] == "suppressed"
    rows = {file["path"]: file["rows"] for file in manifest["files"]}
    assert (
        rows["dinuji-provinsi.xlsx"]
        == rows["parquet/counts_by_region.parquet"]
        == written.rows["marts.counts_by_region"]
    )
    assert damage(written.folder) is None
    changed = written.folder / "dinuji-provinsi.xlsx"
    changed.write_bytes(changed.read_bytes()[:-1] + b"\1")
    assert damage(written.folder) == "dinuji-provinsi.xlsx was changed"
    changed.unlink()
    assert damage(written.folder) == "dinuji-provinsi.xlsx is missing"


def test_only_the_group_can_read_it(written):
    for path in [written.folder, *written.folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o750 if path.is_dir() else 0o640), path.name


def test_only_the_owner_can_read_it_while_it_is_written(published, monkeypatch):
    seen = []
    whole = extracts._manifest

    def look(share, scratch, parts):
        seen.append(stat.S_IMODE(scratch.stat().st_mode))
        return whole(share, scratch, parts)

    monkeypatch.setattr(extracts, "_manifest", look)
    write_extract(published, LOAD, agreement(HOUSEHOLDS), TODAY)
    assert seen == [0o700]


def test_it_is_the_same_when_it_is_made_again(published, written):
    first = read_manifest(written.folder)
    write_extract(published, LOAD, agreement(HOUSEHOLDS, COUNTS), TODAY)
    parquet = [
        [file for file in each["files"] if "parquet" in file["path"]] for each in (first, read_manifest(written.folder))
    ]
    assert parquet[0] == parquet[1]


@pytest.mark.parametrize("breaks", ["write_workbook", "_manifest", "_protect"])
def test_a_failure_leaves_the_earlier_extract(published, written, monkeypatch, breaks):
    def fail(*_):
        raise OSError("no space left")

    before = read_manifest(written.folder)
    monkeypatch.setattr(extracts, breaks, fail)
    with pytest.raises(OSError, match="no space"):
        write_extract(published, LOAD, agreement(HOUSEHOLDS), TODAY)
    assert [path.name for path in written.folder.parent.iterdir()] == ["dinuji"]
    assert (read_manifest(written.folder), damage(written.folder)) == (before, None)


def test_an_expired_agreement_writes_nothing(published):
    with pytest.raises(ShareError, match="in force from"):
        write_extract(published, LOAD, agreement(HOUSEHOLDS), date(2027, 1, 1))
    assert list(published.extract(LOAD, "dinuji").parent.iterdir()) == []


def test_an_agreement_without_extracts_has_none(published):
    with pytest.raises(ShareError, match="does not name extracts"):
        write_extract(published, LOAD, agreement(HOUSEHOLDS, media=["postgres"]), TODAY)


def test_a_table_longer_than_a_sheet_is_a_csv_in_which_nothing_runs(published, monkeypatch):
    monkeypatch.setattr(extracts, "MOST_ROWS", 5)
    with duckdb.connect(str(published.warehouse(LOAD))) as connection:
        connection.execute("update marts.dim_person set name = '=cmd|/c calc' where person_id = 'P3'")
    written = write_extract(published, LOAD, agreement(PERSONS), TODAY)
    text = (written.folder / "csv/dim_person-provinsi.csv").read_text()
    assert "'=cmd|/c calc" in text
    assert ",=cmd" not in text
    assert len(text.splitlines()) == 41
    book = openpyxl.load_workbook(written.folder / "dinuji-provinsi.xlsx")
    assert book.sheetnames == ["Keterangan", "Kamus"]
    assert "csv/dim_person-provinsi.csv" in dict(book["Keterangan"].iter_rows(values_only=True))["dim person"]


def test_it_can_be_removed(published, written):
    remove_extract(published, LOAD, "dinuji")
    assert not written.folder.exists()
    assert read_manifest(written.folder) is None


def test_a_sender_gets_a_report_of_its_deliveries(published):
    with Ledger(published.ledger) as ledger:
        for day, source in (("2026-03-01", "dprkp_rtlh"), ("2026-03-10", "dprkp_rtlh"), ("2026-03-10", "dinsos_pkh")):
            row = {
                "delivery_id": f"{source}-{day}", "source": source, "agency": "x", "delivery_date": day,
                "kind": "snapshot", "sha256": "0", "file_names": "[]", "coverage": "[]", "rows_read": 9,
                "rows_accepted": 7, "rows_quarantined": 2, "status": "accepted",
            }  # fmt: skip
            ledger.record_delivery(row, [])
    folder = published.delivery("dprkp_rtlh", "dprkp_rtlh-2026-03-10")
    folder.mkdir(parents=True)
    (folder / "perbaikan.xlsx").write_bytes(b"marked")
    lines = {"file_name": "a.csv", "row_number": [2, 2, 5], "column_name": "NIK", "check_name": ["a", "b", "a"]}
    pl.DataFrame(lines | {"message_id": "salah", "message_en": "wrong"}).write_parquet(folder / "quarantine.parquet")
    written = write_extract(published, LOAD, agreement(agency="dprkp"), TODAY)
    assert (written.folder / "sender/dprkp_rtlh-2026-03-10.perbaikan.xlsx").read_bytes() == b"marked"
    book = openpyxl.load_workbook(written.folder / "sender/kiriman.xlsx")
    (delivery,) = book["Kiriman"].iter_rows(min_row=2, values_only=True)
    assert delivery[:9] == ("dprkp_rtlh-2026-03-10", "dprkp_rtlh", "[]", "2026-03-10", "accepted", 9, 7, 2, 0)
    reasons = list(book["Alasan"].iter_rows(min_row=2, values_only=True))
    assert [(row[2], row[3], row[5]) for row in reasons] == [("a", 2, 2), ("b", 1, 2)]


def test_a_sender_gets_a_report_of_its_own_files_only(published):
    """Outcomes of all agencies are in one folder: no agency sees what another agency's officers wrote."""
    source, delivery_id, names = "sadaya_tindak_lanjut", "answers", ("dinkes-daftar.csv", "dprkp-3601.xlsx")
    counts = {"rows_read": 2, "rows_accepted": 1, "rows_quarantined": 1, "status": "accepted"}
    row = {
        "delivery_id": delivery_id, "source": source, "agency": "x", "delivery_date": "2026-03-10", "kind": "delta",
        "sha256": "0", "file_names": ", ".join(names), "coverage": "36", **counts, "rows_read": 4,
        "rows_accepted": 2, "rows_quarantined": 2,
    }  # fmt: skip
    files = [{"file_name": name, "sha256": name, "bytes": 1, "coverage": "36", **counts} for name in names]
    with Ledger(published.ledger) as ledger:
        ledger.record_delivery(row, files)
    folder = published.delivery(source, delivery_id)
    folder.mkdir(parents=True)
    (folder / "perbaikan.xlsx").write_bytes(b"rows of both")
    lines = {"file_name": [names[0], f"{names[1]}/Rumah"], "row_number": [2, 3], "column_name": "ID_BARIS"}
    lines |= {"check_name": "x", "message_id": ["milik dinkes", "milik dprkp"], "message_en": "x"}
    pl.DataFrame(lines).write_parquet(folder / "quarantine.parquet")
    written = write_extract(published, LOAD, agreement(agency="dprkp"), TODAY)
    assert [path.name for path in (written.folder / "sender").iterdir()] == ["kiriman.xlsx"]
    book = openpyxl.load_workbook(written.folder / "sender/kiriman.xlsx")
    (told,) = book["Kiriman"].iter_rows(min_row=2, values_only=True)
    assert told[:9] == (delivery_id, source, names[1], "2026-03-10", "accepted", 2, 1, 1, 0)
    (reason,) = book["Alasan"].iter_rows(min_row=2, values_only=True)
    assert reason[4:7] == (f"{names[1]}/Rumah", 3, "milik dprkp")


def test_an_agency_without_deliveries_has_no_sender_folder(written):
    assert not (written.folder / "sender").exists()
    assert json.loads((written.folder / "manifest.json").read_text())["agency"] == "dinuji"


def test_a_lost_key_is_not_silently_replaced(published, written):
    (published.keys / "dinuji-1.key").unlink()
    with pytest.raises(PseudonymError, match="restore it"):
        write_extract(published, LOAD, agreement(HOUSEHOLDS), TODAY)
    assert damage(written.folder) is None
    write_extract(published, LOAD, agreement(HOUSEHOLDS, pseudonyms={"version": 2}), TODAY)


def test_after_a_rotation_old_pseudonyms_are_listed_until_a_day(published, written):
    place = "parquet/dim_household/3601-kabupaten-pandeglang.parquet"
    old = pl.read_parquet(written.folder / place)
    rotated = agreement(HOUSEHOLDS, pseudonyms={"version": 2, "previous": {"version": 1, "until": TODAY}})
    write_extract(published, LOAD, rotated, TODAY)
    renamed = pl.read_parquet(written.folder / "pseudonyms/renamed.parquet")
    new = pl.read_parquet(written.folder / place)
    assert set(old["household_id"]).isdisjoint(new["household_id"])
    carried = old.join(renamed, left_on="household_id", right_on="before")
    assert set(carried.select("now", "head_name").rows()) == set(new.select("household_id", "head_name").rows())
    poor = set(pl.read_parquet(written.folder / "parquet/dim_household/*.parquet")["household_id"])
    assert set(renamed["now"]) == poor, "who is not in the share has no pseudonym either"
    assert len((written.folder / "pseudonyms/renamed.csv").read_text().splitlines()) == renamed.height + 1
    write_extract(published, LOAD, rotated, TODAY + timedelta(days=1))
    assert not (written.folder / "pseudonyms").exists()
