"""dbt in Dagster: one manifest, two halves selected by tag, names and groups of the models.

dbt runs in its own process (`dbt_process.py`), so that no connection outlives it, and need not be on PATH.
"""

import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliInvocation,
    DbtCliResource,
    dbt_assets,
)
from packaging.version import Version

from assets.sources import agencies, source_named
from orchestration import progress
from orchestration.dbt_manifest import PROJECT, DbtError, manifest, read_manifest, surroundings
from orchestration.intake import accepted_key
from orchestration.owners import owned_by
from orchestration.resources import LoadResource, guarded
from orchestration.session import Session

INPUTS = dg.AssetKey(["load", "inputs"])
_ROWS = re.compile(r"rows built: (\d+)")
"""The number of rows of the table that dbt reports next; dbt builds one at a time."""
HALVES = {"pre_identity": "dbt, first half", "post_identity": "dbt, second half"}


class Dbt(DbtCliResource):
    """The dbt command of this environment. Contracts declare the models' columns, so Dagster need not open the
    database; nor does it start dbt to ask for its version.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))

    # The base class calls this, and works without an adapter.
    def _initialize_dbt_core_adapter(self, args: Any) -> None:  # ty: ignore[incompatible-method-override]
        """Open no database in this process: DuckDB allows one writing process, which is dbt."""
        return


def resource(project: Path = PROJECT) -> Dbt:
    """The dbt resource for builds: its command and flags run `dbt_process` with Python."""
    return Dbt(
        project_dir=str(project),
        profiles_dir=str(project),
        dbt_executable=sys.executable,
        global_config_flags=["-m", "orchestration.dbt_process"],
    )


class Translator(DagsterDbtTranslator):
    """Asset keys and groups: `<schema>/<model>`; staging models in their agency's group, marts by subject."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        name = dbt_resource_props["name"]
        if dbt_resource_props["resource_type"] == "source":
            return _source_key(dbt_resource_props["source_name"], name)
        return dg.AssetKey([_layer(dbt_resource_props), name])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        if dbt_resource_props["resource_type"] == "seed":
            return "reference"
        return _agency(dbt_resource_props) or "_".join(dbt_resource_props["fqn"][1:-1][:2]) or "warehouse"

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Owners by the model's group (decision 0028); for a staging model, its agency."""
        group = dbt_resource_props.get("group") or {}
        return owned_by(group.get("name") or _agency(dbt_resource_props))

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return dbt_resource_props.get("description") or dbt_resource_props["name"]


def _agency(props: Mapping[str, Any]) -> str | None:
    """The agency of a staging model, by its folder."""
    folders = props["fqn"][1:-1]
    of_agency = folders[:1] == ["staging"] and folders[-1] in {agency.group for agency in agencies()}
    return folders[-1] if of_agency else None


def _source_key(source_name: str, table: str) -> dg.AssetKey:
    """The asset of a dbt source, written by another step of the load."""
    if source_name in ("accepted", "quarantined"):
        return accepted_key(source_named(table))
    return dg.AssetKey([source_name, table]) if source_name == "identity" else INPUTS


def _layer(props: Mapping[str, Any]) -> str:
    """The model's schema, else its folder."""
    return props["config"].get("schema") or props["fqn"][1]


def halves(project: Path = PROJECT) -> list[dg.AssetsDefinition]:
    """The two dbt steps of a load."""
    read = read_manifest(project)
    return [_half(half, read) for half in HALVES]


def _half(half: str, read: Mapping[str, Any]) -> dg.AssetsDefinition:
    @dbt_assets(
        manifest=read,
        select=f"tag:{half}",
        name=f"dbt_{half}",
        dagster_dbt_translator=Translator(),
        retry_policy=dg.RetryPolicy(max_retries=1, delay=10),
    )
    def build(context: dg.AssetExecutionContext, dbt: Dbt, load: LoadResource) -> Iterator[Any]:
        with guarded(load, HALVES[half]):
            yield from _build(context, dbt, load.session, half)
            if half == "post_identity":
                _describe(load.session, read)

    return build


def _describe(session: Session, read: Mapping[str, Any]) -> None:
    """Write comments in one pass over the built file: dbt's persist_docs takes four times as long."""
    from assets.sharing.comments import write_comments
    from assets.sharing.dictionary import described

    write_comments(session.load.home.warehouse(session.load.load_id), described(read).values())


def _build(context: dg.AssetExecutionContext, dbt: Dbt, session: Session, half: str) -> Iterator[Any]:
    load = session.load
    target = load.folder.dbt / half
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shutil.copy(manifest(), target)
    warehouse = load.home.warehouse(load.load_id)
    warehouse.parent.mkdir(mode=0o750, exist_ok=True)
    (warehouse if half == "post_identity" else load.folder.staging).unlink(missing_ok=True)
    # Unit tests check the code, not tonight's data: the test suite runs them.
    arguments = ["build", "--indirect-selection", "cautious", "--exclude-resource-type", "unit_test"]
    with surroundings(load.folder.root.resolve(), warehouse.resolve()):
        running = dbt.cli(arguments, context=context, target_path=target.resolve(), raise_on_error=False)
    for event in _events(running, context):
        if isinstance(event, dg.Output):
            progress.report(progress.Step(HALVES[half], detail=event.output_name))
        yield event
    _check_built(session, half, target)


def _events(running: DbtCliInvocation, context: dg.AssetExecutionContext) -> Iterator[Any]:
    """Convert dbt's messages to Dagster's events, with the number of rows of a table
    (`macros/materializations.sql`).
    """
    rows: int | None = None
    for message in running.stream_raw_events():
        if found := _ROWS.fullmatch(message.raw_event["info"]["msg"]):
            rows = int(found[1])
        for event in message.to_default_asset_events(
            running.manifest, running.dagster_dbt_translator, context, running.target_path, running.project
        ):
            if isinstance(event, dg.Output) and rows is not None:
                event = event.with_metadata({**event.metadata, "dagster/row_count": rows})
                rows = None
            yield event


def _check_built(session: Session, half: str, target: Path) -> None:
    """Fail the load if a model was not built; the gate judges failed tests.

    The gate's verdict on the incomplete build goes into the quality tables, which list the names of the nodes.
    """
    from assets.publication import judge
    from assets.publication.dbt_results import read_results

    log = (target / "dbt.log").relative_to(session.load.home.root)
    if not (target / "run_results.json").exists():
        raise DbtError(f"dbt did not complete; its log is {log}")
    results = [session.load.folder.dbt / name / "run_results.json" for name in HALVES]
    done = [path for path in results if path.exists()]
    ran = [node for node in read_results([target / "run_results.json"]) if node.status != "missing"]
    first = next((node for node in ran if node.broken and node.status != "skipped"), None)
    broken = [node for node in ran if node.broken]
    if broken:
        judge(session.load, done, target / "manifest.json")
        cause = f"{(first or broken[0]).name} ({(first or broken[0]).status})"
        session.reason = f"{HALVES[half]}: {len(broken)} nodes not built, first {cause}; its log is {log}"
        raise dg.Failure(session.reason, allow_retries=False)


if __name__ == "__main__":
    print(manifest().relative_to(PROJECT.parent))
