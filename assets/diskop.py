"""Dinas Koperasi UKM, and the table that is pulled from its database."""

from assets.sources import Agency, JsonLines, Source
from validations.diskop import UMKM

AGENCY = Agency("diskop", "Dinas Koperasi UKM", (Source("diskop_umkm", "snapshot", (JsonLines(),), UMKM),))
