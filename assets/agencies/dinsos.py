"""Dinas Sosial: its exports. Households and members of DTKS are a set: both apply, or neither."""

from assets.pull.declared import OData
from assets.sources import Agency, Delimited, JsonPages, Source, Workbook
from validations.dinsos import ANGGOTA, JAMSOSRATU, PKH, RUMAH_TANGGA
from validations.dinsos_field import KUNJUNGAN, PENYALURAN
from validations.dinsos_reports import BAYAR_DILIHAT, KELUARGA_BARU, KELUARGA_BARU_ANGGOTA, PERUBAHAN_STATUS

ODATA = (JsonPages("value", numbered=False),)
"""Answers to the companions' forms (field/forms), as ODK Central gives them."""

AGENCY = Agency(
    "dinsos",
    "Dinas Sosial",
    (
        Source(
            "dinsos_dtks_rumah_tangga",
            "snapshot",
            (Workbook("RUMAH TANGGA"), Delimited(";")),
            RUMAH_TANGGA,
            set_name="dinsos_dtks",
            set_rank=0,
            expected_every=92,
        ),
        Source(
            "dinsos_dtks_anggota",
            "snapshot",
            (Workbook("ANGGOTA"), Delimited(";")),
            ANGGOTA,
            set_name="dinsos_dtks",
            set_rank=1,
            expected_every=92,
        ),
        Source("dinsos_pkh", "snapshot", (Delimited(","),), PKH, expected_every=92),
        Source("dinsos_jamsosratu", "snapshot", (Workbook(), Delimited(";")), JAMSOSRATU, expected_every=31),
        Source("dinsos_penyaluran", "delta", (Delimited(";"),), PENYALURAN, expected_every=31),
        Source(
            "dinsos_kunjungan",
            "delta",
            ODATA,
            KUNJUNGAN,
            expected_every=7,
            pull=OData("SADAYA_DINSOS_KUNJUNGAN"),
            within_day=True,
            submitted_at="__system/submissionDate",
        ),
        Source("dinsos_keluarga_baru", "delta", ODATA, KELUARGA_BARU, expected_every=31),
        Source("dinsos_keluarga_baru_anggota", "delta", ODATA, KELUARGA_BARU_ANGGOTA, expected_every=31),
        Source("dinsos_perubahan_status", "delta", ODATA, PERUBAHAN_STATUS, expected_every=31),
        Source("dinsos_bayar_dilihat", "delta", ODATA, BAYAR_DILIHAT, expected_every=31),
    ),
)
