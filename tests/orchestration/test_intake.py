"""Assets of sources' declarations, with intake replaced: what they report to Dagster."""

from __future__ import annotations

import dagster as dg
import polars as pl
import pytest

from assets.ledger import Ledger
from assets.sources import all_sources, source_named
from orchestration.days import DAYS, enter
from orchestration.evening import pulls
from orchestration.intake import accepted_key, intake_assets, landed_key, raw_key
from orchestration.resources import LoadResource

pytestmark = pytest.mark.slow

PKH, HOUSEHOLDS, MEMBERS = (
    source_named(name) for name in ("dinsos_pkh", "dinsos_dtks_rumah_tangga", "dinsos_dtks_anggota")
)


def _row(source, day: str = "2019-11-01", status: str = "accepted", **counts: int) -> dict:
    rows = {"read": 10, "accepted": 9, "quarantined": 1, "duplicate": 0, "furniture": 3, **counts}
    return {
        "delivery_id": f"{source.name}-{day.replace('-', '')}-abc",
        "source": source.name,
        "delivery_date": day,
        "status": status,
        "reason_code": None if status == "accepted" else "empty_file",
        **{f"rows_{name}": value for name, value in rows.items()},
    }


class Work:
    """The results of intake, and the order of its calls."""

    def __init__(self, home) -> None:
        self.home, self.found, self.calls = home, [], []

    def receive(self, load, source):
        self.calls.append(("receive", source.name))
        keep = ("delivery_id", "delivery_date", "status")
        return [{name: row[name] for name in keep} for row in self.found if row["source"] == source.name]

    def judge(self, load, source):
        self.calls.append(("judge", source.name))
        members = [source.name] if source.set_name is None else [HOUSEHOLDS.name, MEMBERS.name]
        if source.name != members[-1]:
            return []
        rows = [row for row in self.found if row["source"] in members]
        for row in rows:
            folder = self.home.delivery(row["source"], row["delivery_id"]) / "accepted"
            folder.mkdir(parents=True, exist_ok=True)
            pl.DataFrame({"n": range(9)}).write_parquet(folder / "0.parquet")
        return rows


@pytest.fixture
def work(home, monkeypatch) -> Work:
    work = Work(home)
    monkeypatch.setattr("assets.intake.receive", work.receive)
    monkeypatch.setattr("assets.intake.judge", work.judge)
    return work


@pytest.fixture
def run(home, landing, work):
    """Materialise the intake of some sources."""

    def run(
        *sources, day: str | None = "2019-11-01", days=("2019-11-01",), **options
    ) -> tuple[dg.ExecuteInProcessResult, dg.DagsterInstance]:
        keys = [key(source) for source in sources for key in (raw_key, accepted_key)]
        wanted = [asset for asset in intake_assets() if isinstance(asset, dg.AssetsDefinition) and asset.keys & {*keys}]
        instance = dg.DagsterInstance.ephemeral()
        enter(instance, days)
        load = LoadResource(home=str(home.root), landing=str(landing), settle_seconds=0)
        result = dg.materialize(wanted, instance=instance, resources={"load": load}, partition_key=day, **options)
        return result, instance

    return run


def _checks(result) -> dict[str, bool]:
    return {found.check_name: found.passed for found in result.get_asset_check_evaluations()}


def test_a_delivery_is_reported_with_counts_and_passes_its_checks(run, work):
    work.found = [_row(PKH, quarantined=0, duplicate=1)]
    result, instance = run(PKH)
    assert result.success
    (told,) = result.asset_materializations_for_node("dinsos_pkh__accepted")[-1:]
    assert told.partition == "2019-11-01"
    assert told.metadata["rows_accepted"].value == 9
    assert _checks(result) == {"conservation": True, "quarantine": True, "admitted": True, "on_time": False}
    landed = instance.get_latest_materialization_event(landed_key(PKH)).asset_materialization
    assert landed.partition == "2019-11-01"


def test_a_lost_row_fails_the_conservation_law(run, work):
    work.found = [_row(PKH, accepted=10, quarantined=0)]
    result, _ = run(PKH)
    assert not _checks(result)["conservation"]


