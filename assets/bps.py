"""BPS, and the indicators it publishes."""

from assets.sources import Agency, Source, Workbook
from validations.bps import KEMISKINAN

AGENCY = Agency("bps", "BPS", (Source("bps_kemiskinan", "snapshot", (Workbook(),), KEMISKINAN, expected_every=184),))
