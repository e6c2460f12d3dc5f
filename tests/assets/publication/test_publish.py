"""Publish, roll back, override: what readers see, and what the ledger records."""

from __future__ import annotations

import stat
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from assets.ledger import Ledger
from assets.publication import (
    PublicationError,
    Retention,
    conclude,
    override,
    pointed_at,
    pointer,
    publish,
    publish_quality,
    read_summary,
    reconcile_pointer,
    retain,
    rollback,
    seal,
)

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]


def seen(home) -> str:
    """The load id in the published file."""
    with duckdb.connect(str(home.current_snapshot), read_only=True) as connection:
        return connection.execute("select load_id from reference.load").fetchall()[0][0]


def states(home) -> list[str]:
    with Ledger(home.ledger) as ledger:
        return [load["state"] for load in ledger.loads()]


def query(path, sql):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_passed_load_is_published_complete_and_read_only(province):
    load = province.concluded()
    home = province.home
    assert seen(home) == pointed_at(home) == load.load_id
    assert states(home) == ["published"]
    assert stat.S_IMODE(home.warehouse(load.load_id).stat().st_mode) == 0o440
    assert stat.S_IMODE(home.quality_of(load.load_id).stat().st_mode) == 0o440
    assert not list(home.publication(load.load_id).glob("*.wal"))
    assert home.current_publication.readlink() == Path(f"../publications/{load.load_id}")
    assert home.current_snapshot.readlink() == Path("current/warehouse.duckdb")


def test_the_summary_has_the_counts_of_the_load(province):
    load = province.concluded(households=400)
    summary = read_summary(province.home, load.load_id)
    assert summary["load_id"] == load.load_id
    assert summary["rows"]["marts.dim_household"] == 400
    assert summary["poor"] == {"households": 400, "without_living_member": 4}
    assert summary["rows"]["quality.deliveries"] == 2
    kind = {"since_load_id": "before", "entity": "household", "change": "entered", "subject": "jamsosratu"}
    assert summary["changes"] == [kind | {"count": 200}], "of this load, not of those that are carried along"
    assert summary["gate"] == {"passed": True, "broken": False, "failures": []}
    assert summary["sources"]["dinsos_pkh"] == {"last_delivery_id": "d", "as_of": "2019-11-01", "age_days": 0}


def test_a_rejected_load_leaves_yesterday_and_shows_its_quality(province):
    old, bad = province.concluded(), province.concluded(passed=False)
    home = province.home
    assert seen(home) == old.load_id
    assert states(home) == ["published", "rejected"]
    shown = query(home.current_quality, "select load_id, state from quality.loads order by load_id")
    assert shown == [(old.load_id, "published"), (bad.load_id, "rejected")]
    assert query(home.current_quality, "select distinct load_id from quality.gate_metrics") == [(bad.load_id,)]
    assert query(home.current_snapshot, "select distinct load_id from quality.gate_metrics") == [(old.load_id,)]
    with pytest.raises(PublicationError, match="rejected"):
        publish(bad)


def test_the_published_file_calls_itself_published_and_its_predecessor_superseded(province):
    first, second = province.concluded(), province.concluded()
    shown = query(province.home.current_snapshot, "select load_id, state from quality.loads order by load_id")
    assert shown == [(first.load_id, "superseded"), (second.load_id, "published")]
    assert query(province.home.current_quality, "select state from quality.loads order by load_id")[1] == ("published",)


def test_a_load_with_a_broken_build_cannot_be_overridden(province):
    bad = province.concluded(passed=False, broken=True)
    assert states(province.home) == ["failed"]
    with pytest.raises(PublicationError, match="failed, not rejected"):
        override(province.home, bad.load_id, "Petugas", "coba")


def test_a_person_can_override_the_gate_on_record(province):
    province.concluded()
    bad = province.concluded(passed=False)
    home = province.home
    assert override(home, bad.load_id, "Petugas", "penurunan benar") == bad.load_id
    assert seen(home) == bad.load_id
    assert states(home) == ["superseded", "published"]
    assert query(home.current_quality, "select action, subject, decided_by, reason from quality.decisions") == [
        ("override", bad.load_id, "Petugas", "penurunan benar")
    ]


