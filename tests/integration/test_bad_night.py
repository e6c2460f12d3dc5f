"""A night on which no source sends anything that can be taken, and one file aborts its parser: the load goes on, and
readers lose nothing.
"""

from __future__ import annotations

import shutil

import pytest

from assets.sources import all_sources
from tests.torture import faults

pytestmark = pytest.mark.integration
DAY = "2019-11-09"


def test_a_night_of_faults_alone_is_loaded_and_changes_nothing(site, province):
    for folder in site.landing.glob("*/*"):
        if folder.is_dir() and folder.name > province.dates[0]:
            shutil.rmtree(folder)
    every = [fault for fault in (*faults.whole_files(), *faults.limits()) if fault.expected.status == "refused"]
    expected = {}
    for source in all_sources():
        fault = [fault for fault in every if fault.source == source.name][-1]
        folder = site.landing / source.name / DAY
        folder.mkdir(parents=True)
        for name, content in fault.files(source).items():
            (folder / name).write_bytes(content)
        expected[source.name] = fault.expected.reason
    counts = "select (select count(*) from marts.person_records), (select count(*) from marts.household_status)"
    before = site.query(counts)
    site.nightly(DAY)
    rows = site.query(f"select source, status, reason from quality.deliveries where delivery_date = '{DAY}'")
    assert {source for source, *_ in rows} == set(expected)
    assert {"parser_out_of_memory", "unpacked_too_large", "too_many_columns", "page_missing"} < set(expected.values())
    assert all(status == "refused" and reason for _, status, reason in rows), rows
    assert site.query(counts) == before
