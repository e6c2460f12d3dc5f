"""Contracts of Dinas Sosial: households and members of the social registry (DTKS), PKH, provincial Jamsosratu."""

from __future__ import annotations

import polars as pl

from validations.contract import Contract, Field, RegionOf
from validations.field_types import (
    address,
    coded,
    components,
    date,
    decile,
    integer,
    key_text,
    name,
    neighbourhood,
    phase,
    sex,
    year,
)
from validations.fields import (
    TITLES,
    address_field,
    birth_field,
    listed,
    nik_field,
    no_kk_field,
    optional_text,
    village_field,
)
from validations.lists import DISABILITY, RELATION_OF_HOUSEHOLD, SCHOOLING, WORK
from validations.messages import Message
from validations.rules import (
    RowRule,
    SetRule,
    birth_agrees_with_nik,
    card_in_place_of_nik,
    day_month_by_nik,
    nik_is_no_card,
    not_in_future,
    rt_rw_in_one_cell,
    sex_agrees_with_nik,
    spouse_of_the_other_sex,
    year_not_in_future,
    year_of,
)

HOUSEHOLDS, MEMBERS = "dinsos_dtks_rumah_tangga", "dinsos_dtks_anggota"

START_AFTER_DELIVERY = Message(
    "start_after_delivery",
    "{column} sesudah tanggal kiriman.",
    "{column} is later than the date of the delivery.",
)
LEAVING_AFTER_DELIVERY = Message(
    "leaving_after_delivery",
    "{column} sesudah tanggal kiriman.",
    "{column} is later than the date of the delivery.",
)
LEFT_BEFORE_START = Message(
    "left_before_start", "TANGGAL_KELUAR mendahului TAHUN_MULAI.", "TANGGAL_KELUAR is earlier than TAHUN_MULAI."
)
LEFT_WITHOUT_DATE = Message(
    "left_without_date",
    "Peserta keluar atau graduasi tanpa TANGGAL_KELUAR.",
    "The participant left or graduated, without TANGGAL_KELUAR.",
)
LEFT_BUT_ACTIVE = Message(
    "left_but_active", "TANGGAL_KELUAR terisi, tetapi STATUS AKTIF.", "TANGGAL_KELUAR is filled, yet STATUS is AKTIF."
)
STAGE_BEFORE_START = Message(
    "stage_before_start", "TAHUN mendahului TANGGAL_MULAI.", "TAHUN is earlier than TANGGAL_MULAI."
)
ORPHAN_MEMBER = Message(
    "orphan_member",
    "ID_DTKS anggota ini tidak ada di daftar rumah tangga bertanggal sama.",
    "No household of the same date has this member's ID_DTKS.",
)
MEMBER_COUNT = Message(
    "member_count",
    "JUMLAH_ANGGOTA berbeda dari anggota yang terdaftar ({value}).",
    "JUMLAH_ANGGOTA differs from the members listed ({value}).",
)
BORN_AFTER_SURVEY = Message(
    "born_after_survey",
    "Lahir sesudah TANGGAL_PENDATAAN rumah tangganya.",
    "Born after TANGGAL_PENDATAAN of the household.",
)
TWO_HEADS = Message(
    "two_heads",
    "Rumah tangga memiliki lebih dari satu kepala ({value}).",
    "The household has more than one head ({value}).",
)
NO_HEAD = Message("no_head", "Rumah tangga tidak memiliki kepala.", "The household has no head.")
START_BEFORE_BIRTH = Message(
    "start_before_birth",
    "{column} mendahului TANGGAL_LAHIR pengurus.",
    "{column} is earlier than the receiver's TANGGAL_LAHIR.",
)
RUMAH_TANGGA = Contract(
    source=HOUSEHOLDS,
    title_id="Rumah tangga DTKS",
    title_en="Households of the social registry",
    key=("ID_DTKS",),
    fields=(
        Field(
            "ID_DTKS", key_text(digits=True), *TITLES["ID_DTKS"], synonyms=("IDBDT", "ID DTKS"), example="3601010001"
        ),
        no_kk_field(),
        Field("NAMA_KRT", name(), "Nama kepala rumah tangga", "Head of the household", example="ASEP CONTOH"),
        address_field("ALAMAT", address(), *TITLES["ALAMAT"], example="KP. CONTOH"),
        address_field("RT", neighbourhood(), "Rukun tetangga", "Neighbourhood unit", example="001"),
        address_field("RW", neighbourhood(), "Rukun warga", "Community unit", example="002"),
        village_field(),
        Field("DESIL", decile(), "Desil kesejahteraan", "Welfare decile", example="1"),
        Field("JUMLAH_ANGGOTA", integer(1, 60), "Jumlah anggota", "Number of members", example="4"),
        optional_text("JENIS_LANTAI", "Jenis lantai", "Floor", "TANAH"),
        optional_text("JENIS_DINDING", "Jenis dinding", "Walls", "BAMBU"),
        optional_text("SUMBER_AIR", "Sumber air minum", "Drinking water", "SUMUR"),
        optional_text("DAYA_LISTRIK", "Daya listrik", "Electric power", "450"),
        optional_text("STATUS_RUMAH", "Status rumah", "Tenure", "MILIK SENDIRI"),
        Field("TANGGAL_PENDATAAN", date(), "Tanggal pendataan", "Date of the survey", example="2019-02-11"),
    ),
    mends=rt_rw_in_one_cell(),
    rules=(not_in_future("TANGGAL_PENDATAAN"),),
)

