"""Stories that share a run do not see each other's records, and fail independently."""

from __future__ import annotations

import pytest

from tests.assets.identity.company import play
from tests.assets.identity.conftest import Mentions, kk, nik

pytestmark = pytest.mark.slow


def test_the_same_story_twice_has_different_people(tmp_path):
    seen = []

    def story(mentions: Mentions, rule: str):
        asep = mentions.register(1, "ASEP HIDAYAT", "1980-05-17")
        record = mentions.pkh("A", "ASEP HIDAYAT", None, nik=nik(1))
        alone = mentions.jamsosratu("B", "ASEP HIDAYAT", "1980-05-17", village_code=None)
        first = yield mentions
        assert not first.same(asep, alone)
        assert first.read("person_links").height == 3
        assert first.read("family_links").filter(no_kk=kk(1)).height == 1
        second = yield mentions.without(record)
        assert second.person(asep) == first.person(asep)
        assert second.events("person", "20191101-002") == set()
        third = yield mentions.without(alone)
        assert third.events("person", "20191101-003") == {("retired", first.person(alone), None)}
        seen.extend((first.person(asep), first.person(alone), first.household(asep), first.family(asep)))
        assert third.rule(record) == rule

    failed = play({rule: story(Mentions(), rule) for rule in ("nik", "kk")}, tmp_path)
    assert len(set(seen)) == len(seen) == 8
    assert failed["nik"] is None
    assert isinstance(failed["kk"], AssertionError)
