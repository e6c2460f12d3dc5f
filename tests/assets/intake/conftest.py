"""Fixtures: a small test source, so that these tests cover parsing only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pytest

from assets.intake.parse import parse_file
from assets.intake.parsed import ParsedFile
from assets.sources import Delimited, Source, Workbook
from validations.contract import Contract, Field
from validations.field_types import integer, text

CONTRACT = Contract(
    "uji",
    "Uji",
    "Test",
    (
        Field("ID", text(), "Kunci", "Key"),
        Field("NAMA", text(), "Nama", "Name", synonyms=("NAMA_LENGKAP",)),
        Field("ALAMAT", text(), "Alamat", "Address", nullable=True),
        Field("ANGGOTA", integer(0, 20), "Jumlah anggota", "Members", nullable=True),
        Field("CATATAN", text(), "Catatan", "Note", required=False, nullable=True),
    ),
    key=("ID",),
)
SOURCE = Source("uji", "snapshot", (Delimited(";"), Workbook("DATA")), CONTRACT)


@dataclass(frozen=True)
class Parsed:
    """Result of one file: the parser's, and its raw rows."""

    file: ParsedFile
    rows: pl.DataFrame

    @property
    def notices(self) -> list[str]:
        return [notice.code for notice in self.file.notices]

    def problems(self) -> dict[int, str]:
        """Row number -> problem, of the rows that have one."""
        return dict(self.rows.drop_nulls("_problem").select("_row_number", "_problem").iter_rows())


@pytest.fixture
def source() -> Source:
    """A snapshot that comes as CSV `;` or as a workbook with a sheet `DATA`."""
    return SOURCE


@pytest.fixture
def raw(tmp_path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


@pytest.fixture
def parse_path(raw) -> Callable[..., Parsed]:
    """Parse a file by path."""

    def parse(path: Path, kind: str = "snapshot") -> Parsed:
        parsed = parse_file(path, replace(SOURCE, kind=kind), raw, "0")
        return Parsed(parsed, pl.concat([pl.read_parquet(part) for part in parsed.parts]))

    return parse


@pytest.fixture
def parse(tmp_path, parse_path) -> Callable[..., Parsed]:
    """Parse bytes, or text as UTF-8, as a CSV file."""

    def of(content: bytes | str, kind: str = "snapshot", name: str = "uji.csv") -> Parsed:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return parse_path(path, kind)

    return of
