"""A small province of mentions, written by hand, and runs of identity over it, night after night."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
import pytest

from assets import identity
from assets.home import Home
from assets.identity import Previous, names, outputs, past
from assets.load import Load

VILLAGE = "3601012001"
PERSON = {
    "source": pl.String, "record_key": pl.String, "role": pl.String, "delivery_id": pl.String, "file_name": pl.String,
    "row_number": pl.Int64, "name": pl.String, "sex": pl.String, "birth_date": pl.Date, "birth_year": pl.Int16,
    "birth_precision": pl.String, "birth_heap": pl.Boolean, "birth_place": pl.String, "nik": pl.String,
    "nik_state": pl.String, "no_kk": pl.String, "mother_name": pl.String, "relation": pl.String,
    "household_ref": pl.String, "village_code": pl.String, "district_code": pl.String, "regency_code": pl.String,
    "life_status": pl.String, "life_status_date": pl.Date, "is_register": pl.Boolean, "valid_from": pl.Date,
    "carried_forward_since": pl.Date,
}  # fmt: skip
HOUSEHOLD = {
    "source": pl.String, "record_key": pl.String, "delivery_id": pl.String, "file_name": pl.String,
    "row_number": pl.Int64, "person_role": pl.String, "household_ref": pl.String, "no_kk": pl.String,
    "head_name": pl.String, "address": pl.String, "rt": pl.String, "rw": pl.String, "village_code": pl.String,
    "district_code": pl.String, "regency_code": pl.String, "decile": pl.Int8, "member_count": pl.Int16,
    "in_frame": pl.Boolean, "valid_from": pl.Date, "carried_forward_since": pl.Date,
}  # fmt: skip
DECISION = dict.fromkeys(("source_a", "record_key_a", "role_a", "source_b", "record_key_b", "role_b"), pl.String) | {
    "decision": pl.String, "decided_on": pl.Date, "valid_from": pl.Date, "delivery_id": pl.String,
    "row_number": pl.Int64,
}  # fmt: skip
FILES = {
    "register": "dukcapil_penduduk",
    "listed": "dinsos_dtks_rumah_tangga",
    "member": "dinsos_dtks_anggota",
    "pkh": "dinsos_pkh",
    "jamsosratu": "dinsos_jamsosratu",
}
_connect = duckdb.connect


def nik(number: int) -> str:
    """A NIK of no real person: serials from 9000 are for demonstration."""
    return f"3601014107{number // 1000:02d}{9000 + number % 1000}"


def kk(number: int) -> str:
    return f"3601010101{number // 1000:02d}{9000 + number % 1000}"


@dataclass
class Mentions:
    """Rows of both kinds of mention. Each method adds one record and returns its key as (source, record_key, role)."""

    persons: list[dict] = field(default_factory=list)
    households: list[dict] = field(default_factory=list)
    day: date = date(2019, 11, 1)
    decisions: list[dict] = field(default_factory=list)
    past_persons: list[dict] = field(default_factory=list)
    past_households: list[dict] = field(default_factory=list)

    def decided(self, one: tuple, other: tuple, decision: str, on: str = "2019-10-01") -> None:
        """A clerk's decision on two records: SAMA, BEDA or TIDAK TAHU."""
        sides = (f"{column}_{side}" for side in "ab" for column in ("source", "record_key", "role"))
        given = {"decision": decision, "decided_on": date.fromisoformat(on), "valid_from": self.day}
        origin = {"delivery_id": "decision-1", "row_number": len(self.decisions) + 2}
        self.decisions.append(dict(zip(sides, one + other, strict=True)) | given | origin)

    def register(self, number: int, name: str, born: str | None, card: int = 1, **more) -> tuple[str, str, str]:
        """A person of the civil register: NIK and record key are `nik(number)`."""
        given = {"nik": nik(number), "nik_state": "valid", "is_register": True, "life_status": "AKTIF"} | more
        return self._add("register", nik(number), "self", name, born, kk(card), None, given)

    def listed(self, ref: str, card: int | None = None, **more) -> tuple[str, str, None]:
        """A household of DTKS."""
        place = {"person_role": None, "household_ref": ref, "no_kk": card and kk(card), "in_frame": True}
        self.households.append(self._place("listed", ref, None) | place | more)
        return FILES["listed"], ref, None

    def member(self, ref: str, number: int, name: str, born: str | None, **more) -> tuple[str, str, str]:
        """A member of a DTKS household."""
        return self._add("member", f"{ref}|{number}", "self", name, born, None, ref, more)

    def pkh(self, key: str, name: str, born: str | None, card: int | None = None, **more) -> tuple[str, str, str]:
        return self._add("pkh", key, "manager", name, born, card and kk(card), None, more)

    def jamsosratu(
        self, key: str, name: str, born: str | None, card: int | None = None, **more
    ) -> tuple[str, str, str]:
        return self._add("jamsosratu", key, "self", name, born, card and kk(card), None, more)

    def without(self, *keys: tuple) -> Mentions:
        """The same records without these."""
        gone = {(source, record_key) for source, record_key, _ in keys}
        return replace(
            self,
            persons=[row for row in self.persons if (row["source"], row["record_key"]) not in gone],
            households=[row for row in self.households if (row["source"], row["record_key"]) not in gone],
        )

    def ended(self, *keys: tuple) -> Mentions:
        """The same records, of which these have ended: they are past."""
        gone = {(source, record_key) for source, record_key, _ in keys}
        night = self.without(*keys)
        night.past_persons, night.past_households = (
            past + [row for row in rows if (row["source"], row["record_key"]) in gone]
            for past, rows in ((self.past_persons, self.persons), (self.past_households, self.households))
        )
        return night

    def once(self, key: tuple, day: str, **values) -> Mentions:
        """The same records, one of which had other values from an earlier day on."""
        other = self.changed(key, valid_from=date.fromisoformat(day), **values).ended(key)
        return replace(self, past_persons=other.past_persons, past_households=other.past_households)

    def changed(self, key: tuple, **values) -> Mentions:
        """The same records, one of which has other values (`no_kk`, `nik`, `name` …)."""
        persons, households = (
            [row | {k: v for k, v in values.items() if k in row and (row["source"], row["record_key"]) == key[:2]}
             for row in rows] for rows in (self.persons, self.households)
        )  # fmt: skip
        return replace(self, persons=persons, households=households)

    def _add(self, kind, key, role, name, born, card, ref, more) -> tuple[str, str, str]:
        year_only = born is not None and len(born) == 4
        row = dict.fromkeys(PERSON) | self._place(kind, key, role) | {
            "role": role, "name": name, "no_kk": card, "household_ref": ref, "is_register": False,
            "birth_date": None if year_only or born is None else date.fromisoformat(born),
            "birth_year": None if born is None else int(born[:4]),
            "birth_precision": None if born is None else "year" if year_only else "day", "birth_heap": False,
            "village_code": VILLAGE, "nik_state": "valid" if more.get("nik") else "missing",
        } | more  # fmt: skip
        self.persons.append({column: row[column] for column in PERSON})
        self.households.append(
            dict.fromkeys(HOUSEHOLD)
            | {column: row[column] for column in HOUSEHOLD if column in row}
            | {"person_role": role, "in_frame": kind != "register"}
        )
        return FILES[kind], key, role

    def _place(self, kind: str, key: str, role: str | None) -> dict:
        source = FILES[kind]
        return dict.fromkeys(HOUSEHOLD if role is None else ()) | {
            "source": source, "record_key": key, "delivery_id": f"{source}-{self.day:%Y%m%d}-0123456789",
            "file_name": f"{source}.csv", "row_number": len(self.households) + 2, "valid_from": self.day,
            "village_code": VILLAGE,
        }  # fmt: skip


