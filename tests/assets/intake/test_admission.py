"""Tests deliveries from landing to ledger: replays, sets, coverage, shrinkage, decisions. Real files and contracts, no
Dagster.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from assets.home import Home
from assets.intake import DecisionError, anything_new, judge, prepare_inputs, receive, release, withdraw
from assets.intake.apart import FileUnreadableError, parse_apart
from assets.ledger import Ledger
from assets.load import Load
from assets.sources import all_sources, source_named

pytestmark = pytest.mark.slow

PKH_HEADER = (
    "ID_PKH,NIK,NO_KK,NAMA_PENGURUS,TANGGAL_LAHIR,KODE_DESA,KOMPONEN,TAHUN,TAHAP,STATUS_KEPESERTAAN,TANGGAL_MULAI"
)
DUKCAPIL_HEADER = (
    "NIK;NO_KK;NAMA_LENGKAP;JENIS_KELAMIN;TEMPAT_LAHIR;TANGGAL_LAHIR;STATUS_HUBUNGAN;STATUS_KAWIN;PENDIDIKAN;PEKERJAAN;"
    "ALAMAT;RT;RW;KODE_DESA;STATUS_PENDUDUK;TANGGAL_STATUS"
)
HOUSEHOLD_HEADER = (
    "ID_DTKS;NO_KK;NAMA_KRT;ALAMAT;RT;RW;KODE_DESA;DESIL;JUMLAH_ANGGOTA;JENIS_LANTAI;JENIS_DINDING;SUMBER_AIR;DAYA_LISTRIK;"
    "STATUS_RUMAH;TANGGAL_PENDATAAN"
)
VILLAGES = {"3601": "3601012001", "3602": "3602012002"}
MEMBER_HEADER = "ID_DTKS;NO_URUT;NIK;NAMA;JENIS_KELAMIN;TANGGAL_LAHIR;HUBUNGAN;DISABILITAS;STATUS_SEKOLAH;STATUS_KERJA"


def pkh(number: int, name: str = "SITI CONTOH", village: str = "3601012001") -> str:
    nik = f"36010145088{number % 100:02d}9{number % 1000:03d}"
    return f"PKH{number:05d},{nik},,{name},05-08-1985,{village},SD,2019,3,AKTIF,2015-06-01"


def resident(number: int, village: str = "3601012001", name: str = "ASEP CONTOH") -> str:
    numbers = f"360101050885{9000 + number};3601010101109001"
    return f"{numbers};{name};L;PANDEGLANG;05-08-1985;ANAK;BELUM KAWIN;;;KP. CONTOH;001;002;{village};AKTIF;"


def household(number: int, village: str = "3601012001") -> str:
    return f"36010{number:05d};;KEPALA CONTOH;KP. CONTOH;001;002;{village};2;1;;;;;;2019-02-11"


def member(number: int) -> str:
    return f"36010{number:05d};1;;ANGGOTA CONTOH;P;05-08-1985;KEPALA RUMAH TANGGA;;;"


class Site:
    """A landing and a home; each `load` receives deliveries up to a date."""

    def __init__(self, root: Path, landing: Path | None = None) -> None:
        self.landing = landing or root / "landing"
        self.landing.mkdir(parents=True, exist_ok=True)
        self.home = Home(root / "it's home").create()

    def deliver(self, source: str, day: str, name: str, header: str, rows: list[str], end: str = "\n") -> Path:
        folder = self.landing / source / day
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_text("\n".join([header, *rows]) + end)
        return path

    def pkh(self, day: str, rows: list[str], name: str = "PKH_BANTEN.csv", end: str = "\n") -> Path:
        return self.deliver("dinsos_pkh", day, name, PKH_HEADER, rows, end)

    def dtks(self, day: str, households: list[str] | None, members: list[str] | None) -> None:
        if households is not None:
            self.deliver("dinsos_dtks_rumah_tangga", day, "rt.csv", HOUSEHOLD_HEADER, households)
        if members is not None:
            self.deliver("dinsos_dtks_anggota", day, "art.csv", MEMBER_HEADER, members)

    def load(self, day: str, settle_seconds: float = 0) -> list[dict]:
        """The deliveries that this load recorded."""
        as_of = date.fromisoformat(day)
        with Ledger(self.home.ledger) as ledger:
            load_id = ledger.open_load(as_of, "code")
        load = Load(self.home, self.landing, load_id, as_of, settle_seconds)
        for source in all_sources():
            receive(load, source)
        entered = [row for source in sorted(all_sources(), key=lambda s: s.set_rank) for row in judge(load, source)]
        self.loaded = load
        with Ledger(self.home.ledger) as ledger:
            ledger.set_state(load_id, "published")
        return entered

    @property
    def in_force(self) -> dict[str, int]:
        """Deliveries in force by source, as the last load prepares them for dbt."""
        return prepare_inputs(self.loaded)

    def statuses(self) -> dict[str, str]:
        with Ledger(self.home.ledger) as ledger:
            return {row["delivery_id"].rsplit("-", 1)[0]: row["status"] for row in ledger.deliveries()}

    def lines(self, row: dict, kind: str = "quarantine") -> pl.DataFrame:
        return pl.read_parquet(self.home.delivery(row["source"], row["delivery_id"]) / f"{kind}.parquet")


@pytest.fixture
def site(tmp_path) -> Site:
    return Site(tmp_path)


def test_a_delivery_is_entered_with_its_counts(site):
    site.pkh("2019-11-01", [pkh(1), pkh(2), pkh(2), pkh(3, village="3699999999"), "JUMLAH,,,4,,,,,,,"])
    (row,) = site.load("2019-11-01")
    counted = [row[f"rows_{what}"] for what in ("read", "accepted", "quarantined", "duplicate", "furniture")]
    assert (row["status"], counted) == ("accepted", [4, 2, 1, 1, 1])
    assert site.in_force["dinsos_pkh"] == 1


def test_a_replayed_snapshot_changes_nothing_but_is_noted_as_a_stale_copy(site):
    site.pkh("2019-11-01", [pkh(1), pkh(2)])
    site.load("2019-11-01")
    site.pkh("2019-11-02", [pkh(1), pkh(2)])
    (row,) = site.load("2019-11-02")
    assert (row["status"], row["rows_read"]) == ("replayed", 0)
    assert site.lines(row, "warnings")["check_name"].to_list() == ["stale_copy"]
    assert site.in_force["dinsos_pkh"] == 1


def test_a_then_b_then_a_returns_to_a(site):
    for day, rows in (("2019-11-01", [pkh(1)]), ("2019-11-02", [pkh(1, "NAMA BARU")]), ("2019-11-03", [pkh(1)])):
        site.pkh(day, rows)
        (row,) = site.load(day)
        assert row["status"] == "accepted"
    assert site.in_force["dinsos_pkh"] == 3


def test_nothing_new_is_nothing_to_load(site):
    site.pkh("2019-11-01", [pkh(1)])
    day = date(2019, 11, 1)
    assert anything_new(site.home, site.landing, day, 0, "code")
    site.load("2019-11-01")
    assert site.in_force["dinsos_pkh"] == 1
    assert not anything_new(site.home, site.landing, day, 0, "code")
    assert anything_new(site.home, site.landing, day, 0, "newer code")
    assert site.load("2019-11-01") == []
    site.pkh("2019-11-01", [pkh(1)], name="kiriman_kedua_banten.csv")
    assert anything_new(site.home, site.landing, day, 0, "code")


def test_a_file_that_was_corrected_on_the_same_day_is_not_taken_in_again(site):
    path = site.pkh("2019-11-01", [pkh(1)])
    good = path.read_text()
    path.write_text("ID;X\n1;2\n")
    assert [row["status"] for row in site.load("2019-11-01")] == ["refused"]
    path.write_text(good)
    assert [row["status"] for row in site.load("2019-11-01")] == ["accepted"]
    assert site.load("2019-11-01") == [], "what was refused before is not the latest form of the file"


def test_files_that_come_later_are_a_new_delivery_of_that_date(site):
    site.deliver("dukcapil_penduduk", "2019-11-01", "dukcapil_3601.csv", DUKCAPIL_HEADER, [resident(1)])
    site.load("2019-11-01")
    site.deliver("dukcapil_penduduk", "2019-11-01", "dukcapil_3602.csv", DUKCAPIL_HEADER, [resident(2, "3602012002")])
    (row,) = site.load("2019-11-01")
    assert (row["file_names"], row["rows_accepted"], row["coverage"]) == ("dukcapil_3602.csv", 1, "3602")


def test_of_several_files_the_unchanged_are_replayed_and_the_others_loaded(site):
    for code, number in (("3601", 1), ("3602", 2)):
        rows = [resident(number, VILLAGES[code])]
        site.deliver("dukcapil_penduduk", "2019-11-01", f"d_{code}.csv", DUKCAPIL_HEADER, rows)
    site.load("2019-11-01")
    site.deliver("dukcapil_penduduk", "2019-11-02", "d_3601.csv", DUKCAPIL_HEADER, [resident(1, "3601012001")])
    site.deliver("dukcapil_penduduk", "2019-11-02", "d_3602.csv", DUKCAPIL_HEADER, [resident(3, "3602012002")])
    (row,) = site.load("2019-11-02")
    with Ledger(site.home.ledger) as ledger:
        files = {f["file_name"]: f["status"] for f in ledger.files() if f["delivery_id"] == row["delivery_id"]}
    assert files == {"d_3601.csv": "replayed", "d_3602.csv": "accepted"}
    assert (row["status"], row["rows_read"]) == ("accepted", 1)


def test_a_bad_file_refuses_the_delivery_unless_each_covers_its_own_regency(site):
    site.deliver("dukcapil_penduduk", "2019-11-01", "d_3601.csv", DUKCAPIL_HEADER, [resident(1)])
    site.deliver("dukcapil_penduduk", "2019-11-01", "d_3602.csv", "NIK;NAMA", ["1;2"])
    (row,) = site.load("2019-11-01")
    assert (row["status"], row["coverage"], row["rows_accepted"]) == ("accepted", "3601", 1)
    site.deliver("dukcapil_penduduk", "2019-11-02", "bagian_1.csv", DUKCAPIL_HEADER, [resident(2)])
    site.deliver("dukcapil_penduduk", "2019-11-02", "bagian_2.csv", "NIK;NAMA", ["1;2"])
    (row,) = site.load("2019-11-02")
    assert (row["status"], row["reason_code"], row["rows_read"]) == ("refused", "bad_file_in_delivery", 0)
    assert "Required columns are missing" in row["reason_en"] or "empty" in row["reason_en"]


def test_rows_outside_a_files_coverage_are_quarantined(site):
    rows = [resident(1), resident(2, "3602012002")]
    site.deliver("dukcapil_penduduk", "2019-11-01", "d_3601.csv", DUKCAPIL_HEADER, rows)
    (row,) = site.load("2019-11-01")
    assert (row["rows_accepted"], row["rows_quarantined"]) == (1, 1)
    assert site.lines(row)["check_name"].to_list() == ["outside_coverage"]


def test_a_snapshot_that_shrank_is_held_until_released(site):
    site.pkh("2019-11-01", [pkh(n) for n in range(40)])
    site.load("2019-11-01")
    site.pkh("2019-11-02", [pkh(n) for n in range(20)])
    (row,) = site.load("2019-11-02")
    assert (row["status"], row["reason_code"]) == ("held", "snapshot_shrank")
    assert site.in_force["dinsos_pkh"] == 1
    assert release(site.home, row["delivery_id"], "petugas", "daftar baru") == [row["delivery_id"]]
    site.load("2019-11-02")
    assert site.in_force["dinsos_pkh"] == 2
    with pytest.raises(DecisionError, match="not held"):
        release(site.home, row["delivery_id"], "petugas", None)


def test_a_region_that_vanished_holds_the_snapshot_though_the_total_hardly_fell(site):
    far = [pkh(1000 + n, village="3602012002") for n in range(8)]
    site.pkh("2019-11-01", [pkh(n) for n in range(100)] + far)
    site.load("2019-11-01")
    site.pkh("2019-11-02", [pkh(n) for n in range(104)])
    (row,) = site.load("2019-11-02")
    assert row["status"] == "held"
    assert "3602" in row["reason_en"]


def test_quarantined_rows_do_not_count_as_shrinkage(site):
    site.pkh("2019-11-01", [pkh(n) for n in range(40)])
    site.load("2019-11-01")
    site.pkh("2019-11-02", [pkh(n) for n in range(20)] + [pkh(n).replace("AKTIF", "AKTIEF") for n in range(20, 40)])
    (row,) = site.load("2019-11-02")
    assert (row["status"], row["rows_quarantined"]) == ("accepted", 20)


def test_an_incomplete_set_waits_for_its_partner(site):
    site.dtks("2019-11-01", [household(1)], None)
    (row,) = site.load("2019-11-01")
    assert (row["status"], row["reason_code"], row["rows_read"]) == ("held", "set_incomplete", 0)
    with pytest.raises(DecisionError, match="not whole"):
        release(site.home, row["delivery_id"], None, None)
    site.dtks("2019-11-01", None, [member(1)])
    entered = site.load("2019-11-01")
    assert {(row["source"], row["status"], row["rows_accepted"]) for row in entered} == {
        ("dinsos_dtks_rumah_tangga", "accepted", 1),
        ("dinsos_dtks_anggota", "accepted", 1),
    }
    assert len(site.statuses()) == 2, "the delivery that waited is not entered twice"


def test_a_set_applies_together_or_not_at_all(site):
    site.dtks("2019-11-01", [household(1)], [member(1)])
    (site.landing / "dinsos_dtks_rumah_tangga" / "2019-11-01" / "rt.csv").write_text("ID;X\n1;2\n")
    entered = {row["source"]: (row["status"], row["reason_code"]) for row in site.load("2019-11-01")}
    assert entered == {
        "dinsos_dtks_rumah_tangga": ("refused", "columns_missing"),
        "dinsos_dtks_anggota": ("held", "set_partner"),
    }
    site.dtks("2019-11-01", [household(1)], None)
    entered = {row["source"]: row["status"] for row in site.load("2019-11-01")}
    assert entered == {"dinsos_dtks_rumah_tangga": "accepted", "dinsos_dtks_anggota": "accepted"}


def test_a_set_that_shrank_is_held_and_released_as_one(site):
    site.dtks("2019-11-01", [household(n) for n in range(40)], [member(n) for n in range(40)])
    site.load("2019-11-01")
    site.dtks("2019-11-02", [household(n) for n in range(20)], [member(n) for n in range(20)])
    entered = {row["source"]: row for row in site.load("2019-11-02")}
    assert {row["status"] for row in entered.values()} == {"held"}
    released = release(site.home, entered["dinsos_dtks_anggota"]["delivery_id"], "petugas", "benar")
    assert sorted(released) == sorted(row["delivery_id"] for row in entered.values())


def test_a_member_of_no_household_is_quarantined_a_member_of_a_quarantined_one_is_not(site):
    households = [household(1), household(2).replace(";2;1;", ";99;1;")]
    site.dtks("2019-11-01", households, [member(1), member(2), member(3)])
    entered = {row["source"]: row for row in site.load("2019-11-01")}
    lines = site.lines(entered["dinsos_dtks_anggota"])
    assert lines.select("check_name", "record_key").rows() == [("orphan_member", "3601000003|1")]
    assert entered["dinsos_dtks_anggota"]["rows_accepted"] == 2


def test_withdrawing_takes_a_set_out_of_the_state(site):
    site.dtks("2019-11-01", [household(1)], [member(1)])
    entered = site.load("2019-11-01")
    withdrawn = withdraw(site.home, entered[0]["delivery_id"], "petugas", "daftar salah")
    assert len(withdrawn) == 2
    site.load("2019-11-01")
    assert site.in_force["dinsos_dtks_rumah_tangga"] == site.in_force["dinsos_dtks_anggota"] == 0
    with pytest.raises(DecisionError, match="only accepted or held"):
        withdraw(site.home, entered[0]["delivery_id"], None, "lagi")


def test_what_was_withdrawn_may_be_delivered_again(site):
    site.pkh("2019-11-01", [pkh(1)])
    (row,) = site.load("2019-11-01")
    withdraw(site.home, row["delivery_id"], None, "salah")
    site.pkh("2019-11-02", [pkh(1)])
    (again,) = site.load("2019-11-02")
    assert again["status"] == "accepted", "what does not count any more is no reason to call a delivery a replay"


def test_a_cut_off_snapshot_is_refused_a_cut_off_delta_keeps_its_whole_rows(site):
    site.pkh("2019-11-01", [pkh(1), "PKH00002,3601"], end="")
    rows = [resident(1), "3601010508859002;36010"]
    site.deliver("dukcapil_penduduk", "2019-11-01", "d_3601.csv", DUKCAPIL_HEADER, rows, end="")
    entered = {row["source"]: row for row in site.load("2019-11-01")}
    assert entered["dinsos_pkh"]["status"] == "refused"
    delta = entered["dukcapil_penduduk"]
    assert (delta["status"], delta["rows_accepted"], delta["rows_quarantined"]) == ("accepted", 1, 1)
    assert site.lines(delta)["check_name"].to_list() == ["file_cut"]


def test_a_folder_that_still_changes_is_left_and_one_that_says_done_is_not(site):
    path = site.pkh("2019-11-01", [pkh(1)])
    assert site.load("2019-11-01", settle_seconds=60) == []
    old = time.time() - 120
    for entry in (path, path.parent):
        os.utime(entry, (old, old))
    assert len(site.load("2019-11-01", settle_seconds=60)) == 1
    site.pkh("2019-11-02", [pkh(1), pkh(2)])
    (site.landing / "dinsos_pkh" / "2019-11-02" / "_SELESAI").touch()
    assert len(site.load("2019-11-02", settle_seconds=60)) == 1


def test_a_total_that_disagrees_is_a_warning_with_both_numbers(site):
    site.pkh("2019-11-01", [pkh(1), pkh(2), "JUMLAH,,,3,,,,,,,"])
    (row,) = site.load("2019-11-01")
    warning = site.lines(row, "warnings").filter(pl.col("check_name") == "total_disagrees")
    assert "3" in warning["message_id"][0]
    assert "2" in warning["message_id"][0]


def test_late_deliveries_are_ordered_by_their_date(site):
    site.pkh("2019-11-03", [pkh(1, "NAMA TIGA")])
    site.load("2019-11-03")
    site.pkh("2019-11-02", [pkh(1, "NAMA DUA")])
    site.load("2019-11-03")
    with Ledger(site.home.ledger) as ledger:
        order = [row["delivery_date"] for row in ledger.in_force(date(2019, 11, 3))]
    assert order == ["2019-11-02", "2019-11-03"]


def test_the_named_sheet_of_a_workbook_is_taken(site):
    folder = site.landing / "dinsos_jamsosratu" / "2019-11-01"
    folder.mkdir(parents=True)
    header = [field.name for field in source_named("dinsos_jamsosratu").contract.fields]
    values = ["JSR1", "3601014508859001", "", "SITI CONTOH", "", "", "3601012001", "2017", "AKTIF", "", "", ""]
    with xlsxwriter.Workbook(folder / "kpm.xlsx") as workbook:
        workbook.add_worksheet("PETUNJUK").write_string(0, 0, "Isi lembar DATA")
        page = workbook.add_worksheet("DATA")
        page.write_row(2, 0, header)
        for column, value in enumerate(values):
            page.write_string(3, column, value)
    (row,) = site.load("2019-11-01")
    assert (row["status"], row["rows_accepted"]) == ("accepted", 1)


def test_a_file_that_cannot_be_read_any_more_waits_and_stops_no_other(site, monkeypatch):
    path = site.pkh("2019-11-01", [pkh(1)])
    site.deliver("dukcapil_penduduk", "2019-11-01", "3601.csv", DUKCAPIL_HEADER, [resident(1)])

    def parse(file: Path, *arguments):
        if file == path:
            raise FileUnreadableError(5, "Input/output error")
        return parse_apart(file, *arguments)

    with monkeypatch.context() as broken:
        broken.setattr(
            sys.modules["assets.intake.receive"], "parse_apart", parse
        )  # the package has a function of this name
        assert [row["source"] for row in site.load("2019-11-01")] == ["dukcapil_penduduk"]
    with Ledger(site.home.ledger) as ledger:
        (unread,) = ledger.rows("select path, reason_code from unread")
    assert unread == {"path": "dinsos_pkh/2019-11-01", "reason_code": "unreadable"}
    assert [(row["source"], row["status"]) for row in site.load("2019-11-02")] == [("dinsos_pkh", "accepted")]


def test_a_file_that_is_replaced_while_it_is_parsed_waits(site, monkeypatch):
    """Its rows would not match its fingerprint."""
    path = site.pkh("2019-11-01", [pkh(1)])

    def parse(file: Path, *arguments):
        parsed = parse_apart(file, *arguments)
        stat = file.stat()
        other = file.parent.parent / "other"
        other.write_bytes(file.read_bytes().replace(b"SITI", b"TITI"))
        os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        other.rename(file)
        return parsed

    with monkeypatch.context() as broken:
        broken.setattr(sys.modules["assets.intake.receive"], "parse_apart", parse)
        assert site.load("2019-11-01") == []
    (row,) = site.load("2019-11-02")
    assert (row["source"], row["status"], path.exists()) == ("dinsos_pkh", "accepted", True)


def test_what_is_put_in_place_of_a_file_with_its_size_and_time_is_loaded(site):
    path = site.pkh("2019-11-01", [pkh(1)])
    (first,) = site.load("2019-11-01")
    stat = path.stat()
    other = path.with_name("other")
    other.write_bytes(path.read_bytes().replace(b",AKTIF,", b",AKTIF,".swapcase()))
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other.rename(path)
    (second,) = site.load("2019-11-02")
    assert (second["status"], second["sha256"] != first["sha256"]) == ("accepted", True)


def test_a_file_with_too_long_a_name_is_refused_by_name(site):
    site.pkh("2019-11-01", [pkh(1)], name="p" * 197 + ".csv")
    (row,) = site.load("2019-11-01")
    assert (row["status"], row["reason_code"]) == ("refused", "file_name_too_long")
