"""Limits in words."""

from __future__ import annotations

from validations.expectations import words
from validations.expectations.metrics import Family, family


def test_limits_are_said_in_the_units_of_the_family():
    share = Family("s", "S", "S", "share", fall=0.05, ceiling=0.002)
    assert words.explain_en(share) == (
        "Falls by no more than 5 percentage points against the load published before; not above 0.2 %, on the first"
        " night too; otherwise nothing is published."
    )
    assert words.explain_id(share).endswith(
        "tidak lebih dari 0,2 %, juga pada malam pertama; pelanggaran menahan penerbitan."
    )
    assert "tidak turun lebih dari 3 % dibanding" in words.explain_id(family("households_total")).lower()
    assert "3 kali jarak kiriman" in words.explain_id(family("freshness_days"))


def test_a_limit_of_nothing_is_said():
    assert words.explain_en(family("paid_after_death")).startswith("Not above 0, on the first night too;")
