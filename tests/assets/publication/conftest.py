"""A hand-made warehouse of two kabupaten/kota over several nights, with everything that the gate counts."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from assets.home import Home
from assets.ledger import Ledger
from assets.load import Load
from assets.publication import Failure, Judgement, conclude, tables, verdict
from assets.publication.metrics import MODELS, measure
from tests.dbt_project.conftest import Parsed, parsed  # noqa: F401 (a fixture)
from tests.identity_files import complete
from tests.shared import once
from validations.counts import Counts
from validations.sql import literal

QUARANTINED, DUPLICATE = 3, 2

EVIDENCE = """
    select '{id}' as delivery_id, 'dinsos_pkh' as source, 'list.csv' as file_name,
        (1000 + n // 2)::bigint as row_number, 'NIK' as column_name,
        'check_' || n % 2 as check_name, 'salah' as message_id, 'wrong' as message_en,
        '{{}}' as raw_row, n::varchar as record_key, 'a' as original_value, 'b' as new_value
    from range({lines}) t(n)
"""

PEOPLE = """
    select source, source || '-{day}-aaaaaaaaaa' as delivery_id, n::varchar as record_key,
        'self' as role, 'H' || n as household_id, 'P' || n as person_id,
        case when n % 10 = 0 then 'missing' else 'valid' end as nik_state,
        case when n % 50 = 0 and source = 'dinsos_pkh' then date '2019-10-01' end as carried_forward_since,
        case when n % 2 = 0 then '3601' else '3673' end as regency_code,
        case when n < {said} then date '{today}' else date '2019-01-01' end as valid_from
    from range({households}) t(n), (values ('dinsos_pkh'), ('dukcapil_penduduk')) s(source)
"""

MARTS = """
    create schema marts;
    create schema reference;
    create table marts.dim_household as select distinct household_id, regency_code from people;
    create table marts.dim_person as select distinct person_id, household_id, regency_code from people;
    create table marts.person_records as select source, record_key, role, person_id from people;
    create table marts.household_records as select source, record_key, household_id from people;
    create table marts.household_status as
        select household_id, regency_code, substr(household_id, 2)::int % 2 = 0 or true as is_poor,
            substr(household_id, 2)::int % 100 > 0 as has_living_member
        from marts.dim_household;
    create table marts.household_status_long as
        select household_id, 'jamsosratu' as programme,
            case when substr(household_id, 2)::int < {enrolled} then 'active' else 'none' end as status,
            0 as records_of_the_gone
        from marts.dim_household;
    create table marts.unserved as
        select programme, household_id as unit_id from marts.household_status_long where status <> 'active';
    create table marts.coverage_by_region as
        select regency_code as region_code, 'regency' as region_level, programme, count(*) as households,
            count(*) as in_need, count(*) filter (status = 'active') as served_in_need
        from marts.household_status join marts.household_status_long using (household_id) group by all;
    create table marts.programme_overlap as
        select 'regency' as region_level, '3601' as region_code, 'jamsosratu' as programme_a, 'pkh' as programme_b,
            1 as households;
    create table marts.programme_overlap_households as
        select 'H2' as household_id, 'jamsosratu' as programme_a, 'pkh' as programme_b;
    create table marts.fct_disbursement as
        select 'jamsosratu' as programme, 500000 as amount_received, false as paid_after_death,
            false as paid_after_exit;
    create table marts.changes as
        select '{load_id}' as load_id, 'before' as since_load_id, 'household' as entity, 'entered' as change,
            programme as subject, household_id as id
        from marts.household_status_long where status = 'active'
        union all select 'before', 'first', 'household', 'left', 'jamsosratu', 'H1';
    create table reference.load as select '{load_id}' as load_id, {households} as households;
    create table reference.ref_jamsosratu_quota as
        select year, unnest(['3601', '3673']) as regency_code, quota // 2 as quota from quotas;
"""


@dataclass
class Province:
    """Builds loads in its own HOME, as intake, dbt and identity would leave them for the gate.
    Steps that an earlier test of the session took from an empty HOME are not repeated: the resulting HOME is copied. A
    HOME that the test itself changed is used as it is.
    """

    home: Home
    kept: Path
    """Cache of HOMEs for tests that take the same steps."""
    parsed: Parsed
    day: date = date(2019, 10, 31)
    steps: list[str] | None = field(default_factory=list)
    """The steps that led to HOME. None: it was changed otherwise, so every further step is executed."""
    as_left: dict | None = None

    def night(
        self,
        households: int = 400,
        enrolled: int = 200,
        quotas: dict[int, int] | None = None,
        ledger_says: Counts | None = None,
        status: str = "accepted",
        said: int = 0,
    ) -> Load:
        """One more night: an accepted delivery, its files, mentions, links and warehouse. Unjudged.

        said: so many of the households, the first, have records that say something new.
        """
        self.day += timedelta(days=1)
        quotas = quotas or {2019: 200}
        given = (households, enrolled, quotas, ledger_says, status, said)
        self._take(f"night {given}", lambda: self._night(*given))
        with Ledger(self.home.ledger) as ledger:
            return Load(self.home, self.home.root / "landing", ledger.loads()[-1]["load_id"], self.day)

    def _take(self, step: str, take: Callable[[], None]) -> None:
        """Execute a step, or copy its result."""
        if self.steps is None or self.as_left not in (None, _state(self.home.root)):
            self.steps = None
            return take()
        self.steps.append(step)
        name = hashlib.sha256(repr(self.steps).encode()).hexdigest()[:16]
        taken = []

        def make(folder: Path) -> None:
            taken.append(take())
            shutil.copytree(self.home.root, folder, symlinks=True)

        kept = once(self.kept / f"province-{name}", make)
        if not taken:
            shutil.rmtree(self.home.root)
            shutil.copytree(kept, self.home.root, symlinks=True)
        self.as_left = _state(self.home.root)
        return None

    def _night(
        self,
        households: int,
        enrolled: int,
        quotas: dict[int, int],
        ledger_says: Counts | None,
        status: str,
        said: int,
    ) -> None:
        with (load := Load(self.home, self.home.root / "landing", "", self.day)).ledger() as ledger:
            load_id = ledger.open_load(self.day, "code")
            load = Load(self.home, load.landing, load_id, self.day)
            counts = ledger_says or Counts(households + 5, households, QUARANTINED, DUPLICATE, 4)
            pkh = self._delivery("dinsos_pkh", "snapshot", counts, load_id, status)
            register = self._delivery("dukcapil_penduduk", "delta", Counts(households, households), load_id)
            ledger.record_delivery(pkh, [self._file(pkh)])
            ledger.record_delivery(register, [self._file(register)])
            ids = [row["delivery_id"] for row in ledger.in_force(self.day)]
            ledger.record_load_deliveries(load_id, ids, "fingerprint")
            ledger.set_state(load_id, "loaded")
            in_force = ledger.load_deliveries(load_id)
        self._delivery_folder(pkh, households)
        self._delivery_folder(register, households)
        self._load_folder(load, households, in_force, said)
        self._warehouse(load, households, enrolled, quotas)
        self.count(load)
        self.dbt(load)

    def _delivery(self, source: str, kind: str, counts: Counts, load_id: str, status: str = "accepted") -> dict:
        return {
            "delivery_id": f"{source}-{self.day:%Y%m%d}-aaaaaaaaaa",
            "source": source,
            "agency": "Dinas",
            "delivery_date": self.day.isoformat(),
            "kind": kind,
            "sha256": "a" * 64,
            "file_names": "list.csv",
            "coverage": "36",
            **counts.columns(),
            "status": status,
            "load_id": load_id,
        }

    def _file(self, delivery: dict) -> dict:
        counts = {name: value for name, value in delivery.items() if name.startswith("rows_")}
        return {
            "file_name": "list.csv",
            "sha256": "a" * 64,
            "bytes": 1,
            "coverage": "36",
            "status": "accepted",
        } | counts

    def _delivery_folder(self, delivery: dict, households: int) -> None:
        folder = self.home.delivery(delivery["source"], delivery["delivery_id"])
        (folder / "accepted").mkdir(parents=True)
        named = f"select '{delivery['delivery_id']}' as delivery_id, 'list.csv' as file_name"
        key = "n::varchar as record_key, '36' as coverage_regency"
        _parquet(f"{named}, n as row_number, {key} from range({households}) t(n)", folder / "accepted" / "0.parquet")
        if delivery["kind"] == "delta":
            return
        _parquet(f"select {key} from range(-3, 0) t(n)", folder / "quarantined_keys.parquet")
        _parquet(f"{named}, n as row_number from range({DUPLICATE}) t(n)", folder / "duplicates.parquet")
        for name, lines in (("quarantine", 2 * QUARANTINED), ("warnings", 1), ("repairs", 0)):
            _parquet(EVIDENCE.format(id=delivery["delivery_id"], lines=lines), folder / f"{name}.parquet")

    def _load_folder(self, load: Load, households: int, in_force: list[dict], said: int) -> None:
        load.folder.inputs.mkdir(parents=True)
        load.folder.identity.mkdir()
        self.delivered(load, days_ago=0)
        deliveries = ", ".join(
            f"('{row['delivery_id']}', '{row['source']}', {n}, '{row['kind']}')" for n, row in enumerate(in_force)
        )
        order = f"from (values {deliveries}) d(delivery_id, source, delivery_order, kind)"
        _parquet(order, load.folder.inputs / "deliveries.parquet")
        _parquet(f"select delivery_id, source, '36' as regency_code {order}", load.folder.inputs / "coverage.parquet")
        people = PEOPLE.format(households=households, day=f"{load.as_of:%Y%m%d}", said=said, today=load.as_of)
        engine = _engine()
        engine.execute(f"attach {literal(load.folder.staging)} as staging; begin; create schema staging.mentions")
        for mention in ("person_mention", "household_mention"):
            engine.execute(f"create table staging.mentions.{mention} as {people}")
        sources = "select unnest(['dinsos_pkh', 'dukcapil_penduduk']) as source"
        engine.execute(f"create table staging.mentions.household_source as {sources}")
        engine.execute("commit; detach staging")
        for links in ("person_links", "household_links"):
            _parquet(people, load.folder.identity / f"{links}.parquet")
        complete(load.folder.identity)
        _parquet(people, load.folder.identity / "identity_history.parquet")

    def _warehouse(self, load: Load, households: int, enrolled: int, quotas: dict[int, int]) -> None:
        self.home.publication(load.load_id).mkdir()
        people = PEOPLE.format(households=households, day="", said=0, today=load.as_of)
        with duckdb.connect(str(self.home.warehouse(load.load_id))) as connection:
            connection.execute("begin")
            connection.execute(f"create temp table people as {people}")
            connection.execute("create temp table quotas (year int, quota int)")
            connection.executemany("insert into quotas values (?, ?)", list(quotas.items()))
            connection.execute(MARTS.format(load_id=load.load_id, households=households, enrolled=enrolled))
            connection.execute("commit")

    def dbt(self, load: Load, **statuses: str) -> list[Path]:
        """Results of both halves of dbt: all successful except the named nodes; the status `absent` omits the node."""
        halves = {
            "pre_identity": ["model.sadaya.stg_dinsos__pkh", "test.sadaya.unique_stg_dinsos__pkh"],
            "post_identity": ["model.sadaya.dim_person", "test.sadaya.unique_dim_person", "test.sadaya.few_orphans"],
        }
        manifest = {
            "nodes": {
                name: {
                    "resource_type": name.split(".")[0],
                    "config": {
                        "enabled": True,
                        "materialized": "table",
                        "severity": "warn" if name.endswith("few_orphans") else "ERROR",
                    },
                }
                for names in halves.values()
                for name in names
            }
        }
        paths = []
        for half, names in halves.items():
            folder = load.folder.dbt / half
            folder.mkdir(parents=True, exist_ok=True)
            results = [
                {"unique_id": name, "status": statuses.get(name.split(".")[-1], _good(name)), "failures": 7}
                for name in names
                if statuses.get(name.split(".")[-1]) != "absent"
            ]
            (folder / "manifest.json").write_text(json.dumps(manifest))
            (folder / "run_results.json").write_text(json.dumps({"results": results}))
            paths.append(folder / "run_results.json")
        return paths

    def judged(self, load: Load, passed: bool = True, broken: bool = False) -> Judgement:
        """A given verdict over true metrics; neither laws nor Great Expectations are run."""
        failures = [] if passed else [Failure("reconciliation", "law", "Tidak sama", "Not equal")]
        results = tables.GATE_RESULTS.arrow([])
        reconciled = tables.RECONCILIATION.arrow([])
        metrics = measure(load)
        metrics = metrics.append_column("passed", pa.array([True] * metrics.num_rows, pa.bool_()))
        judgement = Judgement(passed, broken, failures, metrics, results, reconciled)
        verdict.save(load, judgement)
        with load.ledger() as ledger:
            ledger.set_state(load.load_id, "gated")
        return judgement

    def concluded(self, passed: bool = True, broken: bool = False, **night) -> Load:
        """One more night, concluded."""
        load = self.night(**night)
        self.conclude(load, passed, broken)
        return load

    def conclude(self, load: Load, passed: bool = True, broken: bool = False) -> None:
        step = f"conclude {load.load_id} {passed} {broken}"
        self._take(step, lambda: conclude(load, self.judged(load, passed, broken)))

    def delivered(self, load: Load, days_ago: int, silent: int = 0) -> None:
        """Set the last delivery of the sources; `silent` more have never delivered."""
        path = load.folder.inputs / "sources.parquet"
        path.unlink(missing_ok=True)
        _parquet(
            f"select source, date '{load.as_of}' - {days_ago} as last_delivery_date, 1 as expected_every_days,"
            " 'd' as last_delivery_id from (values ('dinsos_pkh'), ('dukcapil_penduduk')) s(source)"
            f" union all select 'silent_' || n, null, 1, null from range({silent}) t(n)",
            path,
        )
        load_row = f"select '{load.load_id}' as load_id, date '{load.as_of}' as as_of_date"
        _parquet(load_row, load.folder.inputs / "load.parquet")

    def results(self, load: Load) -> list[Path]:
        return [load.folder.dbt / half / "run_results.json" for half in ("pre_identity", "post_identity")]

    def change(self, load: Load, sql: str) -> None:
        """Change the load's warehouse by SQL."""
        with duckdb.connect(str(self.home.warehouse(load.load_id))) as connection:
            connection.execute(sql)
        self.count(load)

    def count(self, load: Load) -> None:
        """Build the models that the gate reads (`models/quality`) from the current load, by dbt's SQL."""
        engine = _engine()
        engine.execute(f"set file_search_path = {literal(load.folder.root)}")
        engine.execute(f"attach {literal(self.home.warehouse(load.load_id))} as warehouse (read_only)")
        engine.execute(f"attach {literal(load.folder.staging)} as staging")
        engine.execute("begin; create schema if not exists staging.gate")
        for model in (*MODELS, "laws_of_records", "laws_of_marts"):
            engine.execute(f"create or replace table staging.gate.{model} as {self.parsed.sql(model)}")
        engine.execute("commit; detach staging; detach warehouse")


def _good(name: str) -> str:
    return "pass" if name.startswith("test") else "success"


def _state(root: Path) -> dict[str, tuple]:
    """A fingerprint of a folder, which any change of a file or link alters."""
    paths = (Path(folder, name) for folder, folders, files in os.walk(root) for name in (*folders, *files))
    told = {}
    for path in paths:
        stat = path.lstat()
        is_folder = path.is_dir() and not path.is_symlink()
        told[str(path.relative_to(root))] = (stat.st_mode,) if is_folder else (stat.st_size, stat.st_mtime_ns)
    return told


def _parquet(sql: str, path: Path) -> None:
    _engine().execute(f"copy ({sql}) to {literal(path)} (format parquet)")


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One connection for all files: opening DuckDB costs four times as much as writing one."""
    return duckdb.connect()


@pytest.fixture
def province(tmp_path, shared, parsed) -> Province:  # noqa: F811
    return Province(Home(tmp_path / "home").create(), shared, parsed)