@dataclass(frozen=True)
class Night:
    """The output of one run of identity."""

    folder: Path
    summary: identity.IdentitySummary
    frames: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    """Cache of files that were read."""

    @property
    def home(self) -> Home:
        return Home(self.folder.parents[2])

    @property
    def went_on(self) -> bool:
        """Whether the night was incremental: its files extend those of the night before."""
        return (self.folder / "person_links.parquet").stat().st_nlink > 1

    def read(self, name: str) -> pl.DataFrame:
        if name not in self.frames:
            self.frames[name] = self._rows(name)
        return self.frames[name]

    def _rows(self, name: str) -> pl.DataFrame:
        if name in past.FILES:
            return pl.read_parquet(self.folder / f"{name}.parquet")
        with duckdb.connect() as connection:
            return connection.sql(f"from {outputs.relation(self.folder, name)} order by all").pl()

    def person(self, key: tuple) -> str:
        return self._one("person_links", key)["person_id"]

    def rule(self, key: tuple) -> str:
        return self._one("person_links", key)["link_rule"]

    def household(self, key: tuple) -> str:
        return self._one("household_links", key[:2])["household_id"]

    def household_rule(self, key: tuple) -> str:
        return self._one("household_links", key[:2])["link_rule"]

    def family(self, key: tuple) -> str:
        return self._one("household_links", key[:2])["family_id"]

    def same(self, *keys: tuple) -> bool:
        """Whether these records have one person id."""
        return len({self.person(key) for key in keys}) == 1

    def pairs(self, *keys: tuple) -> list[dict]:
        """The pairs of these records in identity_links."""
        links = self.read("identity_links").to_dicts()
        return [
            row for row in links
            if {(row[f"source_{side}"], row[f"record_key_{side}"]) for side in "ab"} <= {key[:2] for key in keys}
        ]  # fmt: skip

    def events(self, entity: str, load_id: str) -> set[tuple]:
        """(event, id, other_id) that this load added."""
        rows = self.read("identity_history").filter(entity=entity, load_id=load_id)
        return set(rows.select("event", "id", "other_id").iter_rows())

    def past(self, key: tuple, day: str | None = None) -> tuple[dict, dict]:
        """The links of a past version: (person, household). day: start of the version, if there are several."""
        found = []
        for kind, parts in (("person", ("source", "record_key", "role")), ("household", ("source", "record_key"))):
            rows = self.read(f"past_{kind}_links")
            rows = rows.filter(*(pl.col(part).eq_missing(one) for part, one in zip(parts, key, strict=False)))
            if day:
                rows = rows.filter(valid_from=date.fromisoformat(day))
            found.append(rows.row(0, named=True) if rows.height else None)
            assert rows.height <= 1
        return tuple(found)

    def _one(self, name: str, key: tuple) -> dict:
        wanted = dict(zip(("source", "record_key", "role"), key, strict=False))
        return self.read(name).filter(**wanted).row(0, named=True)


