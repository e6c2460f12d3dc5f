"""Disdukcapil: its export."""

from assets.sources import Agency, Delimited, Source
from validations.dukcapil import PENDUDUK

AGENCY = Agency(
    "dukcapil",
    "Disdukcapil",
    (Source("dukcapil_penduduk", "delta", (Delimited(";"),), PENDUDUK, expected_every=1),),
)
