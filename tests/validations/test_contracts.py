"""Every rule of every source: a good row raises nothing; each bad value is found by the intended check."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache

import pytest

from assets.sources import all_sources
from tests.validations.conftest import GOOD, Judged, judging
from validations.contract import Contract
from validations.rules import SetRule

CONTRACTS: dict[str, Contract] = {source.name: source.contract for source in all_sources()}
REGISTER, HOUSEHOLDS, MEMBERS = "dukcapil_penduduk", "dinsos_dtks_rumah_tangga", "dinsos_dtks_anggota"
PKH, JAMSOSRATU = "dinsos_pkh", "dinsos_jamsosratu"
OUTCOMES = "sadaya_tindak_lanjut"
FORMS = ("dinsos_kunjungan", "dinsos_keluarga_baru", "dinsos_perubahan_status", "dinsos_bayar_dilihat")
CLOCKS = (
    ("tanggal_kunjungan", "2019-10-04", "visit_after_submission"),
    ("tanggal_kunjungan", "2019-11-02", "visit_in_future"),
    ("selesai", "2019-10-02T08:59:00+07:00", "finished_before_started"),
)
HOUSING = ("status_rumah", "jenis_lantai", "jenis_dinding", "jenis_atap", "sumber_air", "daya_listrik")
HOUSING += ("bahan_bakar_memasak", "fasilitas_bab")
E, W, R = "quarantine", "warnings", "repairs"

ANYWHERE = [
    # column, bad value, check, table: for every source that has the column
    ("NIK", "3601014508850000", "nik_serial_zero", W),
    ("NIK", "9901014508859123", "nik_unknown_prefix", W),
    ("NIK", "3601013902859123", "nik_impossible_date", W),
    ("NIK", "'3601014508859123", "number_cleaned", R),
    ("NO_KK", "0", "kk_unusable", W),
    ("NO_KK", "3601.0112.0310.9456", "number_cleaned", R),
    ("KODE_DESA", "3601999999", "village_unknown", E),
    ("RT", "1234", "neighbourhood_malformed", W),
    ("RW", "RW LIMA", "neighbourhood_malformed", W),
    ("RT", "001/002", "rt_rw_split", R),
    ("RW", "001/002", "rt_rw_split", R),
    ("JENIS_KELAMIN", "X", "unknown_code", E),
    ("JENIS_KELAMIN", "L", "sex_not_in_nik", W),
    ("TANGGAL_LAHIR", "31-02-1985", "date_invalid", E),
    ("TANGGAL_LAHIR", "06-08-1985", "birth_date_not_in_nik", W),
    ("TANGGAL_LAHIR", "08-05-1985", "day_month_swapped", R),
    ("TANGGAL_STATUS", "31-02-2019", "date_invalid", E),
    ("TANGGAL_PENDATAAN", "kemarin", "date_invalid", E),
    ("TANGGAL_MULAI", "31-02-2019", "date_invalid", E),
    ("TANGGAL_MULAI", "02-11-2019", "start_after_delivery", W),
    ("TANGGAL_MULAI", "02-11-1984", "start_before_birth", W),
    ("TANGGAL_KELUAR", "31-02-2019", "date_invalid", E),
    ("NAMA_LENGKAP", "12", "name_malformed", E),
    ("NAMA_KRT", "12", "name_malformed", E),
    ("NAMA", "-", "required", E),
    ("NAMA_PENGURUS", "...", "required", E),
    ("STATUS_HUBUNGAN", "ENTAH", "unknown_code", E),
    ("HUBUNGAN", "ENTAH", "unknown_code", E),
    ("STATUS_PENDUDUK", "ENTAH", "unknown_code", E),
    ("STATUS_KEPESERTAAN", "ENTAH", "unknown_code", E),
    ("STATUS", "ENTAH", "unknown_code", E),
    ("STATUS_KAWIN", "ENTAH", "unknown_value", W),
    ("PENDIDIKAN", "ENTAH", "unknown_value", W),
    ("PEKERJAAN", "ENTAH", "unknown_value", W),
    ("DISABILITAS", "ENTAH", "unknown_value", W),
    ("STATUS_SEKOLAH", "ENTAH", "unknown_value", W),
    ("STATUS_KERJA", "ENTAH", "unknown_value", W),
    ("DESIL", "11", "number_invalid", E),
    ("JUMLAH_ANGGOTA", "0", "number_invalid", E),
    ("NO_URUT", "0", "number_invalid", E),
    ("TAHUN", "19", "number_invalid", E),
    ("TAHUN", "2014", "stage_before_start", W),
    ("TAHAP", "5", "number_invalid", E),
    ("TAHUN_MULAI", "17", "number_invalid", E),
    ("TAHUN_MULAI", "2020", "start_after_delivery", W),
    ("TAHUN_MULAI", "1984", "start_before_birth", W),
    ("KOMPONEN", "SD;KULIAH", "unknown_code", E),
    ("KOMPONEN", "BUMIL;BALITA;SD;SMP;SMA", "too_many_components", E),
    ("KOMPONEN", None, "component_empty", W),
]
BY_TYPE = {
    # type of column: (bad value, check, table)
    "code": [("ENTAH", "unknown_code", E)],
    "date": [("31-02-2019", "date_invalid", E)],
    "birth_date": [("31-02-1985", "date_invalid", E)],
    "decimal": [("dua", "decimal_invalid", E), ("Outlier", "outlier_no_number", W)],
    "district_code": [("369999", "district_unknown", E)],
    "fixed_digits": [("12X", "digits_malformed", E), ("1234567", "leading_zeros_restored", R)],
    "geo_point": [
        ("di rumah", "point_invalid", W),
        ('{"type": "Point", "coordinates": [112.7, -7.2]}', "point_elsewhere", W),
    ],
    "integer": [("dua", "number_invalid", E)],
    "moment": [("kemarin", "moment_invalid", E), ("2019-10-02 11:05", "moment_without_offset", R)],
    "name": [("12", "name_malformed", E), ("A" * 201, "name_too_long", E)],
    "nik": [
        ("3601014508850000", "nik_serial_zero", W),
        ("9901014508859123", "nik_unknown_prefix", W),
        ("3601013902859123", "nik_impossible_date", W),
        ("'3601014508859123", "number_cleaned", R),
    ],
    "period": [("2019-T13", "period_invalid", E)],
    "region_code": [("3699", "region_unknown", E)],
    "rupiah": [("-5000", "money_invalid", E)],
    "school_class": [("14", "class_invalid", E)],
}
BY_CHECK = {"date_in_future": ("02-11-2019", E), "year_after_delivery": ("2020", E)}
"""Check -> bad value and table: for every column of every source whose rules have the check."""
TOGETHER = [
    ("bps_kemiskinan", {"JUMLAH_MISKIN": "-1"}, "JUMLAH_MISKIN", "negative_number", E),
    ("bps_kemiskinan", {"PERSENTASE": "100,5"}, "PERSENTASE", "share_invalid", E),
    ("bps_kemiskinan", {"TAHUN": "2020"}, "TAHUN", "period_after_delivery", W),
    ("dindik_siswa", {"kelas": "VII"}, "kelas", "class_not_of_school", W),
    ("dindik_siswa", {"tanggal_lahir": "1985-08-05"}, "tanggal_lahir", "age_not_of_pupil", W),
    ("dindik_siswa", {"tanggal_lahir": "08-05-2009"}, "tanggal_lahir", "day_month_swapped", R),
    ("dinkes_gizi", {"BB": "85"}, "BB", "implausible_measure", W),
    ("dinkes_gizi", {"TB": "12"}, "TB", "implausible_measure", W),
    ("dinkes_gizi", {"ZS_TB_U": "-2,5"}, "STATUS_TB_U", "status_not_of_score", W),
    ("dinkes_gizi", {"STATUS_TB_U": "PENDEK"}, "STATUS_TB_U", "status_not_of_score", W),
    ("dinkes_gizi", {"TGL_LAHIR": "06-08-2017"}, "TGL_LAHIR", "birth_date_not_in_nik", W),
    ("dinkes_gizi", {"TGL_LAHIR": "08-05-2017"}, "TGL_LAHIR", "day_month_swapped", R),
    ("dinkes_gizi", {"TGL_LAHIR": "05-08-2013"}, "TGL_LAHIR", "too_old_for_posyandu", W),
    ("dinkes_gizi", {"TGL_UKUR": "04-08-2017"}, "TGL_UKUR", "measured_before_birth", E),
    ("dinkes_jkn", {"TGL_LAHIR": "06-08-1985"}, "TGL_LAHIR", "birth_date_not_in_nik", W),
    ("dinkes_jkn", {"TGL_LAHIR": "08-05-1985"}, "TGL_LAHIR", "day_month_swapped", R),
    ("dinsos_kunjungan", {"anak_bersekolah": "3"}, "anak_bersekolah", "more_in_school_than_children", W),
    ("dinsos_kunjungan", {"kondisi_rumah": "ENTAH"}, "kondisi_rumah", "unknown_value", W),
    ("dinsos_keluarga_baru_anggota", {"hubungan": "SUAMI"}, "hubungan", "sex_not_in_relation", W),
    ("dinsos_perubahan_status", {"tanggal_perubahan": "2019-10-31"}, "tanggal_perubahan", "change_after_visit", W),
    ("dinsos_perubahan_status", {"alasan": "ENTAH"}, "alasan", "unknown_value", W),
    ("dinsos_perubahan_status", {"kode_desa_tujuan": "3273010001"}, "kode_desa_tujuan", "village_unknown", W),
    ("dinsos_bayar_dilihat", {"tanggal_terima": "2019-10-03"}, "tanggal_terima", "received_after_visit", W),
    ("dinsos_bayar_dilihat", {"dipotong": "no"}, "jumlah_potongan", "cut_though_none", W),
    *(("dinsos_keluarga_baru", {column: "ENTAH"}, column, "unknown_value", W) for column in HOUSING),
    *((source, {column: value}, column, check, W) for source in FORMS for column, value, check in CLOCKS),
    ("dinsos_penyaluran", {"PERIODE": "2020-T1"}, "PERIODE", "period_after_payment", W),
    ("dinsos_penyaluran", {"TANGGAL_SALUR": "2019-11-02"}, "TANGGAL_SALUR", "paid_after_delivery", W),
    ("diskop_umkm", {"tahun_bantuan": None}, "tahun_bantuan", "aid_without_year", W),
    ("disnaker_pencaker", {"tanggal_lahir": "2009-01-02"}, "tanggal_daftar", "too_young_to_work", W),
    ("dprkp_rtlh", {"KABUPATEN": "SERANG"}, "KABUPATEN", "regency_not_found", E),
    ("dprkp_rtlh", {"KECAMATAN": "SUMURR"}, "KECAMATAN", "district_not_found", E),
    ("dprkp_rtlh", {"DESA": "SUMBERJAYAA"}, "DESA", "village_not_found", W),
    ("sadaya_tindak_lanjut", {"ID_BARIS": "9F86D081884C7123"}, "ID_BARIS", "row_number_altered", E),
    # source, bad values, column, check, table: rules over more than one column
    (REGISTER, {"STATUS_HUBUNGAN": "SUAMI"}, "STATUS_HUBUNGAN", "sex_not_in_relation", W),
    (MEMBERS, {"HUBUNGAN": "SUAMI"}, "HUBUNGAN", "sex_not_in_relation", W),
    (REGISTER, {"STATUS_PENDUDUK": "MENINGGAL"}, "TANGGAL_STATUS", "status_without_date", W),
    (REGISTER, {"TANGGAL_STATUS": "04-08-1985"}, "TANGGAL_STATUS", "status_before_birth", E),
    (REGISTER, {"TANGGAL_LAHIR": "05-08-1885"}, "TANGGAL_LAHIR", "implausible_age", W),
    (JAMSOSRATU, {"STATUS": "KELUAR"}, "TANGGAL_KELUAR", "left_without_date", W),
    (JAMSOSRATU, {"STATUS": "KELUAR", "TANGGAL_KELUAR": "2016-12-31"}, "TANGGAL_KELUAR", "left_before_start", E),
    (JAMSOSRATU, {"STATUS": "KELUAR", "TANGGAL_KELUAR": "2019-12-31"}, "TANGGAL_KELUAR", "leaving_after_delivery", W),
    (JAMSOSRATU, {"TANGGAL_KELUAR": "2019-07-01"}, "STATUS", "left_but_active", W),
]
DATES = [(source, field.name) for source, contract in CONTRACTS.items() for field in contract.fields
         if field.type.name in ("date", "birth_date")]  # fmt: skip


def cases() -> Iterator[tuple[str, dict[str, str | None], str, str, str]]:
    """(source, changes, column, check, table) for every rule that one row alone can break."""
    yield from TOGETHER
    for source, contract in CONTRACTS.items():
        names = {field.name.upper(): field.name for field in contract.fields}
        declared = _declared(contract)
        together = {(column, check) for other, _, column, check, _ in TOGETHER if other == source}
        yield from (
            (source, {names[column]: bad}, names[column], check, table) for column, bad, check, table in ANYWHERE
            if column in names and (names[column], check) in declared - together
        )  # fmt: skip
        yield from (
            (source, {field.name: bad}, field.name, check, table)
            for field in contract.fields for bad, check, table in BY_TYPE.get(field.type.name, ())
            if (field.name, check) in declared
        )  # fmt: skip
        yield from (
            (source, {column: BY_CHECK[check][0]}, column, check, BY_CHECK[check][1])
            for column, check in sorted(declared - together) if check in BY_CHECK
        )  # fmt: skip
        for column in contract.key:
            yield source, {column: None}, "|".join(contract.key), "key_missing", E
        for field in contract.fields:
            error = field.name in contract.key or not field.nullable
            yield source, {field.name: "#N/A"}, field.name, "unreadable_cell", E if error else W
            if contract.notes_what_is_taken_out(field):
                dressed = f'="{field.example}"'
                yield source, {field.name: dressed}, field.name, "characters_taken_out", R
            if field.type.name == "key":
                yield source, {field.name: "3,60101E+09"}, field.name, "key_lost_digits", E if error else W
                yield source, {field.name: f"{field.example[:-3]}999."}, field.name, "key_signs_removed", R
                if field.type.notices:
                    yield source, {field.name: "3601014508859123"}, field.name, "key_looks_like_nik", W
            if field.type.name == "period":
                yield source, {field.name: "T1-2019"}, field.name, "period_rewritten", R
            if field.type.name in ("date", "birth_date"):
                yield source, {field.name: "01/01/1900"}, field.name, "placeholder_date", E if error else W
                yield source, {field.name: "1985-08-04 17:00Z"}, field.name, "instant_read_as_day", R
                yield source, {field.name: "1985-08-05 07:30"}, field.name, "time_of_day_left_out", R
                yield source, {field.name: "1985-08-04 23:59:48 (sel)"}, field.name, "cell_before_midnight", R
                yield source, {field.name: "31264"}, field.name, "serial_read_as_day", R
            if not field.nullable and field.name not in contract.key:
                yield source, {field.name: None}, field.name, "required", E
            if field.why_empty:
                yield source, {field.name: None}, field.name, "value_missing", W
        if {"NIK", "NO_KK"} <= set(names):
            table = E if source == REGISTER else W
            yield source, {"NIK": "3601014508859123", "NO_KK": "3601014508859123"}, "NIK", "nik_is_kk", table
        for column in ("NIK", "NIK_ANAK", "NIK_ORTU", "NIK_PEMILIK", "NIK_MENINGGAL"):
            if column in names:
                table = E if source == REGISTER else W
                yield source, {names[column]: "3601014508859"}, names[column], "nik_unusable", table


def _declared(contract: Contract) -> set[tuple[str, str]]:
    """(column, check) of everything the contract may report on a row."""
    day, profiles = date(2019, 11, 1), {field.name: {"month_first": True} for field in contract.fields}
    doubts = [*contract.errors(day, profiles).values(), *contract.warnings(day, profiles), *contract.repairs(profiles)]
    return {(one.column, one.message.code) for one in [*doubts, *(mend for mend in contract.mends if mend.message)]}


@pytest.mark.parametrize("source", CONTRACTS)
def test_a_good_row_passes_without_a_word(judged_good, source):
    judged = judged_good(source)
    assert judged.accepted.height == 1
    assert [judged.table(name).height for name in (E, W, R)] == [0, 0, 0]


@pytest.fixture(scope="module")
def together(tmp_path_factory) -> Callable[[str], tuple[Judged, list[dict]]]:
    """together(source): all its bad rows, judged as one delivery, and the changes of each. Keys differ; row numbers
    start at 2.
    """
    judge = judging(tmp_path_factory.mktemp("together"))

    @cache
    def judged(source: str) -> tuple[Judged, list[dict]]:
        distinct: list[dict] = []
        distinct += (one for other, one, *_ in cases() if other == source and one not in distinct)
        rows = [{**GOOD[source], **_own_key(source, number), **one} for number, one in enumerate(distinct)]
        return judge(source, rows), distinct

    return judged


def _own_key(source: str, number: int) -> dict[str, str]:
    """A key that differs from row to row, and from the keys in the bad rows above."""
    key = CONTRACTS[source].key
    if source == "bps_kemiskinan":
        return {"TAHUN": str(2019 - number)}
    value = GOOD[source][key[0]]
    (digits,) = re.findall(r"\d{3}$", value)
    return {key[0]: value[: -len(digits)] + f"{(int(digits) + 1 + number) % 1000:03}"}


@pytest.mark.parametrize(
    ("source", "changes", "column", "check", "table"), [one for one in cases() if one[0] != "sadaya_keputusan"]
)
def test_a_bad_row_is_seen(together, source, changes, column, check, table):
    judged, rows = together(source)
    number = rows.index(changes) + 2
    assert (number, column, check) in judged.checks(table)
    assert judged.accepted["row_number"].to_list().count(number) == (number not in judged.quarantined)
    assert table != E or number in judged.quarantined


@pytest.mark.parametrize("source", [name for name in CONTRACTS if name != "sadaya_keputusan"])
def test_bad_rows_are_counted_once_each(together, source):
    judged, rows = together(source)
    assert judged.verdict.total.quarantined == len(judged.quarantined)
    assert judged.verdict.total.accepted == len(rows) - len(judged.quarantined)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "column", "check", "table"), [one[1:] for one in cases() if one[0] == "sadaya_keputusan"]
)
def test_a_bad_decision_is_seen(judge, good, changes, column, check, table):
    """One at a time: a decision's key is derived from its content, so good rows cannot differ in the key alone."""
    judged = judge("sadaya_keputusan", [good("sadaya_keputusan", **changes)])
    assert (2, column, check) in judged.checks(table)
    assert judged.accepted.height == (0 if judged.table(E).height else 1)
    assert table != E or judged.verdict.total.quarantined == 1


