"""The owner of an asset, as Dagster shows it: the agency that it comes from, else our own team."""

from __future__ import annotations

TEAM = "sadaya"


def owned_by(group: str | None = None) -> list[str]:
    """The owners of an asset. group: short name of the responsible agency (`dinsos`); None: our team."""
    return [f"team:{group or TEAM}"]
