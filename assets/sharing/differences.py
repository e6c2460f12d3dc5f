"""Compares agreements with what an earlier load served: what is added, removed or changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assets.home import Home
from assets.sharing.agreement import Agreement
from assets.sharing.extracts import read_manifest, served


@dataclass(frozen=True)
class Difference:
    """One change. then, now: how it was and would be served; None if it was or would not be."""

    agency: str
    table: str | None
    what: str
    then: str | None
    now: str | None


def differences(home: Home, load_id: str, agreements: list[Agreement]) -> list[Difference]:
    """Compare agreements with the manifests of a load's extracts, by agency and table."""
    now = {agreement.agency: served(agreement) for agreement in agreements}
    then = {
        manifest["agency"]: manifest["tables"]
        for path in sorted(home.extract(load_id, "*").parent.glob("*/manifest.json"))
        if (manifest := read_manifest(path.parent))
    }
    found: list[Difference] = []
    for agency in sorted(now.keys() | then.keys()):
        if agency not in then or agency not in now:
            found.append(Difference(agency, None, "agency", _is(agency in then), _is(agency in now)))
            continue
        for table in sorted(now[agency].keys() | then[agency].keys()):
            found += _of_table(agency, table, then[agency].get(table), now[agency].get(table))
    return found


def _is(there: bool) -> str | None:
    return "served" if there else None


def _of_table(agency: str, table: str, then: dict[str, Any] | None, now: dict[str, Any] | None) -> list[Difference]:
    if then is None or now is None:
        return [Difference(agency, table, "table", _is(then is not None), _is(now is not None))]
    found = [
        Difference(agency, table, name, _text(then[name]), _text(now[name]))
        for name in ("version", "rows")
        if then[name] != now[name]
    ]
    columns = [*then["columns"], *(name for name in now["columns"] if name not in then["columns"])]
    found += [
        Difference(agency, table, f"column {name}", then["columns"].get(name), now["columns"].get(name))
        for name in columns
        if then["columns"].get(name) != now["columns"].get(name)
    ]
    return found


def _text(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    return ", ".join(f"{name} {part}" for name, part in value.items())
