"""Tests what the page Jamsosratu shows of the programme's effect and its families."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from assets.effect.compare import Difference, Interval
from assets.effect.report import Report
from assets.site import effects
from assets.site.build import write_pages
from assets.site.pages import jamsosratu
from assets.site.regions import regions
from assets.site.tongue import Tongue
from tests.assets.site.conftest import EFFECT, make_data

pytestmark = pytest.mark.slow

INDONESIAN, ENGLISH = Tongue("id"), Tongue("en")


def found(difference: float, low: float, high: float, treated: int = 5000) -> Difference:
    return Difference(treated, 9000, 0, Interval(0.6, difference, low, high))


def plain(text: object) -> str:
    return re.sub("<[^>]*>", "", str(text))


@pytest.mark.parametrize(
    ("outcome", "difference", "t", "sentence"),
    [
        (
            "in_school", found(0.031, 0.012, 0.05), INDONESIAN,
            "Anak dari keluarga Jamsosratu 3,1 poin lebih sering ditemukan di Dapodik daripada anak dari"
            " keluarga serupa (antara 1,2 dan 5,0 poin).",
        ),
        (
            "stunted", found(-0.04, -0.07, -0.01, 300), ENGLISH,
            "Measured small children of Jamsosratu families are stunted 4 points less often than those of similar"
            " families (between 1 and 7 points).",
        ),
        (
            "insured", found(0.004, -0.02, 0.03), INDONESIAN,
            "Tidak terlihat perbedaan antara anggota keluarga Jamsosratu dan anggota keluarga serupa dalam seberapa"
            " sering mereka memiliki JKN aktif: datanya cocok dengan selisih dari −2,0 sampai +3,0 poin. Itu bukan"
            " bukti bahwa tidak ada perbedaan.",
        ),
        (
            "in_school", Difference(None, None, None), INDONESIAN,
            "Seberapa sering anak dari keluarga Jamsosratu ditemukan di Dapodik belum dapat dibandingkan dengan anak"
            " dari keluarga serupa: di salah satu sisi ada kurang dari 100 keluarga.",
        ),
        (
            "stunted", None, ENGLISH,
            "How often measured small children of Jamsosratu families are stunted cannot be compared with those of"
            " similar families yet: there are fewer than 100 families on one side.",
        ),
    ],
)  # fmt: skip
def test_a_difference_is_shown_as_a_sentence(outcome, difference, t, sentence):
    assert plain(effects.sentence(outcome, difference, t)) == sentence


def test_a_limit_at_zero_is_no_difference():
    assert "No difference can be seen" in effects.sentence("insured", found(0.02, 0.0, 0.04), ENGLISH)


def test_the_test_says_whether_the_method_may_be_trusted():
    assert effects.placebo(None, ENGLISH) is None
    assert "no difference can be seen" in str(effects.placebo(found(0.01, -0.02, 0.04), ENGLISH))
    assert "with care" in str(effects.placebo(found(0.05, 0.02, 0.08), ENGLISH))


def test_the_effect_is_mapped_if_enough_regions_have_an_estimate():
    places = regions(make_data())
    shown = effects.shown(EFFECT, places, ENGLISH)
    assert {cell["name"]: cell["value"] for cell in shown["cells"]} == {
        region.name: "+3.1" if region.code in {"3601", "3602", "3603", "3604"} else "–"
        for region in places.values()
        if region.level == "regency"
    }
    few = Report(EFFECT.enrolled, [one for one in EFFECT.estimates if one.region_code not in {"3602"}], [])
    shown = effects.shown(few, places, ENGLISH)
    assert shown["cells"] is None
    assert len(shown["by_region"].rows) == 3


def test_what_is_not_balanced_is_named():
    shown = effects.shown(EFFECT, regions(make_data()), ENGLISH)
    assert [plain(name) for name in shown["unbalanced"]] == ["Elders"]


def test_nothing_can_be_compared_on_a_small_load():
    nothing = Report(40, [], [])
    shown = effects.shown(nothing, regions(make_data()), ENGLISH)
    assert shown["chart"] is shown["numbers"] is shown["by_year"] is shown["balance"] is shown["cells"] is None
    assert all("cannot be compared" in sentence for sentence in shown["sentences"])


def test_families_by_year_of_entry_and_region():
    shown = jamsosratu.PAGE.context(make_data(), ENGLISH, {})
    assert plain(shown["heading"]) == "1,440 families have Jamsosratu; 320 have graduated"
    assert [cell.text for cell in shown["cohort_table"].rows[0]] == ["2016", "960", "480", "240", "160", "80", "67%"]
    assert len(shown["cohorts"]) == 2
    assert [row[0].text for row in shown["by_region"].rows][:2] == ["Kab. Pandeglang", "Kab. Lebak"]
    assert [plain(row[0].text) for row in shown["exits"].rows] == ["Able to support itself", "Not stated"]
    school = next(line for line in shown["aspects"] if "school" in line["name"])
    assert plain(school["said"]) == "80% yes", "of those who were asked, and of whom it is known"
    assert [plain(part.written) for part in shown["income_change"]["parts"]] == ["480", "0", "0"]
    assert shown["decile_change"] is not None


@pytest.mark.parametrize(
    ("report", "says"),
    [
        (None, "The comparison for this load was not made, or failed."),
        (Report(0, [], []), "cannot be compared with children of similar families yet"),
        (EFFECT, "No difference can be seen between members of Jamsosratu families"),
    ],
)
def test_the_page_is_whole_also_where_nothing_is_known(tmp_path, report, says):
    data = replace(make_data(before=False), effect=report)
    if report is not EFFECT:
        data.connection.execute("delete from shown.jamsosratu_cohorts")
    list(write_pages(data, tmp_path, [jamsosratu.PAGE]))
    text = plain((tmp_path / "en" / "jamsosratu.html").read_text(encoding="utf-8"))
    assert says in text
    assert "What this comparison cannot prove" in text or report is None
