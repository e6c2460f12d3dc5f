"""A command run in the tests' process behaves like one in its own process, and leaves nothing behind."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.command_line import in_own_process, in_process


def test_a_command_in_this_process_behaves_as_in_its_own(tmp_path):
    before = dict(os.environ), Path.cwd(), sys.argv, sys.stdout, sys.stderr
    done = in_process("status", "--home", tmp_path, SADAYA_LANDING="elsewhere")
    assert (dict(os.environ), Path.cwd(), sys.argv, sys.stdout, sys.stderr) == before
    assert done.code == 2
    own = in_own_process("status", "--home", tmp_path)
    assert (done.code, done.out) == (own.code, own.out)
    assert "has no warehouse" in done.err
    assert done.err.splitlines()[-1] == own.err.splitlines()[-1]
