"""Single field types: rulings 4 to 7, 16 and 17; every normaliser is total and idempotent."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validations import field_types as types
from validations.field_types import Cell, FieldType, Finding
from validations.messages import Message

ALL: dict[str, FieldType] = {
    "text": types.text(),
    "key": types.key_text(),
    "key_of_digits": types.key_text(digits=True),
    "name": types.name(),
    "digits": types.fixed_digits(10),
    "sex": types.sex(),
    "yes_no": types.yes_no(),
    "lenient": types.coded({"KAWIN": ("MENIKAH",)}, lenient=True),
    "components": types.components(("SD", "SMP", "SMA", "LANSIA", "BUMIL"), most=4),
    "integer": types.integer(1, 60),
    "rupiah": types.rupiah(),
    "decimal": types.decimal(),
    "date": types.date(),
    "birth_date": types.birth_date(),
    "village": types.village_code(),
    "rt": types.neighbourhood(),
    "nik": types.nik(),
    "no_kk": types.no_kk(),
    "moment": types.moment(),
    "period": types.period(),
    "district": types.district_code(),
    "region": types.region_code(),
    "point": types.geo_point(),
}


def read(kind: FieldType, *values: str | None) -> pl.DataFrame:
    """Canonical values, companions, and the codes of each value's findings (`said`)."""
    column = pl.Series("raw:X", values, pl.String)
    profile = kind.profile(column) if kind.profile else {}
    raw, value, cell = pl.col("raw:X"), pl.col("X"), Cell("X", profile)
    frame = column.to_frame().with_columns(kind.normalise(raw, profile).alias("X"))
    frame = frame.with_columns(make(raw, value, profile).alias(f"X_{name}") for name, make in kind.companions.items())
    if kind.how:
        frame = frame.with_columns(kind.how(raw, value, profile).alias("how:X"))
    findings = (*kind.errors, *kind.warnings, *kind.repairs)
    said = [pl.when(one.when(cell)).then(pl.lit(one.message.code)) for one in findings]
    return frame.with_columns(said=pl.concat_list(said).list.drop_nulls() if said else pl.lit([]))


def value(name: str, raw: str | None) -> str | None:
    return read(ALL[name], raw)["X"].item()


def said(name: str, raw: str | None) -> list[str]:
    return read(ALL[name], raw)["said"].to_list()[0]


@pytest.mark.parametrize(
    ("kind", "raw", "canonical"),
    [
        ("text", "  Kp.\u00a0 Contoh\n 1 ", "KP. CONTOH 1"),
        ("text", " \t ", None),
        ("key", "'3601010001.0", "3601010001"),
        ("key", "PKH3601000001 .", "PKH3601000001"),
        ("key", "uuid:5f1c0000-0001", "UUID:5F1C0000-0001"),
        ("key", "3601.01.0001", "3601.01.0001"),
        ("key", ".", None),
        ("key_of_digits", "3601010001.", "3601010001"),
        ("key_of_digits", "3601.01.0001", "3601010001"),
        ("key_of_digits", "3601-010-001", "3601010001"),
        ("key_of_digits", "3601 010001,0", "3601010001"),
        ("key_of_digits", "RT-3601.01", "RT-3601.01"),
        ("moment", "2019-10-03T04:05:06.789Z", "2019-10-03T04:05:06Z"),
        ("moment", "2019-10-03T04:05:06+07:00", "2019-10-02T21:05:06Z"),
        ("moment", "2019-10-03T04:05:06+0700", "2019-10-02T21:05:06Z"),
        ("moment", "2019-10-03 04:05", "2019-10-02T21:05:00Z"),
        ("moment", "2019-10-03T04:05:06.789", "2019-10-02T21:05:06Z"),
        ("moment", "2019-10-03", "2019-10-02T17:00:00Z"),
        ("period", "2019 tahap 1", "2019-T1"),
        ("period", "T02/2019", "2019-T2"),
        ("period", "T1-2026", "2026-T1"),
        ("district", "36.01.01", "360101"),
        ("region", "3600", "36"),
        ("region", "3601.0", "3601"),
        ("point", '{"type":"Point","coordinates":[106.1234567, -6.2, 12.5]}', "106.123457 -6.2"),
        ("point", '{"type":"Polygon","coordinates":[106.1, -6.2]}', None),
        ("point", '{"type":"Point","coordinates":[206.1, -6.2]}', None),
        ("sex", "laki - laki", "L"),
        ("sex", "2", "P"),
        ("yes_no", "true", "YA"),
        ("yes_no", "T", "TIDAK"),
        ("lenient", "menikah", "KAWIN"),
        ("components", " sma ; SD;SD", "SD;SMA"),
        ("components", ";", None),
        ("integer", "007.0", "7"),
        ("rupiah", "Rp1.250.000,-", "1250000"),
        ("rupiah", "1.250.000,00", "1250000"),
        ("rupiah", "Rp 1.250.000", "1250000"),
        ("rupiah", "1250000", "1250000"),
        ("rupiah", "1250000.0", "1250000"),
        ("rupiah", "1.000", "1000"),
        ("rupiah", "'", None),
        ("decimal", "12,5", "12.5"),
        ("decimal", "12:5", "12.5"),
        ("decimal", "-1.25", "-1.25"),
        ("date", "05-08-1985", "1985-08-05"),
        ("date", "5/8/1985", "1985-08-05"),
        ("date", "05.08.1985", "1985-08-05"),
        ("date", "1985-08-05 00:00:00", "1985-08-05"),
        ("date", "1985-08-05T00:00:00Z", "1985-08-05"),
        ("date", "17 Agustus 1985", "1985-08-17"),
        ("date", "7 nopember 1985", "1985-11-07"),
        ("village", "36.01.01.2001", "3601012001"),
        ("village", "3601012001.0", "3601012001"),
        ("rt", "1", "001"),
        ("rt", "RT. 01", "001"),
        ("rt", "000", None),
    ],
)
def test_spellings_become_canonical(kind, raw, canonical):
    assert value(kind, raw) == canonical
    assert canonical is None or not said(kind, canonical)


