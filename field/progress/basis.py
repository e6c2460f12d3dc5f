"""The published load that progress is built on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assets.home import Home
from assets.ledger import Ledger
from assets.seal import damage_seen, pointed_at
from validations.errors import SadayaError


class NoBasisError(SadayaError):
    """Progress cannot be built on the published load; the message says why, and what to do."""


@dataclass(frozen=True)
class Basis:
    """A published load whose files are there."""

    home: Home
    load_id: str
    as_of: date

    @property
    def databases(self) -> dict[str, Path]:
        """The files of the load, by the name of dbt's database."""
        return {"staging": self.home.load(self.load_id).staging, "warehouse": self.home.warehouse(self.load_id)}


def find_basis(home: Home, code_version: str) -> Basis:
    """The published load, if progress can be built on it. Opens no database, and changes nothing.

    code_version: of the running code. Tables of other code may have other columns, or mean something else.

    Raises:
        NoBasisError: nothing is published, it is damaged, other code made it, or its working folder is gone.
    """
    if not home.ledger.exists():
        raise NoBasisError("nothing is published yet: run a load first")
    with Ledger(home.ledger) as ledger:
        published = ledger.published_load()
    if damage := damage_seen(home, published["load_id"] if published else None):
        raise NoBasisError(f"the publication is damaged: {damage}. The next load mends it")
    if published is None or pointed_at(home) != published["load_id"]:
        raise NoBasisError("nothing is published yet: run a load first")
    found = Basis(home, published["load_id"], date.fromisoformat(published["as_of_date"]))
    if published["code_version"] != code_version:
        made = f"load {found.load_id} was made by code version {published['code_version']}, this is {code_version}"
        raise NoBasisError(f"{made}: run a load first")
    if not found.databases["staging"].is_file():
        where = found.databases["staging"].relative_to(home.root)
        raise NoBasisError(f"the working folder of load {found.load_id} is gone ({where}): run a load first")
    return found
