"""Columns that many exports share, declared once: numbers of people and cards, birth dates, places, lists."""

from __future__ import annotations

from validations.contract import Field
from validations.field_types import FieldType, birth_date, coded, name, nik, no_kk, text, village_code

BIRTH_MAY_BE_UNKNOWN = "birth dates may be unknown (ruling 1)"
ADDRESS_MAY_BE_UNKNOWN = "the village places the household; the rest only helps a companion find the door"
TITLES = {
    "NIK": ("Nomor Induk Kependudukan", "Population number"),
    "NO_KK": ("Nomor Kartu Keluarga", "Family card number"),
    "KODE_DESA": ("Kode desa/kelurahan", "Village code"),
    "ALAMAT": ("Alamat", "Address"),
    "ID_DTKS": ("Nomor rumah tangga DTKS", "Household's number in DTKS"),
}


def nik_field(
    name: str = "NIK", optional: bool = False, title_id: str = "", title_en: str = "", example: str = "3601014508859123"
) -> Field:
    """A NIK. optional: it may be missing without a warning."""
    titles = (title_id or TITLES["NIK"][0], title_en or TITLES["NIK"][1])
    return Field(name, nik(optional=optional), *titles, required=not optional, nullable=True, example=example)


def no_kk_field(name: str = "NO_KK") -> Field:
    return Field(name, no_kk(), *TITLES["NO_KK"], required=False, nullable=True, example="3601011203109456")


def village_field(name: str = "KODE_DESA", required: bool = True) -> Field:
    titles = TITLES["KODE_DESA"]
    return Field(name, village_code(), *titles, required=required, nullable=not required, example="36.01.01.2001")


def birth_field(
    name: str = "TANGGAL_LAHIR", required: bool = True, synonyms: tuple[str, ...] = ("TGL_LAHIR",), example: str = ""
) -> Field:
    return Field(
        name,
        birth_date(),
        "Tanggal lahir",
        "Date of birth",
        required=required,
        nullable=True,
        synonyms=synonyms,
        example=example or "05-08-1985",
        why_empty=BIRTH_MAY_BE_UNKNOWN if required else "",
    )


def relative_field(
    column: str, title_id: str, title_en: str, synonyms: tuple[str, ...] = (), example: str = ""
) -> Field:
    """The name of a person other than the row's subject: evidence for matching, may be missing (ruling 25)."""
    why = "the row is about somebody else, who is known all the same (ruling 25)"
    return Field(column, name(), title_id, title_en, nullable=True, synonyms=synonyms, example=example, why_empty=why)


def address_field(column: str, kind: FieldType, title_id: str, title_en: str, example: str) -> Field:
    return Field(column, kind, title_id, title_en, nullable=True, example=example, why_empty=ADDRESS_MAY_BE_UNKNOWN)


def optional_text(column: str, title_id: str, title_en: str, example: str = "") -> Field:
    return Field(column, text(), title_id, title_en, required=False, nullable=True, example=example)


def listed(
    column: str, title_id: str, title_en: str, values: dict[str, tuple[str, ...]], required: bool = False
) -> Field:
    """A coded column that may be empty, and where unknown values are warnings (ruling 16)."""
    kind = coded(values, lenient=True)
    return Field(column, kind, title_id, title_en, required=required, nullable=True, example=next(iter(values)))
