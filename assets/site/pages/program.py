"""Program: coverage, gaps, payments and overlaps of each programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets.site.charts import Part
from assets.site.coverage import share
from assets.site.data import Data
from assets.site.page import Context, Page, Values
from assets.site.regions import PROVINCE, regions
from assets.site.table import Cell, Head, Table
from assets.site.tongue import Tongue

_REACH = """
    select c.*, p.for_the_poor, p.name, p.agency
    from shown.coverage_by_region as c join shown.ref_programme as p on p.code = c.programme
    where c.region_level = 'province' order by c.poor_units desc, c.served_poor_units desc, c.programme"""
_COMBINED = "from shown.programme_combination where poor_households > 0 order by poor_households desc, combination"
_PAIRS = """
    select programme_a, programme_b, poor_households, compatibility, legal_basis, is_finding
    from shown.programme_overlap where region_level = 'province'
    order by poor_households desc, programme_a, programme_b"""
_MONEY = """
    select programme, period, period_year, period_stage,
        coalesce(sum(payments) filter (status = 'BERHASIL'), 0)::bigint as paid,
        coalesce(sum(payments) filter (status = 'GAGAL'), 0)::bigint as failed,
        coalesce(sum(payments) filter (status = 'RETUR'), 0)::bigint as returned,
        coalesce(sum(amount) filter (status = 'BERHASIL'), 0)::bigint as amount,
        coalesce(sum(amount) filter (status <> 'BERHASIL'), 0)::bigint as amount_missed
    from shown.programme_money where region_level = 'province'
    group by all order by programme, period"""
_TWICE = """
    select programme, kind, listed, suspected from shown.duplicate_summary
    where region_level = 'province' and programme is not null order by suspected desc, programme, kind"""
_BY_REGENCY = """
    select region_code, programme, in_need, served_in_need from shown.coverage_by_region
    where region_level = 'regency' and length(region_code) = 4 order by region_code, programme"""
_MOST = 14
"""Number of combinations in the plot, the largest; the table has all."""
_NONE = "-"


def _context(data: Data, t: Tongue, _: Values) -> Context:
    reach = data.rows(_REACH)
    combined = data.rows(_COMBINED)
    money = data.rows(_MONEY)
    return {
        "heading": _heading(reach, t),
        "reach": [_reached(row, t) for row in reach],
        "reach_key": _need_parts(0, 0, t),
        "reach_table": _reach_table(reach, t),
        "upset": _upset(combined, t),
        "combined": _combined(combined, t),
        "pairs": _pairs(data.rows(_PAIRS), t),
        "errors": _errors(reach, t),
        "money": _payments(money, t),
        "money_key": _money_parts(0, 0, 0, t),
        "money_table": _money_table(money, t),
        "missed": _missed(money, t),
        "twice": _twice(data.rows(_TWICE), t),
        "by_regency": _by_regency(data, t),
    }


def _heading(reach: Sequence[Mapping[str, Any]], t: Tongue) -> str | None:
    """The two programmes that miss the largest share of those in need."""
    shares = [(share(row["unserved_in_need"], row["in_need"]), row["programme"]) for row in reach]
    worst = sorted(((missed, programme) for missed, programme in shares if missed is not None), reverse=True)[:2]
    if len(worst) < 2:
        return None
    (first, one), (second, other) = worst
    return t(
        "program.heading",
        one=t(f"nama.{one}"),
        first=t.percent(first),
        other=t(f"nama.{other}"),
        second=t.percent(second),
    )


def _need_parts(served: int, unserved: int, t: Tongue) -> list[Part]:
    return [
        Part(t("program.served_in_need"), served, "blue", ""),
        Part(t("program.unserved_in_need"), unserved, "vermilion", ""),
    ]


def _reached(row: Mapping[str, Any], t: Tongue) -> dict[str, Any]:
    unit = t(f"wilayah.unit_{row['unit']}")
    return {
        "name": t(f"nama.{row['programme']}"),
        "link": None,
        "parts": _need_parts(row["served_in_need"] or 0, row["unserved_in_need"] or 0, t),
        "said": t("program.reached", number=t.number(row["unserved_in_need"]), unit=unit),
    }


def _reach_table(reach: Sequence[Mapping[str, Any]], t: Tongue) -> Table:
    columns = ("poor_units", "served_poor_units", "in_need", "served_in_need", "unserved_in_need")
    heads = [Head(t("umum.programme")), Head(t("wilayah.unit"))]
    heads += [Head(t(f"program.{name}"), True) for name in columns]
    rows = [
        [
            Cell(row["name"]),
            Cell(t(f"wilayah.unit_{row['unit']}")),
            *(Cell(t.number(row[name]), row[name]) for name in columns),
        ]
        for row in reach
    ]
    return Table(t("program.reach_heading"), heads, rows)


@dataclass(frozen=True)
class Combination:
    """A line of the UpSet plot. holds: whether it includes each programme, in the order of the plot's columns. width:
    of its bar, 0 to 1.
    """

    name: str
    holds: Sequence[bool]
    width: float
    number: str
    none: bool


def _upset(combined: Sequence[Mapping[str, Any]], t: Tongue) -> dict[str, Any]:
    """The UpSet plot: programmes by number of poor households, the largest combinations first."""
    counted: dict[str, int] = {}
    for row in combined:
        for programme in _programmes(row):
            counted[programme] = counted.get(programme, 0) + row["poor_households"]
    programmes = sorted(counted, key=lambda programme: (-counted[programme], programme))
    largest = max((row["poor_households"] for row in combined), default=1)
    return {
        "programmes": [(t(f"nama.{each}"), t.number(counted[each])) for each in programmes],
        "lines": [
            Combination(
                _together(row, t),
                [each in _programmes(row) for each in programmes],
                row["poor_households"] / largest,
                t.number(row["poor_households"]),
                row["combination"] == _NONE,
            )
            for row in combined[:_MOST]
        ],
    }


def _programmes(row: Mapping[str, Any]) -> list[str]:
    return [] if row["combination"] == _NONE else row["combination"].split("+")


def _together(row: Mapping[str, Any], t: Tongue) -> str:
    names = [str(t(f"nama.{each}")) for each in _programmes(row)]
    return t.listed(names) if names else str(t("program.none"))


def _combined(combined: Sequence[Mapping[str, Any]], t: Tongue) -> Table:
    heads = [Head(t("program.combination")), Head(t("ringkasan.poor"), True)]
    rows = [
        [Cell(_together(row, t)), Cell(t.number(row["poor_households"]), row["poor_households"])] for row in combined
    ]
    return Table(t("program.overlap_heading"), heads, rows)


def _pairs(pairs: Sequence[Mapping[str, Any]], t: Tongue) -> Table:
    heads = [
        Head(t("program.pair")),
        Head(t("ringkasan.poor"), True),
        Head(t("program.rule")),
        Head(t("program.basis")),
    ]
    rows = [
        [
            Cell(t.listed([str(t(f"nama.{row[side]}")) for side in ("programme_a", "programme_b")])),
            Cell(t.number(row["poor_households"]), row["poor_households"]),
            Cell(t(f"program.{row['compatibility']}"), tone="bad" if row["is_finding"] else None),
            Cell(row["legal_basis"] or t.number(None)),
        ]
        for row in pairs
    ]
    return Table(t("program.pairs"), heads, rows)


def _errors(reach: Sequence[Mapping[str, Any]], t: Tongue) -> Table:
    """Exclusion: in need and not reached. Inclusion: reached and not poor, for programmes that are for the poor."""
    heads = [Head(t("umum.programme")), Head(t("program.exclusion"), True), Head(t("program.inclusion"), True)]
    rows = []
    for row in reach:
        missed = share(row["unserved_in_need"], row["in_need"])
        over = (
            share(row["served_units"] - row["served_poor_units"], row["served_units"]) if row["for_the_poor"] else None
        )
        inclusion = t.percent(over) if row["for_the_poor"] else t("program.not_for_the_poor")
        rows.append(
            [
                Cell(t(f"nama.{row['programme']}")),
                Cell(t.percent(missed), missed or -1, bar=missed or 0, colour="vermilion"),
                Cell(inclusion, over or -1, bar=over or 0, colour="plum"),
            ]
        )
    return Table(t("program.errors_heading"), heads, rows)


def _money_parts(paid: int, failed: int, returned: int, t: Tongue) -> list[Part]:
    return [
        Part(t("program.paid"), paid, "blue", ""),
        Part(t("program.failed"), failed, "vermilion", ""),
        Part(t("program.returned"), returned, "plum", ""),
    ]


def _payments(money: Sequence[Mapping[str, Any]], t: Tongue) -> list[dict[str, Any]]:
    """Bars of payments, one line per period, one group per programme."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in money:
        line = {
            "name": _period(row, t),
            "link": None,
            "parts": _money_parts(row["paid"], row["failed"], row["returned"], t),
            "said": t.rupiah(row["amount"]),
        }
        groups.setdefault(row["programme"], []).append(line)
    return [{"name": t(f"nama.{programme}"), "lines": lines} for programme, lines in groups.items()]


