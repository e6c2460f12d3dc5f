"""What surveys publish about poverty in a region: the rate, the number of persons, and the poverty line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

from markupsafe import Markup

from assets.site.charts import Point, trend
from assets.site.data import Data
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue

_PUBLISHED = """
    select survey_year as year, survey_month as month, origin, poor_percent::double as percent,
        poor_thousands::double as thousands, poverty_line
    from shown.poverty_trend
    where region_code = $region and (poor_percent is not null or poverty_line is not null)
        and make_date(survey_year, coalesce(survey_month, 12), 1) <= $day
    order by origin"""
_COLOURS = ("ochre", "blue", "plum")


@dataclass(frozen=True)
class Survey:
    """month: 1 to 12, or None. percent: of the population. thousands: of persons. poverty_line: rupiah per head and
    month, at the prices of that year. None: not published.
    """

    year: int
    month: int | None
    origin: str
    percent: float | None
    thousands: float | None
    poverty_line: int | None

    @property
    def at(self) -> float:
        """Year with its fraction; July if the month is not known."""
        return self.year + ((self.month or 7) - 1) / 12


def published(data: Data, region: str) -> list[Survey]:
    """Surveys of a region up to the day of the load, the earliest first."""
    rows = data.rows(_PUBLISHED, {"region": region, "day": data.as_of})
    return sorted((Survey(**row) for row in rows), key=lambda survey: survey.at)


def rate_chart(surveys: Sequence[Survey], t: Tongue) -> Markup | None:
    """Draw the poverty rate in per cent of the population; None without a figure."""
    points = [
        Point(survey.at, survey.percent, t.percent(survey.percent / 100, 2), _origin(survey, t))
        for survey in surveys
        if survey.percent is not None
    ]
    return _chart(points, "survei.rate_says", t)


def line_chart(surveys: Sequence[Survey], t: Tongue) -> Markup | None:
    """Draw the poverty line in rupiah per head and month; None without a figure."""
    points = [
        Point(survey.at, survey.poverty_line, t.rupiah(survey.poverty_line), _origin(survey, t))
        for survey in surveys
        if survey.poverty_line is not None
    ]
    return _chart(points, "survei.line_says", t)


def line_sees(surveys: Sequence[Survey], t: Tongue) -> Markup:
    """What the chart of the poverty line shows; that there is none without a figure."""
    known = [survey for survey in surveys if survey.poverty_line is not None]
    if not known:
        return t("survei.line_missing")
    (first, first_when), (last, last_when) = (
        (t.rupiah(survey.poverty_line), t.month(survey.year, survey.month)) for survey in (known[0], known[-1])
    )
    if len(known) == 1:
        return t("survei.line_only", line=last, when=last_when)
    return t("survei.line_sees", first=first, first_when=first_when, last=last, last_when=last_when)


def _chart(points: Sequence[Point], says: str, t: Tongue) -> Markup | None:
    if not points:
        return None
    colours = dict(zip(dict.fromkeys(point.kind for point in points), cycle(_COLOURS), strict=False))
    listed = t.listed([f"{point.label} ({int(point.x)})" for point in points])
    return trend(points, t(says, listed=listed), colours, t.language == "id", across=True)


def table(surveys: Sequence[Survey], t: Tongue) -> Table:
    """All figures, one survey per row."""
    heads = [
        Head(t("survei.survey")),
        Head(t("survei.origin")),
        Head(t("survei.poor_percent"), True),
        Head(t("survei.poor_persons"), True),
        Head(t("survei.poverty_line"), True),
    ]
    rows = [
        [
            Cell(t.month(survey.year, survey.month), survey.year * 12 + (survey.month or 0)),
            Cell(_origin(survey, t)),
            Cell(t.percent(survey.percent and survey.percent / 100, 2), survey.percent),
            Cell(t.number(survey.thousands and survey.thousands * 1000), survey.thousands),
            Cell(t.rupiah(survey.poverty_line), survey.poverty_line),
        ]
        for survey in surveys
    ]
    return Table(t("survei.heading"), heads, rows)


def _origin(survey: Survey, t: Tongue) -> str:
    return str(t("survei.press")) if survey.origin == "press" else survey.origin