def _village_of(contract: Contract) -> str | None:
    return next((field.name for field in contract.fields if field.type.name == "village_code"), None)


@pytest.mark.slow
@pytest.mark.parametrize(("source", "column"), DATES)
def test_a_file_that_writes_the_month_first_is_read_so(judge, many, source, column):
    judged = judge(source, many(source, 12, **{column: "02-13-2019"}))
    assert {check for _, at, check in judged.checks(R) if at == column} == {"month_before_day"}
    made = judged.accepted if judged.accepted.height else judged.table(R).rename({"new_value": column.lower()})
    assert set(made[column.lower()]) == {"2019-02-13"}


def test_a_village_that_is_only_named_gives_a_row_no_region(judge, good):
    source = "dinsos_perubahan_status"
    rows = [good(source, kode_desa_tujuan="36.02.16.2018"), good(source, __id="uuid:2", kode_desa_tujuan="3273010001")]
    judged = judge(source, rows)
    assert judged.accepted["kode_desa_tujuan"].to_list() == ["3602282009", None]
    assert CONTRACTS[source].place_column is None
    assert judged.checks(R) == {(2, "kode_desa_tujuan", "village_recoded")}


@pytest.mark.parametrize("source", [name for name, contract in CONTRACTS.items() if _village_of(contract)])
def test_an_old_village_code_is_mapped(judge, good, source):
    judged = judge(source, [good(source, **{_village_of(CONTRACTS[source]): "36.02.16.2018"})])
    assert judged.row["kode_desa"] == "3602282009"
    line = judged.table(R).row(0, named=True)
    assert line["check_name"] == "village_recoded"
    assert (line["original_value"], line["new_value"]) == ("36.02.16.2018", "3602282009")


