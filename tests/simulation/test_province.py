"""The simulated province: size, numbers, truth, defects; the real contracts accept it."""

from __future__ import annotations

import codecs
import re
import shutil
import tomllib
import zipfile
from datetime import date, timedelta
from pathlib import Path

import fastexcel
import numpy as np
import polars as pl
import pytest

from assets.home import Home
from assets.intake import judge, receive
from assets.intake.parse import parse_file
from assets.intake.parsed import Refusal
from assets.ledger import Ledger
from assets.load import Load
from assets.sources import all_sources, source_named
from simulation import faults, world, write_province
from simulation.dinsos import QUOTA
from simulation.province import RATES, read_rates
from tests.shared import once
from validations import regions
from validations.delivery import Context, RawFile
from validations.engine import validate

pytestmark = pytest.mark.slow  # whole provinces

SCALE, FIRST = 0.002, "2019-11-01"
ELSEWHERE = Path(__file__).parents[2] / "benchmarks" / "elsewhere.toml"

OWN = ("sadaya_keputusan", "sadaya_tindak_lanjut")
"""Not simulated: answers of clerks and officers to a load."""


FEW = {"bps_kemiskinan": 10, "dinsos_keluarga_baru": 1, "dinsos_keluarga_baru_anggota": 1}
FEW |= {"dinsos_perubahan_status": 1, "dinsos_bayar_dilihat": 5}
"""Rows of sources that have few at this scale."""

UNUSUAL = """
[nights]
new_cards = 0.02
divorces = 0.01
left = 0.2
enrolments = 0
[register]
key_conflict = 0
[lists]
key_conflict = 0
key_duplicate = 0
[programmes]
pkh_twice = 0.2
jamsosratu_twice = 0.3
[health]
member_twice = 0.1
[education]
pupil_twice = 0.1
"""
"""Rates of rare events, raised so that a small province has enough of them."""


@pytest.fixture(scope="module")
def province(shared) -> Path:
    return once(shared / "simulated-province", lambda out: write_province(SCALE, 11, out, nights=4))


@pytest.fixture(scope="module")
def spoilt(shared, tmp_path_factory) -> Path:
    """A province whose second night has every fault except a renamed column; its first has none."""
    return once(shared / "spoilt-province", lambda out: write_spoilt(out, tmp_path_factory.mktemp("spoilt")))


def write_spoilt(out: Path, work: Path) -> None:
    config = work / "rates.toml"
    config.write_text("[faults]\n" + "".join(f"{name} = 2\n" for name in faults.FAULTS if name != "renamed_column"))
    write_province(0.0003, 5, out, nights=2, config=config)


@pytest.fixture(scope="module")
def unusual(shared, tmp_path_factory) -> Path:
    config = tmp_path_factory.mktemp("unusual") / "rates.toml"
    config.write_text(UNUSUAL)
    return once(shared / "unusual-province", lambda out: write_province(SCALE, 5, out, nights=4, config=config))


def files(root: Path) -> dict[str, Path]:
    return {str(path.relative_to(root)): path for path in sorted(root.rglob("*")) if path.is_file()}


def register(province: Path, day: str = FIRST, files_of: str = "*") -> pl.DataFrame:
    """A night's register; of a file sent twice, one copy."""
    paths = sorted((province / "landing" / "dukcapil_penduduk" / day).glob(f"dukcapil_{files_of}.csv"))
    return pl.concat([read_register(path) for path in paths if "(2)" not in path.name])


