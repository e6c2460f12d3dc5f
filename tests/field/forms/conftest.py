"""Fills in the forms with JavaRosa, the engine of ODK Collect, which ODK Validate's jar (in pyxform) contains."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pyxform.validators.odk_validate import ODK_VALIDATE_PATH
from pyxform.xls2xform import convert

from field.forms.build import FOLDER
from field.forms.declared import FORMS
from tests.services import lacking

DRIVER = Path(__file__).with_name("Companion.java")
FAMILIES = """name,label,no_peserta,pendamping,nama,alamat,kunjungan_terakhir,jatuh_tempo
u1,SITI AMINAH (JSR360100001),JSR360100001,PDP3601001,SITI AMINAH,KP. CONTOH,2019-07-01,2019-10-01
"""


@dataclass(frozen=True)
class Filled:
    """refused: (question, reason) of answers that the form did not take, or missed; unasked: questions that were
    answered though the form did not ask them (`0/nik`: of the first member); values: what the form would send.
    """

    refused: set[tuple[str, str]]
    unasked: set[str]
    values: dict[str, str]


@dataclass(frozen=True)
class Task:
    """A form and the answers to it, as text."""

    form: str
    answers: Mapping[str, str]
    members: Sequence[Mapping[str, str]] = field(default_factory=tuple)


Fill = Callable[[Sequence[Task]], list[Filled]]


@pytest.fixture(scope="session")
def xforms(tmp_path_factory) -> Path:
    """A folder with the committed forms as XForms, and the lists that come with them."""
    folder = tmp_path_factory.mktemp("xforms")
    for form in FORMS:
        converted = convert(FOLDER / f"{form.name}.xlsx", validate=False)
        assert converted.warnings == []
        (folder / f"{form.name}.xml").write_text(converted.xform, encoding="utf-8")
    shutil.copy(FOLDER / "desa.csv", folder)
    (folder / "keluarga.csv").write_text(FAMILIES, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def java() -> Callable[..., str]:
    """java(*arguments, given=""): what Java says, with ODK Validate's classes."""
    if shutil.which("javac") is None:
        lacking("default-jdk-headless")

    def run(*arguments: str, given: str = "") -> str:
        quick = ["-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true", "-cp", ODK_VALIDATE_PATH]
        done = subprocess.run(["java", *quick, *arguments], input=given, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    return run


@pytest.fixture(scope="session")
def fill(xforms, java) -> Fill:
    """Fill in forms, in one start of Java."""

    def filled(tasks: Sequence[Task]) -> list[Filled]:
        lines = [json.dumps({"form": one.form, "answers": one.answers, "members": one.members}) for one in tasks]
        said = java(str(DRIVER), str(xforms), given="\n".join(lines) + "\n")
        found: list[dict[str, Any]] = [json.loads(line[1:]) for line in said.splitlines() if line.startswith("={")]
        assert len(found) == len(tasks)
        return [
            Filled({(name, why) for name, why in one["refused"]}, set(one["unasked"]), one["values"]) for one in found
        ]

    return filled
