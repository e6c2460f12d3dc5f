"""The agencies on the site: those that send, that read by an agreement, or both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assets.sharing.agreement import Agreement, AgreementError, codes, path_of, read_one
from assets.sources import Source, agencies


@dataclass(frozen=True)
class Office:
    """An agency. code: as in files, schemas and `sources`. sources: those it sends. agreement: None if it has none.
    fault: why its agreement cannot be read.
    """

    code: str
    name: str
    sources: tuple[Source, ...]
    agreement: Agreement | None = None
    fault: str | None = None


def offices() -> Mapping[str, Office]:
    """Agencies by code, in the order of names. Excludes the warehouse itself, whose source has clerks' decisions."""
    senders = {each.group: each for each in agencies() if not any(source.files_apart for source in each.sources)}
    agreed = codes()
    found = []
    for code in {*senders, *agreed}:
        sender = senders.get(code)
        agreement, fault = _agreement(code) if code in agreed else (None, None)
        name = agreement.agency_name if agreement else sender.name if sender else code
        found.append(Office(code, name, sender.sources if sender else (), agreement, fault))
    return {each.code: each for each in sorted(found, key=lambda each: each.name)}


def _agreement(code: str) -> tuple[Agreement | None, str | None]:
    try:
        return read_one(path_of(code)), None
    except AgreementError as error:
        return None, str(error)
