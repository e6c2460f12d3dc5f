"""A publication that is damaged after it was sealed: the damage is detected, and readers get the newest intact
publication.
"""

from __future__ import annotations

import os
import shutil

import pytest

from assets.identity.resolve import previous_of
from assets.ledger import Ledger
from assets.publication import mend, pointed_at, read_summary, rollback
from assets.publication.metrics import measure
from assets.seal import damage, damage_seen
from tests.assets.publication.test_publish import seen, states

pytestmark = pytest.mark.slow


def truncated(home, load_id) -> None:
    path = home.warehouse(load_id)
    path.chmod(0o640)
    os.truncate(path, path.stat().st_size // 2)


def garbage(home, load_id) -> None:
    path = home.warehouse(load_id)
    path.chmod(0o640)
    path.write_bytes(b"\x00" * path.stat().st_size)


def one_byte_turned(home, load_id) -> None:
    """Flip one bit, which a check of sizes would miss."""
    path = home.warehouse(load_id)
    path.chmod(0o640)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))


def missing(home, load_id) -> None:
    home.warehouse(load_id).unlink()


def summary_spoilt(home, load_id) -> None:
    path = home.publication(load_id) / "summary.json"
    path.chmod(0o640)
    path.write_text("{")


def dangling(home, load_id) -> None:
    shutil.rmtree(home.publication(load_id))


def of_another_load(home, load_id) -> None:
    other = next(folder for folder in home.publications.iterdir() if folder.name != load_id)
    home.warehouse(load_id).unlink()
    shutil.copyfile(other / "warehouse.duckdb", home.warehouse(load_id))


KINDS = [truncated, garbage, one_byte_turned, missing, summary_spoilt, dangling, of_another_load]


@pytest.fixture
def two_nights(province):
    """HOME with two published loads of 400 and 410 households, and their ids."""
    return province.home, province.concluded().load_id, province.concluded(households=410).load_id


@pytest.mark.slow  # chains of nights
@pytest.mark.parametrize("spoil", KINDS)
def test_damage_is_found_and_the_next_load_continues_from_the_last_intact_one(two_nights, province, spoil):
    home, first, second = two_nights
    assert damage_seen(home, second) is damage_seen(home, second, thorough=True) is None
    spoil(home, second)
    assert damage_seen(home, second, thorough=spoil is one_byte_turned), "a glance is enough for the others"
    mended = mend(home)
    assert (mended.damaged, mended.now) == (second, first)
    assert seen(home) == pointed_at(home) == first
    assert states(home) == ["published", "damaged"]
    assert mend(home) is None
    tomorrow = province.night(households=405)
    assert previous_of(home, tomorrow.load_id).published == home.load(first).identity
    metrics = {row["metric"]: row for row in measure(tomorrow).to_pylist() if row["regency_code"] == "36"}
    assert metrics["households_total"]["yesterday"] == 400
    province.conclude(tomorrow)
    assert seen(home) == tomorrow.load_id
    assert rollback(home, "auditor", "why not") == first, "what is damaged is none to go back to"


def test_only_a_load_finds_damage_between_the_samples(two_nights, monkeypatch):
    home, first, second = two_nights
    sealed = {load_id: read_summary(home, load_id)["warehouse_sample"] for load_id in (first, second)}
    monkeypatch.setattr("assets.seal._sample", lambda path: sealed[path.parent.name])
    one_byte_turned(home, second)
    assert damage(home, second) is None
    assert damage(home, second, thorough=True)
    assert mend(home).now == first


def test_if_none_is_intact_the_next_load_starts_from_scratch(two_nights, province):
    home, first, second = two_nights
    for load_id in (first, second):
        truncated(home, load_id)
    assert mend(home).now is None
    assert pointed_at(home) is None
    assert states(home) == ["superseded", "damaged"]
    assert mend(home).damaged == first
    assert states(home) == ["damaged", "damaged"]
    assert mend(home) is None
    tomorrow = province.night()
    assert {row["rule"] for row in measure(tomorrow).to_pylist()} <= {"first_night", "absolute", "information"}
    province.conclude(tomorrow)
    assert seen(home) == tomorrow.load_id


def test_a_lost_link_is_made_again(two_nights):
    home, _, second = two_nights
    home.current_publication.unlink()
    assert damage_seen(home, second)
    assert mend(home).now == second
    assert seen(home) == second
    assert states(home) == ["superseded", "published"]
    home.current_snapshot.unlink()
    assert damage_seen(home, second)
    assert mend(home).now == second
    assert seen(home) == second
    assert states(home) == ["superseded", "published"]


def test_a_home_that_was_copied_without_its_links(two_nights):
    home, _, second = two_nights
    content = home.current_snapshot.read_bytes()
    home.current_snapshot.unlink()
    home.current_snapshot.write_bytes(content)
    home.current_publication.unlink()
    shutil.copytree(home.publication(second), home.current_publication)
    assert damage_seen(home, second)
    assert mend(home).now == second
    assert seen(home) == second
    assert len(list(home.published.glob("*.set-aside"))) == 2


def test_a_link_to_no_load(two_nights):
    home, _, second = two_nights
    home.current_publication.unlink()
    home.current_publication.symlink_to("../publications/20300101-001")
    assert mend(home).now == second
    assert seen(home) == second


def test_a_publication_that_an_earlier_version_sealed_is_opened(two_nights):
    home, first, second = two_nights
    for load_id in (first, second):
        path = home.publication(load_id) / "summary.json"
        path.chmod(0o640)
        text = path.read_text().replace("warehouse_sample", "x").replace("warehouse_sha256", "y")
        path.write_text(text)
    assert mend(home) is None
    garbage(home, second)
    assert mend(home).now == first


def test_no_load_continues_from_one_with_a_withdrawn_delivery(two_nights):
    home, first, second = two_nights
    with Ledger(home.ledger) as ledger:
        ledger.withdraw_delivery(ledger.load_deliveries(first)[0]["delivery_id"], "wrong")
    truncated(home, second)
    assert mend(home).now is None
