"""A rebuild of progress from start to end, with the marts built by a few lines instead of dbt
(tests/integration/test_progress.py runs dbt): what is refused, and that readers keep what they see.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from assets.home import Home
from assets.ledger import Ledger
from assets.publication import rollback
from benchmarks.submissions import visits, write_pages
from field import pages
from orchestration import dbt_progress, field_progress
from orchestration.dbt_manifest import DbtError
from orchestration.field_progress import ProgressOutcome, run_progress
from orchestration.lock import Busy
from orchestration.pull import Pulled
from orchestration.session import Backwards
from orchestration.status import describe
from tests.command_line import Done, in_process
from tests.small_home import CODE, publish_small

pytestmark = pytest.mark.slow

LOADED, DAY = date(2019, 11, 1), date(2019, 11, 2)
HOLD = """
import sys
from pathlib import Path
from assets.home import Home
from orchestration.lock import writer
with writer(Home(Path(sys.argv[1])), purpose=sys.argv[2]):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(autouse=True)
def one_code(monkeypatch):
    monkeypatch.setattr(field_progress, "code_version", lambda: CODE)


@pytest.fixture
def load_id(home) -> str:
    return publish_small(home, LOADED)


@pytest.fixture(autouse=True)
def marts(monkeypatch):
    """Instead of dbt: one mart with the number of accepted submissions."""

    def rebuild(load, basis):
        warehouse = load.home.warehouse(load.load_id)
        warehouse.parent.mkdir()
        accepted = str(load.folder.inputs / "dinsos_kunjungan" / "*" / "accepted" / "*.parquet")
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute("create schema marts")
            count = "create table marts.visits as select count(*) as n from read_parquet(?)"
            connection.execute(count, [accepted])

    monkeypatch.setattr(dbt_progress, "rebuild", rebuild)


@pytest.fixture(autouse=True)
def pages_of(monkeypatch):
    """Instead of the pages: one that names the load."""

    def write(database, folder, stamp):
        folder.mkdir()
        (folder / "index.html").write_text(stamp.load_id)

    monkeypatch.setattr(pages, "write", write)


def submit(landing: Path, count: int, day: date = DAY, hour: int = 1) -> list[Path]:
    at = datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00")
    return write_pages(landing / "dinsos_kunjungan" / day.isoformat(), visits([("J1", "C1")], count, at), at)


def run(home: Home, landing: Path, day: date = DAY, **environment: str) -> ProgressOutcome:
    return run_progress(home, landing, day, {"SADAYA_SETTLE_SECONDS": "0"} | environment)


def seen(home: Home) -> int | None:
    """The number of submissions that readers see."""
    path = home.current_progress / "progress.duckdb"
    if not path.exists():
        return None
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute("select n from marts.visits").fetchone()[0]


def test_submissions_of_the_day_are_seen_and_nothing_is_rebuilt_twice(home, landing, load_id):
    submit(landing, 3)
    first = run(home, landing)
    assert (first.status, first.exit_code, seen(home)) == ("published", 0, 3)
    assert first.current["load_id"] == load_id
    assert (home.current_progress / "pages" / "index.html").read_text() == load_id
    again = run(home, landing)
    assert (again.status, again.exit_code, again.current) == ("unchanged", 0, first.current)
    submit(landing, 2, hour=3)
    assert (run(home, landing).status, seen(home)) == ("published", 5)
    with Ledger(home.ledger) as ledger:
        assert ledger.deliveries() == []


def test_without_submissions_progress_is_that_of_the_load(home, landing, load_id):
    assert (run(home, landing).status, seen(home)) == ("published", 0)


def test_a_refused_file_is_shown_and_the_others_are_taken(home, landing, load_id):
    submit(landing, 3)
    (bad,) = submit(landing, 2, hour=3)
    bad.write_text("{")
    done = run(home, landing)
    assert {row["status"] for row in done.deliveries} == {"accepted", "refused"}
    assert (done.exit_code, seen(home), done.current["refused"]) == (0, 3, 1)
    with duckdb.connect(str(home.current_progress / "progress.duckdb"), read_only=True) as connection:
        refused = connection.execute("select reason, reason_en from quality.deliveries where status = 'refused'")
        assert all(refused.fetchone())


def test_before_the_first_publication_a_load_is_asked_for(home, landing):
    done = run(home, landing)
    assert (done.status, done.exit_code, done.reason) == ("failed", 1, "nothing is published yet: run a load first")


def test_what_fails_leaves_readers_where_they_are_and_is_told_once(home, landing, load_id, monkeypatch):
    submit(landing, 3)
    run(home, landing)
    submit(landing, 2, LOADED)

    def broken(*_):
        raise DbtError("2 nodes of dbt failed, first model.fct_visit (error)")

    with monkeypatch.context() as patched:
        patched.setattr(dbt_progress, "rebuild", broken)
        failed, again = run(home, landing), run(home, landing)
    assert (failed.status, failed.exit_code, failed.is_news) == ("failed", 1, True)
    assert not again.is_news
    assert seen(home) == 3
    assert describe(home)["progress_failure"]["reason"] == failed.reason
    assert (run(home, landing).status, seen(home)) == ("published", 5)
    assert describe(home)["progress_failure"] is None