@pytest.mark.parametrize(
    ("kind", "raw", "check"),
    [
        ("digits", "12345678901", "digits_malformed"),
        ("digits", "000", "digits_malformed"),
        ("digits", "12345678.5", "digits_malformed"),
        ("period", "2019-T5", "period_invalid"),
        ("period", "2019-T12", "period_invalid"),
        ("period", "T1-2026", "period_rewritten"),
        ("rupiah", "-5", "money_invalid"),
        ("rupiah", "1.25", "money_invalid"),
        ("decimal", "banyak", "decimal_invalid"),
        ("decimal", "Outlier", "outlier_no_number"),
        ("date", "1957", "date_invalid"),
        ("date", "29-02-2019", "date_invalid"),
        ("birth_date", "01-01-1066", "date_invalid"),
        ("yes_no", "MUNGKIN", "unknown_code"),
        ("integer", "61", "number_invalid"),
        ("integer", "-1", "number_invalid"),
        ("integer", "1e1", "number_invalid"),
        ("integer", "1.000", "number_invalid"),
    ],
)
def test_what_cannot_be_read_is_said(kind, raw, check):
    assert check in said(kind, raw)


@pytest.mark.parametrize("kind", ["key", "key_of_digits"])
@pytest.mark.parametrize("raw", ["3.60101000100012E+15", "3,60101E+09", "36010000001.5", "1e400", "Infinity", "-inf"])
def test_ruling_4_a_key_that_lost_digits_is_no_key(kind, raw):
    assert value(kind, raw) is None
    assert said(kind, raw) == ["key_lost_digits"]


@pytest.mark.parametrize(
    ("kind", "raw", "checks"),
    [("key", "PKH3601000001.", ["key_signs_removed"]), ("key_of_digits", "3601.01.0001", ["key_signs_removed"]),
     ("key", "'3601010001.0", []), ("key", "=\"pkh1\"", []), ("key", "'", []), ("key", "3601.01.0001", [])],
)  # fmt: skip
def test_signs_taken_out_of_a_key_are_noted(kind, raw, checks):
    assert said(kind, raw) == checks


def test_keys_that_are_niks_are_told_and_the_file_too(judge, good):
    rows = [good("dinsos_pkh", ID_PKH=f"360101450885912{n}", NIK=f"PKH360100000{n}") for n in range(1, 4)]
    judged = judge("dinsos_pkh", rows)
    assert {(row, "ID_PKH", "key_looks_like_nik") for row in (2, 3, 4)} <= judged.checks("warnings")
    assert [one.code for found in judged.verdict.notices.values() for one in found] == ["most_keys_look_like_niks"]
    assert said("key", "3601013902859123") == said("key", "9901014508859123") == []


# NIK and KK ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "digits", "state"),
    [
        ("3601014508859123", "3601014508859123", "valid"),
        ("'3601014508859123", "3601014508859123", "valid"),
        ("3601 0145 0885 9123", "3601014508859123", "valid"),
        ("360101.450885.9123", "3601014508859123", "valid"),
        ("3601014508859123.0", "3601014508859123", "valid"),
        ("3,60101E+15", None, "lost"),
        ("3.60101456789012E+15", None, "lost"),
        ("0", None, "sentinel"),
        ("0000000000000000", None, "sentinel"),
        ("9999999999999999", None, "sentinel"),
        ("3600000000000000", None, "sentinel"),
        ("-", None, "missing"),
        (None, None, "missing"),
        ("  ", None, "missing"),
        ("36010145088591", None, "malformed"),
        ("36010145O8859123", None, "malformed"),
        ("9901014508859123", "9901014508859123", "unknown_prefix"),
        ("3601014532859123", "3601014532859123", "impossible_date"),
        ("3601013002859123", "3601013002859123", "impossible_date"),
        ("3601012902009123", "3601012902009123", "valid"),
        ("3601014508850000", "3601014508850000", "serial_zero"),
    ],
)
def test_rulings_4_and_5_states_of_a_nik(raw, digits, state):
    row = read(ALL["nik"], raw).row(0, named=True)
    assert (row["X"], row["X_state"]) == (digits, state)


