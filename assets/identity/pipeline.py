"""The list of identity's steps, in order: records, persons, their ids, households, their ids."""

from __future__ import annotations

from assets.identity.households import steps as households
from assets.identity.ids import persons, places
from assets.identity.matching import steps as matching
from assets.identity.records import steps as records
from assets.identity.steps import Step

STEPS = (*records.STEPS, *matching.STEPS, *persons.STEPS, *households.STEPS, *places.STEPS, *places.AWAY)

INPUTS = (
    "person_input", "household_input", "decision_input", "person_previous", "household_previous", "family_previous",
    "history", "lineage",
)  # fmt: skip
"""The inputs of the steps: tonight's mentions (`records.changes`) and earlier ids (`ids.assigning.read_previous`)."""

KEPT = {step.name for step in STEPS if isinstance(step, Step) and step.touched and step.kept} | {"history"}
"""The tables that are stored between nights."""
