"""The steps that give each agency its share: after the gate, before readers are led to the load."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.home import Home
from assets.sharing.agreement import codes
from orchestration import progress
from orchestration.clock import today
from orchestration.resources import LoadResource

STAGE = "extracts"


def extract_keys() -> list[dg.AssetKey]:
    """One for each agreement."""
    return [_key(agency) for agency in codes()]


def extracts(gate: dg.AssetKey) -> list[dg.AssetsDefinition]:
    """One step for each agreement, so that one that goes wrong is seen, and stops no other."""
    return [_extract(agency, gate) for agency in codes()]


def _key(agency: str) -> dg.AssetKey:
    return dg.AssetKey(["extracts", agency])


def _extract(agency: str, gate: dg.AssetKey) -> dg.AssetsDefinition:
    key = _key(agency)

    @dg.multi_asset(
        name=f"extract_{agency}",
        specs=[
            dg.AssetSpec(
                key,
                deps=[gate],
                description=f"What agreements/{agency}.yaml gives of the load, as files in its publication.",
                group_name="sharing",
                kinds={"parquet", "excel"},
            )
        ],
        check_specs=[
            dg.AssetCheckSpec("written", asset=key, description="The agreement is in force, fits, and was carried out.")
        ],
    )
    def write(load: LoadResource) -> Iterator[Any]:
        from assets.publication import verdict

        if not verdict.read(load.current).passed:
            yield dg.MaterializeResult(asset_key=key, metadata={"state": "not made: the gate refused the load"})
            yield dg.AssetCheckResult(asset_key=key, check_name="written", passed=True)
            return
        served = _served(load, agency)
        yield dg.MaterializeResult(
            asset_key=key,
            metadata={"state": served.state, "dagster/row_count": served.rows, "bytes": served.bytes},
        )
        yield dg.AssetCheckResult(
            asset_key=key,
            check_name="written",
            passed=served.reason is None,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"reason": served.reason or "none"},
        )

    return write


def _served(load: LoadResource, agency: str) -> Any:
    """An extract, or the reason for there being none: nothing here may stop the publication (decision 0026)."""
    from assets.sharing.served import failed, serve

    home, load_id = load.current.home, load.current.load_id
    with progress.stage(STAGE, agency):
        try:
            return serve(home, load_id, agency, today())
        except Exception as error:
            return failed(home, load_id, agency, load.session.note(f"extract {agency}", error))


def serve_all(home: Home, load_id: str) -> list[Any]:
    """Every agency's extract of a load that a person publishes. Errors of one keep back no other."""
    from assets.sharing.served import failed, serve
    from orchestration.command import write_error

    served = []
    for agency in codes():
        try:
            served.append(serve(home, load_id, agency, today()))
        except Exception as error:
            log = write_error(home.root, error)
            reason = f"{type(error).__name__}; the whole error is in {log.name}"
            served.append(failed(home, load_id, agency, reason))
    return served