@pytest.mark.parametrize(
    ("source", "column", "raw", "check"),
    [
        ("dinkes_gizi", "TGL_UKUR", "31-12-9999", "date_invalid"),
        ("dinkes_gizi", "BB", ".5", "decimal_invalid"),
        ("dinsos_pkh", "TANGGAL_MULAI", "31-12-9999", "date_invalid"),
        ("dinsos_kunjungan", "tanggal_kunjungan", "31-12-9999", "date_invalid"),
        ("bps_kemiskinan", "PERSENTASE", "500.", "decimal_invalid"),
    ],
)
def test_one_cause_is_one_line(judge, good, source, column, raw, check):
    judged = judge(source, [good(source, **{column: raw})])
    assert judged.checks(E) | judged.checks(W) == {(2, column, check)}


def test_every_rule_has_its_bad_row():
    """A new rule needs a bad row above; set rules are tested below, `by_files` by whole files."""
    fed = {(source, column, check) for source, _, column, check, _ in cases()}
    by_files = {"month_before_day", "village_recoded", "day_month_doubtful"}
    wanted = {(source, *one) for source, contract in CONTRACTS.items() for one in _declared(contract)}
    assert not {one for one in wanted - fed if one[2] not in by_files}


# sets of rows -------------------------------------------------------------------------------------------------------


