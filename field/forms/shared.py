"""Questions that several forms ask: who, whom, when, where."""

from __future__ import annotations

from field.forms.choices import DISTRICTS, FAMILIES, REGENCIES, VILLAGES, YES_NO
from field.forms.question import Choices, Question, Text

TIMES = (
    Question("start", "mulai", column="mulai"),
    Question("end", "selesai", column="selesai"),
)
COMPANION = Question(
    "text",
    "id_pendamping",
    Text("Nomor pendamping Anda", "Your companion's number"),
    Text("Diisi sekali; telepon mengingatnya.", "Entered once; the phone remembers it."),
    required=True,
    constraint="regex(., '^[A-Z0-9.-]{3,20}$')",
    message=Text("Huruf besar dan angka, seperti PDP3601001.", "Capitals and digits, such as PDP3601001."),
    default="${last-saved#id_pendamping}",
    column="id_pendamping",
)
VISITED_ON = Question(
    "date",
    "tanggal_kunjungan",
    Text("Tanggal kunjungan", "Date of the visit"),
    required=True,
    constraint=". <= today()",
    message=Text(
        "Tanggal ini belum terjadi. Periksa juga jam telepon.", "This day is yet to come. Check the phone's clock."
    ),
    default="today()",
    column="tanggal_kunjungan",
)
_OF_FAMILY = "instance('keluarga')/root/item[name = ${keluarga}]"
FAMILY = (
    Question(
        "choice",
        "dalam_daftar",
        Text("Apakah keluarga ada di daftar telepon ini?", "Is the family on this phone's list?"),
        required=True,
        choices=YES_NO,
        default="yes",
    ),
    Question(
        "choice",
        "keluarga",
        Text("Keluarga", "Family"),
        Text("Cari nama atau nomor peserta.", "Search by name or participant's number."),
        required=True,
        relevant="${dalam_daftar} = 'yes'",
        choices=FAMILIES,
        appearance="minimal autocomplete",
    ),
    Question(
        "note",
        "tentang_keluarga",
        Text(
            f"{_OF_FAMILY}/nama, {_OF_FAMILY}/alamat. Kunjungan terakhir: {_OF_FAMILY}/kunjungan_terakhir;"
            f" jatuh tempo: {_OF_FAMILY}/jatuh_tempo.",
            f"{_OF_FAMILY}/nama, {_OF_FAMILY}/alamat. Last visit: {_OF_FAMILY}/kunjungan_terakhir;"
            f" due: {_OF_FAMILY}/jatuh_tempo.",
        ),
        relevant="${keluarga} != ''",
    ),
    Question(
        "text",
        "no_peserta_tulis",
        Text("Nomor peserta", "Participant's number"),
        Text("Seperti tertulis pada kartu peserta.", "As written on the participant's card."),
        required=True,
        relevant="${dalam_daftar} = 'no'",
        constraint="regex(., '^[A-Z0-9.-]{3,30}$')",
        message=Text("Huruf besar dan angka, seperti JSR360100001.", "Capitals and digits, such as JSR360100001."),
    ),
    Question(
        "calculate",
        "no_peserta",
        calculation=f"if(${{dalam_daftar}} = 'yes', {_OF_FAMILY}/no_peserta, ${{no_peserta_tulis}})",
        column="no_peserta",
    ),
)
"""The family from the phone's list, or its number by hand: who is visited need not be on the list."""
PLACE = Question(
    "geopoint",
    "lokasi",
    Text("Lokasi rumah", "Place of the house"),
    Text("Di luar rumah, tunggu sampai akurasinya di bawah 20 m.", "Outdoors; wait for an accuracy below 20 m."),
    parameters="capture-accuracy=20 warning-accuracy=100",
    column="lokasi",
)
PHOTO = Question(
    "image",
    "foto_rumah",
    Text("Foto rumah dari depan, bila keluarga setuju", "Photograph of the house from the front, if the family agrees"),
    parameters="max-pixels=1024",
)
NOTE = Question("text", "catatan", Text("Catatan", "Note"), appearance="multiline", column="catatan")


def income() -> Question:
    return Question(
        "integer",
        "pendapatan_bulanan",
        Text("Pendapatan keluarga sebulan (rupiah)", "The family's monthly income (rupiah)"),
        Text(
            "Semua anggota. Kosongkan jika tidak mau menjawab.", "All members. Leave empty if they do not wish to say."
        ),
        low=0,
        high=50_000_000,
        message=Text("0 sampai 50.000.000.", "0 to 50,000,000."),
        column="pendapatan_bulanan",
    )


def village(column: str, name_id: str, name_en: str, relevant: str = "") -> tuple[Question, ...]:
    """Kabupaten, kecamatan, and the village within."""

    def asked(name: str, label: Text, choices: Choices, column: str = "") -> Question:
        return Question(
            "choice",
            name,
            label,
            required=True,
            relevant=relevant,
            choices=choices,
            appearance="minimal autocomplete",
            column=column,
        )

    return (
        asked("kabupaten", Text(f"Kabupaten/kota {name_id}", f"Kabupaten/kota {name_en}"), REGENCIES),
        asked("kecamatan", Text(f"Kecamatan {name_id}", f"Kecamatan {name_en}"), DISTRICTS),
        asked(column, Text(f"Desa/kelurahan {name_id}", f"Village {name_en}"), VILLAGES, column),
    )