ANGGOTA = Contract(
    source=MEMBERS,
    title_id="Anggota rumah tangga DTKS",
    title_en="Members of households in the social registry",
    key=("ID_DTKS", "NO_URUT"),
    fields=(
        Field(
            "ID_DTKS", key_text(digits=True), *TITLES["ID_DTKS"], synonyms=("IDBDT", "ID DTKS"), example="3601010001"
        ),
        Field("NO_URUT", integer(1, 99), "Nomor urut anggota", "Member's number", example="1"),
        nik_field(optional=True),
        Field("NAMA", name(), "Nama", "Name", example="SITI AMINAH"),
        Field("JENIS_KELAMIN", sex(), "Jenis kelamin", "Sex", synonyms=("JK", "L/P"), example="P"),
        birth_field(required=True),
        Field(
            "HUBUNGAN",
            coded(RELATION_OF_HOUSEHOLD),
            "Hubungan dengan kepala rumah tangga",
            "Relation to the head of the household",
            synonyms=("HUB_KRT",),
            example="ISTRI",
        ),
        listed("DISABILITAS", "Jenis disabilitas", "Kind of disability", DISABILITY),
        listed("STATUS_SEKOLAH", "Status sekolah", "Schooling", SCHOOLING),
        listed("STATUS_KERJA", "Status pekerjaan", "Work", WORK),
    ),
    mends=(day_month_by_nik("NIK", "TANGGAL_LAHIR"),),
    region_of=RegionOf(HOUSEHOLDS, "ID_DTKS"),
    rules=(
        not_in_future("TANGGAL_LAHIR"),
        birth_agrees_with_nik("NIK", "TANGGAL_LAHIR"),
        sex_agrees_with_nik("NIK", "JENIS_KELAMIN"),
        spouse_of_the_other_sex("HUBUNGAN", "JENIS_KELAMIN"),
    ),
    set_rules=(
        SetRule(
            ORPHAN_MEMBER,
            "ID_DTKS",
            f"select file_name, row_number, id_dtks as value from rows anti join {HOUSEHOLDS}_keys k"
            " on k.record_key = rows.id_dtks",
            (HOUSEHOLDS,),
        ),
        SetRule(
            MEMBER_COUNT,
            "ID_DTKS",
            f"""
            with listed as (
                select id_dtks, count(distinct record_key) as members from judged
                where record_key is not null group by id_dtks
            ), first as (
                select id_dtks, file_name, row_number from rows
                qualify row_number() over (partition by id_dtks order by try_cast(no_urut as integer)) = 1
            )
            select first.file_name, first.row_number, h.jumlah_anggota || ' : ' || members as value
            from first join listed using (id_dtks) join {HOUSEHOLDS} h using (id_dtks)
            where try_cast(h.jumlah_anggota as integer) <> members
            """,
            (HOUSEHOLDS,),
            "warning",
            "births and deaths since the survey are usual; the members listed count",
        ),
        SetRule(
            BORN_AFTER_SURVEY,
            "TANGGAL_LAHIR",
            f"""
            select r.file_name, r.row_number, r.tanggal_lahir as value
            from rows r join {HOUSEHOLDS} h using (id_dtks)
            where r.tanggal_lahir > h.tanggal_pendataan
            """,
            (HOUSEHOLDS,),
            "warning",
            "a child born since is added without a new survey",
        ),
        SetRule(
            TWO_HEADS,
            "HUBUNGAN",
            """
            with heads as (
                select *, hubungan = 'KEPALA RUMAH TANGGA' as named from rows
                where hubungan in ('KEPALA RUMAH TANGGA', 'KEPALA KELUARGA')
                qualify named or not bool_or(named) over (partition by id_dtks)
            )
            select file_name, row_number, count(*) over (partition by id_dtks) as value from heads qualify value > 1
            """,
            (),
            "warning",
            "families under one roof are often listed each with its own head; the household itself is not in doubt",
        ),
        SetRule(
            NO_HEAD,
            "HUBUNGAN",
            """
            with headless as (
                select id_dtks from judged group by id_dtks
                having not bool_or(coalesce(hubungan in ('KEPALA RUMAH TANGGA', 'KEPALA KELUARGA'), false))
            )
            select file_name, row_number, null as value from rows semi join headless using (id_dtks)
            qualify row_number() over (partition by id_dtks order by file_name, row_number) = 1
            """,
            (),
            "warning",
            "children and lodgers who are left behind are a household all the same",
        ),
    ),
)