def test_every_set_rule_is_tested_here():
    tested = {"orphan_member", "member_count", "born_after_survey", "two_heads", "no_head"}
    tested |= {"unknown_participant", "paid_twice", "visited_twice", "pair_altered", "not_the_senders_list"}
    tested |= {"unknown_form", "roster_count", "payment_seen_twice"}
    tested |= {"indicator_unlike_history"}  # test_indicators
    assert {rule.message.code for contract in CONTRACTS.values() for rule in contract.set_rules} == tested


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("KUNCI_A", "PKH360100002"),
        ("SUMBER_B", "DINSOS_PKH"),
        ("PERAN_A", "SELF"),
        ("ID_PASANGAN", "L0000000000000000"),
    ],
)
def test_a_clerks_pair_that_was_altered_is_quarantined(judge, good, column, value):
    """A decision with edited keys, or keys sorted apart from their row, would merge the wrong people."""
    judged = judge("sadaya_keputusan", [good("sadaya_keputusan", **{column: value})])
    assert judged.checks(E) == {(2, "ID_PASANGAN", "pair_altered")}
    assert judged.accepted.is_empty()


def test_the_sides_of_a_clerks_pair_may_change_places(judge, good):
    row = good("sadaya_keputusan")
    swapped = {name[:-1] + {"A": "B", "B": "A"}[name[-1]] if name[-2] == "_" else name: row[name] for name in row}
    assert judge("sadaya_keputusan", [swapped]).accepted.height == 1


