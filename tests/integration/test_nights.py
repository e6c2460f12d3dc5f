"""Successive nights, and the decisions of people between them."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from assets.sources import all_sources
from tests.torture import faults

pytestmark = pytest.mark.integration


def after_nights(count: int):
    """The fixture `site` after so many nights."""
    return pytest.mark.parametrize("site", [count], indirect=True, ids=[f"after {count} nights"])


def persons(site) -> dict[tuple, str]:
    rows = site.query("select source, record_key, role, person_id from marts.person_records")
    return {tuple(row[:3]): row[3] for row in rows}


@after_nights(3)
def test_three_nights_keep_ids_and_history(site, province, after):
    first, third = persons(after(1)), persons(site)
    assert site.published != after(1).published
    kept = [key for key in first if key in third]
    changed = [key for key in kept if first[key] != third[key]]
    listed_changes = {
        row[0] for row in site.query("select id from marts.identity_history where event in ('merged', 'split')")
    }
    assert len(changed) < len(kept) * 0.01
    assert all(first[key] in listed_changes or third[key] in listed_changes for key in changed), (
        "an id changed and history does not say why"
    )
    statuses = dict(site.query("select delivery_date || source, status from quality.deliveries"))
    assert statuses[f"{province.dates[1]}dinsos_pkh"] == "replayed"
    assert site.query(
        "select count(*) from quality.warnings where check_name = 'stale_copy' and source = 'dinsos_pkh'"
    ) == [(1,)]
    ended, known = site.query(
        "select count(*) filter (valid_to is not null), count(distinct known_from) from marts.fct_enrolment"
    )[0]
    assert ended > 0
    assert known > 1
    assert (
        site.query(
            "select source, record_key from marts.fct_enrolment where is_current group by all having count(*) > 1"
        )
        == []
    )
    _assert_that_who_left_keeps_the_past(site, after(1))
    _assert_that_changes_say_what_is_another(site, after(2))


def _assert_that_who_left_keeps_the_past(site, first) -> None:
    """A person who is removed from a list keeps past enrolments and payments."""
    listed = "select participant_no, household_id, person_id from marts.fct_enrolment where is_current"
    listed += " and programme in ('PKH', 'JAMSOSRATU')"
    before, now = ({row[0]: row[1:] for row in place.query(listed)} for place in (first, site))
    left = before.keys() - now.keys()
    assert len(left) > 3
    facts = ("fct_enrolment where not is_current", "fct_disbursement where true")
    for fact in facts:
        rows = site.query(f"select participant_no, household_id, person_id from marts.{fact}")
        of_them = [row for row in rows if row[0] in left]
        assert of_them
        kept = [row for row in of_them if row[1] and row[2]]
        assert len(kept) == len(of_them), fact
        renamed = [row for row in of_them if row[1:] != before[row[0]]]
        assert len(renamed) <= 0.05 * len(of_them), fact
    records = "select count(*) from marts.person_records where source = 'dinsos_pkh' and record_key = ?"
    assert all(site.query(records.replace("?", f"'{key}'")) == [(0,)] for key in left), "who has left counts nowhere"


def _assert_that_changes_say_what_is_another(site, before) -> None:
    """Every difference from the previous publication is listed, and nothing else; merged or split ids are listed only
    as such.
    """
    of_ids = "select old_value, new_value from marts.changes where change in ('merged', 'split')"
    renamed = {one for row in site.query(of_ids) for one in row}
    statuses = "select household_id, programme, status from marts.household_status_long"
    was, now = ({row for row in place.query(statuses) if row[0] not in renamed} for place in (before, site))
    listed_changes = site.query(
        "select household_id, programme, old_value, new_value from marts.changes where programme is not null"
        f" and load_id = '{site.published}'"
    )
    apart = [row for row in listed_changes if row[0] not in renamed]
    assert {(*row[:2], row[2]) for row in apart if row[2]} == was - now
    assert {(*row[:2], row[3]) for row in apart if row[3]} == now - was
    assert listed_changes
    since = f"select distinct since_load_id from marts.changes where load_id = '{site.published}'"
    assert site.query(since) == [(before.published,)]
    unreachable = "select count(*) from marts.changes where household_id is null or regency_name is null"
    assert site.query(unreachable) == [(0,)]
    counted = json.loads((site.home / "published" / "current" / "summary.json").read_text())["changes"]
    assert sum(row["count"] for row in counted if row["subject"] in {row[1] for row in listed_changes}) == len(
        listed_changes
    )


def groups(links: dict[tuple, str]) -> set[frozenset]:
    """Groups of records that share an id, whatever the id."""
    found: dict[str, set] = {}
    for key, one in links.items():
        found.setdefault(one, set()).add(key)
    return {frozenset(keys) for keys in found.values()}


def of_households(site, column: str) -> dict[tuple, str]:
    rows = site.query(f"select source, record_key, {column} from marts.household_records")
    return {tuple(row[:2]): row[2] for row in rows}


def of_the_past(site, column: str) -> dict[tuple, str]:
    """Ended records with their id. An ended record that is linked to no current record keeps an id that a load from
    scratch does not give.
    """
    kept = "link_rule is distinct from 'kept'" + (" and role is not null" if column == "person_id" else "")
    rows = site.query(f"select source, record_key, valid_from, {column} from marts.past_records where {kept}")
    return {tuple(row[:3]): row[3] for row in rows}


def _spoil(site, day: str) -> dict[str, str]:
    """Every source sends a file that is rejected, one of which aborts its parser. Returns the reasons."""
    every = [*faults.whole_files(all_sources()), *faults.limits()]
    every = [fault for fault in every if fault.expected.status == "refused"]
    expected = {}
    for source in all_sources():
        fault = [fault for fault in every if fault.source == source.name][-1]
        folder = site.landing / source.name / day
        folder.mkdir(parents=True)
        for name, content in fault.files(source).items():
            (folder / name).write_bytes(content)
        expected[source.name] = fault.expected.reason
    return expected


@after_nights(3)
def test_a_load_from_scratch_gives_the_same_although_every_source_sends_a_fault(site, empty_site, province):
    """Loading all nights at once gives the same, and rejected files change nothing."""
    day = (date.fromisoformat(province.dates[-1]) + timedelta(days=1)).isoformat()
    expected = _spoil(empty_site, day)
    empty_site.nightly(day)
    _assert_that_all_were_refused(empty_site, day, expected)
    step_by_step, at_once = persons(site), persons(empty_site)
    assert step_by_step.keys() == at_once.keys()
    assert groups(step_by_step) == groups(at_once)
    for column in ("household_id", "family_id"):
        one, other = (of_households(place, column) | of_the_past(place, column) for place in (site, empty_site))
        assert groups(one) == groups(other), column
    one, other = (of_the_past(place, "person_id") for place in (site, empty_site))
    assert one
    assert groups(step_by_step | one) == groups(at_once | other)
    pairs = "select pair_id, detector, state, weight, evidence from marts.identity_links order by pair_id"
    assert site.query(pairs) == empty_site.query(pairs)
    counts = "select count(*) from marts.household_status"
    assert site.query(counts) == empty_site.query(counts)


def _assert_that_all_were_refused(site, day: str, expected: dict[str, str]) -> None:
    rows = site.query(f"select source, status, reason from quality.deliveries where delivery_date = '{day}'")
    assert {source for source, *_ in rows} == set(expected)
    assert {"parser_out_of_memory", "unpacked_too_large", "too_many_columns", "page_missing"} < set(expected.values())
    assert all(status == "refused" and reason for _, status, reason in rows), rows
