"""Computes what a login may see of a load from an agreement's YAML, independently of the product.

Row by row, in Python: slow, short, and written only from decisions 0026 and 0029. For aggregates it computes the true
counts, because the product chooses which of two multiples is shown; `benchmarks.attack_counts` tests what can be
inferred from all of them.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import yaml

IDS = re.compile(r"(^|_)(household|family|person)_id(_[ab])?$")
SHORTEST = 9
"""Length from which a word with digits is taken as unique to one person."""
_WORD, _NAME = re.compile(rf"\w{{{SHORTEST},}}"), re.compile(r"(?=\b([A-Z][A-Z']+ [A-Z][A-Z']+)\b)")
_PERSONAL = re.compile(r"^(person_|head_|mother_|owner_)?name$|address")


@dataclass(frozen=True)
class Seen:
    """One table as a login sees it.

    rows: all of them. counts: columns of an aggregate that are shown as a multiple of base, off by less than base, or
    not at all. follows: columns computed from these.
    """

    columns: list[str]
    rows: list[tuple]
    counts: frozenset[str] = frozenset()
    follows: frozenset[str] = frozenset()
    base: int = 1

    def holds(self, columns: list[str], rows: Iterable[tuple]) -> bool:
        """Whether rows of some columns are among those that may be seen."""
        places = [self.columns.index(name) for name in columns]
        firm = [n for n, name in enumerate(columns) if name not in self.counts | self.follows]
        counts = [n for n, name in enumerate(columns) if name in self.counts]
        by_firm: dict[tuple, set[tuple]] = {}
        for row in self.rows:
            shown = tuple(row[place] for place in places)
            by_firm.setdefault(tuple(shown[n] for n in firm), set()).add(tuple(shown[n] for n in counts))
        return all(
            any(
                all(map(self._near, (row[n] for n in counts), true))
                for true in by_firm.get(tuple(row[n] for n in firm), ())
            )
            for row in rows
        )

    def _near(self, shown: int | None, true: int | None) -> bool:
        return shown is None or (true is not None and shown % self.base == 0 and abs(shown - true) < self.base)


@dataclass(frozen=True)
class Allowed:
    """What a login sees: its tables, by name, in its schema. secrets: words and names of the load that none of them
    contains.
    """

    role: str
    schema: str
    tables: dict[str, Seen]
    secrets: frozenset[str] = field(default=frozenset(), repr=False)


def logins(warehouse: Path, agreements: Path, keys: Path) -> list[Allowed]:
    """Every login of the agreements in a folder, with what it may see of a warehouse. keys: HOME/keys."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        load = _Load(connection)
    stated = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(agreements.glob("*.yaml"))]
    found = []
    for agreement in stated:
        if "postgres" in agreement["media"]:
            found += _of_agreement(load, agreement, keys)
    return found


