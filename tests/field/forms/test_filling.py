"""The forms in the engine of ODK Collect: ODK Validate takes them, and they refuse what they should."""

from __future__ import annotations

import pytest

from field.forms.declared import FORMS
from tests.field.forms.conftest import Task

pytestmark = pytest.mark.slow  # starts Java

WHO = {"id_pendamping": "PDP3601001", "tanggal_kunjungan": "2019-10-02"}
FAMILY = {**WHO, "dalam_daftar": "yes", "keluarga": "u1"}
VISIT = {
    **FAMILY,
    "lokasi": "-6.2 106.1 10 4.5",
    "anak_usia_sekolah": "2",
    "anak_bersekolah": "3",
    "punya_usaha": "yes",
    "kondisi_rumah": "KURANG_LAYAK",
}
NEW = {
    **WHO,
    "no_kk": "3601011203109456",
    "nama_kepala": "ASEP CONTOH",
    "alamat": "KP. CONTOH",
    "kabupaten": "3601",
    "kecamatan": "360101",
    "kode_desa": "3601012001",
    "jenis_lantai": "TANAH",
}
WOMAN = {
    "nama": "SITI AMINAH",
    "jenis_kelamin": "P",
    "tanggal_lahir": "1985-08-05",
    "nik": "3601014508859123",
    "hubungan": "ISTRI",
}
CHANGE = {**FAMILY, "tanggal_perubahan": "2019-09-20"}
PAYMENT = {**FAMILY, "periode": "2019-T2", "cara_terima": "BANK"}

CASES = {
    # what is tried: (task, refused, unasked)
    "a visit": (Task("kunjungan", VISIT), set(), set()),
    "a family by hand": (
        Task("kunjungan", {**VISIT, "dalam_daftar": "no", "no_peserta_tulis": "JSR1"}),
        set(),
        {"keluarga"},
    ),
    "a visit tomorrow": (
        Task("kunjungan", {**VISIT, "tanggal_kunjungan": "2199-01-01"}),
        {("tanggal_kunjungan", "constraint")},
        set(),
    ),
    "too many children": (
        Task("kunjungan", {**VISIT, "anak_usia_sekolah": "21"}),
        {("anak_usia_sekolah", "constraint")},
        set(),
    ),
    "a state of nothing": (
        Task("kunjungan", {**VISIT, "kondisi_rumah": "BAGUS"}),
        {("kondisi_rumah", "choice")},
        set(),
    ),
    "income below zero": (
        Task("kunjungan", {**VISIT, "pendapatan_bulanan": "-1"}),
        {("pendapatan_bulanan", "constraint")},
        set(),
    ),
    "no number of the companion": (
        Task("kunjungan", {name: value for name, value in VISIT.items() if name != "id_pendamping"}),
        {("id_pendamping", "required")},
        set(),
    ),
    "a new family": (Task("keluarga_baru", NEW, [WOMAN]), set(), set()),
    "a village of another kecamatan": (
        Task("keluarga_baru", {**NEW, "kecamatan": "360102"}, [WOMAN]),
        {("kode_desa", "choice")},
        set(),
    ),
    "a card of nothing": (
        Task("keluarga_baru", {**NEW, "no_kk": "3601015203109456"}, [WOMAN]),
        {("no_kk", "constraint")},
        set(),
    ),
    "a NIK with serial 0000": (
        Task("keluarga_baru", NEW, [{**WOMAN, "nik": "3601014508850000"}]),
        {("nik", "constraint")},
        set(),
    ),
    "a NIK of a date that is none": (
        Task("keluarga_baru", NEW, [{**WOMAN, "nik": "3601013902859123"}]),
        {("nik", "constraint")},
        set(),
    ),
    "a NIK of a man": (
        Task("keluarga_baru", NEW, [WOMAN, {**WOMAN, "nik": "3601010508859123"}]),
        {("nik_diperiksa", "required")},
        set(),
    ),
    "a NIK of another day": (
        Task("keluarga_baru", NEW, [{**WOMAN, "nik": "3601014608859123", "nik_diperiksa": "no"}]),
        {("nik_diperiksa", "constraint")},
        set(),
    ),
    "a NIK of another month that is on the card": (
        Task("keluarga_baru", NEW, [{**WOMAN, "nik": "3601014509859123", "nik_diperiksa": "yes"}]),
        set(),
        set(),
    ),
    "a NIK of an unknown kabupaten": (
        Task("keluarga_baru", NEW, [{**WOMAN, "nik": "3699014508859123"}]),
        {("nik_diperiksa", "required")},
        set(),
    ),
    "a man of whom the birth date is not known": (
        Task(
            "keluarga_baru",
            NEW,
            [{"nama": "ASEP", "jenis_kelamin": "L", "hubungan": "ANAK", "nik": "3601010508859123"}],
        ),
        set(),
        set(),
    ),
    "left without a reason": (
        Task("perubahan_status", {**CHANGE, "jenis_perubahan": "KELUAR"}),
        {("alasan", "required")},
        set(),
    ),
    "moved within Banten": (
        Task(
            "perubahan_status",
            {
                **CHANGE,
                "jenis_perubahan": "PINDAH",
                "di_banten": "yes",
                "kabupaten": "3602",
                "kecamatan": "360228",
                "kode_desa_tujuan": "3602282009",
            },
        ),
        set(),
        set(),
    ),
    "moved, with a reason for leaving": (
        Task("perubahan_status", {**CHANGE, "jenis_perubahan": "PINDAH", "di_banten": "no", "alasan": "MAMPU"}),
        set(),
        {"alasan"},
    ),
    "a death": (
        Task("perubahan_status", {**CHANGE, "jenis_perubahan": "MENINGGAL", "nik_meninggal": "3601014508859123"}),
        set(),
        set(),
    ),
    "nothing received, yet withheld": (
        Task("bayar_dilihat", {**PAYMENT, "jumlah_diterima": "0", "dipotong": "yes", "jumlah_potongan": "5"}),
        set(),
        {"dipotong", "jumlah_potongan"},
    ),
    "received after the visit, in a stage that is none": (
        Task(
            "bayar_dilihat",
            {**PAYMENT, "periode": "2019-T5", "jumlah_diterima": "875000", "tanggal_terima": "2019-10-03"},
        ),
        {("periode", "constraint"), ("tanggal_terima", "constraint")},
        set(),
    ),
}


def test_odk_validate_takes_every_form(java, xforms):
    said = java("org.opendatakit.validate.FormValidator", *(str(xforms / f"{form.name}.xml") for form in FORMS))
    assert said.count("Xform is valid!") == len(FORMS)


def test_the_forms_take_and_refuse_what_they_should(fill):
    found = dict(zip(CASES, fill([task for task, _, _ in CASES.values()]), strict=True))
    expected = {name: (refused, unasked) for name, (_, refused, unasked) in CASES.items()}
    assert {name: (one.refused, one.unasked) for name, one in found.items()} == expected
    assert found["a visit"].values["no_peserta"] == "JSR360100001"
    assert found["a family by hand"].values["no_peserta"] == "JSR1"
    assert found["a NIK of a man"].values["jumlah_anggota"] == "2"
