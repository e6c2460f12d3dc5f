"""Dinas Koperasi UKM: a table pulled from its database."""

from assets.pull.declared import Postgres
from assets.sources import Agency, JsonLines, Source
from validations.diskop import UMKM

AGENCY = Agency(
    "diskop",
    "Dinas Koperasi UKM",
    (
        Source(
            "diskop_umkm",
            "snapshot",
            (JsonLines(),),
            UMKM,
            pull=Postgres(
                "SADAYA_DISKOP_UMKM", "umkm", tuple(field.name for field in UMKM.fields), "id_umkm", "umkm.jsonl"
            ),
        ),
    ),
)