class _Load:
    """A warehouse's tables, as rows."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {}
        self.kinds: dict[str, dict[str, str]] = {}
        names = connection.execute(
            "select distinct schema_name || '.' || table_name from duckdb_columns() where schema_name in"
            " ('marts', 'reference') and database_name = current_database()"
        ).fetchall()
        for (name,) in names:
            cursor = connection.execute(f"from {name}")
            columns = [column[0] for column in cursor.description]
            self.kinds[name] = dict(zip(columns, (str(column[1]) for column in cursor.description), strict=True))
            self.tables[name] = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        (load,) = self.tables["reference.load"]
        self.as_of: date = load["as_of_date"]
        self.poor = {row["household_id"] for row in self.tables["marts.household_status"] if row["is_poor"]}
        self.places = {row["household_id"]: row["regency_code"] for row in self.tables["marts.dim_household"]}
        self.people = {row["person_id"]: row for row in self.tables["marts.dim_person"]}
        self.active: dict[str, set[str]] = {}
        for row in self.tables["marts.household_status_long"]:
            if row["status"] == "active":
                self.active.setdefault(row["household_id"], set()).add(row["programme"])
        self.words = words(text for rows in self.tables.values() for row in rows for text in _telling(row))
        self.public = words(str(v) for row in self.tables["marts.dim_region"] for v in row.values())


def words(texts: Iterable[str]) -> frozenset[str]:
    """Texts that could identify a person: long words with digits, and consecutive pairs of names in capitals."""
    found: set[str] = set()
    for text in set(texts):
        found.update(word for word in _WORD.findall(text) if any(map(str.isdigit, word)))
        found.update(_NAME.findall(text))
    return frozenset(found)


def _telling(row: Mapping[str, Any]) -> Iterable[str]:
    """Names and addresses of a row, and all other values with digits: other words in capitals are not specific."""
    for column, value in row.items():
        if isinstance(value, str):
            yield value if _PERSONAL.search(column) else re.sub(r"[A-Z]", "x", value) if " " in value else value


def _of_agreement(load: _Load, agreement: Mapping[str, Any], keys: Path) -> list[Allowed]:
    agency, version = agreement["agency"], agreement["pseudonyms"]["version"]
    secret = bytes.fromhex((keys / f"{agency}-{version}.key").read_text(encoding="ascii").strip())
    whole = {
        each["table"].partition(".")[2]: _seen(load, agreement, each, secret, version) for each in agreement["tables"]
    }
    found = [_allowed(load, f"sadaya_{agency}", agency, whole)]
    for officer in agreement.get("officers", []):
        tables = {}
        for each in agreement["tables"]:
            name = each["table"].partition(".")[2]
            columns = load.kinds[each["table"]]
            if not any(IDS.search(column) for column in columns) and each["table"] not in _ids():
                tables[name] = whole[name]
            elif each["columns"].get("regency_code") == "clear":
                place = whole[name].columns.index("regency_code")
                rows = [row for row in whole[name].rows if row[place] in officer["regencies"]]
                tables[name] = Seen(whole[name].columns, rows)
        found.append(_allowed(load, f"sadaya_{agency}__{officer['name']}", agency, tables))
    return found


def _allowed(load: _Load, role: str, schema: str, tables: dict[str, Seen]) -> Allowed:
    mine = words(str(value) for seen in tables.values() for row in seen.rows for value in row)
    return Allowed(role, schema, tables, load.words - mine - load.public)


def _known() -> dict[str, Any]:
    path = Path(__file__).parents[1] / "assets" / "sharing" / "tables.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _ids() -> dict[str, list[str]]:
    return _known()["ids"]


def _seen(load: _Load, agreement: Mapping[str, Any], stated: Mapping[str, Any], secret: bytes, version: int) -> Seen:
    name, columns = stated["table"], stated["columns"]
    rows = {} if stated["rows"] == "all" else stated["rows"]
    shown = [
        tuple(masked(row[column], mask, secret, version) for column, mask in columns.items())
        for row in load.tables[name]
        if _within(row, rows, load)
    ]
    kinds, known = load.kinds[name], _known()
    rows_of = known["counts_of"].get(name)
    has_rows = any(each["table"] == rows_of and each["rows"] == "all" for each in agreement["tables"])
    if has_rows or any(IDS.search(column) for column in kinds) or name in known["ids"] or name in known["open"]:
        return Seen(list(columns), shown)
    numbers = {column for column in columns if re.search("INT|DOUBLE|FLOAT|DECIMAL", kinds[column])}
    numbers -= set(known["not_counts"].get(name, []))
    ranks = known["aggregates"].get(name, {}).get("measures", {}).keys()
    counts = frozenset(column for column in numbers - ranks if "INT" in kinds[column])
    return Seen(list(columns), shown, counts, frozenset(numbers - counts), agreement["smallest_cell"])


def masked(value: Any, mask: Any, secret: bytes, version: int) -> Any:
    """A value as shown by an agreement's mask, with pseudonyms by a key of that version."""
    if value is None or mask == "suppressed":
        return None
    if mask == "pseudonym":
        return f"v{version}_{hmac.new(secret, value.encode(), hashlib.sha256).hexdigest()[:32]}"
    if mask == "last_four":
        return "*" * (len(value) - 4) + value[-4:] if len(value) >= 8 else "*" * len(value)
    if mask == "year_only":
        return value.year
    if isinstance(mask, dict):
        return value[: {"district": 6, "regency": 4}[mask["region_level"]]]
    return value


def _within(row: Mapping[str, Any], rows: Mapping[str, Any], load: _Load) -> bool:
    household = row.get("household_id")
    if "regencies" in rows:
        place = row["regency_code"] if "regency_code" in row else load.places.get(household)
        place = row["region_code"][:4] if "region_code" in row else place
        if place not in rows["regencies"]:
            return False
    if "programmes" in rows:
        of_row = {row["programme"]} if "programme" in row else load.active.get(household, set())
        if not of_row & set(rows["programmes"]):
            return False
    if "ages" in rows and not of_age(load.people.get(row["person_id"]), rows["ages"], load.as_of):
        return False
    return "poor" not in rows or (household in load.poor if "household_id" in row else bool(row["is_poor"]))


def of_age(person: Mapping[str, Any] | None, ages: Mapping[str, int], day: date) -> bool:
    """Whether a person has an age on a day; if only the birth year is known, the person must have it all year."""
    if person is None:
        return False
    if born := person["birth_date"]:
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        return ages["from"] <= age <= ages["to"]
    year = person["birth_year"]
    return year is not None and ages["from"] <= day.year - year - 1 and day.year - year <= ages["to"]
