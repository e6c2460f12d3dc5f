"""DPRKP: its export."""

from assets.sources import Agency, Delimited, Source
from validations.dprkp import RTLH

AGENCY = Agency("dprkp", "DPRKP", (Source("dprkp_rtlh", "snapshot", (Delimited(","),), RTLH, expected_every=366),))