def test_loads_that_cannot_be_overridden(province):
    good, bad = province.concluded(), province.concluded(passed=False)
    home = province.home
    for load_id, why in (("20190101-001", "no load"), (good.load_id, "published, not rejected")):
        with pytest.raises(PublicationError, match=why):
            override(home, load_id, "Petugas", "coba")
    later = province.concluded()
    with pytest.raises(PublicationError, match="later"):
        override(home, bad.load_id, "Petugas", "coba")
    home.warehouse(bad.load_id).unlink()
    rollback(home, "Petugas", "coba")
    with pytest.raises(PublicationError, match="incomplete"):
        override(home, bad.load_id, "Petugas", "coba")
    assert states(home)[2] == "rolled_back"
    assert later.load_id != seen(home)


def test_rollback_twice_then_no_further(province):
    first, second, third = (province.concluded() for _ in range(3))
    home = province.home
    assert rollback(home, "Petugas", "salah") == second.load_id == seen(home)
    assert rollback(home, "Petugas", "salah juga") == first.load_id == seen(home)
    assert states(home) == ["published", "rolled_back", "rolled_back"]
    with pytest.raises(PublicationError, match="no earlier"):
        rollback(home, "Petugas", "lagi")
    decided = query(home.current_quality, "select action, subject, reason from quality.decisions order by decision_id")
    assert decided == [("rollback", third.load_id, "salah"), ("rollback", second.load_id, "salah juga")]


def test_rollback_skips_what_was_rolled_back_before(province):
    first, second = province.concluded(), province.concluded()
    rollback(province.home, "Petugas", "salah")
    third = province.concluded()
    assert rollback(province.home, "Petugas", "salah") == first.load_id
    assert second.load_id != third.load_id


def test_rollback_never_returns_to_a_withdrawn_delivery_or_to_half_a_publication(province):
    first, second, third = (province.concluded() for _ in range(3))
    home = province.home
    with Ledger(home.ledger) as ledger:
        withdrawn = ledger.load_deliveries(second.load_id)[-1]["delivery_id"]
        ledger.withdraw_delivery(withdrawn, "salah kirim")
    assert rollback(home, "Petugas", "salah") == first.load_id
    fourth = province.concluded()
    home.warehouse(first.load_id).chmod(0o640)
    home.warehouse(first.load_id).write_bytes(b"cut")
    with pytest.raises(PublicationError, match="no earlier"):
        rollback(home, "Petugas", "salah")
    assert seen(home) == fourth.load_id != third.load_id


def test_a_load_that_was_not_judged_or_not_built_cannot_be_sealed(province):
    load = province.night()
    with pytest.raises(FileNotFoundError):
        seal(load)
    province.judged(load)
    province.home.warehouse(load.load_id).unlink()
    with pytest.raises(PublicationError, match="no warehouse"):
        seal(load)


@pytest.mark.slow  # six nights
def test_retention_keeps_the_newest_the_published_and_the_rollback_target(province):
    loads = [province.concluded() for _ in range(3)]
    loads += [province.concluded(passed=False) for _ in range(3)]
    home = province.home
    ids = [load.load_id for load in loads]
    assert retain(home, Retention(2, 2, 1)) == [ids[0], ids[3]]
    assert sorted(path.name for path in home.publications.iterdir()) == [ids[1], ids[2], ids[4], ids[5]]
    assert sorted(path.name for path in home.loads.iterdir()) == [ids[1], ids[2], ids[5]]
    kept = [f"{load_id}.duckdb" for load_id in (ids[1], ids[2], ids[4], ids[5])]
    assert sorted(path.name for path in home.quality.iterdir()) == [*kept, "current.duckdb"]
    assert retain(home, Retention(2, 2, 1)) == []
    assert retain(home, Retention(publications=2, quality=1)) == []
    assert ids[4] not in {path.stem for path in home.quality.iterdir()}, "evidence is kept by a number of its own"
    assert rollback(home, "Petugas", "salah") == ids[1]


