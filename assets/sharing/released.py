"""The released contracts of tables that agreements rely on: their versions, and the tables' keys."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import yaml

from assets.sharing.agreement import Agreement

SUFFIX = ".odcs.yaml"
FOLDER = Path(__file__).resolve().parents[2] / "contracts"


def id_of(table: str) -> str:
    """The contract id of `schema.table`."""
    return f"sadaya.{table}"


def versions(folder: Path = FOLDER) -> dict[str, str]:
    """Contract id -> version. Only the head of each file is read."""
    heads = (path.read_text(encoding="utf-8").partition("\nschema:")[0] for path in folder.glob(f"*{SUFFIX}"))
    read = (yaml.safe_load(head) for head in heads)
    return {head["id"]: head["version"] for head in read}


def keys(tables: Iterable[str], folder: Path = FOLDER) -> dict[str, tuple[str, ...]]:
    """`schema.table` -> the columns of its key; none for a table without a contract."""
    return {table: _key(folder / f"{table}{SUFFIX}") for table in tables}


def _key(path: Path) -> tuple[str, ...]:
    if not path.is_file():
        return ()
    (schema,) = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["schema"]
    positions = {each["primaryKeyPosition"]: each["name"] for each in schema["properties"] if each.get("primaryKey")}
    if positions:
        return tuple(positions[nth] for nth in sorted(positions))
    rules = (rule for rule in schema.get("quality", ()) if rule["metric"] == "duplicateValues")
    return next((tuple(rule["arguments"]["properties"]) for rule in rules), ())


def unfounded(agreements: Iterable[Agreement], released: dict[str, str]) -> list[str]:
    """Tables whose agreement relies on a contract of another table, on a missing one, or on an incompatible version, in
    sentences; empty if there are none.
    """
    found = []
    for agreement in agreements:
        for table in agreement.tables:
            where, now = f"{agreement.agency}: {table.table}", released.get(table.contract)
            if table.contract != id_of(table.table):
                found.append(f"{where}: contract {table.contract} is not that of the table")
            elif now is None:
                found.append(f"{where}: there is no contract {table.contract}")
            elif _numbers(table.version)[0] != _numbers(now)[0]:
                found.append(f"{where}: relies on version {table.version} of its contract, which is {now} now")
            elif _numbers(table.version) > _numbers(now):
                found.append(f"{where}: relies on version {table.version} of its contract, which is only {now}")
    return found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
