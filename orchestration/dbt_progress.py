"""dbt between two loads: rebuilds the models with the tag `progress` in a scratch load, with the parsed project."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from assets.load import Load
from assets.publication.dbt_results import read_results
from field.progress import shadow
from field.progress.basis import Basis
from orchestration.dbt_manifest import PROJECT, DbtError, manifest, surroundings


def rebuild(load: Load, basis: Basis) -> None:
    """Rebuild the tagged models in the scratch load's databases, and run the tests that read only these.

    Raises:
        field.progress.basis.NoBasisError: a file of the published load cannot be read.
        DbtError: a model was not built, or a test failed; nothing may be published.
    """
    target = (load.folder.dbt / shadow.TAG).resolve()
    target.mkdir(parents=True)
    made = manifest()
    for name in (made.name, "partial_parse.msgpack"):
        shutil.copy(made.with_name(name), target)
    read = json.loads(made.read_text(encoding="utf-8"))
    warehouse = load.home.warehouse(load.load_id)
    warehouse.parent.mkdir(mode=0o750, parents=True)
    scratch = {"staging": load.folder.staging, "warehouse": warehouse}
    shadow.create_views(basis, scratch, shadow.read_by(read, shadow.rebuilt(read)))
    _run(target, load.folder.root.resolve(), warehouse.resolve(), basis)
    _check(load, target)


def _run(target: Path, load_dir: Path, warehouse: Path, basis: Basis) -> None:
    selected = ["--select", f"tag:{shadow.TAG}", "--indirect-selection", "cautious"]
    places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(target)]
    command = ["build", *selected, "--exclude-resource-type", "unit_test", *places]
    published = {shadow.variable(shadow.PUBLISHED[name]): str(path.resolve()) for name, path in basis.databases.items()}
    with surroundings(load_dir, warehouse), (target / "dbt.err").open("w", encoding="utf-8") as err:
        subprocess.run(
            [sys.executable, "-m", "orchestration.dbt_process", *command],
            cwd=PROJECT,
            env={**os.environ, **published, "DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(target)},
            stdout=subprocess.DEVNULL,  # the same lines are in dbt.log
            stderr=err,
        )


def _check(load: Load, target: Path) -> None:
    """Progress has no gate that a person could override: whatever a load would reject is not published."""
    log = (target / "dbt.log").relative_to(load.home.root.parents[1].resolve())
    if not (target / "run_results.json").exists():
        raise DbtError(f"dbt did not complete; its log is {log}")
    ran = [node for node in read_results([target / "run_results.json"]) if node.status != "missing"]
    fatal = [node for node in ran if node.fatal]
    if not ran:
        raise DbtError(f"dbt built nothing; its log is {log}")
    if fatal:
        first = next((node for node in fatal if node.status != "skipped"), fatal[0])
        raise DbtError(f"{len(fatal)} nodes of dbt failed, first {first.name} ({first.status}); its log is {log}")
