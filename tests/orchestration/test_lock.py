"""One writer: a second process is refused with the holder's name and start; the lock ends with its holder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from orchestration import lock
from orchestration.lock import PROGRESS, Busy, held, writer

HOLD = """
import sys, time
from pathlib import Path
from assets.home import Home
from orchestration.lock import writer
with writer(Home(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(home):
    """Another process that holds the lock."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(home.root)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_process_is_refused_at_once_with_the_holder_named(home, holder):
    started = time.monotonic()
    with pytest.raises(Busy, match=rf"since 20\d\d-.*, pid {holder.pid}$"), writer(home):
        pytest.fail("two writers")
    assert time.monotonic() - started < 1


def test_the_lock_is_free_after_its_holder_was_killed(home, holder):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with writer(home):
        pass


def test_a_waiting_process_gets_the_lock_when_the_holder_ends(home, holder):
    os.kill(holder.pid, signal.SIGKILL)
    with writer(home, wait=True):
        pass


def test_it_can_be_nested_within_a_process(home):
    refused = "from orchestration.lock import *\nimport sys\nwith writer(Home(Path(sys.argv[1]))): pass"
    with writer(home):
        with writer(home):
            pass
        other = subprocess.run([sys.executable, "-c", refused, str(home.root)], capture_output=True, text=True)
        assert other.returncode != 0
        assert "Busy" in other.stderr
    again = subprocess.run([sys.executable, "-c", refused, str(home.root)], capture_output=True, text=True)
    assert again.returncode == 0, again.stderr


@pytest.fixture
def rebuild(home):
    """Another process that rebuilds progress until it is told to end."""
    code = HOLD.replace("Home(Path(sys.argv[1]))", "Home(Path(sys.argv[1])), purpose='progress'")
    code = code.replace("time.sleep(60)", "sys.stdin.readline()")
    command = [sys.executable, "-c", code, str(home.root)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_load_waits_for_a_rebuild_of_progress(home, rebuild):
    assert held(home).startswith("progress is being rebuilt since")
    threading.Timer(0.3, lambda: (rebuild.stdin.write("\n"), rebuild.stdin.flush())).start()
    with writer(home):
        assert held(home) is None, "by this process"


def test_a_load_does_not_wait_for_long(home, rebuild, monkeypatch):
    monkeypatch.setattr(lock, "PATIENCE", 0.1)
    with pytest.raises(Busy, match="progress is being rebuilt since"), writer(home):
        pytest.fail("two writers")


@pytest.mark.parametrize("other", ["holder", "rebuild"])
def test_a_rebuild_waits_for_nobody(home, other, request):
    request.getfixturevalue(other)
    started = time.monotonic()
    with pytest.raises(Busy), writer(home, purpose=PROGRESS):
        pytest.fail("two writers")
    assert time.monotonic() - started < 1


def test_within_a_process_the_outermost_says_what_it_is_held_for(home):
    with writer(home), writer(home, purpose=PROGRESS):
        assert json.loads((home.root / "lock.json").read_text())["purpose"] == lock.LOAD
