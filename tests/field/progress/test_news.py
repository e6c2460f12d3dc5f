"""Progress is rebuilt if something that it depends on is another, and only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from assets.intake.landing import sha256_of, state_of
from assets.ledger import Ledger
from assets.sources import field_sources
from field.progress.news import digest
from tests.field.progress.conftest import DAY


@pytest.fixture
def now(basis, landing):
    def now(settle_seconds: float = 0, day=DAY, on=basis) -> str:
        return digest(on, landing, day, settle_seconds, field_sources())

    return now


def test_new_submissions_the_day_and_the_load_count(now, submit, basis):
    before = now()
    assert now() == before
    submit(3)
    assert now() != before
    assert now(day=DAY + timedelta(1)) != now()
    assert now(on=replace(basis, load_id="20191101-002")) != now()


def test_other_sources_and_folders_that_still_grow_do_not(now, submit, landing):
    before = now()
    other = landing / "dukcapil_penduduk" / DAY.isoformat()
    other.mkdir(parents=True)
    (other / "penduduk.csv").write_text("NIK\n")
    assert now() == before
    submit(3)
    assert now(settle_seconds=3600) == before


def test_a_file_that_a_load_took_in_is_not_new(now, submit, home, basis):
    (path,) = submit(3)
    with Ledger(home.ledger) as ledger:
        ledger.remember_fingerprint(path, state_of(path), sha256_of(path))
        row = {"delivery_id": "d", "source": "dinsos_kunjungan", "agency": "Dinas Sosial", "kind": "delta"}
        row |= {"delivery_date": DAY.isoformat(), "sha256": "x", "file_names": path.name, "coverage": "36"}
        file = {"file_name": path.name, "sha256": sha256_of(path), "bytes": 1, "coverage": "36", "status": "accepted"}
        ledger.record_delivery(row | {"status": "accepted", "load_id": basis.load_id}, [file])
    taken = now()
    path.unlink()
    assert now() == taken, "only the delivery counts"
