"""The warehouse's own clerks, and the decisions on identity that they send back."""

from assets.sources import Agency, Delimited, Source, Workbook
from validations.sadaya import KEPUTUSAN

AGENCY = Agency(
    "sadaya",
    "Petugas Sadaya",
    (Source("sadaya_keputusan", "delta", (Workbook(), Delimited(";")), KEPUTUSAN, expected_every=366),),
)
