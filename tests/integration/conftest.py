"""A small simulated province, and homes that have loaded its nights.
Each test gets a copy of such a home, so that tests are independent. Commands run in the tests' process
(`tests/command_line.py`); loads that are killed run in their own.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.command_line import Done, in_process
from tests.shared import once

SCALE, SEED, NIGHTS = 0.0005, 7, 3
RATES = "[nights]\nleft = 0.05\n"
"""Differences from simulation/rates.toml: enough people leave a programme's list, although the province is small."""


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
    """A landing and a home of one test."""

    landing: Path
    home: Path

    def command(self, date: str) -> tuple[object, ...]:
        """The arguments of `sadaya` that load a night."""
        return "nightly", "--landing", self.landing, "--home", self.home, "--date", date, "--json"

    def nightly(self, date: str, expect: int | None = 0) -> Done:
        return _expected(in_process(*self.command(date)), expect)

    def sadaya(self, *arguments: str, expect: int | None = 0) -> Done:
        return _expected(in_process(*arguments, "--home", self.home), expect)

    @property
    def published(self) -> str | None:
        """The published load."""
        link = self.home / "published" / "current"
        return link.resolve().name if link.exists() else None

    def query(self, sql: str, quality: bool = False) -> list[tuple]:
        """Query the published snapshot, or the quality file of the last load."""
        path = self.home / ("quality/current.duckdb" if quality else "published/current.duckdb")
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def _expected(done: Done, code: int | None) -> Done:
    if code is not None:
        assert done.code == code, f"exit {done.code}\n{done.out[-3000:]}\n{done.err[-3000:]}"
    return done


@pytest.fixture(scope="session")
def province(shared) -> Province:
    def make(folder: Path) -> None:
        rates = folder.with_suffix(".toml")
        rates.write_text(RATES)
        arguments = ("--scale", SCALE, "--seed", SEED, "--nights", NIGHTS, "--rates", rates, "--out", folder)
        _expected(in_process("simulate", *arguments), 0)

    return Province(once(shared / "province", make))


@pytest.fixture(scope="session")
def after(shared, province) -> Callable[[int], Site]:
    """after(nights): the site after so many nights. Copy it; do not change it."""

    def site(nights: int) -> Site:
        def make(home: Path) -> None:
            if nights > 1:
                shutil.copytree(site(nights - 1).home, home, symlinks=True)
            Site(province.landing, home).nightly(province.dates[nights - 1])

        return Site(province.landing, once(shared / f"after-{nights}", make))

    return site


@pytest.fixture(scope="session")
def copy_of(after, tmp_path_factory) -> Callable[[int], Site]:
    """copy_of(nights) -> a copy of the site after so many nights, for a fixture that several tests share."""
    return lambda nights: _copy(after(nights), tmp_path_factory.mktemp("site"))


def _copy(one: Site, folder: Path) -> Site:
    for name, original in (("landing", one.landing), ("home", one.home)):
        shutil.copytree(original, folder / name, symlinks=True)
    return Site(folder / "landing", folder / "home")


@pytest.fixture
def site(request, tmp_path, after) -> Site:
    """A copy of the site after the first night, or after the parametrized number of nights."""
    return _copy(after(getattr(request, "param", 1)), tmp_path)


@pytest.fixture
def empty_site(tmp_path, province) -> Site:
    """A copy of the landing, and a home that does not exist yet."""
    shutil.copytree(province.landing, tmp_path / "fresh" / "landing", symlinks=True)
    return Site(tmp_path / "fresh" / "landing", tmp_path / "fresh" / "home")
