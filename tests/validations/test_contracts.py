"""Every rule of every source: a good row passes without a word; one bad value is seen by the check that is meant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from assets.sources import all_sources
from validations.contract import Contract
from validations.rules import SetRule

CONTRACTS: dict[str, Contract] = {source.name: source.contract for source in all_sources()}
REGISTER, HOUSEHOLDS, MEMBERS = "dukcapil_penduduk", "dinsos_dtks_rumah_tangga", "dinsos_dtks_anggota"
PKH, JAMSOSRATU = "dinsos_pkh", "dinsos_jamsosratu"
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
    ("TANGGAL_LAHIR", "02-11-2019", "date_in_future", E),
    ("TANGGAL_LAHIR", "06-08-1985", "birth_date_not_in_nik", W),
    ("TANGGAL_LAHIR", "08-05-1985", "day_month_swapped", R),
    ("TANGGAL_STATUS", "31-02-2019", "date_invalid", E),
    ("TANGGAL_STATUS", "02-11-2019", "date_in_future", E),
    ("TANGGAL_PENDATAAN", "kemarin", "date_invalid", E),
    ("TANGGAL_PENDATAAN", "02-11-2019", "date_in_future", E),
    ("TANGGAL_MULAI", "31-02-2019", "date_invalid", E),
    ("TANGGAL_MULAI", "02-11-2019", "start_after_delivery", W),
    ("TANGGAL_MULAI", "02-11-1984", "start_before_birth", W),
    ("TANGGAL_KELUAR", "31-02-2019", "date_invalid", E),
    ("NAMA_LENGKAP", "12", "name_malformed", E),
    ("NAMA_KRT", "12", "name_malformed", E),
    ("NAMA", "-", "name_malformed", E),
    ("NAMA_PENGURUS", "...", "name_malformed", E),
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
    ("TAHUN", "2020", "year_after_delivery", E),
    ("TAHUN", "2014", "stage_before_start", W),
    ("TAHAP", "5", "number_invalid", E),
    ("TAHUN_MULAI", "17", "number_invalid", E),
    ("TAHUN_MULAI", "2020", "start_after_delivery", W),
    ("TAHUN_MULAI", "1984", "start_before_birth", W),
    ("KOMPONEN", "SD;KULIAH", "unknown_code", E),
    ("KOMPONEN", "BUMIL;BALITA;SD;SMP;SMA", "too_many_components", E),
    ("KOMPONEN", None, "component_empty", W),
]
TOGETHER = [
    # source, bad values, column, check, table: where it takes more than one column
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
        names = {field.name for field in contract.fields}
        yield from (
            (source, {column: bad}, column, check, table) for column, bad, check, table in ANYWHERE
            if column in names and (check, source) != ("day_month_swapped", HOUSEHOLDS)
        )  # fmt: skip
        for column in contract.key:
            yield source, {column: None}, "|".join(contract.key), "key_missing", E
        for field in contract.fields:
            if not field.nullable and field.name not in contract.key:
                yield source, {field.name: None}, field.name, "required", E
            if field.why_empty:
                yield source, {field.name: None}, field.name, "value_missing", W
        if "NIK" in names:
            yield source, {"NIK": "3601014508859"}, "NIK", "nik_unusable", E if source == REGISTER else W


@pytest.mark.parametrize("source", CONTRACTS)
def test_a_good_row_passes_without_a_word(judge, good, source):
    judged = judge(source, [good(source)])
    assert judged.accepted.height == 1
    assert [judged.table(name).height for name in (E, W, R)] == [0, 0, 0]


@pytest.mark.parametrize(("source", "changes", "column", "check", "table"), list(cases()))
def test_a_bad_row_is_seen(judge, good, source, changes, column, check, table):
    judged = judge(source, [good(source, **changes)])
    assert (2, column, check) in judged.checks(table)
    assert judged.accepted.height == (0 if judged.table(E).height else 1)
    assert table != E or judged.verdict.total.quarantined == 1


@pytest.mark.parametrize(("source", "column"), DATES)
def test_a_file_that_writes_the_month_first_is_read_so(judge, many, source, column):
    judged = judge(source, many(source, 12, **{column: "02-13-2019"}))
    assert {check for _, at, check in judged.checks(R) if at == column} == {"month_before_day"}
    made = judged.accepted if judged.accepted.height else judged.table(R).rename({"new_value": column.lower()})
    assert set(made[column.lower()]) == {"2019-02-13"}


@pytest.mark.parametrize("source", [name for name, contract in CONTRACTS.items() if contract.village_column])
def test_an_old_village_code_is_mapped(judge, good, source):
    judged = judge(source, [good(source, KODE_DESA="36.02.16.2018")])
    assert judged.row["kode_desa"] == "3602282009"
    line = judged.table(R).row(0, named=True)
    assert line["check_name"] == "village_recoded"
    assert (line["original_value"], line["new_value"]) == ("36.02.16.2018", "3602282009")


def test_every_rule_has_its_bad_row():
    """A rule that is added must be fed a bad row above; set rules are tested below, these two by whole files."""
    fed = {(source, column, check) for source, _, column, check, _ in cases()}
    by_files = {"month_before_day", "village_recoded"}
    for source, contract in CONTRACTS.items():
        profiles = {field.name: {"month_first": True} for field in contract.fields}
        declared = [*contract.errors(date(2019, 11, 1), profiles).values()]
        declared += contract.warnings(date(2019, 11, 1), profiles) + contract.repairs(profiles)
        wanted = {(source, column, message.code) for column, message, _ in declared}
        wanted |= {(source, mend.column, mend.message.code) for mend in contract.mends}
        assert not {one for one in wanted - fed if one[2] not in by_files}


# sets of rows -------------------------------------------------------------------------------------------------------


def test_every_set_rule_is_tested_here():
    tested = {"orphan_member", "member_count", "born_after_survey", "two_heads", "no_head"}
    assert {rule.message.code for contract in CONTRACTS.values() for rule in contract.set_rules} == tested


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


def test_without_its_partner_a_rule_is_left_out(judge, good):
    assert judge(MEMBERS, [good(MEMBERS, ID_DTKS="3601019999")]).accepted.height == 1
    assert judge(MEMBERS, [good(MEMBERS, ID_DTKS="3601019999")], {HOUSEHOLDS: []}).accepted.height == 1


def test_a_warning_gives_its_reason():
    message = CONTRACTS[MEMBERS].set_rules[0].message
    with pytest.raises(ValueError, match="gives no reason"):
        SetRule(message, "NIK", "select 1", severity="warning")