def read_register(path: Path) -> pl.DataFrame:
    """A register file, read by plain Polars with its encoding."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    return pl.read_csv(text.encode(), separator=";", infer_schema=False)


def lists(province: Path, source: str, day: str = FIRST) -> pl.DataFrame:
    """The rows of a workbook without its furniture: blank rows, subtotals, repeated headers, notes."""
    (path,) = (province / "landing" / source / day).glob("*.xlsx")
    sheet = fastexcel.read_excel(path).load_sheet(0, header_row=3, dtypes="string").to_polars()
    key = sheet.columns[0]
    return sheet.filter(pl.col(key).is_not_null() & (pl.col(key) != key) & ~pl.col(key).str.contains("JUMLAH|Sumber"))


def pkh(province: Path, day: str = FIRST) -> pl.DataFrame:
    raw = (province / "landing" / "dinsos_pkh" / day / "PKH_BANTEN.csv").read_bytes()
    text = raw.decode("utf-16" if raw[:2] == codecs.BOM_UTF16_LE else "utf-8")
    return pl.read_csv(text.encode(), infer_schema=False)


def test_a_seed_gives_the_same_province(tmp_path, spoilt):
    write_spoilt(tmp_path / "again", tmp_path)
    first, second = files(spoilt), files(tmp_path / "again")
    assert first.keys() == second.keys()
    workbooks = {name for name in first if name.endswith(".xlsx")}  # they say when they were made
    assert len(first.keys() - workbooks) > 10
    assert all(first[name].read_bytes() == second[name].read_bytes() for name in first.keys() - workbooks)
    sheets = [lists(root, "dinsos_dtks_anggota") for root in (spoilt, tmp_path / "again")]
    assert sheets[0].equals(sheets[1])


def test_another_seed_gives_another_province(province, unusual):
    one, other = (set(register(root)["NIK"]) for root in (province, unusual))
    assert len(one & other) < 0.1 * len(one)


def test_it_refuses_a_folder_that_is_not_empty_and_a_size_of_nothing(tmp_path):
    (tmp_path / "something").touch()
    with pytest.raises(FileExistsError):
        write_province(SCALE, 1, tmp_path)
    with pytest.raises(ValueError, match="positive"):
        write_province(0, 1, tmp_path / "new")


def test_sizes_are_those_of_the_province(province):
    assert register(province).height == pytest.approx(12_400_000 * SCALE, rel=0.06)
    assert lists(province, "dinsos_dtks_rumah_tangga").height == pytest.approx(645_000 * SCALE, rel=0.06)
    assert lists(province, "dinsos_dtks_anggota").height == pytest.approx(2_600_000 * SCALE, rel=0.12)
    assert pkh(province).height == pytest.approx(310_000 * SCALE, rel=0.06)
    kpm = lists(province, "dinsos_jamsosratu")
    assert kpm.height == pytest.approx(sum(QUOTA.values()) * SCALE, rel=0.15)


def test_numbers_are_fictitious_and_unique_in_the_register(province):
    people = register(province)
    serials = people["NIK"].drop_nulls().filter(people["NIK"].str.len_chars() == 16).str.slice(12, 4).cast(pl.Int64)
    assert serials.is_between(9000, 9999).all()
    twice = people.group_by("NIK").len().filter(pl.col("len") > 1)
    rates = tomllib.loads(RATES.read_text())["register"]
    expected = people.height * (rates["key_duplicate"] + rates["key_conflict"])
    assert twice.height <= 3 * expected + 5, "only rows that were made to stand twice do"
    assert set(people["NIK"].str.slice(0, 6).drop_nulls()) - set(regions.nik_prefixes()) <= {None}


@pytest.mark.parametrize("code", ["3672", "3674"])
def test_the_densest_places_have_serials_enough_at_full_size(code):
    households = round(3_300_000 * world.POPULATION[code])
    people = world.make(code, households, np.random.default_rng(3), date(2019, 11, 1), read_rates()["people"]).persons
    assert people["nik"].is_unique().all()
    assert people["birth"].value_counts()["count"].max() < people.height / 3000, "many are born on one day"


def test_truth_has_every_record_once(province):
    truth = pl.read_parquet(province / "truth" / "persons.parquet")
    assert truth.select("source", "record_key", "role").is_unique().all()
    assert truth["true_person_id"].null_count() == 0
    roles = dict(truth.group_by("source").agg(pl.col("role").unique().sort().str.join("|")).iter_rows())
    assert roles == {
        "dindik_siswa": "self",
        "dinkes_gizi": "child|parent",
        "dinkes_jkn": "self",
        "diskop_umkm": "owner",
        "disnaker_pencaker": "self",
        "dprkp_rtlh": "self",
        "dukcapil_penduduk": "self",
        "dinsos_dtks_anggota": "self",
        "dinsos_pkh": "manager",
        "dinsos_jamsosratu": "self",
    }
    keys = set(truth.filter(source="dukcapil_penduduk")["record_key"])
    whole = register(province)["NIK"].filter(register(province)["NIK"].str.len_chars() == 16)
    assert set(whole) <= keys
    households = pl.read_parquet(province / "truth" / "households.parquet")
    assert households.select("source", "record_key").is_unique().all()
    assert households.select("true_household_id", "true_family_id").null_count().row(0) == (0, 0)
    assert not (province / "landing" / "truth").exists()


def test_truth_has_last_delivery_and_final_state(province):
    deliveries = pl.read_parquet(province / "truth" / "deliveries.parquet")
    keys = pl.read_parquet(province / "truth" / "households.parquet").select("source", "record_key")
    assert keys.join(deliveries, on=["source", "record_key"], how="anti").is_empty()
    registry = deliveries.filter(source="dinsos_dtks_rumah_tangga")
    still = set(registry.filter(pl.col("last_delivered") == registry["last_delivered"].max())["record_key"])
    assert still == set(lists(province, "dinsos_dtks_rumah_tangga", "2019-11-03")["ID_DTKS"])
    assert len(still) < registry.height
    residents = pl.read_parquet(province / "truth" / "residents.parquet")
    assert residents["true_person_id"].is_unique().all()
    assert (
        residents.select("true_household_id", "true_family_id", "no_kk", "village_code")
        .null_count()
        .sum_horizontal()[0]
        == 0
    )
    assert set(residents["status"]) == {"AKTIF", "MENINGGAL", "PINDAH"}
    last = register(province, "2019-11-04").filter(STATUS_PENDUDUK="MENINGGAL")
    known = pl.read_parquet(province / "truth" / "persons.parquet").filter(source="dukcapil_penduduk")
    dead = last.join(known, left_on="NIK", right_on="record_key").join(residents, on="true_person_id")
    assert dead.height > 0
    assert set(dead["status"]) == {"MENINGGAL"}


def test_later_nights_have_births_deaths_marriages_and_a_repeated_file(province):
    later = pl.concat([register(province, f"2019-11-0{night}") for night in (2, 3, 4)])
    assert later.height < register(province).height * 0.05
    assert later.filter(pl.col("TANGGAL_LAHIR").str.ends_with("11-2019")).height > 0
    assert later.filter(STATUS_PENDUDUK="MENINGGAL").height > 0
    first, second = (province / "landing" / "dinsos_pkh" / day / "PKH_BANTEN.csv" for day in (FIRST, "2019-11-02"))
    assert first.read_bytes() == second.read_bytes()
    before, after = (lists(province, "dinsos_dtks_rumah_tangga", day)["ID_DTKS"] for day in (FIRST, "2019-11-03"))
    assert set(after) - set(before), "no household was added"
    assert set(before) - set(after), "no household fell out"


def test_defects_come_at_about_their_rates(province):
    members = lists(province, "dinsos_dtks_anggota")
    rates = tomllib.loads(RATES.read_text())["lists"]
    missing = members["NIK"].is_null().mean()
    assert missing == pytest.approx(rates["nik_missing"], rel=0.35)
    assert members["NIK"].str.contains("E+15", literal=True).mean() == pytest.approx(rates["nik_scientific"], rel=0.5)
    assert members["NAMA"].str.contains(r"^(H\.|HJ\.|DRS\.|ALM\.|USTADZ)|S\.PD|S\.E").mean() > 0.02


def test_the_register_is_late_twice_and_in_two_encodings(province):
    folders = [province / "landing" / "dukcapil_penduduk" / f"2019-11-0{night}" for night in (2, 3)]
    assert not (folders[0] / "dukcapil_3672.csv").exists()
    skipped = register(province, "2019-11-03", "3672")
    assert skipped.height > 1.5 * register(province, "2019-11-04", "3672").height, "two nights at once"
    once, twice = folders[1] / "dukcapil_3602.csv", folders[1] / "dukcapil_3602 (2).csv"
    assert once.read_bytes() == twice.read_bytes()
    utf8 = (province / "landing" / "dukcapil_penduduk" / FIRST / "dukcapil_3601.csv").read_bytes()
    windows = (province / "landing" / "dukcapil_penduduk" / FIRST / "dukcapil_3602.csv").read_bytes()
    assert "´".encode() in utf8
    assert "´".encode("cp1252") in windows
    assert "´".encode() not in windows


def test_no_two_families_have_one_card(unusual):
    rows = pl.concat([register(unusual, f"2019-11-0{night}") for night in (1, 2, 3, 4)])
    truth = pl.read_parquet(unusual / "truth" / "households.parquet").filter(source="dukcapil_penduduk")
    last = rows.unique("NIK", keep="last", maintain_order=True).join(truth, left_on="NIK", right_on="record_key")
    later = last.filter(pl.col("NO_KK").str.slice(10, 2) == "19")
    assert later.height > 50
    assert later.filter(STATUS_KAWIN="CERAI HIDUP").height > 10
    assert later.filter(STATUS_KAWIN="KAWIN").height > 10
    per_card = last.group_by("NO_KK").agg(pl.col("true_family_id").n_unique())
    assert per_card["true_family_id"].max() == 1
    places = (
        last.filter(pl.col("STATUS_PENDUDUK") == "AKTIF")
        .group_by("NO_KK")
        .agg(pl.col("KODE_DESA").str.replace_all(".", "", literal=True).n_unique())
    )
    assert (places["KODE_DESA"] == 1).mean() > 0.98, "a family lives in one village, but for the errors of the register"
    assert later["NO_KK"].str.slice(12, 4).cast(pl.Int64).is_between(9000, 9999).all()


def test_lists_follow_their_rules(province):
    members = lists(province, "dinsos_dtks_anggota")
    heads = members.filter(HUBUNGAN="KEPALA RUMAH TANGGA").unique(["ID_DTKS", "NO_URUT"]).group_by("ID_DTKS").len()
    assert heads["len"].max() == 1
    households = lists(province, "dinsos_dtks_rumah_tangga")
    survey = households["TANGGAL_PENDATAAN"].str.to_date("%d-%m-%Y").max()
    born = members["TANGGAL_LAHIR"].str.to_date("%d-%m-%Y", strict=False).drop_nulls()
    assert born.max() <= survey
    surveyed = households["TANGGAL_PENDATAAN"].str.to_date("%d-%m-%Y")
    old = households.filter(surveyed < survey - timedelta(days=3 * 365 - 31))
    assert 0.005 < old.height / households.height < 0.08, "some are surveyed no more"
    theirs = members.filter(pl.col("ID_DTKS").is_in(old["ID_DTKS"].implode()))["TANGGAL_LAHIR"]
    assert theirs.str.to_date("%d-%m-%Y", strict=False).drop_nulls().max() < survey - timedelta(days=3 * 365 - 31)
    components = pkh(province)["KOMPONEN"].str.split(";")
    assert components.list.len().max() == 4
    assert set(components.explode()) == {"BUMIL", "BALITA", "SD", "SMP", "SMA", "DISABILITAS", "LANSIA"}
    truth = pl.read_parquet(province / "truth" / "households.parquet")
    place = truth.filter(source="dinsos_dtks_rumah_tangga").select("record_key", "true_household_id")
    decile = households.join(place, left_on="ID_DTKS", right_on="record_key").unique("true_household_id")
    on_pkh = truth.filter(source="dinsos_pkh").join(decile, on="true_household_id", how="left")["DESIL"].cast(pl.Int64)
    assert 0.04 < on_pkh.is_null().mean() < 0.15, "families outside the registry"
    assert (on_pkh.drop_nulls() <= 4).mean() > 0.85


def test_some_are_on_a_list_twice_with_two_numbers(unusual):
    persons = pl.read_parquet(unusual / "truth" / "persons.parquet")
    families = pl.read_parquet(unusual / "truth" / "households.parquet")
    for source, truth, who, share in (
        ("dinsos_pkh", families, "true_family_id", 0.2),
        ("dinsos_jamsosratu", families, "true_family_id", 0.3),
        ("dinkes_jkn", persons, "true_person_id", 0.1),
        ("dindik_siswa", persons, "true_person_id", 0.1),
    ):
        rows = truth.filter(source=source)
        assert rows["record_key"].is_unique().all()
        assert rows.height / rows[who].n_unique() - 1 == pytest.approx(share, rel=0.5), source
    pkh_rows = families.filter(source="dinsos_pkh").join(persons, on=["source", "record_key"])
    receivers = pkh_rows.group_by("true_family_id").agg(pl.len(), pl.col("true_person_id").n_unique().alias("adults"))
    twice = receivers.filter(pl.col("len") == 2)
    assert set(twice["adults"]) == {1, 2}, "by the same adult, or by another one"


def test_some_leave_a_programmes_list_without_notice(unusual):
    files = sorted((unusual / "landing" / "dinsos_pkh").glob("*/*.csv"))
    first, *_, last = (set(re.findall(rb"PKH\d{11}", file.read_bytes().replace(b"\0", b""))) for file in files)
    assert last < first
    assert 0.2 < 1 - len(last) / len(first) < 0.5, "two nights, a fifth each"


def test_some_are_paid_after_their_death_or_exit(province):
    died = register(province).filter(STATUS_PENDUDUK="MENINGGAL").select("NIK", died=pl.col("TANGGAL_STATUS"))
    (path,) = (province / "landing" / "dinsos_penyaluran" / FIRST).glob("*.csv")
    payments = pl.read_csv(path.read_bytes(), separator=";", infer_schema=False)
    received = payments.join(pkh(province), left_on="NO_PESERTA", right_on="ID_PKH").join(died, on="NIK")
    assert 0 < received["NO_PESERTA"].n_unique() < 0.05 * pkh(province).height
    left = pkh(province).filter(pl.col("STATUS_KEPESERTAAN") != "AKTIF")["ID_PKH"]
    assert 0 < payments["NO_PESERTA"].is_in(left.implode()).sum() < 0.1 * payments.height


def test_a_nik_of_a_relative_is_a_relatives(province):
    truth = pl.read_parquet(province / "truth" / "persons.parquet")
    people = register(province).select(nik="NIK").unique()
    owner = truth.filter(source="dukcapil_penduduk").select(nik="record_key", owner="true_person_id")
    home = pl.read_parquet(province / "truth" / "households.parquet").filter(source="dukcapil_penduduk")
    owner = owner.join(home.select(nik="record_key", home="true_household_id"), on="nik").join(people, on="nik")
    members = lists(province, "dinsos_dtks_anggota").with_columns(
        record_key=pl.concat_str("ID_DTKS", "NO_URUT", separator="|")
    )
    theirs = members.join(truth.filter(source="dinsos_dtks_anggota"), on="record_key").join(
        owner, left_on="NIK", right_on="nik"
    )
    wrong = theirs.filter(pl.col("owner") != pl.col("true_person_id"))
    ours = owner.select(true_person_id="owner", own_home="home")
    same = wrong.join(ours, on="true_person_id").select(pl.col("home") == pl.col("own_home")).to_series()
    rates = tomllib.loads(RATES.read_text())["lists"]
    assert same.sum() / members.height == pytest.approx(rates["nik_of_relative"], rel=0.5)


def test_some_cards_are_of_others_or_former_and_some_households_are_listed_twice(province):
    rates = read_rates()["lists"]
    truth = pl.read_parquet(province / "truth" / "households.parquet")
    listed = lists(province, "dinsos_dtks_rumah_tangga").unique("ID_DTKS", keep="first")
    own = truth.filter(source="dinsos_dtks_rumah_tangga").select(ID_DTKS="record_key", household="true_household_id")
    listed = listed.with_columns(pl.col("ID_DTKS").str.strip_chars()).join(own, on="ID_DTKS")
    twice = listed.height - listed["household"].n_unique()
    assert 0.5 * rates["listed_twice"] < twice / listed.height < 2 * rates["listed_twice"]
    people = register(province).join(truth.filter(source="dukcapil_penduduk"), left_on="NIK", right_on="record_key")
    of = people.unique("NO_KK").select("NO_KK", owner="true_household_id")
    stated = listed.join(of, on="NO_KK")
    others = (stated["owner"] != stated["household"]).sum() / listed.height
    assert 0.6 * rates["kk_of_others"] < others < rates["kk_of_others"] + rates["kk_former"]


def test_a_workbook_holds_some_numbers_as_numbers(province):
    (path,) = (province / "landing" / "dinsos_dtks_anggota" / FIRST).glob("*.xlsx")
    with zipfile.ZipFile(path) as book:
        cells = book.read("xl/worksheets/sheet1.xml").decode()
    numbers = re.findall(r'<c r="C\d+"><v>(\d{16})</v>', cells)
    rows = lists(province, "dinsos_dtks_anggota").height
    rates = tomllib.loads(RATES.read_text())["lists"]
    assert len(numbers) / rows == pytest.approx(rates["nik_number"], rel=0.6)
    assert "mergeCell" in cells


def test_another_province_has_twins_other_names_and_unregistered_people(province, tmp_path):
    write_province(SCALE, 11, tmp_path / "out", config=ELSEWHERE)
    here, there = register(province), register(tmp_path / "out")
    truth = pl.read_parquet(tmp_path / "out" / "truth" / "persons.parquet")
    known = truth.filter(source="dukcapil_penduduk")["true_person_id"].implode()
    of_lists = truth.filter(pl.col("source") == "dinkes_jkn")["true_person_id"]
    assert 0.02 < 1 - of_lists.is_in(known).mean() < 0.1
    assert not set(here["NAMA_LENGKAP"].head(500)) & set(there["NAMA_LENGKAP"].head(500))
    assert twins(here).is_empty()
    assert twins(there).height > 5
    start = pl.col("NAMA_LENGKAP").str.replace("^H\\. ", "").str.slice(0, 2).n_unique()
    assert twins(there).select(start.over("NO_KK", "TANGGAL_LAHIR")).to_series().max() == 1


def twins(people: pl.DataFrame) -> pl.DataFrame:
    """Children on one card with one birth date, except 1 January, which often stands for an unknown date."""
    born = pl.col("TANGGAL_LAHIR")
    children = people.filter((pl.col("STATUS_HUBUNGAN") == "ANAK") & ~born.str.contains("^(01-01|00-00)"))
    return children.unique("NIK").filter(pl.len().over("NO_KK", "TANGGAL_LAHIR") > 1)


def test_whole_deliveries_are_damaged_only_if_configured(spoilt, tmp_path):
    config, landing = tmp_path / "rates.toml", spoilt / "landing"
    refused = {}
    for source in all_sources():
        for path in sorted((landing / source.name / "2019-11-02").glob("*.*")):
            (tmp_path / path.name).mkdir()
            try:
                parse_file(path, source, tmp_path / path.name, "0")
            except Refusal as refusal:
                refused[path.name] = refusal.message.code
    assert refused == {
        "dukcapil_3603.csv": "empty_file",
        "dinsos_jamsosratu.xlsx": "html_inside",
        "dinsos_dtks_anggota.xlsx": "password_protected",
    }
    assert "BANK" in (landing / "dinsos_pkh" / "2019-11-02" / "PKH_BANTEN.csv").read_text().splitlines()[0]
    cut = (landing / "dukcapil_penduduk" / "2019-11-02" / "dukcapil_3671.csv").read_bytes()
    assert not cut.endswith(b"\n")
    config.write_text("[faults]\ncut_off = 1\n")
    with pytest.raises(ValueError, match="after the first"):
        write_province(0.0003, 5, tmp_path / "new", nights=2, config=config)
    config.write_text("[lists]\nnik_mising = 1\n")
    with pytest.raises(ValueError, match="nik_mising"):
        write_province(0.0003, 5, tmp_path / "other", config=config)


def test_complete_but_implausible_lists_are_held(province, tmp_path):
    landing = tmp_path / "landing"
    shutil.copytree(province / "landing" / "dinsos_pkh", landing / "dinsos_pkh")
    nights = {"new_keys": 2, "all_quarantined": 3, "one_status": 4}
    faults.strike(landing, nights, lambda number: date(2019, 11, 1 + number), 4)
    home, pkh, entered = Home(tmp_path / "home").create(), source_named("dinsos_pkh"), []
    for day in (date(2019, 11, number) for number in (1, 2, 3, 4)):
        with Ledger(home.ledger) as ledger:
            load = Load(home, landing, ledger.open_load(day, "code"), day, 0)
        receive(load, pkh)
        entered += judge(load, pkh)
    assert entered[0]["rows_read"] > 100
    assert [(row["status"], row["reason_code"]) for row in entered] == [
        ("accepted", None),
        ("held", "keys_not_again"),
        ("held", "much_quarantined"),
        ("held", "values_shifted"),
    ]


@pytest.mark.parametrize(
    "source", [one for one in all_sources() if one.name not in OWN], ids=lambda source: source.name
)
def test_the_real_contracts_accept_it(province, source, tmp_path):
    partners = {}
    if source.name == "dinsos_dtks_anggota":
        households = next(other for other in all_sources() if other.name == "dinsos_dtks_rumah_tangga")
        take_in(province, households, tmp_path / "partner", {})
        partners = {households.name: [tmp_path / "partner"]}
    verdict = take_in(province, source, tmp_path / "own", partners)
    assert verdict.total.read >= FEW.get(source.name, 50)
    assert verdict.total.quarantined < 0.03 * verdict.total.read


def take_in(province: Path, source, out: Path, partners: dict):
    (out / "raw").mkdir(parents=True)
    raw = []
    folder = province / "landing" / source.name / FIRST
    for number, path in enumerate(sorted(path for path in folder.iterdir() if path.name != "_SELESAI")):
        parsed = parse_file(path, source, out / "raw", str(number))
        code = regions.regency_in_name(path.name)
        raw.append(RawFile(path.name, tuple(parsed.parts), frozenset({code}) if code else None))
    return validate(raw, source.contract, Context("delivery", source.name, date(2019, 11, 1), partners), out)
