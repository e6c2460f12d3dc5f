"""A small simulated province and homes that have loaded its nights: the ground that whole-load tests stand on.

Each test gets a copy of such a home, so that tests neither wait for one another nor see one another's loads.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

REPO = Path(__file__).resolve().parents[2]
SCALE, SEED, NIGHTS = 0.0005, 7, 3
RATES = "[nights]\nleft = 0.05\n"
"""What differs from simulation/rates.toml: so that some leave a programme's list, few as there are."""


@dataclass
class Done:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        return json.loads(self.out)


def sadaya(*arguments: str, **environment: str) -> Done:
    """Run the command line as a user would, in a process of its own."""
    finished = subprocess.run(
        [sys.executable, "-m", "orchestration", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=REPO,
        timeout=600,
        env={**os.environ, "SADAYA_SETTLE_SECONDS": "0", **environment},
    )
    return Done(finished.returncode, finished.stdout, finished.stderr)


@dataclass(frozen=True)
class Province:
    """A simulated province: landing, truth, and its delivery dates in order."""

    root: Path

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def dates(self) -> list[str]:
        return sorted({folder.name for folder in self.landing.glob("*/*")})


@dataclass(frozen=True)
class Site:
    """A landing and a home of a test's own."""

    landing: Path
    home: Path

    def nightly(self, date: str, expect: int | None = 0) -> Done:
        done = sadaya("nightly", "--landing", self.landing, "--home", self.home, "--date", date, "--json")
        if expect is not None:
            assert done.code == expect, f"exit {done.code}\n{done.out[-3000:]}\n{done.err[-3000:]}"
        return done

    def sadaya(self, *arguments: str, expect: int | None = 0) -> Done:
        done = sadaya(*arguments, "--home", self.home)
        if expect is not None:
            assert done.code == expect, f"exit {done.code}\n{done.out[-3000:]}\n{done.err[-3000:]}"
        return done

    @property
    def published(self) -> str | None:
        """The load that readers see."""
        link = self.home / "published" / "current"
        return link.resolve().name if link.exists() else None

    def query(self, sql: str, quality: bool = False) -> list[tuple]:
        """Ask the published snapshot, or the quality file of the last load."""
        path = self.home / ("quality/current.duckdb" if quality else "published/current.duckdb")
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def _once(folder: Path, make) -> Path:
    """Make a folder once for all test processes of the session."""
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            scratch = folder.with_name(f"{folder.name}.making")
            shutil.rmtree(scratch, ignore_errors=True)
            make(scratch)
            scratch.rename(folder)
    return folder


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A folder that the session's test processes share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def province(shared) -> Province:
    def make(folder: Path) -> None:
        rates = folder.with_suffix(".toml")
        rates.write_text(RATES)
        arguments = ("--scale", SCALE, "--seed", SEED, "--nights", NIGHTS, "--rates", rates, "--out", folder)
        done = sadaya("simulate", *map(str, arguments))
        assert done.code == 0, done.err

    return Province(_once(shared / "province", make))


@pytest.fixture(scope="session")
def after(shared, province) -> Callable[[int], Site]:
    """The site after so many nights. Copy it, do not touch it."""

    def site(nights: int) -> Site:
        def make(home: Path) -> None:
            if nights > 1:
                shutil.copytree(site(nights - 1).home, home, symlinks=True)
            Site(province.landing, home).nightly(province.dates[nights - 1])

        return Site(province.landing, _once(shared / f"after-{nights}", make))

    return site


@pytest.fixture
def site(request, tmp_path, after) -> Site:
    """A copy of the site after the first night, or after as many as the test is parametrized with."""
    one = after(getattr(request, "param", 1))
    for name, folder in (("landing", one.landing), ("home", one.home)):
        shutil.copytree(folder, tmp_path / name, symlinks=True)
    return Site(tmp_path / "landing", tmp_path / "home")


@pytest.fixture
def empty_site(tmp_path, province) -> Site:
    """A copy of the landing, and a home that does not exist yet."""
    shutil.copytree(province.landing, tmp_path / "fresh" / "landing", symlinks=True)
    return Site(tmp_path / "fresh" / "landing", tmp_path / "fresh" / "home")