@pytest.mark.parametrize(
    "name", ["dinsos-3601.xlsx/Siswa", "DINSOS.csv", "dindikbud-3601.xlsx", "daftar.csv", "3601.csv"]
)
def test_an_outcome_of_another_agencys_list_is_quarantined(judge, good, name):
    """Also if the file name gives no sender: it must begin with the code of the list's agency."""
    judged = judge(OUTCOMES, {name: ([good(OUTCOMES)], None)})
    assert judged.checks(E) == {(2, "ID_BARIS", "not_the_senders_list")}
    assert judged.accepted.is_empty()
    assert "dindik-….xlsx" in judged.table(E)["message_id"][0]


@pytest.mark.parametrize("name", ["dindik.csv", "DINDIK_3601.csv", "dindik-3601-kabupaten-pandeglang.xlsx/Siswa"])
def test_an_outcome_of_the_senders_own_list_counts(judge, good, name):
    assert judge(OUTCOMES, {name: ([good(OUTCOMES)], None)}).accepted["file_name"].to_list() == [name]


def test_another_agencys_word_on_a_row_is_no_conflict_with_its_owners(judge, good):
    """Even if it were accepted otherwise; two outcomes by the owner are both rejected."""
    ours, theirs = good(OUTCOMES, HASIL="SELESAI"), [good(OUTCOMES, HASIL="PROSES"), good(OUTCOMES, HASIL="ENTAH")]
    judged = judge(OUTCOMES, {"dindik.csv": ([ours], None), "dinsos.csv": (theirs, None)})
    assert judged.accepted.select("file_name", "hasil").rows() == [("dindik.csv", "SELESAI")]
    assert judged.checks(E) == {(row, "ID_BARIS", "not_the_senders_list") for row in (2, 3)} | {
        (3, "HASIL", "unknown_code")
    }
    twice = judge(OUTCOMES, {"dindik.csv": ([ours, theirs[0]], None)})
    assert twice.checks(E) == {(row, "ID_BARIS", "key_conflict") for row in (2, 3)}


