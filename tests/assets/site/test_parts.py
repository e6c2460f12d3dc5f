"""Tests the parts of pages: colours, waffles, tiles, indicators and coverage."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from assets.site import charts, coverage, tiles
from assets.site.boundaries import BOUNDARIES, BoundaryError
from assets.site.build import link
from assets.site.charts import COLOURS, LACKING, REACHED, Part, Point, trend, waffle
from assets.site.indicators import INDICATORS, Value, measured
from assets.site.regions import written
from tests.assets.site.conftest import make_data
from validations import regions

CSS = Path(charts.__file__).with_name("style.css")
SEEN_AS = {
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "anybody": np.eye(3).tolist(),
}
"""Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB."""
LEAST_APART = 7
"""CIE76; a just noticeable difference is about 2.3."""


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(rgb, 0, 1) / [0.9505, 1, 1.089]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_colours_stand_out_from_their_background():
    assert all(contrast(colour, "#ffffff") >= 3 for colour in COLOURS.values())


@pytest.mark.parametrize("eyes", SEEN_AS)
def test_colour_blind_readers_can_distinguish_the_colours(eyes):
    seen = {name: lab(np.array(SEEN_AS[eyes]) @ linear(colour)) for name, colour in COLOURS.items()}
    near = {
        (one, other): distance
        for one, other in combinations(seen, 2)
        if (distance := float(np.linalg.norm(seen[one] - seen[other]))) < LEAST_APART
    }
    assert near == {}


@pytest.mark.parametrize("ramp", [LACKING, REACHED])
def test_steps_of_a_map_grow_darker_and_words_on_them_can_be_read(ramp):
    shades = [luminance(colour) for colour in ramp]
    assert shades == sorted(shades, reverse=True)
    assert all(contrast(colour, "#1d2433") >= 4.5 for colour in ramp[:3])
    assert all(contrast(colour, "#ffffff") >= 4.5 for colour in ramp[3:])
    style = CSS.read_text(encoding="utf-8")
    assert all(f"background: {colour}; fill: {colour}" in style for colour in ramp)


def test_squares_add_up_and_a_zero_gets_none():
    assert charts._apportioned([645, 310, 45, 0], 200) == [129, 62, 9, 0]
    assert sum(charts._apportioned([1, 1, 1], 200)) == 200
    assert charts._apportioned([0, 0], 200) == [0, 0]
    field = waffle([Part("a", 3, "blue", ""), Part("b", 1, "vermilion", "")], "3 <of> 4")
    assert field.count(COLOURS["blue"]) == 3 * field.count(COLOURS["vermilion"]) == 150
    assert 'aria-label="3 &lt;of&gt; 4"' in field


def test_a_trend_is_drawn_for_wide_and_narrow_screens_and_says_what_it_shows():
    points = [Point(2002, 9.22, "9,22%", "pers"), Point(2019, 5.09, "5,09%", "BPS")]
    drawn = trend(points, "turun", {"pers": "ochre", "BPS": "blue"}, decimal_comma=True, across=True)
    assert drawn.count("<svg") == 2
    assert drawn.count("9,22%") == 4, "each label and its halo"
    assert drawn.count("aria-label") == 1
    assert "http" not in drawn.replace("http://www.w3.org", "")


def test_labels_that_would_overlap_are_left_out_but_the_first_and_the_last():
    points = [Point(2002 + nth / 2, 300_000 + 10_000 * nth, str(nth), "BPS") for nth in range(41)]
    assert charts._with_label(points, charts.WIDE) == {0, 40, *range(7, 34, 7)}
    assert charts._with_label(points, charts.NARROW) == {0, 40, 14}
    assert charts._with_label(points[::10], charts.WIDE) == {0, 1, 2, 3, 4}
    assert charts._with_label(points[:1], charts.NARROW) == {0}
    assert charts._with_label([Point(2019, 1, "", "BPS"), Point(2019, 1, "", "pers")], charts.WIDE) == {1}
    both = [Point(2019, 5.09, "", "BPS"), Point(2019, 5.1, "", "pers"), Point(2020, 5, "", "BPS")]
    assert charts._with_label(both, charts.NARROW) == {0, 2}


def test_a_kind_that_no_label_names_is_in_a_legend():
    points = [Point(2018, 5, "", "BPS"), Point(2018, 5, "", "pers"), Point(2019, 5, "", "BPS")]
    kinds = {"BPS": "blue", "pers": "ochre"}
    assert ">pers<" in trend(points, "", kinds, decimal_comma=True, across=True)


@pytest.mark.parametrize(("decimal_comma", "written"), [(True, ">200.000<"), (False, ">200,000<")])
def test_an_axis_writes_thousands_as_the_page_does(decimal_comma, written):
    assert written in trend([Point(2019, 465_000, "", "BPS")], "", {"BPS": "blue"}, decimal_comma)


def test_every_kecamatan_has_a_tile_of_its_own_and_borders_on_others():
    cells = tiles.district_cells()
    assert set(cells) == set(regions.district_codes())
    assert len(set(cells.values())) == len(cells)
    assert set(tiles.REGENCY_CELLS) == set(regions.regency_codes())
    assert all(tiles.neighbours(code) and set(tiles.neighbours(code)) <= set(cells) for code in cells)
    assert "360102" in tiles.neighbours("360101"), "Sumur borders on Cimanggu"


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ([0.24, 0.55], (0.24, 0.32, 0.4, 0.48, 0.56, 0.64)),
        ([0.0, 1.0], (0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        ([0.43], (0.43, 0.44, 0.45, 0.46, 0.47, 0.48)),
        ([], (0, 0.01, 0.02, 0.03, 0.04, 0.05)),
    ],
)
def test_classes_lie_between_round_numbers_and_hold_all(values, limits):
    scale = tiles.Scale.over(values)
    assert scale.limits == pytest.approx(limits)
    assert all(scale.of(value) in {"c0", "c1", "c2", "c3", "c4"} for value in values)
    assert scale.of(None) == "none"


def test_a_map_draws_the_kecamatan_that_it_is_given_and_sets_one_off():
    drawn = tiles.district_map(
        [tiles.Tile("360101", "c1", "Sumur: 3%"), tiles.Tile("999999", "c1", "?")], "peta", marked="360101"
    )
    assert drawn.count("<rect") == 1
    assert 'class="c1 here"' in drawn


def test_shares_of_few_are_not_shown_and_the_highest_ranks_first():
    assert coverage.share(5, 19) is None
    assert coverage.share(5, 20) == 0.25
    found = measured(make_data())
    for indicator in INDICATORS:
        told = [
            value for (level, _), value in found[indicator].items() if level == "regency" and value.share is not None
        ]
        assert [value.share for value in sorted(told, key=lambda value: value.rank)] == sorted(
            (value.share for value in told), reverse=True
        )
        assert found[indicator]["district", "999999"] == Value(None, None, None)


def test_households_with_pkh_jamsosratu_both_and_none_add_up():
    found = coverage.reached(make_data(), "province")["36"]
    groups = found.only_pkh + found.only_jamsosratu + found.both + found.neither
    assert groups == found.poor > 0


def test_names_and_links():
    assert written("KABUPATEN PANDEGLANG") == "Kab. Pandeglang"
    assert written("KOTA TANGERANG SELATAN") == "Kota Tangerang Selatan"
    assert link("wilayah/3601.html", "peta.html") == "../peta.html"
    assert link("en/index.html", "index.html") == "../index.html"


SQUARE = [[106.0, -6.0], [106.2, -6.0], [106.2, -6.2], [106.0, -6.2], [106.0, -6.0]]


def geojson(path: Path, properties: dict, geometry: dict | None = None) -> Path:
    geometry = geometry or {"type": "Polygon", "coordinates": [SQUARE]}
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def test_true_boundaries_are_drawn_where_a_file_of_them_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv(BOUNDARIES, str(geojson(tmp_path / "a.geojson", {"nama": "Sumur", "kode": "36.01.01"})))
    shape = tiles.shapes(["360101", "360102"])
    assert shape.count("<path") == 1
    assert 'id="k360101" d="M0.0 0.0L170.0 0.0L170.0 170.9L0.0 170.9Z"' in shape
    drawn = tiles.district_map(
        [tiles.Tile("360101", "c2", "x"), tiles.Tile("360102", "c2", "y")], "peta", {"3601": "P"}
    )
    assert 'href="#k360101"' in drawn
    assert drawn.count("<use") == drawn.count("<text") == 1
    assert "<rect" not in drawn


@pytest.mark.parametrize(
    ("properties", "geometry", "says"),
    [
        ({"kode": "32.01.01"}, None, "no feature of b.geojson has the code of a kecamatan of Banten"),
        ({"kode": "36.01.01"}, {"type": "Point", "coordinates": 3}, "b.geojson is no GeoJSON of boundaries"),
    ],
)
def test_a_file_without_boundaries_of_kecamatan_is_refused(tmp_path, monkeypatch, properties, geometry, says):
    monkeypatch.setenv(BOUNDARIES, str(geojson(tmp_path / "b.geojson", properties, geometry)))
    with pytest.raises(BoundaryError, match=says):
        tiles.shapes(["360101"])
    monkeypatch.setenv(BOUNDARIES, str(tmp_path / "tidak-ada.geojson"))
    with pytest.raises(BoundaryError, match=r"tidak-ada.geojson is no GeoJSON of boundaries \(FileNotFoundError\)"):
        tiles.shapes(["360101"])
