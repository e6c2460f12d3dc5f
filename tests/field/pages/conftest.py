"""The pages of a made-up field, written once."""

from __future__ import annotations

from pathlib import Path

import pytest

from field.pages import write
from tests.field.pages.made import STAMP, field
from tests.shared import once


@pytest.fixture(scope="session")
def database(shared) -> Path:
    def make(folder: Path) -> None:
        folder.mkdir()
        field(folder / "field.duckdb")

    return once(shared / "field", make) / "field.duckdb"


@pytest.fixture(scope="session")
def pages(shared, database) -> Path:
    return once(shared / "field_pages", lambda folder: write(database, folder, STAMP))