def _period(row: Mapping[str, Any], t: Tongue) -> str:
    if row["period_stage"] is None:
        return row["period"]
    return str(t("program.period", stage=row["period_stage"], year=row["period_year"]))


def _money_table(money: Sequence[Mapping[str, Any]], t: Tongue) -> Table:
    heads = [Head(t("umum.programme")), Head(t("program.period_head"))]
    heads += [Head(t(f"program.{name}"), True) for name in ("paid", "failed", "returned", "amount", "amount_missed")]
    rows = [
        [
            Cell(t(f"nama.{row['programme']}")),
            Cell(_period(row, t), row["period"]),
            *(Cell(t.number(row[name]), row[name]) for name in ("paid", "failed", "returned")),
            *(Cell(t.rupiah(row[name]), row[name]) for name in ("amount", "amount_missed")),
        ]
        for row in money
    ]
    return Table(t("program.money_heading"), heads, rows)


def _missed(money: Sequence[Mapping[str, Any]], t: Tongue) -> list[str]:
    """For each programme, the share of payments that did not arrive."""
    said = []
    for programme in dict.fromkeys(row["programme"] for row in money):
        own = [row for row in money if row["programme"] == programme]
        lost = sum(row["failed"] + row["returned"] for row in own)
        whole = lost + sum(row["paid"] for row in own)
        if (missed := share(lost, whole)) is not None:
            said.append(t("program.missed", programme=t(f"nama.{programme}"), share=t.percent(missed, 1)))
    return said


