"""The simulated province: its size, its numbers, its truth, its defects, and that the real contracts take it in."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from assets.intake.parse import parse_file
from assets.sources import all_sources
from simulation import write_province
from simulation.dinsos import QUOTA
from simulation.province import RATES
from validations import regions
from validations.engine import Context, RawFile, validate

SCALE, FIRST = 0.002, "2019-11-01"


@pytest.fixture(scope="module")
def province(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("province") / "out"
    write_province(SCALE, 11, out, nights=4)
    return out


def files(root: Path) -> dict[str, Path]:
    return {str(path.relative_to(root)): path for path in sorted(root.rglob("*")) if path.is_file()}


def register(province: Path, day: str = FIRST) -> pl.DataFrame:
    paths = sorted((province / "landing" / "dukcapil_penduduk" / day).glob("*.csv"))
    texts = [path.read_bytes().decode("utf-8-sig" if path.stem[-4:] == "3604" else "cp1252") for path in paths]
    return pl.concat([pl.read_csv(text.encode(), separator=";", infer_schema=False) for text in texts])


def lists(province: Path, source: str, day: str = FIRST) -> pl.DataFrame:
    (path,) = (province / "landing" / source / day).glob("*.xlsx")
    return fastexcel.read_excel(path).load_sheet(0, header_row=3, dtypes="string").to_polars()


def test_a_seed_gives_the_same_province_and_another_seed_another(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_province(0.0003, seed, tmp_path / name, nights=2)
    same, other = files(tmp_path / "b"), files(tmp_path / "c")
    tables = {name: path for name, path in files(tmp_path / "a").items() if not name.endswith(".xlsx")}
    assert len(tables) > 10
    assert all(path.read_bytes() == same[name].read_bytes() for name, path in tables.items())
    assert any(path.read_bytes() != other[name].read_bytes() for name, path in tables.items())
    sheets = [lists(tmp_path / name, "dinsos_dtks_anggota") for name in ("a", "b")]
    assert sheets[0].equals(sheets[1])


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
    pkh = pl.read_csv(province / "landing" / "dinsos_pkh" / FIRST / "PKH_BANTEN.csv", infer_schema=False)
    assert pkh.height == pytest.approx(310_000 * SCALE, rel=0.06)
    kpm = lists(province, "dinsos_jamsosratu")
    assert kpm.height == pytest.approx(sum(QUOTA.values()) * SCALE, rel=0.15)


def test_numbers_are_nobodys_and_nobody_shares_them_in_the_register(province):
    people = register(province)
    serials = people["NIK"].drop_nulls().filter(people["NIK"].str.len_chars() == 16).str.slice(12, 4).cast(pl.Int64)
    assert serials.is_between(9000, 9999).all()
    twice = people.group_by("NIK").len().filter(pl.col("len") > 1)
    rates = tomllib.loads(RATES.read_text())["register"]
    expected = people.height * (rates["key_duplicate"] + rates["key_conflict"])
    assert twice.height <= 3 * expected + 5, "only rows that were made to stand twice do"
    assert set(people["NIK"].str.slice(0, 6).drop_nulls()) - set(regions.nik_prefixes()) <= {None}


def test_truth_knows_every_record_once(province):
    truth = pl.read_parquet(province / "truth" / "persons.parquet")
    assert truth.select("source", "record_key", "role").is_unique().all()
    assert truth["true_person_id"].null_count() == 0
    roles = dict(truth.group_by("source").agg(pl.col("role").first()).iter_rows())
    assert roles == {
        "dukcapil_penduduk": "self",
        "dinsos_dtks_anggota": "self",
        "dinsos_pkh": "manager",
        "dinsos_jamsosratu": "self",
    }
    keys = set(truth.filter(source="dukcapil_penduduk")["record_key"])
    whole = register(province)["NIK"].filter(register(province)["NIK"].str.len_chars() == 16)
    assert set(whole) <= keys
    households = pl.read_parquet(province / "truth" / "households.parquet")
    assert households.select("true_household_id", "true_family_id").null_count().row(0) == (0, 0)
    assert not (province / "landing" / "truth").exists()


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


@pytest.mark.parametrize("source", all_sources(), ids=lambda source: source.name)
def test_the_real_contracts_take_it_in(province, source, tmp_path):
    partners = {}
    if source.name == "dinsos_dtks_anggota":
        households = next(other for other in all_sources() if other.name == "dinsos_dtks_rumah_tangga")
        take_in(province, households, tmp_path / "partner", {})
        partners = {households.name: [tmp_path / "partner"]}
    verdict = take_in(province, source, tmp_path / "own", partners)
    assert verdict.total.read > 50
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
