"""Agreements, extracts and pseudonyms from the command line."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from assets import local_postgres
from assets.ledger import Ledger
from assets.publication import pointer
from assets.sharing import agreement as agreements
from assets.sharing.pseudonyms import key_of
from orchestration import clock
from orchestration.cli import app
from tests.assets.sharing.conftest import AS_OF, PERSONS, write_agreement, write_publication, written
from tests.services import free_port, lacking

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path, monkeypatch):
    folder = tmp_path / "agreements"
    monkeypatch.setattr(agreements, "FOLDER", folder)
    monkeypatch.setattr(clock, "today", lambda: date(2026, 12, 11))
    write_agreement(folder, written())
    return folder


@pytest.fixture
def published(home, folder, monkeypatch):
    with Ledger(home.ledger) as ledger:
        load_id = ledger.open_load(AS_OF, "code")
        write_publication(home.warehouse(load_id))
        pointer.turn(home, load_id)
        ledger.set_state(load_id, "published")
    monkeypatch.setattr("orchestration.sharing.today", clock.today)
    return home


def sadaya(*arguments, expect: int = 0) -> str:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == expect, done.output
    return " ".join(done.output.split())


def test_check_warns_of_an_end_that_is_near(folder):
    assert "ends on 2026-12-31, in 20 days" in sadaya("agreements", "check")


def test_check_reports_problems_of_a_file(folder):
    write_agreement(folder, written(smallest_cell=1))
    assert "dinuji.yaml: smallest_cell" in sadaya("agreements", "check", expect=1)


def test_check_names_a_contract_that_does_not_hold(folder):
    write_agreement(folder, written({**PERSONS, "version": "7.0.0"}))
    assert "relies on version 7.0.0 of its contract" in sadaya("agreements", "check", expect=1)


def test_check_compares_agreements_with_the_publication(published, folder):
    said = sadaya("agreements", "check", "--home", published.root)
    assert "are in no agency's share" in said
    write_agreement(folder, written({**PERSONS, "columns": {"shoe_size": "clear"}}))
    assert "missing column shoe_size" in sadaya("agreements", "check", "--home", published.root, expect=1)


def test_check_fails_where_an_agreement_has_ended(folder):
    write_agreement(folder, written(ends=date(2026, 12, 10)))
    assert "ended on 2026-12-10" in sadaya("agreements", "check", expect=1)


def test_show_lists_columns_with_their_masking(folder):
    write_agreement(folder, written(officers=[{"name": "lebak", "regencies": ["3602"]}]))
    said = sadaya("agreements", "show", "dinuji")
    assert "nik last_four" in said
    assert "Officer lebak: only 3602." in said
    assert "known: dinuji" in sadaya("agreements", "show", "dinlain", expect=2)


def test_an_extract_is_made_again_and_compared(published, folder, tmp_path):
    said = sadaya("extract", "dinuji", "--to", tmp_path / "out", "--home", published.root)
    assert "40 rows" in said
    assert (tmp_path / "out" / "dinuji" / "dinuji-provinsi.xlsx").is_file()
    sadaya("extract", "dinuji", "--to", tmp_path / "out", "--home", published.root)
    said = sadaya("agreements", "diff", "20260315-001", "--home", published.root)
    assert "dinuji agency - served" in said
    assert "no publication" in sadaya("agreements", "diff", "20260101-001", "--home", published.root, expect=2)


def test_an_extract_that_is_made_again_has_the_agencys_card_too(published, folder, tmp_path, monkeypatch):
    def card(home, load_id, agency, place):
        place.mkdir(exist_ok=True)
        (place / "rapor.html").write_text(f"{load_id} {agency}")

    monkeypatch.setattr("assets.site.serve.write_card", card)
    sadaya("extract", "dinuji", "--home", published.root)
    sadaya("extract", "dinuji", "--to", tmp_path / "out", "--home", published.root)
    for place in (published.extract("20260315-001", "dinuji"), tmp_path / "out" / "dinuji"):
        assert (place / "sender" / "rapor.html").read_text() == "20260315-001 dinuji"


def test_an_extract_replaces_no_other_folder(published, tmp_path):
    (tmp_path / "out" / "dinuji").mkdir(parents=True)
    said = sadaya("extract", "dinuji", "--to", tmp_path / "out", "--home", published.root, expect=2)
    assert "is not an extract" in said


def test_an_ended_agreement_gives_no_extract(published, folder, tmp_path):
    write_agreement(folder, written(ends=date(2026, 12, 10)))
    said = sadaya("extract", "dinuji", "--to", tmp_path / "out", "--home", published.root, expect=1)
    assert "in force from 2026-01-01 to 2026-12-10" in said


def test_reveal_shows_the_value_and_records_the_request(published):
    pseudonym = key_of(published, "dinuji", 1).of("P7")
    arguments = ("reveal", "dinuji", pseudonym, "--home", published.root, "--by", "ani")
    sadaya(*arguments, expect=2)
    assert "person_id P7" in sadaya(*arguments, "--reason", "aduan 12")
    with Ledger(published.ledger) as ledger:
        assert [(row["action"], row["by"], row["reason"]) for row in ledger.decisions()] == [
            ("reveal", "ani", "aduan 12")
        ]


def test_a_damaged_extract_is_reported_and_written_again(published, folder):
    sadaya("extract", "dinuji", "--home", published.root)
    sadaya("agreements", "check", "--home", published.root)
    made = published.extract("20260315-001", "dinuji") / "dinuji-provinsi.xlsx"
    made.write_bytes(b"")
    said = sadaya("agreements", "check", "--home", published.root, expect=1)
    assert "extract of dinuji: dinuji-provinsi.xlsx was changed; sadaya extract dinuji" in said
    sadaya("extract", "dinuji", "--home", published.root)
    assert made.stat().st_size > 0
    sadaya("agreements", "check", "--home", published.root)


def test_a_withheld_extract_is_removed_from_the_publication(published, folder):
    sadaya("extract", "dinuji", "--home", published.root)
    write_agreement(folder, written(ends=date(2026, 12, 10)))
    assert "in force from" in sadaya("extract", "dinuji", "--home", published.root, expect=1)
    assert not published.extract("20260315-001", "dinuji").exists()
    said = sadaya("agreements", "check", "--home", published.root, expect=1)
    assert "no extract for dinuji (withheld): dinuji: the agreement is in force from" in said


def test_serve_starts_a_server_and_shows_connection_strings(published, folder, monkeypatch):
    if local_postgres.programs() is None:
        lacking("postgresql")
    monkeypatch.setenv("SADAYA_POSTGRES_DSN", "")
    assert "is not set" in sadaya("serve", "--home", published.root, expect=2)
    write_agreement(folder, written(media=["postgres"]))
    server = Path(tempfile.mkdtemp(prefix="sadaya-", dir="/tmp"))
    server.chmod(0o755)
    arguments = ("serve", "--home", published.root, "--local", server, "--port", free_port())
    try:
        said = sadaya(*arguments, "--load", "20260315-001", "--connections")
        assert "On PostgreSQL: dinuji: 40 rows." in said
        with psycopg.connect(said.split()[-1]) as connection:
            assert connection.execute("select count(*) from dim_person").fetchone() == (40,)
        with psycopg.connect(**local_postgres.running(server)) as connection:
            assert connection.execute("select count(*) from dinuji.dim_person").fetchone() == (40,)
        assert "only the published load is served" in sadaya(*arguments, "--load", "20260314-001", expect=2)
        write_agreement(folder, written(media=["postgres"], ends=date(2026, 12, 10)))
        assert "not on PostgreSQL: dinuji (withheld)" in sadaya(*arguments, expect=1)
        sadaya("stop-server", "--local", server)
        assert local_postgres.running(server) is None
    finally:
        local_postgres.stop(server, at_once=True)
        shutil.rmtree(server)
