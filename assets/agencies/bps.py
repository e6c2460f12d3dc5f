"""BPS: the indicators that it publishes."""

from assets.sources import Agency, Limits, Source, Workbook
from validations.bps import KEMISKINAN

PERIODS = "A key holds the period of a survey: an edition may state other years, or months, than the one before."

AGENCY = Agency(
    "bps",
    "BPS",
    (
        Source(
            "bps_kemiskinan",
            "snapshot",
            (Workbook(),),
            KEMISKINAN,
            limits=Limits(keys_again=0, shift=1, why=PERIODS),
            expected_every=184,
        ),
    ),
)
