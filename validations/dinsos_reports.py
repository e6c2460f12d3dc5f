"""Contracts of what companions report beside visits: families that no list has yet, changes of status, and payments
as the family saw them. Each is a form of `field/forms`.
"""

from __future__ import annotations

import polars as pl

from validations.contract import Contract, Field
from validations.dinsos_forms import (
    ACCURACY_OF_POINT,
    CLOCK_RULES,
    OF_FAMILY,
    OF_PLACE,
    OF_SERVER,
    PHOTOGRAPHS,
    SYSTEM,
    TIMES,
    accuracy_field,
    companion_field,
    note_field,
    participant_field,
    place_field,
    unknown_participant,
    visit_date_field,
)
from validations.field_types import (
    address,
    coded,
    date,
    integer,
    key_text,
    name,
    neighbourhood,
    period,
    rupiah,
    sex,
    village_named,
    yes_no,
)
from validations.fields import TITLES, birth_field, listed, nik_field, no_kk_field, village_field
from validations.lists import (
    COOKING_FUEL,
    DISABILITY,
    DRINKING_WATER,
    ELECTRICITY,
    FLOOR,
    RELATION_OF_HOUSEHOLD,
    ROOF,
    SCHOOLING,
    TENURE,
    TOILET,
    WALL,
    WORK,
)
from validations.messages import Message
from validations.rules import (
    RowRule,
    SetRule,
    birth_agrees_with_nik,
    day_month_by_nik,
    not_in_future,
    rt_rw_in_one_cell,
    sex_agrees_with_nik,
    spouse_of_the_other_sex,
)

NEW_FAMILIES, NEW_MEMBERS = "dinsos_keluarga_baru", "dinsos_keluarga_baru_anggota"
CHANGES, PAYMENTS_SEEN = "dinsos_perubahan_status", "dinsos_bayar_dilihat"

UNKNOWN_FORM = Message(
    "unknown_form",
    "Formulir keluarga untuk anggota ini belum diterima.",
    "The family's form of this member has not been received.",
)
ROSTER_COUNT = Message(
    "roster_count",
    "Jumlah anggota yang ditulis berbeda dari daftar anggotanya ({value}).",
    "The number of members differs from the members listed ({value}).",
)
CHANGE_AFTER_VISIT = Message(
    "change_after_visit",
    "Tanggal perubahan sesudah tanggal kunjungan.",
    "The change is dated after the visit.",
)
RECEIVED_AFTER_VISIT = Message(
    "received_after_visit",
    "Tanggal terima sesudah tanggal kunjungan.",
    "The payment is dated after the visit.",
)
CUT_THOUGH_NONE = Message(
    "cut_though_none",
    "Jumlah potongan terisi, tetapi jawabannya tidak dipotong.",
    "An amount withheld is stated, yet the answer is that nothing was.",
)
PAYMENT_SEEN_TWICE = Message(
    "payment_seen_twice",
    "Bantuan keluarga ini untuk periode yang sama dilaporkan lebih dari sekali ({value} formulir).",
    "This family's payment for one period was reported more than once ({value} forms).",
)
CHANGE: dict[str, tuple[str, ...]] = {"LULUS": ("GRADUASI",), "KELUAR": (), "PINDAH": (), "MENINGGAL": ()}
RECEIVED_BY: dict[str, tuple[str, ...]] = {
    "BANK": (),
    "AGEN": ("AGEN BANK",),
    "POS": ("KANTOR POS",),
    "LAINNYA": ("LAIN",),
}
LEAVING_REASON: dict[str, tuple[str, ...]] = {
    "MAMPU": ("SUDAH MAMPU", "SEJAHTERA"),
    "TIDAK MEMENUHI SYARAT": (),
    "MENERIMA PKH": (),
    "MENGUNDURKAN DIRI": (),
    "LAINNYA": ("LAIN", "LAIN LAIN"),
}
"""Why a family leaves the programme; moves and deaths are kinds of change of their own."""