def test_ruling_4_exact_text_is_repaired_with_a_note():
    assert said("nik", "3601014508859123.0") == ["number_cleaned"]


def _niks(count: int, zeros: int) -> list[str]:
    """Different numbers, of which `zeros` end in 0 and the others in 1 to 9."""
    ends = [0] * zeros + [1 + n % 9 for n in range(count - zeros)]
    return [f"36010145{8000 + n}912{end}" for n, end in enumerate(ends)]


@pytest.mark.parametrize(
    ("count", "zeros", "rounded"),
    [
        (7, 7, True),
        (5, 5, False),
        (20, 6, False),
        (20, 14, True),
        (1000, 100, False),
        (1000, 150, False),
        (1000, 400, True),
    ],
)
def test_ruling_4_rounding_is_judged_by_the_file_and_never_by_chance(count, zeros, rounded):
    for kind in (types.nik(), types.no_kk()):
        frame = read(kind, *_niks(count, zeros))
        lost = frame.filter(pl.col("raw:X").str.ends_with("0"))
        if kind.companions:
            assert set(lost["X_state"] == "lost") == {rounded}
            assert "lost" not in set(frame.filter(~pl.col("raw:X").str.ends_with("0"))["X_state"])
        else:
            assert set(lost["X"].is_null()) == {rounded}


def test_ruling_4_a_card_counts_once_however_many_members_it_has():
    frame = read(types.no_kk(), *(_niks(4, 1) * 10))
    assert not frame["X"].null_count()


@pytest.mark.parametrize("raw", ["0", "9999999999999999", "3,6E+15", "12", "?"])
def test_a_card_number_that_is_none_joins_nobody(raw):
    assert value("no_kk", raw) is None
    assert said("no_kk", raw) == ["kk_unusable"]
    assert not said("no_kk", None)


# dates --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("raw", ["00-00-1957", "00/00/1957", "1957", "1957-00-00", "1957.0"])
def test_ruling_6_year_only_stays_a_year(raw):
    row = read(ALL["birth_date"], raw).row(0, named=True)
    assert (row["X"], row["X_state"], row["said"]) == ("1957", "year", [])


def test_ruling_6_a_heap_of_new_year_days_is_flagged_and_keeps_its_day():
    heaped = read(ALL["birth_date"], *["01-01-1957"] * 6, *["15-03-1960"] * 94)
    assert set(heaped.filter(X="1957-01-01")["X_state"]) == {"heap"}
    assert set(heaped.filter(X="1960-03-15")["X_state"]) == {"day"}
    assert read(ALL["birth_date"], "01-01-1957", *["15-03-1960"] * 99)["X_state"].to_list()[0] == "day"


def test_ruling_6_a_file_that_reads_both_ways_is_not_turned():
    frame = read(ALL["date"], *["02-13-2019"] * 12, "13-02-2019")
    assert frame["said"].to_list()[0] == ["date_invalid"]
    assert frame["X"].to_list()[-1] == "2019-02-13"


@pytest.mark.parametrize(("raw", "read_as"), [("08-05-1985", "1985-08-05"), ("05-08-1985", "1985-08-05")])
def test_ruling_6_day_and_month_are_swapped_only_by_proof(judge, good, raw, read_as):
    assert judge("dinsos_pkh", [good("dinsos_pkh", TANGGAL_LAHIR=raw)]).row["tanggal_lahir"] == read_as
    unproved = judge("dinsos_pkh", [good("dinsos_pkh", TANGGAL_LAHIR=raw, NIK="0")]).row["tanggal_lahir"]
    assert unproved == "-".join(reversed(raw.split("-")))


def test_ruling_6_proof_also_saves_what_is_no_date_otherwise(judge, good):
    row = good("dinsos_pkh", NIK="3601015308859123", TANGGAL_LAHIR="08-13-1985")
    judged = judge("dinsos_pkh", [row])
    assert judged.row["tanggal_lahir"] == "1985-08-13"
    assert judged.checks("repairs") == {(2, "TANGGAL_LAHIR", "day_month_swapped")}
    assert not judge("dinsos_pkh", [{**row, "NIK": "0"}]).accepted.height


