"""Intake and validation as assets, made from the agencies' declarations: a new source or agency needs no change here.

Each source has the assets `landed` (what the agency sent: an event per delivery, and how often one is due), `raw`
(parsed) and `accepted` (judged). Sources of a set are judged in one step, because both apply or neither.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import dagster as dg

from assets.ledger_rows import GOOD, DeliveryStatus
from assets.load import Load
from assets.sources import Agency, Source, agencies, agency_of, referred_by, set_of
from orchestration.days import DAYS, enter
from orchestration.owners import owned_by
from orchestration.resources import RETRY, LoadResource, guarded

QUARANTINE_SHARE = 0.05
"""A delivery with a larger share of quarantined rows gets a warning (the gate has its own limits)."""


def landed_key(source: Source) -> dg.AssetKey:
    return _key(source, "landed")


def raw_key(source: Source) -> dg.AssetKey:
    return _key(source, "raw")


def accepted_key(source: Source) -> dg.AssetKey:
    return _key(source, "accepted")


def _key(source: Source, step: str) -> dg.AssetKey:
    return dg.AssetKey([agency_of(source).group, source.name, step])


def intake_assets() -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """All intake assets of all agencies, except those that `orchestration.evening` pulls."""
    made: list[dg.AssetsDefinition | dg.AssetSpec] = []
    for agency in agencies():
        for source in agency.sources:
            made.append(_raw(agency, source))
            if source.pull is None:
                made.append(landed_spec(agency, source))
            if source == set_of(source)[-1]:
                made.append(_accepted(agency, set_of(source)))
    return made


def landed_spec(agency: Agency, source: Source) -> dg.AssetSpec:
    """The deliveries of a source, by delivery date, and how often one is due."""
    due = timedelta(days=source.expected_every)
    return dg.AssetSpec(
        landed_key(source),
        description=f"{source.contract.title_en}: the {source.kind} as {agency.name} delivers it, by delivery date. "
        f"{source.contract.title_id}.",
        group_name=agency.group,
        partitions_def=DAYS,
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=2 * due, warn_window=due + timedelta(hours=12)),
        metadata={"expected_every_days": source.expected_every},
        kinds={"file"},
        owners=owned_by(agency.group),
    )


def _raw(agency: Agency, source: Source) -> dg.AssetsDefinition:
    @dg.asset(
        key=raw_key(source),
        deps=[landed_key(source)],
        description=f"Rows of new deliveries of {source.name} as text with file and row number; nothing dropped.",
        group_name=agency.group,
        partitions_def=DAYS,
        backfill_policy=dg.BackfillPolicy.single_run(),
        retry_policy=RETRY,
        kinds={"parquet"},
        owners=owned_by(agency.group),
    )
    def raw(context: dg.AssetExecutionContext, load: LoadResource) -> dg.MaterializeResult:
        from assets.intake import receive

        with guarded(load, "intake", source.name):
            received = receive(load.current, source)
        _report_other_days(context, raw_key(source), received)
        return dg.MaterializeResult(metadata=_metadata(received))

    return raw


def _accepted(agency: Agency, members: tuple[Source, ...]) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=f"{members[0].set_name or members[0].name}__accepted",
        specs=[_accepted_spec(agency, source, members) for source in members],
        check_specs=[spec for source in members for spec in _check_specs(source)],
        partitions_def=DAYS,
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def accepted(context: dg.AssetExecutionContext, load: LoadResource) -> Iterator[Any]:
        from assets.intake import judge

        entered: list[dict] = []
        for source in members:
            with guarded(load, "validation", source.name):
                entered += judge(load.current, source)
        for source in members:
            rows = [row for row in entered if row["source"] == source.name]
            _report_landed(context, source, rows)
            _report_other_days(context, accepted_key(source), rows)
            yield dg.MaterializeResult(asset_key=accepted_key(source), metadata=_metadata(rows))
            yield from _checks(load.current, source, rows)

    return accepted


def _accepted_spec(agency: Agency, source: Source, members: tuple[Source, ...]) -> dg.AssetSpec:
    return dg.AssetSpec(
        accepted_key(source),
        deps=[*map(raw_key, members), *map(accepted_key, referred_by(source))],
        description=f"Rows of {source.name} that keep the contract, normalised; the others are in quarantine.",
        group_name=agency.group,
        kinds={"parquet", "pandera"},
        owners=owned_by(agency.group),
    )


# checks --------------------------------------------------------------------------------------------------------------


def _check_specs(source: Source) -> Iterator[dg.AssetCheckSpec]:
    says = {
        "conservation": "Rows read = accepted + quarantined + exact duplicates, accepted ones counted in the files.",
        "quarantine": f"At most {QUARANTINE_SHARE:.0%} of a delivery's rows are quarantined.",
        "admitted": "No delivery was refused or is held for a person.",
        "on_time": f"The last delivery is at most {source.expected_every} days old, as of the load's date.",
    }
    for name, description in says.items():
        yield dg.AssetCheckSpec(name, asset=accepted_key(source), description=description)


def _checks(load: Load, source: Source, rows: list[dict]) -> Iterator[dg.AssetCheckResult]:
    def result(name: str, passed: bool, severity: dg.AssetCheckSeverity, **metadata: Any) -> dg.AssetCheckResult:
        return dg.AssetCheckResult(
            asset_key=accepted_key(source), check_name=name, passed=passed, severity=severity, metadata=metadata
        )

    error, warn = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN
    lost = {row["delivery_id"]: missing for row in rows if (missing := _rows_lost(load, source, row))}
    yield result("conservation", not lost, error, deliveries=len(rows), rows_lost=lost)
    shares = {row["delivery_id"]: _share(row) for row in rows if row["rows_read"]}
    yield result("quarantine", all(share <= QUARANTINE_SHARE for share in shares.values()), warn, share=shares)
    kept_out = {
        row["delivery_id"]: row["reason_code"]
        for row in rows
        if row["status"] in (DeliveryStatus.REFUSED, DeliveryStatus.HELD)
    }
    yield result("admitted", not kept_out, warn, reasons=kept_out)
    with load.ledger() as ledger:
        newest = [row for row in ledger.newest_deliveries(load.as_of) if row["source"] == source.name]
    age = (load.as_of - date.fromisoformat(newest[0]["delivery_date"])).days if newest else None
    on_time = age is not None and age <= source.expected_every
    yield result("on_time", on_time, warn, age_days=-1 if age is None else age)


def _rows_lost(load: Load, source: Source, row: dict) -> int:
    """Number of rows read that are neither in the accepted files nor counted as quarantined or duplicate."""
    import pyarrow.parquet as pq

    if row["status"] not in (DeliveryStatus.ACCEPTED, DeliveryStatus.HELD) or not row["rows_read"]:
        return 0
    folder = load.home.delivery(source.name, row["delivery_id"])
    files = [*folder.glob("accepted/*.parquet"), *folder.glob("deletions.parquet")]
    accepted = sum(pq.read_metadata(path).num_rows for path in files)
    return row["rows_read"] - accepted - row["rows_quarantined"] - row["rows_duplicate"]


def _share(row: dict) -> float:
    return round(row["rows_quarantined"] / row["rows_read"], 4)


# events --------------------------------------------------------------------------------------------------------------


def _report_landed(context: dg.AssetExecutionContext, source: Source, rows: Iterable[dict]) -> None:
    """Report one event per accepted or replayed delivery; freshness is computed from these."""
    for row in rows:
        if row["status"] in GOOD:
            _report(context, landed_key(source), row)


def _report_other_days(context: dg.AssetExecutionContext, key: dg.AssetKey, rows: Iterable[dict]) -> None:
    """Report deliveries dated outside the run's own days under their own day."""
    for row in rows:
        if row["delivery_date"] not in context.partition_keys:
            _report(context, key, row)


def _report(context: dg.AssetExecutionContext, key: dg.AssetKey, row: dict) -> None:
    enter(context.instance, [row["delivery_date"]])
    context.log_event(dg.AssetMaterialization(key, partition=row["delivery_date"], metadata=_metadata([row])))


_SHOWN = ("delivery_id", "delivery_date", "status", "reason_code", "files")


def _metadata(rows: list[dict]) -> dict[str, Any]:
    """Metadata of deliveries: counts, ids and dates; never a value of a row."""
    numbers = sorted({name for row in rows for name in row if name.startswith("rows_")})
    metadata: dict[str, Any] = {"deliveries": len(rows)}
    metadata |= {name: sum(row[name] for row in rows) for name in numbers}
    if "rows_accepted" in metadata:
        metadata["dagster/partition_row_count"] = metadata["rows_accepted"]
    if rows:
        names = [name for name in _SHOWN if name in rows[0]] + numbers
        records = [dg.TableRecord({name: str(row[name] or "") for name in names}) for row in rows]
        columns = dg.TableSchema(columns=[dg.TableColumn(name, "string") for name in names])
        metadata["list"] = dg.MetadataValue.table(records, columns)
    return metadata
