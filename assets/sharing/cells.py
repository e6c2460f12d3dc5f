"""Small counts in aggregates: which rows lose their counts, so that few people are not recognised by them.

A row loses them when one of its counts, or what is left of the whole that it is a part of, is from 1 to below the
limit. Where a table is by region, the total above may still tell what a row lost: rows beside it lose theirs too, the
smallest first, until at least two are hidden and they hold nobody, or at least as many as the limit, of every count.
What lies below a hidden region is hidden with it, or the region would be the sum of its parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEVELS = ("regency", "district", "village")
HIDDEN = "hidden_"
"""The column that is added. Names of this module end with an underscore, which no column of a mart does."""


@dataclass(frozen=True)
class Counts:
    """What is counted in an aggregate.

    cells: columns. parts: cell -> the column that it is a part of. by: what its counts are broken down by beside the
    region; None where it is not by region. levelled: it has a column `region_level` of its own, so that who cannot be
    placed lower may stand at a level under the code of the region above. limit: the smallest count that is shown.
    """

    cells: Sequence[str]
    parts: dict[str, str]
    by: Sequence[str] | None
    levelled: bool
    limit: int

    def numbers(self) -> list[str]:
        """What must not be small, as SQL: each cell, and each rest."""
        rests = [f"{self.parts[cell]} - {cell}" for cell in self.cells if cell in self.parts]
        return [f"abs(coalesce({number}, 0))" for number in (*self.cells, *rests)]


def with_hidden(rows: str, regions: str, counts: Counts) -> str:
    """SQL: the rows with `hidden_`. rows: a select of all columns of the aggregate. regions: the table dim_region."""
    numbers = counts.numbers()
    if not numbers:
        return f"select *, false as {HIDDEN} from ({rows})"
    small = " or ".join(f"{number} between 1 and {counts.limit - 1}" for number in numbers)
    if counts.by is None:
        return f"select *, {small} as {HIDDEN} from ({rows})"
    measured = "".join(f", {number} as number_{place}_" for place, number in enumerate(numbers))
    ours = ["level_", "parent_", "size_", "small_", *(f"number_{place}_" for place in range(len(numbers)))]
    below = ", ".join(f"'{level}'" for level in LEVELS)
    levels = "".join(_level(level, above, counts) for level, above in zip(LEVELS, ("top", *LEVELS), strict=False))
    everything = " union all by name ".join(f"from {level}_" for level in ("top", *LEVELS))
    return f"""
        with counted_ as (
            select c.*, {"c" if counts.levelled else "r"}.region_level as level_, {small} as small_,
                if(r.region_level is not distinct from level_, r.parent_code, r.region_code) as parent_,
                {" + ".join(f"coalesce({cell}, 0)" for cell in counts.cells)} as size_{measured}
            from ({rows}) as c left join (select region_code, region_level, parent_code from {regions}) as r
                on r.region_code = c.region_code
        ),
        top_ as (select *, small_ as {HIDDEN} from counted_ where level_ is null or level_ not in ({below})){levels}
        select * exclude ({", ".join(ours)}) from ({everything})"""


def _level(level: str, above: str, counts: Counts) -> str:
    """The regions of one level, given those above: rows as they stand beside each other below their total, if the table
    has it.
    """
    places = range(len(counts.numbers()))
    group = ", ".join(["parent_", *counts.by])
    same = "".join(f" and a.{name} is not distinct from c.{name}" for name in counts.by)
    held = "".join(f", sum(number_{place}_) over before_ as held_{place}_" for place in places)
    enough = " and ".join(f"(held_{place}_ = 0 or held_{place}_ >= {counts.limit})" for place in places)
    ours = ", ".join(["above_", "rank_", "smalls_", "last_", *(f"held_{place}_" for place in places)])
    return f""",
        {level}_ as (
            with beside_ as (
                select c.*, a.above_
                from counted_ as c
                left join (
                    select {", ".join(["region_code", *counts.by])}, bool_or({HIDDEN}) as above_
                    from {above}_ group by all
                ) as a on a.region_code = c.parent_{same}
                where c.level_ = '{level}'
            ),
            so_far_ as (
                select *, row_number() over before_ as rank_,
                    count(*) filter (small_) over (partition by {group}) as smalls_{held}
                from beside_
                window before_ as (
                    partition by {group} order by small_ desc, size_, region_code rows unbounded preceding
                )
            ),
            enough_ as (
                select *, min(rank_) filter (rank_ >= 2 and rank_ >= smalls_ and {enough})
                    over (partition by {group}) as last_
                from so_far_
            )
            select * exclude ({ours}),
                small_ or coalesce(above_, false)
                or (smalls_ > 0 and above_ is not null and rank_ <= coalesce(last_, rank_)) as {HIDDEN}
            from enough_
        )"""