def test_much_quarantine_and_a_refusal_are_warnings(run, work):
    work.found = [_row(PKH), _row(PKH, status="refused", read=0, accepted=0, quarantined=0)]
    result, _ = run(PKH)
    found = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert not found["quarantine"].passed
    assert not found["admitted"].passed
    assert found["admitted"].severity is dg.AssetCheckSeverity.WARN


def test_a_late_delivery_is_reported_under_its_own_day(run, work):
    work.found = [_row(PKH, day="2019-10-15")]
    _, instance = run(PKH)
    for key in (landed_key(PKH), raw_key(PKH), accepted_key(PKH)):
        assert "2019-10-15" in instance.get_materialized_partitions(key), key
    assert instance.get_dynamic_partitions(DAYS.name) == ["2019-11-01", "2019-10-15"]


def test_dates_of_earlier_deliveries_become_partitions(run, work, home):
    earlier = {"delivery_id": "a", "source": PKH.name, "agency": "dinsos", "delivery_date": "2019-10-02"}
    with Ledger(home.ledger) as ledger:
        of_files = {"kind": "snapshot", "sha256": "0", "file_names": "[]", "coverage": "[]", "status": "refused"}
        ledger.record_delivery(earlier | of_files, [])
    _, instance = run(PKH)
    assert instance.get_dynamic_partitions(DAYS.name) == ["2019-11-01", "2019-10-02"]


def test_a_range_of_days_is_one_run_up_to_its_last_day(run, work, home):
    work.found = [_row(PKH, day="2019-11-01"), _row(PKH, day="2019-11-02")]
    tags = {"dagster/asset_partition_range_start": "2019-10-31", "dagster/asset_partition_range_end": "2019-11-02"}
    result, instance = run(PKH, day=None, days=("2019-10-31", "2019-11-01", "2019-11-02"), tags=tags)
    assert result.success
    assert work.calls == [("receive", "dinsos_pkh"), ("judge", "dinsos_pkh")]
    assert {"2019-11-01", "2019-11-02"} <= instance.get_materialized_partitions(accepted_key(PKH))
    with Ledger(home.ledger) as ledger:
        assert [load["as_of_date"] for load in ledger.loads()] == ["2019-11-02"]


def test_a_set_is_judged_in_its_order_once_all_of_it_was_received(run, work):
    work.found = [_row(HOUSEHOLDS), _row(MEMBERS)]
    result, _ = run(HOUSEHOLDS, MEMBERS)
    names = [HOUSEHOLDS.name, MEMBERS.name]
    assert sorted(work.calls[:2]) == sorted(("receive", name) for name in names)
    assert work.calls[2:] == [("judge", name) for name in names]
    checked = {check.asset_key for check in result.get_asset_check_evaluations() if check.check_name == "conservation"}
    assert checked == {accepted_key(HOUSEHOLDS), accepted_key(MEMBERS)}


def _graph():
    assets = [*pulls(), *intake_assets()]
    definitions = dg.Definitions(assets=assets, resources={"load": LoadResource(home="-", landing="-")})
    return definitions.get_repository_def().asset_graph


def test_every_source_has_its_three_assets_in_its_agencys_group():
    made = _graph()
    assert made.get_all_asset_keys() == {
        key(source) for source in all_sources() for key in (landed_key, raw_key, accepted_key)
    }
    for key in made.get_all_asset_keys():
        assert made.get(key).group_name == key.path[0]
        assert made.get(key).partitions_def is not None


def test_a_new_agency_needs_no_change(monkeypatch):
    from dataclasses import replace

    from assets import sources

    new = sources.Agency("dinperta", "Dinas Pertanian", (replace(PKH, name="dinperta_petani"),))
    everyone = (*sources.agencies(), new)
    for module in ("assets.sources", "orchestration.intake"):
        monkeypatch.setattr(f"{module}.agencies", lambda: everyone)
    made = _graph()
    assert dg.AssetKey(["dinperta", "dinperta_petani", "accepted"]) in made.get_all_asset_keys()