PKH = Contract(
    source="dinsos_pkh",
    title_id="Keluarga penerima PKH (SIKS-NG)",
    title_en="Families on PKH",
    key=("ID_PKH",),
    fields=(
        Field("ID_PKH", key_text(), "Nomor peserta PKH", "PKH participant's number", example="PKH3601000001"),
        nik_field(),
        no_kk_field(),
        Field("NAMA_PENGURUS", name(), "Nama pengurus", "Receiver's name", example="SITI AMINAH"),
        birth_field(required=False),
        village_field(),
        Field(
            "KOMPONEN",
            components(("BUMIL", "BALITA", "SD", "SMP", "SMA", "DISABILITAS", "LANSIA"), most=4),
            "Komponen keluarga",
            "Components of the family",
            nullable=True,
            example="SD;SMP",
        ),
        Field("TAHUN", year(), "Tahun tahap", "Year of the stage", example="2019"),
        Field("TAHAP", phase(), "Tahap", "Stage", example="2"),
        Field(
            "STATUS_KEPESERTAAN",
            coded({"AKTIF": (), "GRADUASI": ("LULUS",), "NONAKTIF": ("NON AKTIF", "TIDAK AKTIF")}),
            "Status kepesertaan",
            "Participant's status",
            example="AKTIF",
        ),
        Field("TANGGAL_MULAI", date(), "Tanggal mulai", "Start date", example="2015-06-01"),
    ),
    mends=(card_in_place_of_nik("NIK", "NO_KK"), day_month_by_nik("NIK", "TANGGAL_LAHIR")),
    rules=(
        nik_is_no_card("NIK"),
        not_in_future("TANGGAL_LAHIR"),
        birth_agrees_with_nik("NIK", "TANGGAL_LAHIR"),
        year_not_in_future("TAHUN"),
        RowRule(
            START_BEFORE_BIRTH,
            "TANGGAL_MULAI",
            lambda _: year_of("TANGGAL_MULAI") < year_of("TANGGAL_LAHIR"),
            "warning",
            "it is the family that takes part: when the receiver dies a younger one goes on",
        ),
        RowRule(
            START_AFTER_DELIVERY,
            "TANGGAL_MULAI",
            lambda delivered: year_of("TANGGAL_MULAI").is_not_null() & (pl.col("TANGGAL_MULAI") > str(delivered)),
            "warning",
            "the next stage's families are listed ahead of its start",
        ),
        RowRule(
            STAGE_BEFORE_START,
            "TAHUN",
            lambda _: year_of("TAHUN") < year_of("TANGGAL_MULAI"),
            "warning",
            "as above: listed ahead of its start",
        ),
    ),
)

