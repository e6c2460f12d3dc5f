"""What all of the companions' forms have in common: columns of ODK and of the phone, who visited whom, and rules on
clocks. ODK Central nests its own columns in `__system`.
"""

from __future__ import annotations

import polars as pl

from validations.contract import Field
from validations.field_types import FieldType, coded, date, decimal, geo_point, integer, key_text, moment
from validations.fields import optional_text
from validations.messages import Message
from validations.rules import Mend, RowRule, SetRule, year_of

PARTICIPANTS = {"PKH": "dinsos_pkh", "JAMSOSRATU": "dinsos_jamsosratu"}
"""Programme -> the source that lists its participants."""

UNKNOWN_PARTICIPANT = Message(
    "unknown_participant",
    "Nomor peserta ini tidak ada di daftar peserta programnya.",
    "No participant of the programme has this number.",
)
VISIT_AFTER_SUBMISSION = Message(
    "visit_after_submission",
    "Tanggal kunjungan sesudah formulir dikirim.",
    "The visit is dated after the form was sent.",
)
VISIT_IN_FUTURE = Message(
    "visit_in_future",
    "Tanggal kunjungan sesudah tanggal kiriman.",
    "The visit is dated after the day of the delivery.",
)
FINISHED_BEFORE_STARTED = Message(
    "finished_before_started",
    "Formulir selesai diisi sebelum mulai diisi: jam telepon berubah di antaranya.",
    "The form was finished before it was started: the phone's clock changed meanwhile.",
)
CLOCK = "a phone's clock is often wrong; the visit stands, and its companion is asked"


def companion_field() -> Field:
    return Field("id_pendamping", key_text(), "Nomor pendamping", "Companion's number", example="PDP3601001")


def participant_field() -> Field:
    return Field("no_peserta", key_text(), "Nomor peserta", "Participant's number", example="JSR360100001")


def visit_date_field() -> Field:
    return Field("tanggal_kunjungan", date(), "Tanggal kunjungan", "Date of the visit", example="2019-10-02")


def place_field() -> Field:
    titles = ("Lokasi (titik GeoJSON)", "Place (GeoJSON point)")
    example = '{"type":"Point","coordinates":[106.1,-6.2]}'
    return Field("lokasi", geo_point(), *titles, required=False, nullable=True, example=example)


def accuracy_field() -> Field:
    titles = ("Akurasi lokasi (meter)", "Accuracy of the place (metres)")
    return Field("akurasi_lokasi", decimal(), *titles, required=False, nullable=True, example="4.5")


def note_field() -> Field:
    return optional_text("catatan", "Catatan", "Note", "TIDAK ADA")


def _optional(name: str, kind: FieldType, title_id: str, title_en: str, example: str) -> Field:
    return Field(name, kind, title_id, title_en, required=False, nullable=True, example=example)


SYSTEM = (
    Field("__id", key_text(), "Nomor kiriman formulir", "Submission's id", example="uuid:5f1c0000-0001"),
    Field(
        "__system/submissionDate",
        moment(),
        "Waktu formulir dikirim",
        "When the form was sent",
        example="2019-10-03T04:05:06.789Z",
    ),
    _optional(
        "__system/reviewState",
        coded({"RECEIVED": (), "APPROVED": (), "HASISSUES": ("HAS ISSUES",), "REJECTED": (), "EDITED": ()}),
        "Hasil tinjauan",
        "State of review",
        "approved",
    ),
    _optional(
        "__system/updatedAt",
        moment(),
        "Waktu formulir terakhir diubah di server",
        "When the form was last changed on the server",
        "2019-10-04T02:00:00.000Z",
    ),
    _optional(
        "__system/edits", integer(0, 999), "Berapa kali jawaban diubah", "How often the answers were edited", "1"
    ),
)
"""ODK's own columns of a submission."""
OF_SERVER = (
    *(f"__system/{name}" for name in ("submitterId", "submitterName", "attachmentsPresent", "attachmentsExpected")),
    *(f"__system/{name}" for name in ("status", "deviceId", "formVersion", "deletedAt")),
    "meta",
)
"""What else ODK Central tells of a submission."""
OF_FAMILY = ("dalam_daftar", "keluarga", "no_peserta_tulis")
"""Questions that only lead to the participant's number (field/forms)."""
OF_PLACE = ("kabupaten", "kecamatan")
"""Questions that only shorten the list of villages."""
PHOTOGRAPHS = ("foto_rumah",)
"""Names of photographs, which are not pulled."""

TIMES = (
    _optional("mulai", moment(), "Mulai (jam telepon)", "Started (phone's clock)", "2019-10-02T09:00:00+07:00"),
    _optional("selesai", moment(), "Selesai (jam telepon)", "Finished (phone's clock)", "2019-10-02T09:20:00+07:00"),
)

_STATED = r'"accuracy"\s*:\s*(\d+(?:\.\d+)?)'
ACCURACY_OF_POINT = Mend(
    None,
    "akurasi_lokasi",
    pl.col("akurasi_lokasi").is_null() & pl.col("lokasi").str.contains(_STATED),
    {"akurasi_lokasi": pl.col("lokasi").str.extract(_STATED)},
    "raw",
)
"""ODK states the accuracy within the point, as its property."""


def _day_in_the_west(moment_: pl.Expr) -> pl.Expr:
    """A canonical moment's day in western Indonesia (UTC+7)."""
    return moment_.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False).dt.offset_by("7h").dt.strftime("%Y-%m-%d")


CLOCK_RULES = (
    RowRule(
        VISIT_IN_FUTURE,
        "tanggal_kunjungan",
        lambda delivered: year_of("tanggal_kunjungan").is_not_null() & (pl.col("tanggal_kunjungan") > str(delivered)),
        "warning",
        CLOCK,
    ),
    RowRule(
        VISIT_AFTER_SUBMISSION,
        "tanggal_kunjungan",
        lambda _: (
            year_of("tanggal_kunjungan").is_not_null()
            & (pl.col("tanggal_kunjungan") > _day_in_the_west(pl.col("__system/submissionDate")))
        ),
        "warning",
        CLOCK,
    ),
    RowRule(
        FINISHED_BEFORE_STARTED,
        "selesai",
        lambda _: pl.col("selesai") < pl.col("mulai"),
        "warning",
        CLOCK,
    ),
)


def unknown_participant(programme: str, column: str, where: str = "true") -> SetRule:
    """Rule for a number that is not in the programme's list in force, including its quarantined rows."""
    partner = PARTICIPANTS[programme]
    number = column.lower()
    return SetRule(
        UNKNOWN_PARTICIPANT,
        column,
        f"select file_name, row_number, {number} as value from rows anti join {partner}_keys k"
        f" on k.record_key = replace(rows.{number}, '|', '\\|') where {where}",
        (partner,),
        "warning",
        "the money went out, or somebody was visited, all the same; the list may come later (ruling 15)",
    )
