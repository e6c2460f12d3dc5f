"""The families of gate metrics and their limits, declared once. Sources and programmes come from the data, so a new one
gets the same limits without an edit.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """One metric, counted per region or per subject (source or programme).

    unit: `count`, `share` (0 to 1) or `days`.
    fall, rise: maximum change from yesterday: for a count a share of yesterday's value, for a share the difference.
        None: no limit in that direction.
    least: changes of up to so many rows or families are always allowed, so that one family does not block a small
        region; for a share, that many of its denominator may also exceed its floor or ceiling.
    floor, ceiling: limits that apply every night, including the first; for days, in the source's expected intervals.
    severity: `error` blocks publication, `warning` is only shown.
    principal: it must be counted every night, whatever its values.

    Raises:
        ValueError: a limit that every value meets, such as a share of at most 1.
    """

    name: str
    title_id: str
    title_en: str
    unit: str
    fall: float | None = None
    rise: float | None = None
    least: float = 0
    floor: float | None = None
    ceiling: float | None = None
    severity: str = "error"
    principal: bool = False

    def __post_init__(self) -> None:
        if self.floor is not None and self.floor <= 0:
            raise ValueError(f"{self.name}: no {self.unit} lies below {self.floor}, so that is no floor")
        if self.unit == "share" and self.ceiling is not None and self.ceiling >= 1:
            raise ValueError(f"{self.name}: no share lies above {self.ceiling}, so that is no ceiling")

    @property
    def has_low(self) -> bool:
        return self.fall is not None or self.floor is not None

    @property
    def has_high(self) -> bool:
        return self.rise is not None or self.ceiling is not None


FAMILIES = (
    Family(
        "households_total",
        "Jumlah rumah tangga dalam kerangka, seluruh provinsi",
        "Households in the frame, the whole province",
        "count", fall=0.03, rise=0.05, least=50, floor=1, principal=True,
    ),
    Family(
        "households",
        "Jumlah rumah tangga dalam kerangka, per kabupaten/kota",
        "Households in the frame, by kabupaten/kota",
        "count", fall=0.05, rise=0.10, least=25, principal=True,
    ),
    Family(
        "poor_households",
        "Jumlah rumah tangga miskin (desil DTKS), per kabupaten/kota",
        "Poor households (DTKS decile), by kabupaten/kota",
        "count", fall=0.05, rise=0.10, least=25, principal=True,
    ),
    Family(
        "persons",
        "Jumlah orang dalam kerangka, per kabupaten/kota",
        "Persons in the frame, by kabupaten/kota",
        "count", fall=0.05, rise=0.10, least=100, principal=True,
    ),
    Family(
        "enrolled_households",
        "Jumlah rumah tangga peserta aktif tiap program, per kabupaten/kota; kuota yang berubah ikut menggeser batas",
        "Households actively enrolled in each programme, by kabupaten/kota; a changed quota moves the limits",
        "count", fall=0.10, rise=0.15, least=25, principal=True,
    ),
    Family(
        "quota",
        "Kuota program tahun ini, per kabupaten/kota (keterangan)",
        "The year's quota of a programme, by kabupaten/kota (information)",
        "count",
    ),
    Family(
        "coverage_share",
        "Bagian rumah tangga miskin yang menerima sedikitnya satu program, per kabupaten/kota",
        "Share of poor households that have at least one programme, by kabupaten/kota",
        "share", fall=0.05, rise=0.10, least=25,
    ),
    Family(
        "empty_poor_share",
        "Bagian rumah tangga miskin tanpa anggota yang masih hidup, per kabupaten/kota (marts.empty_households)",
        "Share of poor households in which nobody is known to live, by kabupaten/kota (marts.empty_households)",
        "share", rise=0.01, least=10, ceiling=0.02, severity="warning",
    ),
    Family(
        "unexplained_households",
        "Bagian rumah tangga yang separuh anggotanya datang atau pergi, atau yang kabupaten/kotanya berubah, "
        "padahal tidak ada catatan baru yang menyatakannya",
        "Share of households of which half the members came or left, or whose kabupaten/kota changed, "
        "although no new record says so",
        "share", least=5, ceiling=0.002,
    ),
    Family(
        "source_rows",
        "Jumlah catatan yang berlaku dari tiap sumber",
        "Records in force of each source",
        "count", fall=0.10, rise=0.25, least=100, floor=1, principal=True,
    ),
    Family(
        "quarantine_share",
        "Bagian baris yang dikarantina dalam kiriman terbaru tiap sumber",
        "Share of rows quarantined in the newest delivery of each source",
        "share", rise=0.05, least=25, ceiling=0.30,
    ),
    Family(
        "nik_usable_share",
        "Bagian catatan orang yang NIK-nya dapat dipakai untuk pencocokan, tiap sumber",
        "Share of person records whose NIK may be matched on, by source",
        "share", fall=0.05, least=25, floor=0.40,
    ),
    Family(
        "indicators_unlike_history",
        "Jumlah angka indikator dalam kiriman terbaru yang lebih dari lima kali lipat berbeda dari riwayat sumbernya",
        "Indicators in the newest delivery that differ by more than a factor of five from their source's history",
        "count", ceiling=0, severity="warning",
    ),
    Family(
        "carried_forward_share",
        "Bagian catatan yang memakai keadaan terakhir karena baris barunya dikarantina, tiap sumber",
        "Share of records that keep their last accepted state because the new row is quarantined, by source",
        "share", rise=0.05, least=25, ceiling=0.20,
    ),
    Family(
        "linked_share",
        "Bagian catatan orang yang terhubung dengan sumber lain, tiap sumber",
        "Share of person records whose person another source knows too, by source",
        "share", fall=0.05, rise=0.15, least=25,
    ),
    Family(
        "paid_after_death",
        "Jumlah pembayaran yang sampai sesudah penerimanya meninggal menurut kependudukan, tiap program",
        "Payments that arrived after the death of their receiver by the civil register, by programme",
        "count", ceiling=0, severity="warning",
    ),
    Family(
        "paid_after_exit",
        "Jumlah pembayaran yang sampai sesudah pesertanya keluar atau graduasi, tiap program",
        "Payments that arrived after the participant had left or graduated, by programme",
        "count", ceiling=0, severity="warning",
    ),
    Family(
        "active_records_of_the_gone",
        "Jumlah catatan peserta aktif yang penerimanya sudah meninggal atau pindah, tiap program",
        "Active records of participants who have died or moved away, by programme",
        "count", severity="warning",
    ),
    Family(
        "freshness_days",
        "Umur kiriman terbaru tiap sumber (hari), dibanding jarak kiriman yang diharapkan",
        "Age of the newest delivery of each source (days), against the interval that is expected",
        "days", ceiling=3, severity="warning",
    ),
    Family(
        "silent_sources",
        "Jumlah sumber yang belum pernah mengirim",
        "Sources that have never delivered",
        "count", ceiling=0, severity="warning",
    ),
)  # fmt: skip


def family(name: str) -> Family:
    """The family called `name`.

    Raises:
        KeyError: it is not declared.
    """
    for declared in FAMILIES:
        if declared.name == name:
            return declared
    raise KeyError(name)