def test_a_member_of_no_household_is_quarantined(judge, good):
    homes = judge(HOUSEHOLDS, [good(HOUSEHOLDS)])
    judged = judge(MEMBERS, [good(MEMBERS), good(MEMBERS, ID_DTKS="3601019999")], {HOUSEHOLDS: [homes]})
    assert judged.checks(E) == {(3, "ID_DTKS", "orphan_member")}
    assert judged.accepted["id_dtks"].to_list() == ["3601010001"]


def test_a_member_of_a_quarantined_household_is_no_orphan(judge, good):
    homes = judge(HOUSEHOLDS, [good(HOUSEHOLDS, DESIL="11")])
    assert homes.accepted.is_empty()
    judged = judge(MEMBERS, [good(MEMBERS)], {HOUSEHOLDS: [homes]})
    assert judged.accepted.height == 1
    assert judged.row["coverage_regency"] == "3601"


def test_members_that_differ_from_the_stated_number_are_warned_of_once(judge, good):
    homes = judge(HOUSEHOLDS, [good(HOUSEHOLDS, JUMLAH_ANGGOTA="3")])
    members = [good(MEMBERS), good(MEMBERS, NO_URUT="2", HUBUNGAN="SUAMI", JENIS_KELAMIN="X", NIK=None)]
    judged = judge(MEMBERS, members, {HOUSEHOLDS: [homes]})
    assert (2, "ID_DTKS", "member_count") in judged.checks(W)
    assert "3 : 2" in judged.table(W).filter(check_name="member_count")["message_en"].item()


def test_the_stated_number_counts_quarantined_members_too(judge, good):
    homes = judge(HOUSEHOLDS, [good(HOUSEHOLDS, JUMLAH_ANGGOTA="2")])
    judged = judge(MEMBERS, [good(MEMBERS), good(MEMBERS, NO_URUT="2", JENIS_KELAMIN="X")], {HOUSEHOLDS: [homes]})
    assert judged.verdict.total.quarantined == 1
    assert not judged.table(W).height


