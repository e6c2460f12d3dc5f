"""When a list must not be replaced without a person's word: it suddenly lacks too many families."""

from __future__ import annotations

from field.lists.families import ListError

LARGEST_SHARE, FEW = 0.25, 20
"""A list may lose a quarter of its families at once, or twenty; an empty one replaces none."""


def refuse_shrinking(before: int, gone: int, after: int, allowed: bool) -> None:
    """Check that a list does not lose too many families. before, after: families in the old and the new list; gone:
    those of the old that the new lacks. allowed: a person has allowed it, on record.

    Raises:
        ListError: it does.
    """
    too_many = gone > max(FEW, LARGEST_SHARE * before) or (before > 0 and after == 0)
    if too_many and not allowed:
        raise ListError(
            f"the new list lacks {gone} of {before} families, and has {after}: nothing was changed. If that is right,"
            " allow it: sadaya lists --allow-removals --reason WHY"
        )
