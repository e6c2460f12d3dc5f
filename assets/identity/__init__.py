"""Which records are the same person, and which persons live and eat together; ids that stay from night to night.

`names` folds spellings, `persons` and `households` link, `ids` keeps ids, `components` is graph work. Persons are
linked by `clerk`, `rules` and `residue` (`candidates`, `comparisons`, `scoring`, `model`), in that order. Nothing here
knows a source: it reads mentions and writes links (docs/architecture.md).
"""

from assets.identity.resolve import IdentitySummary, Previous, previous_of, resolve

__all__ = ["IdentitySummary", "Previous", "previous_of", "resolve"]
