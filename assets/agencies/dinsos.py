"""Dinas Sosial: its exports. Households and members of DTKS are a set: both apply, or neither."""

from assets.pull.declared import Kobo, OData, OneOf
from assets.sources import Agency, Delimited, Format, JsonPages, KoboPages, Source, Workbook
from validations.dinsos import ANGGOTA, JAMSOSRATU, PKH, RUMAH_TANGGA
from validations.dinsos_field import KUNJUNGAN, PENYALURAN
from validations.dinsos_reports import BAYAR_DILIHAT, KELUARGA_BARU, KELUARGA_BARU_ANGGOTA, PERUBAHAN_STATUS


def _form(repeat: str | None = None) -> tuple[Format, ...]:
    """Answers to a form (field/forms), or to a repeat of one: from ODK Central, from KoboToolbox, or typed into the
    template.
    """
    return (JsonPages("value", numbered=False), KoboPages(repeat), Workbook())


def _from(form: str, repeat: str | None = None) -> OneOf:
    """The pull of a form's answers, or of a repeat's, from the server that the environment names."""
    prefix = f"SADAYA_DINSOS_{form}"
    return OneOf((OData(prefix, repeat=repeat), Kobo(f"{prefix}_KOBO", repeat=repeat)))


_SUBMITTED = "__system/submissionDate"

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
            _form(),
            KUNJUNGAN,
            expected_every=7,
            pull=_from("KUNJUNGAN"),
            within_day=True,
            submitted_at=_SUBMITTED,
        ),
        Source(
            "dinsos_keluarga_baru",
            "delta",
            _form(),
            KELUARGA_BARU,
            expected_every=31,
            pull=_from("KELUARGA_BARU"),
            within_day=True,
            submitted_at=_SUBMITTED,
        ),
        Source(
            "dinsos_keluarga_baru_anggota",
            "delta",
            _form("anggota"),
            KELUARGA_BARU_ANGGOTA,
            expected_every=31,
            pull=_from("KELUARGA_BARU", "anggota"),
            within_day=True,
        ),
        Source(
            "dinsos_perubahan_status",
            "delta",
            _form(),
            PERUBAHAN_STATUS,
            expected_every=31,
            pull=_from("PERUBAHAN_STATUS"),
            within_day=True,
            submitted_at=_SUBMITTED,
        ),
        Source(
            "dinsos_bayar_dilihat",
            "delta",
            _form(),
            BAYAR_DILIHAT,
            expected_every=31,
            pull=_from("BAYAR_DILIHAT"),
            within_day=True,
            submitted_at=_SUBMITTED,
        ),
    ),
)
