"""The steps that make each agency's share: extracts after the gate, before the load is published; PostgreSQL after
publication, if the environment names a server. And the site, which is part of the publication too, after the estimate
of the programme's effect that it shows.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from assets.home import Home
from assets.sharing.agreement import PUBLIC, codes
from orchestration import progress
from orchestration.clock import today
from orchestration.owners import owned_by
from orchestration.resources import LoadResource

if TYPE_CHECKING:
    from assets.sharing.served import Served


@dataclass(frozen=True)
class _Medium:
    """A medium of shares. name: as in records of outcomes, and first part of an asset's key. served: makes one agency's
    share of a load. kinds: as shown by Dagster. of_refused: also made of a load that the gate rejected.
    """

    name: str
    description: str
    kinds: frozenset[str]
    served: Callable[[Home, str, str], Any]
    of_refused: bool = False


def reports(home: Home, load_id: str, agency: str) -> dict[str, Callable[[Path], None]]:
    """What an extract has besides tables: `tell_sender` and `add_pages` of `assets.sharing.extracts.write_extract`."""
    from assets.site.serve import write_card
    from field.pages import write_from_share

    return {
        "tell_sender": partial(write_card, home, load_id, agency),
        "add_pages": partial(write_from_share, home, load_id, agency, today()),
    }


def write_again(home: Home, load_id: str, agency: str) -> "Served":
    """Write an agency's extract in the publication."""
    from assets.sharing.served import serve

    return serve(home, load_id, agency, today(), **reports(home, load_id, agency))


def _on_the_server(home: Home, load_id: str, agency: str) -> Any:
    from assets.sharing.postgres import ACCESS, ENDED, end_ended, gather_access, serve

    if agency == ENDED:
        return end_ended(home, load_id, today())
    if agency == ACCESS:
        return gather_access(home, load_id)
    return serve(home, load_id, agency, today())


def _as_estimate(home: Home, load_id: str, agency: str) -> Any:
    from assets import effect
    from assets.sharing.served import EFFECT, WRITTEN, Served, keep

    path = home.effect(load_id)
    effect.write(home.warehouse(load_id), path)
    return keep(home, load_id, Served(agency, WRITTEN, bytes=path.stat().st_size, medium=EFFECT))


def _as_pages(home: Home, load_id: str, _: str) -> Any:
    from assets.site.serve import serve

    return serve(home, load_id, today())


_EXTRACTS = _Medium("extracts", "as files in its publication", frozenset({"parquet", "excel"}), write_again)
_POSTGRES = _Medium("postgres", "in its schema on the PostgreSQL server", frozenset({"postgres"}), _on_the_server)
_EFFECT = _Medium("effect", "as an estimate beside it", frozenset({"json"}), _as_estimate)
_PAGES = _Medium("pages", "as the pages of its site", frozenset({"html"}), _as_pages, of_refused=True)


def extract_keys() -> list[dg.AssetKey]:
    """Asset keys of extracts, one for each agreement."""
    return [_key(_EXTRACTS, agency) for agency in codes()]


def extracts(gate: dg.AssetKey) -> list[dg.AssetsDefinition]:
    """One step for each agreement, so that a failed one is visible and does not stop the others."""
    return [_step(_EXTRACTS, agency, gate) for agency in codes()]


def site_key() -> dg.AssetKey:
    return _key(_PAGES, PUBLIC)


def effect(gate: dg.AssetKey) -> dg.AssetsDefinition:
    """The estimate of what Jamsosratu changes, which the site shows."""
    described = "What Jamsosratu's families have that comparable families without it do not (decision 0033)."
    return _step(_EFFECT, PUBLIC, gate, described)


def site(gate: dg.AssetKey) -> dg.AssetsDefinition:
    """The pages of the load, also of one that the gate refused: those about its deliveries and checks."""
    return _step(_PAGES, PUBLIC, gate, also=[_key(_EFFECT, PUBLIC)])


def on_postgres(warehouse: dg.AssetKey) -> list[dg.AssetsDefinition]:
    """The same for the published load on PostgreSQL; empty if the environment names no server."""
    from assets.sharing.postgres import ENDED, configured

    described = "Agencies that no longer have an agreement: their access ends."
    steps = [_step(_POSTGRES, agency, warehouse) for agency in codes()]
    return [*steps, _step(_POSTGRES, ENDED, warehouse, described)] if configured() else []