def test_retention_keeps_the_newest_published_history_of_ids(province):
    """Among publications that readers saw: one that was rolled back is needed, one that was rejected is not."""
    first, taken_back, *rejected = [province.concluded(passed=passed) for passed in (True, True, False, False)]
    rollback(province.home, "Petugas", "salah")
    retain(province.home, Retention(1, 1, 1))
    there = sorted(path.name for path in province.home.loads.iterdir())
    assert there == [first.load_id, taken_back.load_id, rejected[-1].load_id]


READER = """
import sys, time, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
print(connection.execute("select load_id from reference.load").fetchall()[0][0], flush=True)
sys.stdin.readline()
sql = "select count(*), sum(hash(household_id) % 97) from marts.dim_household"
print(connection.execute(sql).fetchall(), flush=True)
"""


@pytest.mark.slow  # three nights under a reader's eyes
def test_a_reader_of_the_old_file_keeps_reading_after_publication_and_retention(province):
    province.steps = None  # under the reader's eyes publications are made, not copied
    old = province.concluded(households=5000)
    sql = "select count(*), sum(hash(household_id) % 97) from marts.dim_household"
    expected = query(province.home.current_snapshot, sql)
    command = [sys.executable, "-c", READER, str(province.home.current_snapshot)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout.readline().strip() == old.load_id
        newer = [province.concluded(households=5000) for _ in range(2)][-1]
        assert retain(province.home, Retention(publications=1, quality=1)) == [old.load_id]
        assert not province.home.warehouse(old.load_id).exists()
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline().strip() == str(expected)
    assert newer.load_id == seen(province.home)


LOOP = """
import sys, pathlib, duckdb
home, stop = sys.argv[1], pathlib.Path(sys.argv[2])
seen, number = set(), 0
while not stop.exists() or number < 20:
    connection = duckdb.connect(home, read_only=True)
    stated, load = connection.execute("select households, load_id from reference.load").fetchall()[0]
    counted = connection.execute("select count(*) from marts.dim_household").fetchall()[0][0]
    assert stated == counted, (stated, counted)
    connection.close()
    seen.add(load)
    number += 1
    if number == 1:
        print("reading", flush=True)
print(sorted(seen))
"""


@pytest.mark.slow  # seconds of turning
def test_readers_see_the_old_or_the_new_load_never_a_mixture(province, tmp_path):
    first, second = province.concluded(households=300), province.concluded(households=310)
    home, stop = province.home, tmp_path / "stop"
    command = [sys.executable, "-c", LOOP, str(home.current_snapshot), str(stop)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as reader:
        assert reader.stdout.readline().strip() == "reading"
        until = time.monotonic() + 2
        while time.monotonic() < until:
            for load in (first, second):
                pointer.turn(home, load.load_id)
        stop.touch()
        out, err = reader.communicate(timeout=30)
    assert reader.returncode == 0, err
    assert out.strip() == str([first.load_id, second.load_id])


KILLER = """
import os, signal, sys
from datetime import date
from pathlib import Path
from assets.home import Home
from assets.load import Load
from importlib import import_module
from assets import durable
from assets.publication import pointer, verdict

module = import_module("assets.publication.publish")

def conclude(root, load_id, day, where, when):
    owner, name = where.rsplit(".", 1)
    owner = {"publish": module, "pointer": pointer, "durable": durable}[owner]
    step = getattr(owner, name)

    def killed(*arguments, **named):
        if when == "after":
            step(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, killed)
    load = Load(Home(Path(root)), Path(root), load_id, date.fromisoformat(day))
    module.conclude(load, verdict.read(load))

for line in sys.stdin:
    if not (child := os.fork()):
        try:
            conclude(*line.rstrip("\\n").split("\\t"))
        finally:
            os._exit(1)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Concludes one load for each line, in a process of its own, whose imports are done already."""


@pytest.fixture(scope="module")
def killed():
    """killed(root, load_id, day, where, when): conclude a load in a process that is killed at a step; returns the exit
    code.
    """
    command = [sys.executable, "-c", KILLER]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killer:

        def killed(*arguments: str) -> int:
            killer.stdin.write("\t".join(arguments) + "\n")
            killer.stdin.flush()
            return int(killer.stdout.readline())

        yield killed
        killer.stdin.close()


STEPS = [
    ("publish.write_quality", "after", "old"),
    ("publish.seal", "before", "old"),
    ("durable.write_text", "before", "old"),
    ("publish.seal", "after", "old"),
    ("pointer.turn", "before", "old"),
    ("pointer.turn", "after", "new"),
    ("pointer.follow", "after", "new"),
    ("durable.settle", "before", "old"),
    ("publish.publish_quality", "before", "new"),
]


@pytest.mark.slow  # chains of nights
@pytest.mark.parametrize(("where", "when", "whose"), STEPS)
def test_a_kill_between_any_two_steps_leaves_one_intact_publication(province, killed, where, when, whose):
    old = province.concluded(households=300)
    new = province.night(households=310)
    province.judged(new)
    assert killed(str(province.home.root), new.load_id, new.as_of.isoformat(), where, when) == -9
    expected = {"old": old, "new": new}[whose]
    assert seen(province.home) == expected.load_id
    reconcile_pointer(province.home)
    with Ledger(province.home.ledger) as ledger:
        assert ledger.published_load()["load_id"] == expected.load_id
        ledger.fail_interrupted()
    assert states(province.home) == (["published", "failed"] if whose == "old" else ["superseded", "published"])
    assert reconcile_pointer(province.home) is None
    tomorrow = province.concluded(households=320)
    assert seen(province.home) == tomorrow.load_id
    assert not list(province.home.published.glob(".*"))


def test_a_rollback_returns_to_the_previous_load_after_a_clock_change(province, monkeypatch):
    province.steps, loads = None, []  # no other test has this clock
    for hour in (9, 5, 1):
        monkeypatch.setattr("assets.ledger.now", lambda hour=hour: f"2019-11-01T0{hour}:00:00+00:00")
        loads.append(province.concluded().load_id)
    assert states(province.home) == ["superseded", "superseded", "published"]
    assert rollback(province.home, "auditor", "wrong") == loads[1]
    told = query(province.home.current_quality, "select load_id, state from quality.loads order by load_seq")
    assert told == list(zip(loads, ("superseded", "published", "rolled_back"), strict=True))


def test_a_kill_in_the_middle_of_a_rollback_is_recognised(province):
    first, second = province.concluded(), province.concluded()
    pointer.turn(province.home, first.load_id)
    assert reconcile_pointer(province.home) == first.load_id
    assert states(province.home) == ["published", "rolled_back"]
    assert seen(province.home) == first.load_id != second.load_id


def test_without_the_link_nothing_is_published(province):
    load = province.concluded()
    province.home.current_publication.unlink()
    assert reconcile_pointer(province.home) == load.load_id
    assert states(province.home) == ["superseded"]


def test_a_load_that_failed_before_the_gate_still_shows_its_quality(province):
    load = province.night()
    with load.ledger() as ledger:
        ledger.set_state(load.load_id, "failed", "broke")
    publish_quality(province.home, load.load_id)
    assert query(province.home.current_quality, "select state, reason from quality.loads") == [("failed", "broke")]
    assert query(province.home.current_quality, "select count(*) from quality.gate_metrics") == [(0,)]
    with pytest.raises(ValueError, match="no load"):
        publish_quality(province.home, "20190101-001")


def test_conclude_returns_the_state(province):
    load = province.night()
    assert conclude(load, province.judged(load)) == "published"
    load = province.night()
    assert conclude(load, province.judged(load, passed=False)) == "rejected"
