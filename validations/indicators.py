"""Compares indicators with their source's history, to find wrong units and misplaced decimal points (ruling 35)."""

from __future__ import annotations

from validations.messages import Message
from validations.rules import SetRule

FACTOR = 5
UNLIKE_HISTORY = Message(
    "indicator_unlike_history",
    "{column} lebih dari lima kali lipat berbeda dari angka sumber ini untuk wilayah yang sama (baru : biasanya):"
    " {value}. Periksa satuannya.",
    "{column} differs by more than a factor of five from this source's figures for the same region (new : usual):"
    " {value}. Check its unit.",
)
_REASON = "a crisis may do it; more often it is persons for thousands, or a share for a percentage"


def unlike_history(source: str, column: str, region: str, period: str) -> tuple[SetRule, SetRule]:
    """Warnings where a figure is far from the region's other figures in the delivery, and from those in force.

    column: of the figures. region, period: SQL over `rows` for a figure's region and period; periods sort as text. A
    figure is flagged if it is far from more of the others than it is near to; of two, the later one is flagged. The
    message gives the median of the figures it is far from.
    """
    figures = f"select *, try_cast({column} as double) as figure, {region} as region, {period} as period"
    far = f"(one.figure > {FACTOR} * other.figure or other.figure > {FACTOR} * one.figure)"

    def doubted(others: str, but: str, enough: str) -> str:
        return f"""
            with given as ({figures} from rows), known as ({figures} from {others})
            select one.file_name, one.row_number,
                one.figure || ' : ' || round(median(other.figure) filter (where {far}), 3) as value
            from given one
            join known other on one.region = other.region and {but}
            where one.figure > 0 and other.figure > 0
            group by one.file_name, one.row_number, one.figure, one.period
            having 2 * count(*) filter (where {far}) > count(*) and {enough}
        """

    within = doubted("rows", "one.record_key <> other.record_key", "(count(*) > 1 or max(other.period) < one.period)")
    before = doubted(source, "true", "true")
    return (
        SetRule(UNLIKE_HISTORY, column, within, (), "warning", _REASON),
        SetRule(UNLIKE_HISTORY, column, before, (source,), "warning", _REASON),
    )
