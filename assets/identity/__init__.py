"""Which records are the same person, and which persons live and eat together; ids that stay from night to night.

Identity is one list of steps (`pipeline`), each of which makes one table (`steps`): mentions are read (`records`),
persons are linked (`matching`) and get their ids (`ids`), then households (`households`). `resolve` is one run, `kept`
what is kept from night to night, `outputs` the files that a run writes, `past` links what is no longer in force, and
`review` is for the people who look at it: explanations, questions to clerks, training. Nothing here knows a source: it
reads mentions and writes links (docs/architecture.md).
"""

from assets.identity.resolve import IdentitySummary, Previous, previous_of, resolve

__all__ = ["IdentitySummary", "Previous", "previous_of", "resolve"]
