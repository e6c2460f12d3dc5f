"""Retention is a setting; an invalid one is refused before anything is deleted (see also test_publish)."""

from __future__ import annotations

import pytest

from assets.publication import Retention, RetentionError


def test_unset_variables_have_the_defaults():
    assert Retention.from_environment({}) == Retention(publications=7, quality=7, working=2)
    assert Retention.from_environment({"SADAYA_KEEP_PUBLICATIONS": " "}) == Retention()


def test_each_part_has_a_variable():
    stated = {"SADAYA_KEEP_PUBLICATIONS": "30", "SADAYA_KEEP_QUALITY": "400", "SADAYA_KEEP_WORKING": "1"}
    assert Retention.from_environment(stated) == Retention(30, 400, 1)


@pytest.mark.parametrize("value", ["0", "-1", "all", "1.5"])
def test_invalid_settings_are_refused_by_name(value):
    with pytest.raises(RetentionError, match="SADAYA_KEEP_QUALITY must be"):
        Retention.from_environment({"SADAYA_KEEP_PUBLICATIONS": "3", "SADAYA_KEEP_QUALITY": value})
