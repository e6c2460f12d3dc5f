"""Dindikbud: its export."""

from assets.sources import Agency, JsonLines, Source
from validations.dindik import SISWA

AGENCY = Agency("dindik", "Dindikbud", (Source("dindik_siswa", "snapshot", (JsonLines(),), SISWA, expected_every=31),))
