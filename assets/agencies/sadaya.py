"""The warehouse's own lists, and the returns of clerks and officers: decisions on identity, outcomes of findings."""

from assets.sources import Agency, Delimited, Source, Workbook
from validations.sadaya import KEPUTUSAN, TINDAK_LANJUT

AGENCY = Agency(
    "sadaya",
    "Petugas Sadaya",
    (
        Source("sadaya_keputusan", "delta", (Workbook(), Delimited(";")), KEPUTUSAN, expected_every=366),
        Source(
            "sadaya_tindak_lanjut",
            "delta",
            (Workbook(every_sheet=True), Delimited(";")),
            TINDAK_LANJUT,
            files_apart=True,
            expected_every=366,
        ),
    ),
)