def test_born_after_the_survey_is_a_warning(judge, good):
    homes = judge(HOUSEHOLDS, [good(HOUSEHOLDS)])
    judged = judge(MEMBERS, [good(MEMBERS, TANGGAL_LAHIR="12-02-2019", NIK=None)], {HOUSEHOLDS: [homes]})
    assert judged.checks(W) == {(2, "TANGGAL_LAHIR", "born_after_survey")}


@pytest.mark.parametrize(
    ("relations", "warned"),
    [
        (["KEPALA RUMAH TANGGA", "KEPALA RUMAH TANGGA"], {2, 3}),
        (["KEPALA KELUARGA", "KEPALA KELUARGA"], {2, 3}),
        (["KEPALA RUMAH TANGGA", "KEPALA KELUARGA"], set()),
    ],
)
def test_two_heads_are_warned_of(judge, good, relations, warned):
    judged = judge(MEMBERS, [good(MEMBERS, NO_URUT=str(n), HUBUNGAN=head) for n, head in enumerate(relations, 1)])
    assert {row for row, _, check in judged.checks(W) if check == "two_heads"} == warned


def test_a_household_without_a_head_is_warned_of_once(judge, good):
    rows = [good(MEMBERS, HUBUNGAN="ANAK"), good(MEMBERS, NO_URUT="2", HUBUNGAN="ANAK")]
    assert judge(MEMBERS, rows).checks(W) == {(2, "HUBUNGAN", "no_head")}


PAYMENTS, VISITS = "dinsos_penyaluran", "dinsos_kunjungan"


@pytest.mark.parametrize(("source", "column"), [(PAYMENTS, "NO_PESERTA"), (VISITS, "no_peserta")])
def test_a_number_that_no_list_knows_is_warned_of(judge, good, source, column):
    listed = judge(JAMSOSRATU, [good(JAMSOSRATU), good(JAMSOSRATU, NO_PESERTA="JSR2", STATUS="ENTAH")])
    assert listed.verdict.total.quarantined == 1
    key = CONTRACTS[source].key[0]
    rows = [good(source, **{key: f"T{n}", column: number}) for n, number in enumerate(("JSR360100001", "JSR2", "JSR3"))]
    judged = judge(source, rows, {JAMSOSRATU: [listed]})
    assert judged.accepted.height == 3
    assert judged.checks(W) == {(4, column, "unknown_participant")}


def test_a_payment_is_held_against_the_list_of_its_own_programme(judge, good):
    listed = judge(PKH, [good(PKH)])
    rows = [good(PAYMENTS, PROGRAM="PKH"), good(PAYMENTS, NO_TRANSAKSI="T2")]
    assert judge(PAYMENTS, rows, {PKH: [listed]}).checks(W) == {(2, "NO_PESERTA", "unknown_participant")}


def test_money_that_reached_one_participant_twice_is_warned_of(judge, good):
    rows = [good(PAYMENTS, NO_TRANSAKSI=f"T{n}") for n in (1, 2)]
    other = [good(PAYMENTS, NO_TRANSAKSI="T3", STATUS="GAGAL"), good(PAYMENTS, NO_TRANSAKSI="T4", PERIODE="2019-T2")]
    judged = judge(PAYMENTS, rows + other)
    assert judged.checks(W) == {(2, "NO_TRANSAKSI", "paid_twice"), (3, "NO_TRANSAKSI", "paid_twice")}


def test_a_visit_that_was_sent_twice_is_warned_of(judge, good):
    rows = [good(VISITS, __id=f"uuid:{n}") for n in (1, 2)] + [good(VISITS, __id="uuid:3", no_peserta="JSR9")]
    assert judge(VISITS, rows).checks(W) == {(2, "no_peserta", "visited_twice"), (3, "no_peserta", "visited_twice")}


def test_the_accuracy_of_a_place_is_read_from_the_point(judge, good):
    """ODK states it as a property of the point; a workbook or another tool as a column."""
    point = '{"type":"Point","coordinates":[106.1,-6.2,12],"properties":{"accuracy":7.25}}'
    rows = [
        good(VISITS, lokasi=point, akurasi_lokasi=None),
        good(VISITS, __id="uuid:2", no_peserta="JSR2", lokasi=point),
        good(VISITS, __id="uuid:3", no_peserta="JSR3", akurasi_lokasi=None),
    ]
    judged = judge(VISITS, rows)
    assert judged.accepted["akurasi_lokasi"].to_list() == ["7.25", "4.5", None]
    assert judged.accepted["lokasi"].unique().to_list() == ["106.1 -6.2"]
    assert [judged.table(name).height for name in (E, W, R)] == [0, 0, 0]


