"""Disnakertrans: data pulled from its API."""

from assets.pull.declared import PagedHttp
from assets.sources import Agency, JsonPages, Source
from validations.disnaker import PENCAKER

AGENCY = Agency(
    "disnaker",
    "Disnakertrans",
    (
        Source(
            "disnaker_pencaker",
            "snapshot",
            (JsonPages("data", numbered=True),),
            PENCAKER,
            pull=PagedHttp("SADAYA_DISNAKER_PENCAKER", "/pencaker", "pencaker"),
        ),
    ),
)
