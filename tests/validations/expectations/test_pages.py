"""The auditors' page: what it tells, and that it needs no other machine."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import pytest

from validations.expectations import pages, words
from validations.expectations.metrics import FAMILIES
from validations.expectations.suite import Finding

VOID = {"meta", "br", "link", "img", "input", "hr"}


def row(metric: str, subject: str | None, region: str, value: float, **more) -> dict:
    nothing = dict.fromkeys(("yesterday", "limit_low", "limit_high"))
    own = {"metric": metric, "subject": subject, "regency_code": region, "value": value}
    return own | nothing | {"rule": "yesterday", "severity": "error", "passed": True} | more


METRICS = [
    row("households", None, "3602", 12.0, yesterday=1234.0, limit_low=1172.3, limit_high=1357.4, passed=False),
    row("households", None, "36", 1500.0, yesterday=1500.0, limit_low=1425, limit_high=1650),
    row("quarantine_share", "<b>dinsos</b>", "36", 0.1234, limit_high=0.3, rule="first_night"),
    row("silent_sources", None, "36", 2.0, limit_high=0.0, rule="absolute", severity="warning", passed=False),
    row("linked_share", "bps", "00", 1.0, rule="few"),
]
OTHERS = [
    {
        "checker": "dbt",
        "name": "test.unique",
        "passed": True,
        "severity": "error",
        "detail_id": None,
        "detail_en": None,
    },
    {
        "checker": "reconciliation",
        "name": "law",
        "passed": False,
        "severity": "error",
        "detail_id": "Rekonsiliasi law: 1 dari 2 pasangan",
        "detail_en": "Reconciliation law: 1 of 2 pairs",
    },
]


def findings(missed: dict[str, tuple[int, ...]]) -> list[Finding]:
    """Every limit of every family, and which rows miss some of them."""
    return [
        Finding(name, one.severity, name not in missed, one.title_id, one.title_en, one.name, missed.get(name, ()))
        for one in FAMILIES
        for side in ("low", "high")
        if getattr(one, f"has_{side}")
        for name in [f"{one.name}.{side}"]
    ] + [Finding("values_present", "error", True, "Tidak ada ukuran tanpa nilai", "No metric is without a value")]


class Reader(HTMLParser):
    """The page as a browser without styles shows it; fails where elements are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)


@pytest.fixture(scope="module")
def refused() -> str:
    missed = {"households.low": (0,), "silent_sources.high": (3,)}
    return pages.render(pages.Report("20191102-001", date(2019, 11, 2), False, findings(missed), METRICS, OTHERS))


@pytest.fixture(scope="module")
def text(refused) -> str:
    return Reader(refused).text


def test_the_page_asks_no_other_machine_and_runs_nothing(refused):
    assert not re.search(r"https?:|//|url\(|@import", refused)
    assert not re.search(r"<(script|link|img|iframe|form|object)|\son\w+=", refused)
    assert '<html lang="id">' in refused
    assert refused.lstrip().startswith("<!DOCTYPE html>")
    assert pages.TITLE in refused


def test_the_verdict_names_every_reason_and_no_other(text):
    verdict = text[text.index("Penerbitan ditahan") : text.index("Nilai yang menyimpang")]
    assert "Rekonsiliasi law: 1 dari 2 pasangan Reconciliation law: 1 of 2 pairs" in verdict
    assert "Households in the frame, by kabupaten/kota" in verdict
    assert "Sources that have never delivered" not in verdict, "a warning keeps nothing back"
    asked = len({one.name for one in FAMILIES if one.has_low or one.has_high}) + 1
    assert f"{asked - 2 + 1} dipenuhi passed 1 peringatan warnings 2 tidak dipenuhi failed" in verdict


def test_a_load_that_passes_says_so():
    passed = pages.render(pages.Report("20191102-001", date(2019, 11, 2), True, findings({}), METRICS[1:3], OTHERS[:1]))
    told = Reader(passed).text
    assert "Boleh diterbitkan" in told
    assert "Penerbitan ditahan" not in told
    assert "Tidak ada: semua nilai berada dalam batasnya." in told


def test_what_deviates_is_shown_with_region_value_limits_yesterday_and_rule(text):
    deviating = text[text.index("Nilai yang menyimpang") : text.index("Pemeriksaan kewajaran")]
    rule = "muatan terbit sebelumnya the load published before"
    assert f"Kabupaten Lebak 12 1.172,3 … 1.357,4 1.234 {rule}" in deviating
    assert "Provinsi Banten 2 ≤ 0 – batas mutlak absolute limits" in deviating
    assert "1.500" not in deviating


def test_every_check_is_told_in_both_languages_with_its_rule_and_the_failures_first(text):
    checks = text[text.index("Pemeriksaan kewajaran") : text.index("Kunci, hubungan")]
    for one in FAMILIES:
        if one.has_low or one.has_high:
            assert f"{one.title_id} {one.title_en}" in checks
            assert f"{words.explain_id(one)} {words.explain_en(one)}" in checks
    assert "terbitan ditahan error Tidak dipenuhi / Failed 1 1 × batas bawah lower limit" in checks
    order = [checks.index(word) for word in ("Tidak dipenuhi", "Peringatan / Warning", "Dipenuhi / Passed")]
    assert order == sorted(order)


def test_all_metrics_are_there_by_family_as_indonesians_write_numbers(refused, text):
    everything = text[text.index("Semua ukuran") :]
    assert refused.count("<details>") == len({metric["metric"] for metric in METRICS})
    assert "Provinsi Banten 12,34 % ≤ 30,00 % –" in everything
    assert "bps Wilayah tidak diketahui 100,00 % – – terlalu sedikit untuk diberi batas" in everything


def test_what_comes_from_data_is_escaped(refused, text):
    assert "<b>dinsos</b>" not in refused
    assert "<b>dinsos</b>" in text


def test_every_rule_that_a_limit_can_have_has_words():
    from assets.publication import tables

    (rule,) = (column for column in tables.GATE_METRICS.columns if column.name == "rule")
    assert all(name in rule.en and name in rule.id for name in words.RULES)