# places, lists, padding ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("raw", ["3171011001", "3601019999", "36010120", "PASIRLOA"])
def test_ruling_7_an_unknown_village_is_an_error_also_outside_banten(raw):
    assert said("village", raw) == ["village_unknown"]


@pytest.mark.parametrize("cells", [{"RT": "001/002", "RW": None}, {"RT": None, "RW": "1 / 2"}, {"RT": "RT 1/RW 2"}])
def test_ruling_7_rt_and_rw_in_one_cell_are_taken_apart(judge, good, cells):
    judged = judge("dinsos_dtks_rumah_tangga", [good("dinsos_dtks_rumah_tangga", **cells)])
    assert (judged.row["rt"], judged.row["rw"]) == ("001", "002")
    assert not judged.table("warnings").height


def test_ruling_16_unknown_values_of_lenient_lists_are_noted_and_the_original_kept(judge, good):
    judged = judge("dukcapil_penduduk", [good("dukcapil_penduduk", PEKERJAAN="Penambang Bulan")])
    assert judged.row["pekerjaan"] == "TIDAK DIKETAHUI"
    line = judged.table("warnings").row(0, named=True)
    assert (line["original_value"], line["new_value"]) == ("Penambang Bulan", "TIDAK DIKETAHUI")
    assert not said("lenient", "tidak diketahui")


def test_ruling_16_relation_takes_the_head_of_the_household(judge, good):
    row = good("dinsos_dtks_anggota", HUBUNGAN="kepala_rumah-tangga")
    assert judge("dinsos_dtks_anggota", [row]).row["hubungan"] == "KEPALA RUMAH TANGGA"


def test_ruling_17_lost_leading_zeros_come_back_with_a_note_but_never_to_a_nik():
    assert value("digits", "12345678") == "0012345678"
    assert said("digits", "12345678") == ["leading_zeros_restored"]
    assert not said("digits", "0012345678")
    assert read(ALL["nik"], "601014508859123")["X_state"].item() == "malformed"


def test_a_name_has_an_end():
    assert said("name", "É" * 200) == []
    assert said("name", " " + "É" * 200 + "  ") == []
    assert said("name", "É" * 201) == ["name_too_long"]


# all of them --------------------------------------------------------------------------------------------------------

CELLS = st.one_of(
    st.none(),
    st.text(max_size=24),
    st.from_regex(r"'?[0-9][0-9./,:\- E+]{0,20}", fullmatch=True),
    st.from_regex(r"[0-9٠-٩０-９][0-9٠-٩０-９./,:\- T]{0,20}", fullmatch=True),
    st.sampled_from(["1.0.", "NULL.", "#N/A.", "1.0.0", "1 .0", '="A".', "'-.", "1e5", ".'1"]),
    st.sampled_from(["00-00-1957", "Rp 1.000,-", "SD;;SMP", "001/002", "Outlier", "ß", "İ", "ŉ", "'", "-", ";"]),
)


@given(st.lists(CELLS, min_size=1, max_size=6) | st.lists(CELLS, min_size=20, max_size=40))
@settings(max_examples=24, deadline=None)
def test_normalisers_are_total_and_idempotent(values):
    """All types at once: every value is read, with its companions and findings, and read again."""
    column = pl.Series(values, dtype=pl.String)
    profiles = {name: kind.profile(column) if kind.profile else {} for name, kind in ALL.items()}
    frame = pl.DataFrame({f"raw:{name}": column for name in ALL})
    once = frame.with_columns(
        kind.normalise(pl.col(f"raw:{name}"), profiles[name]).alias(name) for name, kind in ALL.items()
    )
    told = (
        once.with_columns(
            make(pl.col(f"raw:{name}"), pl.col(name), profiles[name]).alias(f"{name}_{suffix}")
            for name, kind in ALL.items()
            for suffix, make in kind.companions.items()
        )
        .with_columns(
            kind.how(pl.col(f"raw:{name}"), pl.col(name), profiles[name]).alias(f"how:{name}")
            for name, kind in ALL.items()
            if kind.how
        )
        .select(
            one.when(Cell(name, profiles[name])).alias(f"{name}:{number}")
            for name, kind in ALL.items()
            for number, one in enumerate((*kind.errors, *kind.warnings, *kind.repairs))
        )
    )
    assert set(told.dtypes) == {pl.Boolean}
    assert told.height == len(values)
    again = once.select(kind.normalise(pl.col(name), {}).alias(name) for name, kind in ALL.items())
    assert again.to_dict(as_series=False) == once.select(*ALL).to_dict(as_series=False)


def test_a_warning_needs_a_reason():
    warning = Finding(Message("x", "x", "x"), lambda cell: cell.value.is_null())
    with pytest.raises(ValueError, match="gives no reason"):
        FieldType("x", lambda raw, _: raw, warnings=(warning,))
