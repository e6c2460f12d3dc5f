"""Links records to persons and persons to households, and keeps the ids stable from night to night.

Identity is one list of steps (`pipeline`). Each step makes one table (`steps`): read the mentions (`records`), link
persons (`matching`), assign ids (`ids`), then link households (`households`). `resolve` performs one run, `kept` holds
the tables that are stored between nights, `outputs` writes the files of a run, `past` links records that are no longer
in force, and `review` serves people: explanations, questions to clerks, training. Nothing here knows a source: identity
reads mentions and writes links (docs/architecture.md).
"""

from assets.identity.resolve import IdentitySummary, Previous, previous_of, resolve

__all__ = ["IdentitySummary", "Previous", "previous_of", "resolve"]
