"""The step that brings the families' lists on companions' phones up to date, once the load is published. It exists only
if the environment names an ODK Central for them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration import progress
from orchestration.clock import today
from orchestration.owners import owned_by
from orchestration.resources import LoadResource

LISTS = dg.AssetKey(["field", "lists"])


def steps(warehouse: dg.AssetKey) -> list[dg.AssetsDefinition]:
    """The step, after publication; none if no server is configured. A failure changes nothing of the publication."""
    from field.lists.sync import configured

    return [_lists(warehouse)] if configured(os.environ) else []


def _lists(warehouse: dg.AssetKey) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name="field_lists",
        specs=[
            dg.AssetSpec(
                LISTS,
                deps=[warehouse],
                description="The list of families on each companion's phone, as files and on ODK Central.",
                group_name="field",
                kinds={"csv", "odk"},
                owners=owned_by(),
            )
        ],
        check_specs=[
            dg.AssetCheckSpec("sent", asset=LISTS, description="The lists on ODK Central are those of the publication.")
        ],
    )
    def make_lists(load: LoadResource) -> Iterator[Any]:
        from assets.seal import pointed_at
        from field.lists.make import make

        home, load_id = load.current.home, load.current.load_id
        if pointed_at(home) != load_id:
            yield dg.MaterializeResult(asset_key=LISTS, metadata={"state": "not made: the load was not published"})
            yield dg.AssetCheckResult(asset_key=LISTS, check_name="sent", passed=True)
            return
        reason, counts = "none", {}
        with progress.stage("lists", "central"):
            try:
                made = make(home, load_id, home.lists, today(), central=True)
                counts = made.central.counts() if made.central else {}
            except Exception as error:
                reason = load.session.note("lists", error)
        yield dg.MaterializeResult(
            asset_key=LISTS, metadata={"state": "failed" if reason != "none" else "sent", **counts}
        )
        yield dg.AssetCheckResult(
            asset_key=LISTS,
            check_name="sent",
            passed=reason == "none" and not counts.get("to_settle"),
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"reason": reason, "to_settle": counts.get("to_settle", 0)},
        )

    return make_lists