def test_pages_that_cannot_be_written_publish_nothing(home, landing, load_id, monkeypatch):
    run(home, landing)
    submit(landing, 3)

    def broken(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(pages, "write", broken)
        done = run(home, landing)
    assert (done.status, seen(home)) == ("failed", 0)
    assert done.reason.startswith("progress: OSError in ")
    assert (run(home, landing).status, seen(home)) == ("published", 3)


def test_an_unexpected_error_quotes_nothing(home, landing, load_id, monkeypatch):
    def broken(*_):
        raise ValueError("NIK 3601")

    monkeypatch.setattr(dbt_progress, "rebuild", broken)
    done = run(home, landing)
    assert "ValueError" in done.reason
    assert "3601" not in done.reason
    assert "3601" in (home.progress / "failure.log").read_text()


def test_a_killed_rebuild_is_begun_again(home, landing, load_id, monkeypatch):
    submit(landing, 3)
    run(home, landing)
    submit(landing, 2, LOADED)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(dbt_progress, "rebuild", killed)
        run(home, landing)
    assert seen(home) == 3
    assert (run(home, landing).status, seen(home)) == ("published", 5)
    assert not home.progress_work.loads.exists(), "only the ledger and the deliveries are kept"


def test_a_later_load_and_a_rollback_change_what_it_is_built_on(home, landing, load_id):
    run(home, landing)
    later = publish_small(home, DAY)
    assert run(home, landing).current["load_id"] == later
    rollback(home, "tim-data", "salah")
    assert run(home, landing).current["load_id"] == load_id


def test_time_does_not_run_backwards(home, landing, load_id):
    with pytest.raises(Backwards):
        run(home, landing, date(2019, 10, 31))


def test_damage_of_the_published_load_is_told_and_not_mended(home, landing, load_id):
    run(home, landing)
    warehouse = home.warehouse(load_id)
    with warehouse.open("r+b") as file:
        file.truncate(1000)
    done = run(home, landing)
    assert (done.status, done.reason[:28]) == ("failed", "the publication is damaged: ")
    assert seen(home) == 0


@pytest.mark.parametrize("purpose", ["load", "progress"])
def test_it_does_not_run_beside_a_load_or_another_rebuild(home, landing, load_id, purpose):
    command = [sys.executable, "-c", HOLD, str(home.root), purpose]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Busy, match="load is running" if purpose == "load" else "progress is being rebuilt"):
            run(home, landing)
        holder.communicate("end\n")


def test_a_failed_pull_is_told_although_the_rest_is_published(home, landing, load_id, monkeypatch):
    submit(landing, 3)
    failed = Pulled("dinsos_kunjungan", "failed", reason="the server does not answer")
    none = Pulled("dinsos_keluarga_baru", "not_configured")
    monkeypatch.setattr(field_progress, "pull_one", lambda source, *_: failed if source.name == failed.source else none)
    done = run(home, landing)
    assert (done.status, done.exit_code, seen(home)) == ("published", 1, 3)
    assert done.complaint == "dinsos_kunjungan: the server does not answer"
    monkeypatch.setattr(field_progress, "pull_one", lambda *_: none)
    assert run(home, landing).exit_code == 0


def test_what_a_pull_brings_is_taken_in_by_the_same_run(home, landing, load_id, monkeypatch):
    def pulled(source, into, day, environment):
        if source.name != "dinsos_kunjungan":
            return Pulled(source.name, "not_configured")
        assert environment["SADAYA_DINSOS_KUNJUNGAN_URL"] == "https://odk.example.id"
        submit(into, 4, day)
        return Pulled(source.name, "landed", files=1, bytes=10, rows=4)

    monkeypatch.setattr(field_progress, "pull_one", pulled)
    run(home, landing, SADAYA_DINSOS_KUNJUNGAN_URL="https://odk.example.id")
    assert seen(home) == 4


def test_old_ones_are_removed_by_the_setting(home, landing, load_id):
    for day in range(2, 6):
        run(home, landing, date(2019, 11, day), SADAYA_KEEP_PROGRESS="2")
    assert len([path for path in home.progress.iterdir() if path.name.startswith("2019")]) == 2


def test_status_tells_of_it(home, landing, load_id, monkeypatch):
    assert describe(home)["progress"] is None
    submit(landing, 3)
    run(home, landing)
    told = describe(home)["progress"]
    assert (told["load_id"], told["read"], told["damage"]) == (load_id, 3, None)
    done = subprocess.run(
        [sys.executable, "-m", "orchestration", "status", "--home", str(home.root)],
        env=os.environ | {"LANG": "C"},
        capture_output=True,
        text=True,
    )
    assert f"on load {load_id}, newest form 2019-11-02 08:00: 3 new forms read, 3 accepted" in done.stdout


def command(home: Home, landing: Path, **environment: str) -> Done:
    return in_process("progress", "--home", home.root, "--landing", landing, "--date", DAY, LANG="C", **environment)


def test_the_command_shows_deliveries_reasons_and_what_readers_see(home, landing, load_id):
    submit(landing, 3)
    (bad,) = submit(landing, 2, hour=3)
    bad.write_text("{")
    done = command(home, landing)
    assert done.code == 0, done.err
    assert "refused" in done.out
    assert f"on load {load_id}" in done.out
    assert "3 accepted, 0 quarantined, 0 duplicate; 1 deliveries refused." in done.out
    assert "No new submissions." in command(home, landing).out


def test_the_command_fails_with_the_reason_and_alerts_once(home, landing, monkeypatch):
    sent = []
    monkeypatch.setattr("orchestration.alerts.send", sent.append)
    first, again = command(home, landing), command(home, landing)
    assert (first.code, again.code) == (1, 1)
    assert "Failed: nothing is published yet: run a load first." in first.out
    assert [(alert.job, alert.reason) for alert in sent] == [("progress", "nothing is published yet: run a load first")]