def access_keys() -> list[dg.AssetKey]:
    """The key of the step `access_log`, if there is one."""
    from assets.sharing.postgres import ACCESS, configured

    return [_key(_POSTGRES, ACCESS)] if configured() else []


def access_log(gate: dg.AssetKey) -> list[dg.AssetsDefinition]:
    """The step that records who read what, for the quality schema; none if no server is configured."""
    from assets.sharing.postgres import ACCESS

    described = "Who read which table on the PostgreSQL server since the previous load; in quality.access_log."
    return [_step(_POSTGRES, ACCESS, gate, described) for _ in access_keys()]


def _key(medium: _Medium, agency: str) -> dg.AssetKey:
    return dg.AssetKey([medium.name, agency])


def _step(
    medium: _Medium,
    agency: str,
    after: dg.AssetKey,
    described: str | None = None,
    also: Sequence[dg.AssetKey] = (),
) -> dg.AssetsDefinition:
    key = _key(medium, agency)
    described = described or f"The share of the load by agreements/{agency}.yaml, {medium.description}."

    @dg.multi_asset(
        name=f"{medium.name.removesuffix('s')}_{agency}",
        specs=[
            dg.AssetSpec(
                key,
                deps=[after, *also],
                description=described,
                group_name="sharing",
                kinds=set(medium.kinds),
                owners=owned_by(),
            )
        ],
        check_specs=[
            dg.AssetCheckSpec(
                "written", asset=key, description="The agreement is in force, fits the load, and the share was written."
            )
        ],
    )
    def write(load: LoadResource) -> Iterator[Any]:
        from assets.publication import verdict

        if not (medium.of_refused or verdict.read(load.current).passed):
            yield dg.MaterializeResult(asset_key=key, metadata={"state": "not made: the gate rejected the load"})
            yield dg.AssetCheckResult(asset_key=key, check_name="written", passed=True)
            return
        served = _served(load, medium, agency)
        yield dg.MaterializeResult(
            asset_key=key,
            metadata={"state": served.state, "dagster/row_count": served.rows, "bytes": served.bytes},
        )
        yield dg.AssetCheckResult(
            asset_key=key,
            check_name="written",
            passed=served.complaint is None,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"reason": served.reason or served.note or "none"},
        )

    return write


def _served(load: LoadResource, medium: _Medium, agency: str) -> Any:
    """Make a share, or record why there is none: nothing here may stop the publication (decision 0026)."""
    from assets.sharing.served import failed

    home, load_id = load.current.home, load.current.load_id
    with progress.stage(medium.name, agency):
        try:
            return medium.served(home, load_id, agency)
        except Exception as error:
            reason = load.session.note(f"{medium.name.removesuffix('s')} {agency}", error)
            return failed(home, load_id, agency, reason, medium.name)


def serve_all(home: Home, load_id: str) -> list[Any]:
    """Write every agency's extract of a load that a person publishes, the estimate of effect and the site. An error in
    one does not stop the others.
    """
    media = ((_EXTRACTS, codes()), (_EFFECT, [PUBLIC]), (_PAGES, [PUBLIC]))
    return [served for medium, agencies in media for served in _all(home, load_id, medium, agencies)]


def serve_on_postgres(home: Home, load_id: str, agencies: Sequence[str] | None = None) -> list[Any]:
    """Write shares of the published load to the server; none if the environment names no server.

    agencies: by default all, and those whose agreement has ended.
    """
    from assets.sharing.postgres import ENDED, configured

    return _all(home, load_id, _POSTGRES, agencies or (*codes(), ENDED)) if configured() else []


def _all(home: Home, load_id: str, medium: _Medium, agencies: Sequence[str]) -> list[Any]:
    from assets.sharing.served import failed
    from orchestration.command import write_error

    served = []
    for agency in agencies:
        try:
            served.append(medium.served(home, load_id, agency))
        except Exception as error:
            log = write_error(home.root, error)
            reason = f"{type(error).__name__}; the full error is in {log.name}"
            served.append(failed(home, load_id, agency, reason, medium.name))
    return served