def test_visits_of_a_form_before_it_had_these_questions_are_accepted(judge, good):
    """The columns of the first form alone."""
    new = ("mulai", "selesai", "akurasi_lokasi", "__system/updatedAt", "__system/edits")
    row = {name: value for name, value in good(VISITS).items() if name not in new}
    judged = judge(VISITS, [row])
    assert judged.accepted.height == 1
    assert [judged.table(name).height for name in (E, W, R)] == [0, 0, 0]


def test_members_of_a_new_family_are_held_against_its_form(judge, good):
    members = "dinsos_keluarga_baru_anggota"
    forms = judge("dinsos_keluarga_baru", [good("dinsos_keluarga_baru", jumlah_anggota="2")])
    rows = [
        good(members),
        good(members, __id="5f1c0000-0002", nama="ASEP CONTOH"),
        good(members, __id="5f1c0000-0003", **{"__Submissions-id": "uuid:9"}),
    ]
    partners = {"dinsos_keluarga_baru": [forms]}
    assert judge(members, rows, partners).checks(W) == {(4, "__Submissions-id", "unknown_form")}
    judged = judge(members, rows[:1], partners)
    assert judged.checks(W) == {(2, "__Submissions-id", "roster_count")}
    assert "2 : 1" in judged.table(W)["message_en"].item()


def test_a_payment_that_was_reported_twice_is_warned_of(judge, good):
    source = "dinsos_bayar_dilihat"
    rows = [good(source, __id=f"uuid:{n}") for n in (1, 2)] + [good(source, __id="uuid:3", periode="2019-T3")]
    assert judge(source, rows).checks(W) == {(n, "no_peserta", "payment_seen_twice") for n in (2, 3)}


def test_names_of_regions_become_codes_and_what_is_unknown_names_the_nearest(judge, good):
    rows = [
        good("dprkp_rtlh"),
        good("dprkp_rtlh", ID_RTLH="R2", KABUPATEN="Kab Lebak", KECAMATAN="kec. Cigemlong", DESA="Desa Cikate"),
        good("dprkp_rtlh", ID_RTLH="R3", KABUPATEN="TANGSEL", KECAMATAN="SERPONG", DESA="BUARANN"),
        good("dprkp_rtlh", ID_RTLH="R4", KABUPATEN="KOTA SERANG", KECAMATAN="WALANTAKA X", DESA="KALODRAN"),
        good("dprkp_rtlh", ID_RTLH="R5", KABUPATEN="TANGERANG", KECAMATAN="CIPONDOH", DESA="X"),
    ]
    judged = judge("dprkp_rtlh", rows)
    columns = ("id_rtlh", "kode_kecamatan", "kode_desa", "coverage_regency")
    assert judged.accepted.select(columns).rows() == [
        ("RTLH360100001", "360101", "3601012001", "3601"),
        ("R2", "360228", "3602282004", "3602"),
        ("R3", "367401", None, "3674"),
    ]
    said = dict(judged.table(E).select("row_number", "message_en").iter_rows())
    assert "nearest names: WALANTAKA" in said[5]
    assert "KABUPATEN TANGERANG, KOTA TANGERANG" in said[6]
    assert "Nearest names: BUARAN" in judged.table(W)["message_en"].item()


def test_villages_of_one_name_are_told_apart_by_their_kecamatan(judge, good):
    rows = [
        good("dprkp_rtlh", ID_RTLH=kabupaten, KABUPATEN=kabupaten, KECAMATAN=kecamatan, DESA=desa)
        for kabupaten, kecamatan, desa in [
            ("KAB. TANGERANG", "CURUG", "CUKANGGALIH"), ("KOTA SERANG", "Curug ", "CURUG"),
        ]
    ]  # fmt: skip
    judged = judge("dprkp_rtlh", rows)
    assert judged.accepted["kode_kecamatan"].str.slice(0, 4).to_list() == ["3603", "3673"]


def test_without_its_partner_a_rule_is_left_out(judge, good):
    assert judge(MEMBERS, [good(MEMBERS, ID_DTKS="3601019999")]).accepted.height == 1
    assert judge(MEMBERS, [good(MEMBERS, ID_DTKS="3601019999")], {HOUSEHOLDS: []}).accepted.height == 1


def test_a_warning_gives_its_reason():
    message = CONTRACTS[MEMBERS].set_rules[0].message
    with pytest.raises(ValueError, match="gives no reason"):
        SetRule(message, "NIK", "select 1", severity="warning")
