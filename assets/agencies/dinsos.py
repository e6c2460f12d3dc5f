"""Dinas Sosial: its exports. Households and members of DTKS are a set: both apply, or neither."""

from assets.pull.declared import Kobo, OData, OneOf
from assets.sources import Agency, Delimited, JsonPages, KoboPages, Source, Workbook
from validations.contract import Contract
from validations.dinsos import ANGGOTA, JAMSOSRATU, PKH, RUMAH_TANGGA
from validations.dinsos_field import KUNJUNGAN, PENYALURAN
from validations.dinsos_reports import BAYAR_DILIHAT, KELUARGA_BARU, KELUARGA_BARU_ANGGOTA, PERUBAHAN_STATUS


def _answers(contract: Contract, form: str, repeat: str | None = None, expected_every: int = 31) -> Source:
    """Answers to a form (field/forms), or the rows of a repeat of one: from ODK Central or KoboToolbox, as the
    environment says, or typed into the template.
    """
    prefix = f"SADAYA_DINSOS_{form}"
    return Source(
        contract.source,
        "delta",
        (JsonPages("value", numbered=False), KoboPages(repeat), Workbook()),
        contract,
        expected_every=expected_every,
        pull=OneOf((OData(prefix, repeat=repeat), Kobo(f"{prefix}_KOBO", repeat=repeat))),
        within_day=True,
        submitted_at=None if repeat else "__system/submissionDate",
    )


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
        _answers(KUNJUNGAN, "KUNJUNGAN", expected_every=7),
        _answers(KELUARGA_BARU, "KELUARGA_BARU"),
        _answers(KELUARGA_BARU_ANGGOTA, "KELUARGA_BARU", repeat="anggota"),
        _answers(PERUBAHAN_STATUS, "PERUBAHAN_STATUS"),
        _answers(BAYAR_DILIHAT, "BAYAR_DILIHAT"),
    ),
)