@pytest.fixture(name="nik")
def _nik():
    return nik


@pytest.fixture(name="kk")
def _kk():
    return kk


@pytest.fixture
def mentions() -> Mentions:
    return Mentions()


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    """One thread of DuckDB: on small tables more threads cost more than they save."""
    threads(monkeypatch, 1)


def threads(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Set the number of threads of connections that are opened from now on."""
    monkeypatch.setattr(
        duckdb,
        "connect",
        lambda *place, config=None, **more: _connect(*place, config=(config or {}) | {"threads": number}, **more),
    )


@pytest.fixture(scope="module")
def company(request) -> dict[str, BaseException | None]:
    """The exception of each of the module's tests that share their runs (`company.in_company`), if it failed."""
    from tests.assets.identity.company import play, stories

    items = [item for item in request.session.items if item.path == request.path]
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        threads(patch, 1)
        return play(stories(items), Path(folder))


@pytest.fixture
def run(tmp_path):
    """run(mentions, published=None, latest=None, shuffle=None, from_scratch=False) -> Night. from_scratch: ignore the
    cache.
    """
    return runs(tmp_path)


def runs(folder: Path):
    """The function `run`, for a folder that may contain earlier nights."""
    home = Home(folder / "it's home").create()

    def one(
        mentions: Mentions,
        published: Night | None = None,
        latest: Night | None = None,
        shuffle: int | None = None,
        from_scratch: bool = False,
    ) -> Night:
        if from_scratch:
            home.identity.unlink(missing_ok=True)
        load_id = f"20191101-{sum(1 for _ in home.loads.iterdir()) + 1:03d}"
        load = Load(home, folder, load_id, date(2019, 11, 1))
        write(mentions, load.folder.staging, shuffle)
        before = Previous(published and published.folder, (latest or published) and (latest or published).folder)
        return Night(load.folder.identity, identity.resolve(load, before))

    return one


def write(mentions: Mentions, staging: Path, shuffle: int | None = None) -> None:
    """Write a staging database with the mentions that dbt would make."""
    tables = (
        ("person_mention", mentions.persons, PERSON),
        ("household_mention", mentions.households, HOUSEHOLD),
        ("past_person_mention", mentions.past_persons, PERSON),
        ("past_household_mention", mentions.past_households, HOUSEHOLD),
        ("decision_mention", mentions.decisions, DECISION),
    )
    staging.parent.mkdir(parents=True, exist_ok=True)
    with _connect(staging, config={"threads": 1}) as connection:
        connection.execute("begin; create schema mentions")
        for name, rows, schema in tables:
            frame = pl.DataFrame(rows, schema=schema)
            if shuffle is not None:
                frame = frame.sample(fraction=1.0, shuffle=True, seed=shuffle)
            connection.register("frame", frame.to_arrow())
            connection.execute(f"create table mentions.{name} as from frame")
        connection.execute("commit")


@pytest.fixture(scope="session")
def of_names():
    """A connection that has the macros of `names`."""
    with _connect(config={"threads": 1}) as connection:
        names.install(connection)
        yield connection


@pytest.fixture
def judge(of_names):
    """judge(a, b, *macros) -> the result of each macro for two names."""

    def judged(a: str, b: str, *macros: str) -> tuple[bool, ...]:
        said = ", ".join(f"{macro}(a, b)" for macro in macros)
        query = f"select {said} from (select name_words($1) as a, name_words($2) as b)"
        return of_names.execute(query, [a, b]).fetchone()

    return judged


@pytest.fixture
def agree(judge):
    """agree(a, b) -> (words_equal, words_agree) of two names."""
    return lambda a, b: judge(a, b, "words_equal", "words_agree")
