"""Units of published numbers: keys of `meta: unit` in the dbt project, in Indonesian and English."""

from __future__ import annotations

from assets.meaning import Meaning

_WORDS = {
    "person": ("orang", "persons"),
    "family": ("keluarga", "families"),
    "household": ("rumah tangga", "households"),
    "unit": ("satuan program", "units of the programme"),
    "need": ("orang, rumah atau usaha", "persons, houses or enterprises"),
    "record": ("catatan", "records"),
    "row": ("baris", "rows"),
    "payment": ("penyaluran", "payments"),
    "whole_unit": ("satuan rupiah_per_unit", "units of rupiah_per_unit"),
    "visit": ("kunjungan", "visits"),
    "form": ("formulir", "forms"),
    "companion": ("pendamping", "companions"),
    "pair": ("pasangan catatan", "pairs of records"),
    "condition": ("syarat", "conditions"),
    "thousand_persons": ("ribu orang", "thousand persons"),
    "rupiah": ("rupiah", "rupiah"),
    "rupiah_per_month": ("rupiah per bulan", "rupiah a month"),
    "rupiah_per_head_and_month": ("rupiah per orang per bulan", "rupiah per head and month"),
    "share": ("bagian, 0 sampai 1", "share, 0 to 1"),
    "percent": ("persen", "per cent"),
    "percentage_point": ("poin persentase", "percentage points"),
    "index": ("indeks", "index"),
    "bit": ("bit", "bits"),
    "kilogram": ("kilogram", "kilograms"),
    "centimetre": ("sentimeter", "centimetres"),
    "standard_deviation": ("simpangan baku", "standard deviations"),
    "degree": ("derajat", "degrees"),
    "day": ("hari", "days"),
    "month": ("bulan", "months"),
    "years": ("tahun", "years"),
    "year": ("tahun kalender", "calendar year"),
    "month_of_year": ("bulan, 1 sampai 12", "month, 1 to 12"),
    "stage": ("nomor tahap", "number of the stage"),
    "class": ("kelas", "class"),
    "decile": ("desil, 1 sampai 10", "decile, 1 to 10"),
    "rank": ("peringkat", "rank"),
    "priority": ("prioritas, 1 sampai 4", "priority, 1 to 4"),
    "row_number": ("nomor baris", "number of the row"),
}
UNITS = {key: Meaning(*words) for key, words in _WORDS.items()}