def _twice(rows: Sequence[Mapping[str, Any]], t: Tongue) -> Table:
    heads = [Head(t("umum.programme")), Head(t("program.kind"))]
    heads += [Head(t(f"program.{name}"), True) for name in ("listed", "suspected", "suspected_share")]
    lines = []
    for row in rows:
        part = share(row["suspected"], row["listed"])
        lines.append(
            [
                Cell(t(f"nama.{row['programme']}")),
                Cell(t(f"program.{row['kind']}")),
                Cell(t.number(row["listed"]), row["listed"]),
                Cell(t.number(row["suspected"]), row["suspected"]),
                Cell(t.percent(part, 1), part or -1),
            ]
        )
    return Table(t("program.twice_heading"), heads, lines)


def _by_regency(data: Data, t: Tongue) -> Table:
    """Share of the need that each programme meets, kabupaten/kota by programme."""
    places = data.once(regions)
    found = {(row["region_code"], row["programme"]): row for row in data.rows(_BY_REGENCY)}
    programmes = list(dict.fromkeys(programme for _, programme in found))
    heads = [Head(t("umum.region"))] + [Head(t(f"nama.{each}"), True) for each in programmes]
    rows = []
    for code in dict.fromkeys(code for code, _ in found):
        met = [share(found[code, each]["served_in_need"], found[code, each]["in_need"]) for each in programmes]
        cells = [Cell(t.percent(one), one if one is not None else -1, bar=one or 0) for one in met]
        rows.append([Cell(places[code].name, link=f"wilayah/{code}.html"), *cells])
    return Table(t("program.by_regency", place=places[PROVINCE].name), heads, rows)


PAGE = Page("program.html", "program.title", "program.html", _context, order=2)
