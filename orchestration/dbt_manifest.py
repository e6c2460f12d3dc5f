"""The dbt project, its manifest, and where dbt finds a load's databases. Imports neither Dagster nor dbt."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from assets.code import code_files, content_hash
from orchestration.version import ROOT
from validations.errors import SadayaError

PROJECT = ROOT / "dbt_project"


class DbtError(SadayaError):
    """dbt could not parse its project, or did not complete; the message names its log."""


def executable() -> str:
    """The dbt next to the running Python; PATH is not used."""
    return str(Path(sys.executable).with_name("dbt"))


@contextmanager
def surroundings(load_dir: Path, warehouse: Path) -> Generator[None]:
    """Set the environment variables that the dbt project reads its paths from."""
    wanted = {"SADAYA_LOAD_DIR": str(load_dir), "SADAYA_WAREHOUSE": str(warehouse), "PYTHONPATH": _python_path()}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _python_path() -> str:
    """PYTHONPATH for dbt's process, which must find the plugin that the profile names."""
    return os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))


def manifest(project: Path = PROJECT) -> Path:
    """The project's manifest, parsed once per content of the project. Reads no data.

    Raises:
        DbtError: the project cannot be parsed.
    """
    target = project / "target"
    made, stamp = target / "manifest.json", target / "manifest.stamp"
    wanted = content_hash(project, code_files(project))
    if _fresh(made, stamp, wanted):
        return made
    target.mkdir(exist_ok=True)
    with FileLock(target / "manifest.lock"):
        if not _fresh(made, stamp, wanted):
            _parse(project, target)
            stamp.write_text(wanted, encoding="utf-8")
    return made


def read_manifest(project: Path = PROJECT) -> dict[str, Any]:
    """The manifest's content."""
    return json.loads(manifest(project).read_text(encoding="utf-8"))


def _fresh(made: Path, stamp: Path, wanted: str) -> bool:
    return made.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted


def _parse(project: Path, target: Path) -> None:
    places = {"SADAYA_LOAD_DIR": str(target / "no-load"), "SADAYA_WAREHOUSE": str(target / "no-warehouse.duckdb")}
    command = [executable(), "--no-use-colors", "parse"]
    finished = subprocess.run(
        [*command, "--project-dir", str(project), "--profiles-dir", str(project), "--target-path", str(target)],
        cwd=project,
        env={**os.environ, **places, "PYTHONPATH": _python_path(), "DBT_LOG_PATH": str(target)},
        capture_output=True,
        text=True,
    )
    if finished.returncode:
        raise DbtError(f"dbt cannot parse its project:\n{finished.stdout[-2000:]}{finished.stderr[-2000:]}")
