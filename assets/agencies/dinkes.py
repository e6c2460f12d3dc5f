"""Dinas Kesehatan: its exports."""

from assets.sources import Agency, Delimited, Source, Workbook
from validations.dinkes import GIZI, JKN

AGENCY = Agency(
    "dinkes",
    "Dinas Kesehatan",
    (
        Source("dinkes_jkn", "snapshot", (Delimited("|"),), JKN, expected_every=31),
        Source("dinkes_gizi", "delta", (Workbook(),), GIZI, expected_every=31),
    ),
)