JAMSOSRATU = Contract(
    source="dinsos_jamsosratu",
    title_id="Penerima Jamsosratu",
    title_en="Families on Jamsosratu",
    key=("NO_PESERTA",),
    status_on="TANGGAL_KELUAR",
    fields=(
        Field("NO_PESERTA", key_text(), "Nomor peserta", "Participant's number", example="JSR360100001"),
        nik_field(),
        no_kk_field(),
        Field("NAMA", name(), "Nama penerima", "Receiver's name", example="SITI AMINAH"),
        birth_field(required=False),
        Field("ALAMAT", address(), *TITLES["ALAMAT"], required=False, nullable=True, example="KP. CONTOH"),
        village_field(),
        Field("TAHUN_MULAI", year(), "Tahun mulai", "First year", example="2017"),
        Field(
            "STATUS",
            coded({"AKTIF": (), "GRADUASI": ("LULUS",), "KELUAR": ("NONAKTIF", "NON AKTIF", "BERHENTI")}),
            "Status",
            "Status",
            example="AKTIF",
        ),
        Field(
            "TANGGAL_KELUAR",
            date(),
            "Tanggal keluar",
            "Date of leaving",
            required=False,
            nullable=True,
            example="2019-07-01",
        ),
        optional_text("ALASAN_KELUAR", "Alasan keluar", "Reason for leaving", "MAMPU"),
        Field(
            "ID_PENDAMPING",
            key_text(),
            "Nomor pendamping",
            "Companion's number",
            required=False,
            nullable=True,
            example="PDP3601001",
        ),
    ),
    mends=(card_in_place_of_nik("NIK", "NO_KK"), day_month_by_nik("NIK", "TANGGAL_LAHIR")),
    rules=(
        nik_is_no_card("NIK"),
        not_in_future("TANGGAL_LAHIR"),
        birth_agrees_with_nik("NIK", "TANGGAL_LAHIR"),
        RowRule(
            LEFT_BEFORE_START,
            "TANGGAL_KELUAR",
            lambda _: year_of("TANGGAL_KELUAR") < year_of("TAHUN_MULAI"),
        ),
        RowRule(
            START_BEFORE_BIRTH,
            "TAHUN_MULAI",
            lambda _: year_of("TAHUN_MULAI") < year_of("TANGGAL_LAHIR"),
            "warning",
            "it is the family that takes part: when the receiver dies a younger one goes on",
        ),
        RowRule(
            LEAVING_AFTER_DELIVERY,
            "TANGGAL_KELUAR",
            lambda delivered: year_of("TANGGAL_KELUAR").is_not_null() & (pl.col("TANGGAL_KELUAR") > str(delivered)),
            "warning",
            "leaving is decided ahead, for the end of a stage",
        ),
        RowRule(
            START_AFTER_DELIVERY,
            "TAHUN_MULAI",
            lambda delivered: year_of("TAHUN_MULAI") > str(delivered)[:4],
            "warning",
            "next year's families are listed ahead",
        ),
        RowRule(
            LEFT_WITHOUT_DATE,
            "TANGGAL_KELUAR",
            lambda _: pl.col("TANGGAL_KELUAR").is_null() & (pl.col("STATUS") != "AKTIF"),
            "warning",
            "the column is optional; the status counts from the delivery",
        ),
        RowRule(
            LEFT_BUT_ACTIVE,
            "STATUS",
            lambda _: pl.col("TANGGAL_KELUAR").is_not_null() & (pl.col("STATUS") == "AKTIF"),
            "warning",
            "taken in again after leaving: the status column is the agency's word",
        ),
    ),
)
