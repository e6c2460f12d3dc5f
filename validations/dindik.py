"""Contract of Dindikbud: students in Dapodik, and which of them receive PIP."""

from __future__ import annotations

import polars as pl

from validations.contract import Contract, Field
from validations.field_types import FieldType, Finding, coded, district_code, fixed_digits, name, text, yes_no
from validations.field_types.base import Cell, Profile
from validations.field_types.characters import upper
from validations.fields import birth_field, nik_field, optional_text, relative_field
from validations.messages import Message
from validations.rules import RowRule, birth_agrees_with_nik, day_month_by_nik, not_in_future

CLASSES = {"SD": (1, 6), "SMP": (7, 9), "SMA": (10, 12), "SMK": (10, 13), "SLB": (1, 12)}
"""First and last class of each kind of school."""
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII")

CLASS_INVALID = Message(
    "class_invalid", "{column} “{value}” bukan kelas 1–13.", "{column} “{value}” is no class from 1 to 13."
)
CLASS_NOT_OF_SCHOOL = Message(
    "class_not_of_school",
    "{column} “{value}” tidak ada pada jenjang ini.",
    "Schools of this kind have no {column} {value}.",
)
AGE_NOT_OF_PUPIL = Message(
    "age_not_of_pupil", "Umur siswa di luar 4–25 tahun.", "The pupil's age is outside 4 to 25 years."
)


def _class() -> FieldType:
    """A class: `7`, `VII`, `Kelas 7`, `7A`; canonical as a number."""
    numbers = {roman: str(number) for number, roman in enumerate(_ROMAN, start=1)}

    def normalise(raw: pl.Expr, _: Profile) -> pl.Expr:
        given = upper(raw).str.replace(r"^(?:KELAS|KLS)[.\s]*", "")
        digits = given.str.extract(r"^0?(\d{1,2})(?:\.0)?(?:[\s\-.]*[A-Z]\d?)?$")
        roman = given.str.extract(r"^([IVX]+)(?:[\s\-.]+[A-Z]?\d?)?$").replace_strict(
            numbers, default=None, return_dtype=pl.String
        )
        return pl.coalesce(digits, roman, given)

    def invalid(cell: Cell) -> pl.Expr:
        return cell.value.is_not_null() & ~cell.value.is_in(list(numbers.values()))

    return FieldType(
        "school_class",
        normalise,
        errors=(Finding(CLASS_INVALID, invalid),),
        allowed_id="1–13, juga I–XIII atau “Kelas 7”",
        allowed_en="1 to 13, also I to XIII or `Kelas 7`",
    )


def _class_not_of_school() -> pl.Expr:
    number = pl.col("kelas").cast(pl.Int64, strict=False)
    first, last = (pl.col("jenjang").replace_strict({kind: ends[at] for kind, ends in CLASSES.items()}, default=None)
                   for at in (0, 1))  # fmt: skip
    return ~number.is_between(first, last)


SISWA = Contract(
    source="dindik_siswa",
    title_id="Siswa (Dapodik) dan PIP",
    title_en="Students (Dapodik) and PIP",
    key=("nisn",),
    fields=(
        Field("nisn", fixed_digits(10), "Nomor induk siswa nasional", "National student number", example="0012345678"),
        nik_field("nik", optional=True, example="3601014508099123"),
        Field("nama", name(), "Nama", "Name", synonyms=("nama_siswa",), example="SITI AMINAH"),
        birth_field("tanggal_lahir", synonyms=("tgl_lahir",), example="2009-08-05"),
        relative_field("nama_ibu", "Nama ibu", "Mother's name", ("nama_ibu_kandung",), "ROHAENI"),
        Field("npsn", fixed_digits(8), "Nomor sekolah", "School's number", example="20600001"),
        Field("nama_sekolah", text(), "Nama sekolah", "School", example="SDN CONTOH 1"),
        Field(
            "jenjang",
            coded({"SD": ("MI",), "SMP": ("MTS",), "SMA": ("MA",), "SMK": (), "SLB": ()}),
            "Jenjang",
            "Kind of school",
            example="SD",
        ),
        Field("kelas", _class(), "Kelas", "Class", example="4"),
        Field(
            "status",
            coded({"AKTIF": (), "PUTUS": ("PUTUS SEKOLAH", "DROP OUT"), "LULUS": ()}),
            "Status",
            "Status",
            example="AKTIF",
        ),
        Field("penerima_pip", yes_no(), "Penerima PIP", "Receives PIP", example="true"),
        optional_text("no_kip", "Nomor KIP", "KIP number", "KIP0000001"),
        Field("kode_kecamatan", district_code(), "Kode kecamatan", "Kecamatan", example="360101"),
    ),
    mends=(day_month_by_nik("nik", "tanggal_lahir"),),
    rules=(
        not_in_future("tanggal_lahir"),
        birth_agrees_with_nik("nik", "tanggal_lahir"),
        RowRule(
            CLASS_NOT_OF_SCHOOL,
            "kelas",
            lambda _: _class_not_of_school(),
            "warning",
            "the school is known by its number; the class changes each year",
        ),
        RowRule(
            AGE_NOT_OF_PUPIL,
            "tanggal_lahir",
            lambda delivered: (
                ~pl.col("tanggal_lahir").str.slice(0, 4).cast(pl.Int64, strict=False)
                .is_between(delivered.year - 25, delivered.year - 4)
            ),
            "warning",
            "adults do go to school; more often a wrong year, for identity to weigh",
        ),
    ),
)  # fmt: skip
