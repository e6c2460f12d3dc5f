"""The unpartitioned steps of a load outside dbt: inputs, identity, the gate, publication."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from assets.ledger_rows import LoadState
from assets.sources import all_sources
from orchestration.clock import today
from orchestration.dbt import HALVES, INPUTS
from orchestration.intake import accepted_key
from orchestration.owners import owned_by
from orchestration.resources import RETRY, LoadResource, guarded
from orchestration.sharing import access_keys, extract_keys, site_key

GATE = dg.AssetKey(["publication", "gate"])
WAREHOUSE = dg.AssetKey(["publication", "warehouse"])
CHECKERS = {
    "dbt": "Every model was built, and every test of keys and relations holds.",
    "reconciliation": "Numbers that must be equal, counted in two places, are equal.",
    "great_expectations": "The load is plausible compared with yesterday, the quotas and independent figures.",
}
_MENTIONS = ("person_mention", "household_mention", "past_person_mention", "past_household_mention", "decision_mention")
"""dbt's models that identity reads (`assets.identity.mentions.relation`)."""
_IDENTITY = {
    "person_links": "One row per person mention: its person, and the rule that linked it.",
    "identity_links": "One row per pair of records: joined, open, or dismissed; by what, on what evidence.",
    "household_links": "One row per household mention: its household and family.",
    "family_links": "One row per family card: its family, and the household that it belongs to.",
    "past_person_links": "One row per record that has ended, or version that names another person: the person.",
    "past_household_links": "One row per record that has ended, or version of another household: the household.",
    "identity_history": "Every event of an id: minted, merged, split, retired or returned.",
}


@dg.asset(
    key=INPUTS,
    deps=[accepted_key(source) for source in all_sources()],
    description="Deliveries in force up to the load's date, and tables of the published load, as inputs of dbt.",
    group_name="load",
    retry_policy=RETRY,
    kinds={"parquet"},
    owners=owned_by(),
)
def inputs(load: LoadResource) -> dg.MaterializeResult:
    from assets.intake import prepare_inputs
    from assets.publication import write_yesterday

    with guarded(load, "inputs"):
        in_force = prepare_inputs(load.current)
        compared = write_yesterday(load.current)
    return dg.MaterializeResult(
        metadata={
            "deliveries_in_force": in_force,
            "load_id": load.current.load_id,
            "compared_with": compared or "nothing: the first load",
        }
    )


def identity() -> dg.AssetsDefinition:
    """The step that resolves identity."""
    read = [dg.AssetKey(["mentions", name]) for name in _MENTIONS]

    @dg.multi_asset(
        name="identity",
        specs=[
            dg.AssetSpec(
                ["identity", name],
                deps=read,
                description=says,
                group_name="identity",
                kinds={"parquet"},
                owners=owned_by(),
            )
            for name, says in _IDENTITY.items()
        ],
        retry_policy=RETRY,
    )
    def resolve_identity(load: LoadResource) -> Iterator[dg.MaterializeResult]:
        from assets import identity as resolving

        with guarded(load, "identity"):
            summary = resolving.resolve(load.current, resolving.previous_of(load.current.home, load.current.load_id))
        for name in _IDENTITY:
            yield dg.MaterializeResult(
                asset_key=["identity", name], metadata=_numbers(summary) | {"model": summary.model}
            )

    return resolve_identity


def gate(marts: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The step that judges the load; `marts`: the models of dbt's second half."""

    @dg.multi_asset(
        name="gate",
        specs=[
            dg.AssetSpec(
                GATE,
                deps=marts,
                description="The verdict: whether the load may be published.",
                group_name="publication",
                owners=owned_by(),
            )
        ],
        check_specs=[dg.AssetCheckSpec(name, asset=GATE, description=says) for name, says in CHECKERS.items()],
    )
    def judge_load(load: LoadResource) -> Iterator[Any]:
        from assets.publication import judge

        results = [load.current.folder.dbt / half / "run_results.json" for half in HALVES]
        with guarded(load, "gate"):
            with load.current.ledger() as ledger:
                ledger.set_state(load.current.load_id, LoadState.LOADED)
            judgement = judge(load.current, results)
        yield dg.MaterializeResult(
            asset_key=GATE,
            metadata={
                "passed": judgement.passed,
                "failures": dg.MetadataValue.md(
                    "\n".join(f"- {failure.en}" for failure in judgement.failures) or "none"
                ),
                "metrics": judgement.metrics.num_rows,
            },
        )
        for checker in CHECKERS:
            failed = [failure.name for failure in judgement.failures if failure.checker == checker]
            yield dg.AssetCheckResult(
                asset_key=GATE, check_name=checker, passed=not failed, metadata={"failed": failed, "count": len(failed)}
            )

    return judge_load


@dg.asset(
    key=WAREHOUSE,
    deps=[GATE, *extract_keys(), site_key(), *access_keys()],
    description="The snapshot that readers see: HOME/published/current.duckdb. Only a load that passed the gate.",
    group_name="publication",
    kinds={"duckdb"},
    owners=owned_by(),
)
def warehouse(load: LoadResource) -> dg.MaterializeResult:
    """Read the gate's stored verdict: a failed check does not stop downstream assets (dagster #18472)."""
    from assets.publication import conclude, read_summary, retain, verdict
    from assets.sharing.served import purge

    with guarded(load, "publication"):
        judgement = verdict.read(load.current)
        state = conclude(load.current, judgement)
        retain(load.current.home, load.retention)
        purge(load.current.home, today())
    _tell_of_seal(load)
    if state != "published":
        raise dg.Failure(
            f"load {load.current.load_id} is {state}: {len(judgement.failures)} reasons; "
            "the earlier publication stays in force",
            allow_retries=False,
        )
    summary = read_summary(load.current.home, load.current.load_id)
    return dg.MaterializeResult(
        metadata={"load_id": load.current.load_id, "rows": summary["rows"], "sources": summary["sources"]}
    )


def _tell_of_seal(load: LoadResource) -> None:
    """The site, written before the seal, tells of it. What goes wrong is noted: readers have been led to the load."""
    from assets.site.build import stamp

    try:
        stamp(load.current.home, load.current.load_id)
    except Exception as error:
        load.session.note("seal on the site", error)


def _numbers(summary: Any) -> dict[str, Any]:
    """The counts of a summary."""
    values = summary if isinstance(summary, dict) else vars(summary)
    return {name: value for name, value in values.items() if isinstance(value, int | float)}
