"""Failures of commands: our own errors with their message, all others by type only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import typer

from orchestration.command import errors_shown
from orchestration.lock import Busy
from orchestration.version import ROOT
from validations.errors import SadayaError
from validations.messages import Message, Refusal

FAILED = 1
INTERNAL = {"_Died", "ExpectationError", "FileUnreadableError", "Shifted", "StartOverError", "Transient", "Waiting"}
"""Our errors that are caught internally, or whose text may quote a library."""


def ended(error: Exception, home: Path) -> int:
    with pytest.raises(typer.Exit) as ending, errors_shown(home):
        raise error
    return ending.value.exit_code


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SadayaError("nothing is published"), "nothing is published"),
        (Busy("another load is running"), "another load is running"),
        (
            Refusal(Message("empty_file", "Kosong.", "{name} is empty."), {"name": "a.csv"}),
            "Kosong. / a.csv is empty.",
        ),
    ],
)
def test_our_errors_are_shown_with_their_message(tmp_path, capsys, error, words):
    assert ended(error, tmp_path) == FAILED
    assert capsys.readouterr().err.strip() == f"Error: {words}"
    assert not list(tmp_path.iterdir())


def test_of_other_errors_only_the_type_is_shown(tmp_path, capsys):
    assert ended(ValueError("SITI, 3601014107900001"), tmp_path) == FAILED
    said = capsys.readouterr().err
    assert "Error: ValueError" in said
    assert "SITI" not in said
    (log,) = tmp_path.iterdir()
    assert "SITI" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_every_error_of_ours_is_a_sadaya_error_or_internal():
    bases = {
        node.name: [base.id for base in node.bases if isinstance(base, ast.Name)]
        for package in ("assets", "orchestration", "validations")
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    }
    outside = {name for name, of in bases.items() if any(base.endswith(("Error", "Exception")) for base in of)}
    ours = {name for name, of in bases.items() if "SadayaError" in of}
    assert outside - ours - {"SadayaError"} <= INTERNAL
    assert {"Busy", "Refusal", "PublicationError", "AgreementError"} <= ours
