"""dbt's documentation of the project, with the catalogue of the published load.

python -m orchestration.dbt_docs --home HOME --to DIR        one page, static_index.html, that needs no server
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from assets.home import Home
from assets.seal import pointed_at
from orchestration.dbt_manifest import PROJECT, DbtError, executable, manifest, surroundings
from orchestration.dbt_places import READ_ONLY
from validations.errors import SadayaError

PAGE = "static_index.html"


class NothingPublishedError(SadayaError):
    """There is no published load to document."""


def generate(home: Home, folder: Path) -> Path:
    """Let dbt write its pages, `catalog.json` and `manifest.json` into a folder. Reads the published file only.

    The catalogue includes staging as long as the load's working folder is kept. Returns the page.

    Raises:
        NothingPublishedError: nothing is published.
        orchestration.dbt_manifest.DbtError: dbt did not complete, or listed no tables.
    """
    load_id = pointed_at(home)
    if load_id is None:
        raise NothingPublishedError(f"nothing is published in {home.root}")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(manifest().with_name("partial_parse.msgpack"), folder)
    places = ["--project-dir", PROJECT, "--profiles-dir", PROJECT, "--target-path", folder.resolve()]
    with surroundings((home.loads / load_id).resolve(), home.warehouse(load_id).resolve()):
        finished = subprocess.run(
            [executable(), "--no-use-colors", "docs", "generate", "--static", *map(str, places)],
            cwd=PROJECT,
            env={**os.environ, READ_ONLY: "1", "DBT_LOG_PATH": str(folder.resolve())},
            capture_output=True,
            text=True,
        )
    if finished.returncode:
        raise DbtError(f"dbt cannot write its documentation:\n{finished.stdout[-2000:]}{finished.stderr[-2000:]}")
    catalogue = json.loads((folder / "catalog.json").read_text(encoding="utf-8"))
    if catalogue["errors"] or not any(name.startswith("model.") for name in catalogue["nodes"]):
        raise DbtError(f"dbt's catalogue lists no tables of load {load_id}: {catalogue['errors']}")
    return folder / PAGE


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m orchestration.dbt_docs")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    asked = parser.parse_args()
    try:
        print(generate(Home(asked.home), asked.to))
    except (NothingPublishedError, DbtError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
