"""Questions about forms, over made-up provinces: every fault is asked about, and hardly an honest form is."""

from __future__ import annotations

import pytest

from tests.dbt_project.marts.companions import PLACES, Field, companions

pytestmark = pytest.mark.slow

FORMS = """
select kind, unnest(string_split(submission_ids, ' ')) as submission_id from field_questions
where kind <> 'never_visited'
"""
FAMILIES = "select participant_no from field_questions where kind = 'never_visited'"
FEW = 0.01
"""Of the honest forms, so many may be asked about."""
UNKNOWN = {"scattered": 5}
"""Of 50 forms from far away, so many pass where a village has too few visits to know where it lies."""


def tell(night, field: Field) -> None:
    for number, family in enumerate(field.families):
        night.tells("JAMSOSRATU", status="active", **family | {"key": family["participant_no"], "row_number": number})
    for form in field.forms:
        night.stages("stg_dinsos__kunjungan", record_key=form["submission_id"], **form)


@pytest.mark.parametrize("place", PLACES)
def test_every_fault_is_asked_about_and_hardly_an_honest_form(night, ask, place):
    """2,000 visits by 250 companions, a fifth with a fault; where homes are near each other, far, in
    between, and in villages with few visits.
    """
    field = companions(PLACES[place], seed=22)
    tell(night, field)
    asked: dict[str, set[str]] = {}
    for kind, submission in ask(FORMS):
        asked.setdefault(kind, set()).add(submission)
    missed = {kind: len(forms - asked.get(kind, set())) for kind, forms in field.faults.items()}
    far = missed.pop("place_far")
    assert far <= UNKNOWN.get(place, 0)
    assert missed == dict.fromkeys(missed, 0)
    honest = field.honest()
    assert len(honest) > 1500
    assert len(honest & set().union(*asked.values())) < FEW * len(honest)
    never = {family for (family,) in ask(FAMILIES)}
    spoilt = {form["participant_no"].lstrip("X") for form in field.forms if form["submission_id"] not in honest}
    assert field.unvisited <= never
    assert never - field.unvisited <= spoilt, "a form with a wrong number or day is no visit to the family"