KELUARGA_BARU = Contract(
    source=NEW_FAMILIES,
    title_id="Keluarga baru yang diusulkan pendamping (formulir ODK)",
    title_en="New families that companions propose (ODK form)",
    key=("__id",),
    fields=(
        *SYSTEM,
        *TIMES,
        companion_field(),
        visit_date_field(),
        no_kk_field("no_kk"),
        Field("nama_kepala", name(), "Nama kepala keluarga", "Head of the family", example="ASEP CONTOH"),
        Field("alamat", address(), *TITLES["ALAMAT"], example="KP. CONTOH"),
        Field("rt", neighbourhood(), "Rukun tetangga", "Neighbourhood unit", False, True, example="001"),
        Field("rw", neighbourhood(), "Rukun warga", "Community unit", False, True, example="002"),
        village_field("kode_desa"),
        place_field(),
        accuracy_field(),
        Field("jumlah_anggota", integer(1, 60), "Jumlah anggota", "Number of members", example="4"),
        listed("status_rumah", "Status kepemilikan rumah", "Tenure", TENURE),
        listed("jenis_lantai", "Jenis lantai terluas", "Main floor", FLOOR),
        listed("jenis_dinding", "Jenis dinding terluas", "Main walls", WALL),
        listed("jenis_atap", "Jenis atap terluas", "Main roof", ROOF),
        listed("sumber_air", "Sumber air minum utama", "Main drinking water", DRINKING_WATER),
        listed("daya_listrik", "Daya listrik terpasang", "Electric power", ELECTRICITY),
        listed("bahan_bakar_memasak", "Bahan bakar utama memasak", "Main cooking fuel", COOKING_FUEL),
        listed("fasilitas_bab", "Fasilitas buang air besar", "Toilet", TOILET),
        Field("pendapatan_bulanan", rupiah(), "Pendapatan sebulan", "Monthly income", False, True, example="850000"),
        note_field(),
    ),
    mends=(*rt_rw_in_one_cell("rt", "rw"), ACCURACY_OF_POINT),
    rules=CLOCK_RULES,
    passed_over=(*OF_SERVER, *OF_PLACE, *PHOTOGRAPHS),
)

KELUARGA_BARU_ANGGOTA = Contract(
    source=NEW_MEMBERS,
    title_id="Anggota keluarga baru yang diusulkan (formulir ODK)",
    title_en="Members of the proposed families (ODK form)",
    key=("__id",),
    fields=(
        Field("__id", key_text(), "Nomor baris anggota", "Member's id", example="5f1c0000-0001"),
        Field(
            "__Submissions-id",
            key_text(),
            "Nomor kiriman keluarganya",
            "The family's form",
            example="uuid:5f1c0000-0001",
        ),
        nik_field("nik", optional=True),
        Field("nama", name(), "Nama", "Name", example="SITI AMINAH"),
        Field("jenis_kelamin", sex(), "Jenis kelamin", "Sex", example="P"),
        birth_field("tanggal_lahir", required=False),
        Field(
            "hubungan",
            coded(RELATION_OF_HOUSEHOLD),
            "Hubungan dengan kepala keluarga",
            "Relation to the head of the family",
            example="ISTRI",
        ),
        listed("disabilitas", "Jenis disabilitas", "Kind of disability", DISABILITY),
        listed("status_sekolah", "Status sekolah", "Schooling", SCHOOLING),
        listed("status_kerja", "Status pekerjaan", "Work", WORK),
    ),
    mends=(day_month_by_nik("nik", "tanggal_lahir"),),
    rules=(
        not_in_future("tanggal_lahir"),
        birth_agrees_with_nik("nik", "tanggal_lahir"),
        sex_agrees_with_nik("nik", "jenis_kelamin"),
        spouse_of_the_other_sex("hubungan", "jenis_kelamin"),
    ),
    set_rules=(
        SetRule(
            UNKNOWN_FORM,
            "__Submissions-id",
            f"""
            select file_name, row_number, "__submissions-id" as value from rows
            anti join {NEW_FAMILIES}_keys k on k.record_key = replace(rows."__submissions-id", '|', '\\|')
            """,
            (NEW_FAMILIES,),
            "warning",
            "the form and its members are two tables, and may be pulled minutes apart",
        ),
        SetRule(
            ROSTER_COUNT,
            "__Submissions-id",
            f"""
            with listed as (
                select "__submissions-id" as form, count(distinct record_key) as members from judged
                where record_key is not null group by all
            ), first as (
                select "__submissions-id" as form, file_name, row_number from rows
                qualify row_number() over (partition by form order by file_name, row_number) = 1
            )
            select first.file_name, first.row_number, f.jumlah_anggota || ' : ' || members as value
            from first join listed using (form) join {NEW_FAMILIES} f on f.__id = form
            where try_cast(f.jumlah_anggota as integer) <> members
            """,
            (NEW_FAMILIES,),
            "warning",
            "the family is proposed all the same; who visits it next completes the list",
        ),
    ),
    passed_over=("nik_diperiksa",),
)

