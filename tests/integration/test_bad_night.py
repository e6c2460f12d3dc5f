"""A night on which no source sends anything that can be taken: the load goes on, and readers lose nothing."""

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
    whole = list(faults.whole_files())
    expected = {}
    for number, source in enumerate(all_sources()):
        refused = [fault for fault in whole if fault.source == source.name and fault.expected.status == "refused"]
        fault = refused[number % len(refused)]
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
    assert all(status == "refused" and reason for _, status, reason in rows), rows
    assert site.query(counts) == before
