"""Rulings 1, 2, 3, 10 and the conservation law; schemas of the output."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.sources import all_sources
from tests.validations.conftest import CONTRACTS
from validations.counts import Counts
from validations.delivery import Context, RawFile
from validations.engine import accepted_schema, validate
from validations.evidence import QUARANTINE, QUARANTINED_KEYS, REPAIRS, WARNINGS

REGISTER, HOUSEHOLDS, MEMBERS = "dukcapil_penduduk", "dinsos_dtks_rumah_tangga", "dinsos_dtks_anggota"
PKH, JAMSOSRATU = "dinsos_pkh", "dinsos_jamsosratu"
UNUSABLE = {"0": "sentinel", "3601014508859": "malformed", "3,60101E+15": "lost", None: "missing"}


@pytest.mark.parametrize("bad", UNUSABLE)
@pytest.mark.parametrize("source", [PKH, JAMSOSRATU, REGISTER])
def test_ruling_1_a_required_nik_that_is_none_warns_and_in_the_register_quarantines(judge, good, source, bad):
    judged = judge(source, [good(source, NIK=bad)])
    where = "quarantine" if source == REGISTER else "warnings"
    assert (2, "NIK", "nik_unusable") in judged.checks(where)
    assert judged.accepted.height == (0 if source == REGISTER else 1)
    if source != REGISTER:
        assert (judged.row["nik"], judged.row["nik_state"]) == (None, UNUSABLE[bad])


def test_ruling_4_numbers_that_the_file_rounded_are_no_numbers(judge, many):
    """As if a spreadsheet had kept fifteen digits: the last is zero in every row."""
    rows = [{**row, "NIK": f"36010145088591{n}0"} for n, row in enumerate(many(PKH, 10))]
    assert set(judge(PKH, rows).accepted["nik_state"]) == {"lost"}
    people = [{**row, "NIK": f"36010145088591{n}0"} for n, row in enumerate(many(REGISTER, 10))]
    assert judge(REGISTER, people).verdict.errors == {"nik_unusable": 10}
    assert set(judge(PKH, rows[:3]).accepted["nik_state"]) == {"valid"}


def test_ruling_1_an_optional_nik_may_be_missing_in_silence(judge, good):
    judged = judge(MEMBERS, [good(MEMBERS, NIK=None)])
    assert judged.row["nik_state"] == "missing"
    assert not judged.table("warnings").height


@pytest.mark.parametrize("source", [source.name for source in all_sources()])
def test_ruling_1_a_birth_date_may_be_unknown(judge, good, source):
    if "TANGGAL_LAHIR" in good(source):
        for unknown in (None, "00-00-0000", "-"):
            assert judge(source, [good(source, TANGGAL_LAHIR=unknown)]).row["tanggal_lahir_state"] == "missing"


def test_ruling_2_the_key_is_normalised_and_its_parts_escaped(judge, good):
    rows = [good(MEMBERS, ID_DTKS=" ab  c|1 ", NO_URUT="01"), good(MEMBERS, ID_DTKS="3601010001.0", NO_URUT="2.0")]
    assert judge(MEMBERS, rows).accepted["record_key"].to_list() == ["AB C\\|1|1", "3601010001|2"]


def test_ruling_2_an_empty_key_quarantines_and_has_no_key_to_carry_forward(judge, good):
    judged = judge(MEMBERS, [good(MEMBERS, NO_URUT=" ")])
    assert judged.checks("quarantine") == {(2, "ID_DTKS|NO_URUT", "key_missing")}
    assert not judged.table("quarantined_keys").height


def test_ruling_3_equal_rows_leave_one_and_the_others_are_duplicates(judge, good):
    rows = [good(REGISTER), good(REGISTER, NAMA_LENGKAP=" siti  aminah", TANGGAL_LAHIR="1985-08-05"), good(REGISTER)]
    judged = judge(REGISTER, rows)
    assert judged.verdict.total == Counts(read=3, accepted=1, duplicate=2)
    assert judged.row["row_number"] == 2


def test_ruling_3_different_rows_with_one_key_are_all_quarantined(judge, good):
    rows = [good(REGISTER), good(REGISTER), good(REGISTER, NAMA_LENGKAP="UJANG")]
    judged = judge(REGISTER, rows)
    assert judged.verdict.total == Counts(read=3, quarantined=3)
    assert judged.checks("quarantine") == {(row, "NIK", "key_conflict") for row in (2, 3, 4)}
    assert judged.table("quarantined_keys").height == 1


def test_ruling_3_a_row_with_an_error_of_its_own_spoils_its_twin_too(judge, good):
    judged = judge(PKH, [good(PKH), good(PKH, TAHAP="9")])
    assert judged.checks("quarantine") == {
        (2, "ID_PKH", "key_conflict"),
        (3, "ID_PKH", "key_conflict"),
        (3, "TAHAP", "number_invalid"),
    }


def test_ruling_3_equal_rows_with_errors_are_quarantined_by_their_errors(judge, good):
    judged = judge(PKH, [good(PKH, TAHAP="9"), good(PKH, TAHAP="9")])
    assert {check for _, _, check in judged.checks("quarantine")} == {"number_invalid"}
    assert judged.verdict.total == Counts(read=2, quarantined=2)


def test_ruling_3_keys_are_held_together_over_parts_and_files(judge, many, good):
    rows = many(PKH, 5)
    judged = judge(PKH, {"a.csv": (rows, None), "b.csv": ([rows[4], {**rows[0], "TAHAP": "1"}], None)}, part_rows=2)
    assert judged.verdict.files["a.csv"] == Counts(read=5, accepted=4, quarantined=1)
    assert judged.verdict.files["b.csv"] == Counts(read=2, quarantined=1, duplicate=1)


def test_ruling_3_records_that_share_a_nik_are_all_kept_elsewhere(judge, good):
    judged = judge(PKH, [good(PKH), good(PKH, ID_PKH="PKH2")])
    assert judged.accepted.height == 2


VISITS = "dinsos_kunjungan"


@pytest.mark.parametrize(
    ("stated", "ends"),
    [
        ("2019-10-05T00:00:00.000Z", "2019-10-05"),
        ("2019-10-05T17:00:00.000Z", "2019-10-06"),  # its day in Asia/Jakarta
        ("2019-10-05T23:59:00+07:00", "2019-10-05"),
        ("05/10/2019", "2019-10-05"),
        ("2019-12-31", "2019-11-01"),  # not after the delivery
        ("ya", "2019-11-01"),
    ],
)
@pytest.mark.parametrize("source", [VISITS, PKH])
def test_ruling_34_a_date_of_deletion_ends_the_record(judge, good, source, stated, ends):
    rows = [{**good(source), "_deleted_on": None}]
    (key,) = CONTRACTS[source].key
    rows.append({**dict.fromkeys(rows[0]), key: "X1", "_deleted_on": stated})  # a deletion needs no more than its key
    judged = judge(source, rows)
    assert judged.verdict.total == Counts(read=2, accepted=2)
    assert judged.accepted["row_number"].to_list() == [2]
    assert judged.table("deletions").select("record_key", "row_number", "ended_on").rows() == [("X1", 3, ends)]
    assert not judged.table("warnings").filter(pl.col("row_number") == 3).height


@pytest.mark.parametrize(
    ("source", "column", "value", "ends"),
    [
        ("dinsos_penyaluran", "STATUS", "Dihapus", "2019-11-01"),
        (REGISTER, "STATUS_PENDUDUK", "DELETED", "2019-10-05"),
        (JAMSOSRATU, "STATUS", " hapus ", "2019-10-05"),
        ("dinkes_gizi", "_deleted", "1", "2019-11-01"),
        (PKH, "_deleted", "Ya", "2019-11-01"),
        (PKH, "_deleted", "dihapus", "2019-11-01"),
        (PKH, "_deleted", "2019-10-05 08:00:00", "2019-10-05"),
    ],
)
def test_ruling_34_a_status_ends_the_record_on_its_date_else_the_deliverys(judge, good, source, column, value, ends):
    stated = CONTRACTS[source].status_on
    judged = judge(source, [{**good(source), column: value} | ({stated: "05-10-2019"} if stated else {})])
    assert (judged.verdict.total, judged.verdict.errors) == (Counts(read=1, accepted=1), {})
    assert judged.table("deletions")["ended_on"].to_list() == [ends]


@pytest.mark.parametrize("value", ["0", "tidak", None, "AKTIF", "F"])
def test_ruling_34_a_mark_that_is_not_set_deletes_nothing(judge, good, value):
    judged = judge(PKH, [{**good(PKH), "_deleted": value}])
    assert (judged.accepted.height, judged.table("deletions").height) == (1, 0)


@pytest.mark.parametrize(
    "value",
    [
        "-",
        "NULL",
        "tidak ada",
        " ",
        "false",
        "0",
        "0000-00-00 00:00:00",
        "1970-01-01",
        "belum",
        "AKTIF",
        "tidak dihapus",
        "9999-12-31",
    ],
)
def test_ruling_34_a_date_column_that_says_none_deletes_nothing(judge, good, value):
    judged = judge(PKH, [{**good(PKH), "_deleted_on": value}])
    assert (judged.accepted.height, judged.table("deletions").height) == (1, 0)


@pytest.mark.parametrize("value", ["kemarin", "t", "?"])
@pytest.mark.parametrize("column", ["_deleted_on", "_deleted"])
def test_ruling_34_a_mark_of_deletion_that_says_neither_is_a_warning(judge, good, column, value):
    judged = judge(PKH, [{**good(PKH), column: value}])
    assert (judged.accepted.height, judged.table("deletions").height) == (1, 0)
    assert judged.checks("warnings") == {(2, None, "deletion_unread")}
    assert f"`{value}`" in judged.table("warnings")["message_en"].item()


@pytest.mark.parametrize(("other", "ended"), [("f", ["PKH2"]), ("y", ["PKH3"])])
def test_ruling_34_the_letter_t_is_read_by_the_other_letter_of_its_column(judge, good, other, ended):
    rows = [good(PKH, ID_PKH="PKH2") | {"_deleted": "t"}, good(PKH, ID_PKH="PKH3") | {"_deleted": other}]
    judged = judge(PKH, rows)
    assert judged.table("deletions")["record_key"].to_list() == ended
    assert not judged.table("warnings").height


def test_ruling_34_a_deletion_without_a_key_is_quarantined(judge, good):
    judged = judge(VISITS, [{**good(VISITS), "__id": None, "_deleted_on": "2019-10-05"}])
    assert judged.checks("quarantine") == {(2, "__id", "key_missing")}


def test_ruling_34_a_deletion_beside_another_word_on_the_record_is_a_conflict(judge, good):
    rows = [{**good(VISITS), "_deleted_on": day} for day in ("2019-10-05", "2019-10-05", None)]
    assert judge(VISITS, rows[:2]).verdict.total == Counts(read=2, accepted=1, duplicate=1)
    assert judge(VISITS, rows).verdict.total == Counts(read=3, quarantined=3)


def test_ruling_34_deleted_rows_are_held_against_no_rule_between_rows(judge, good):
    """Two payments of one stage are a warning, unless one of them was deleted."""
    paid = [good("dinsos_penyaluran"), good("dinsos_penyaluran", NO_TRANSAKSI="TRX2")]
    assert judge("dinsos_penyaluran", paid).verdict.warnings["paid_twice"] == 2
    deleted = [paid[0], {**paid[1], "STATUS": "DIHAPUS"}]
    assert "paid_twice" not in judge("dinsos_penyaluran", deleted).verdict.warnings


def test_ruling_10_a_row_outside_what_its_file_covers_is_quarantined(judge, many):
    rows = many(PKH, 2)
    rows[1]["KODE_DESA"] = "3602282009"
    judged = judge(PKH, {"PKH_3601.csv": (rows, {"3601"})})
    assert judged.checks("quarantine") == {(3, "KODE_DESA", "outside_coverage")}
    assert judged.table("quarantined_keys")["coverage_regency"].to_list() == ["3602"]


def test_ruling_10_members_go_with_their_household(judge, good):
    homes = judge(HOUSEHOLDS, [good(HOUSEHOLDS), good(HOUSEHOLDS, ID_DTKS="3602010001", KODE_DESA="3602282009")])
    members = [good(MEMBERS), good(MEMBERS, ID_DTKS="3602010001")]
    everywhere = judge(MEMBERS, members, {HOUSEHOLDS: [homes]})
    assert everywhere.accepted["coverage_regency"].to_list() == ["3601", "3602"]
    only = judge(MEMBERS, {"3601.xlsx": (members, {"3601"})}, {HOUSEHOLDS: [homes]})
    assert only.checks("quarantine") == {(3, "ID_DTKS", "outside_coverage")}


@pytest.mark.parametrize("problem", ["row_shape", "file_cut", "nul_byte"])
def test_a_row_that_could_not_be_read_is_quarantined_with_its_line(judge, good, problem):
    judged = judge(PKH, [good(PKH), {"ID_PKH": "PKH2", "_problem": problem, "_line": "PKH2,36"}])
    assert judged.checks("quarantine") == {(3, None, problem)}
    line = judged.table("quarantine").row(0, named=True)
    assert json.loads(line["raw_row"]) == {"_line": "PKH2,36"}
    assert line["record_key"] == "PKH2"


def test_a_problem_that_has_no_message_is_not_passed_over(judge, good):
    with pytest.raises(ValueError, match="no message"):
        judge(PKH, [good(PKH, _problem="new_problem")])


def test_evidence_keeps_the_delivered_row_and_names_the_value(judge, good):
    row = good(REGISTER, JENIS_KELAMIN="?!", KOLOM_LAIN="=1+1")
    line = judge(REGISTER, [row]).table("quarantine").row(0, named=True)
    assert json.loads(line["raw_row"]) == row
    assert "?!" in line["message_id"]
    assert "?!" in line["message_en"]


@pytest.mark.parametrize("source", list(all_sources()), ids=lambda source: source.name)
@pytest.mark.parametrize("rows", [0, 1])
def test_every_table_has_its_whole_shape_even_when_empty(judge, judged_good, source, rows):
    judged = judged_good(source.name) if rows else judge(source.name, [])
    shapes = {"quarantine": QUARANTINE, "warnings": WARNINGS, "repairs": REPAIRS, "quarantined_keys": QUARANTINED_KEYS}
    for name, shape in shapes.items():
        assert dict(judged.table(name).schema) == shape
    assert dict(judged.accepted.schema) == accepted_schema(source.contract)
    assert not (judged.folder / "work").exists()


def test_a_file_of_no_rows_at_all_is_judged_like_any_other(tmp_path):
    contract = next(source.contract for source in all_sources() if source.name == PKH)
    verdict = validate([RawFile("kosong.csv", ())], contract, Context("d", PKH, date(2019, 11, 1)), tmp_path)
    assert verdict.total == Counts()
    assert pl.read_parquet(tmp_path / "repairs.parquet").schema == REPAIRS


def test_absent_optional_columns_are_null(judge, good):
    row = good(REGISTER)
    del row["PENDIDIKAN"]
    assert judge(REGISTER, [row]).row["pendidikan"] is None


def test_a_rule_that_cannot_be_evaluated_stops_the_delivery(judge, good, monkeypatch):
    """Pandera reports a check that raises as a failure without a row: that must not count as a clean batch."""
    from validations import rules

    contract = next(source.contract for source in all_sources() if source.name == PKH)
    broken = rules.RowRule(rules.IN_FUTURE, "TAHUN", lambda _: pl.col("no such column").is_null())
    monkeypatch.setitem(contract.__dict__, "rules", (broken,))
    with pytest.raises(RuntimeError, match="could not be evaluated"):
        judge(PKH, [good(PKH)])


VALUES = st.sampled_from([None, "", " ", "0", "-", "ENTAH", "3601012001", "01-01-1980", "2019", "L", "3,6E+15", "'1"])


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_ends_in_exactly_one_place(judge, many, data):
    """The conservation law under random damage, repeated rows, and any split."""
    source = data.draw(st.sampled_from([REGISTER, HOUSEHOLDS, MEMBERS, PKH, JAMSOSRATU]))
    rows = many(source, 6)
    for row in rows:
        for column in data.draw(st.lists(st.sampled_from(sorted(row)), max_size=2)):
            row[column] = data.draw(VALUES)
    rows += [dict(rows[n]) for n in data.draw(st.lists(st.integers(0, 5), max_size=4))]
    judged = judge(source, rows, part_rows=data.draw(st.integers(1, 10)))
    accepted = set(judged.accepted["row_number"])
    quarantined = set(judged.table("quarantine")["row_number"])
    duplicates = set(judged.table("duplicates")["row_number"])
    assert len(accepted) + len(quarantined) + len(duplicates) == len(rows)
    assert accepted | quarantined | duplicates == set(range(2, 2 + len(rows)))
    assert judged.accepted["record_key"].is_unique().all()
    assert judged.verdict.total.read == len(rows)