PERUBAHAN_STATUS = Contract(
    source=CHANGES,
    title_id="Perubahan status peserta (formulir ODK)",
    title_en="Changes of participants' status (ODK form)",
    key=("__id",),
    fields=(
        *SYSTEM,
        *TIMES,
        companion_field(),
        participant_field(),
        visit_date_field(),
        Field(
            "jenis_perubahan",
            coded(CHANGE),
            "Jenis perubahan",
            "Kind of change",
            example="KELUAR",
        ),
        Field("tanggal_perubahan", date(), "Tanggal perubahan", "Date of the change", example="2019-09-20"),
        listed("alasan", "Alasan", "Reason", LEAVING_REASON),
        nik_field("nik_meninggal", optional=True, title_id="NIK yang meninggal", title_en="NIK of the deceased"),
        Field(
            "kode_desa_tujuan",
            village_named(),
            "Kode desa tujuan",
            "Village moved to",
            required=False,
            nullable=True,
            example="36.02.28.2009",
        ),
        note_field(),
    ),
    rules=(
        *CLOCK_RULES,
        RowRule(
            CHANGE_AFTER_VISIT,
            "tanggal_perubahan",
            lambda _: pl.col("tanggal_perubahan") > pl.col("tanggal_kunjungan"),
            "warning",
            "leaving and moving are announced ahead, for the end of a stage or month",
        ),
    ),
    set_rules=(unknown_participant("JAMSOSRATU", "no_peserta"),),
    passed_over=(*OF_SERVER, *OF_FAMILY, "di_banten", *OF_PLACE),
)

BAYAR_DILIHAT = Contract(
    source=PAYMENTS_SEEN,
    title_id="Bantuan yang diterima menurut keluarga (formulir ODK)",
    title_en="Payments as the family saw them (ODK form)",
    key=("__id",),
    fields=(
        *SYSTEM,
        *TIMES,
        companion_field(),
        participant_field(),
        visit_date_field(),
        Field("periode", period(), "Periode (tahun dan tahap)", "Period (year and stage)", example="2019-T2"),
        Field("jumlah_diterima", rupiah(), "Jumlah yang diterima keluarga", "Amount received", example="875000"),
        Field("tanggal_terima", date(), "Tanggal terima", "Date received", False, True, example="2019-09-18"),
        Field(
            "cara_terima",
            coded(RECEIVED_BY),
            "Cara menerima",
            "How it was received",
            example="BANK",
        ),
        Field("dipotong", yes_no(), "Ada yang memotong", "Part of it was withheld", False, True, example="yes"),
        Field("jumlah_potongan", rupiah(), "Jumlah potongan", "Amount withheld", False, True, example="25000"),
        note_field(),
    ),
    rules=(
        *CLOCK_RULES,
        RowRule(
            RECEIVED_AFTER_VISIT,
            "tanggal_terima",
            lambda _: pl.col("tanggal_terima") > pl.col("tanggal_kunjungan"),
            "warning",
            "one of the two dates is a slip; the amount is what the family says",
        ),
        RowRule(
            CUT_THOUGH_NONE,
            "jumlah_potongan",
            lambda _: (pl.col("dipotong") == "TIDAK") & (pl.col("jumlah_potongan").cast(pl.Int64, strict=False) > 0),
            "warning",
            "one of the two answers is a slip; both are kept",
        ),
    ),
    set_rules=(
        unknown_participant("JAMSOSRATU", "no_peserta"),
        SetRule(
            PAYMENT_SEEN_TWICE,
            "no_peserta",
            """
            select file_name, row_number, count(*) over (partition by no_peserta, periode) as value
            from rows qualify value > 1
            """,
            (),
            "warning",
            "asked again at the next visit; marts count the period once",
        ),
    ),
    passed_over=(*OF_SERVER, *OF_FAMILY),
)
