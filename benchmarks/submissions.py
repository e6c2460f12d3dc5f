"""Answers of the visit form as ODK Central's OData gives them, for families that a published warehouse lists."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from assets.answer_names import answer_name, page_name

PAGE_ROWS = 250


def families(warehouse: Path) -> list[tuple[str, str]]:
    """(participant, companion) of all families in force, in order; the file may be of a load or of progress."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(
            "select participant_no, companion_id from marts.jamsosratu_progress"
            " where status = 'active' and companion_id is not null order by all"
        ).fetchall()


def visits(of: Sequence[tuple[str, str]], count: int, at: datetime) -> list[dict[str, Any]]:
    """So many submissions, one second after another from `at` (with a zone), of visits to these families in turn."""
    return [_visit(nth, *of[nth % len(of)], at + timedelta(seconds=nth)) for nth in range(count)]


def _visit(nth: int, participant: str, companion: str, at: datetime) -> dict[str, Any]:
    return {
        "__id": f"uuid:{at:%Y%m%d%H%M%S}-{nth:06d}",
        "__system": {"submissionDate": f"{at:%Y-%m-%dT%H:%M:%S}.000Z", "reviewState": None},
        "id_pendamping": companion,
        "no_peserta": participant,
        "tanggal_kunjungan": f"{at:%Y-%m-%d}",
        "pendapatan_bulanan": 500_000 + 50_000 * (nth % 30),
        "anak_usia_sekolah": nth % 4,
        "anak_bersekolah": nth % 4,
        "ke_posyandu": ("yes", "no")[nth % 2],
        "punya_usaha": ("no", "yes")[nth % 2],
        "kondisi_rumah": "LAYAK",
    }


def write_pages(
    folder: Path, rows: Sequence[dict[str, Any]], until: datetime, page_rows: int = PAGE_ROWS
) -> list[Path]:
    """Write a complete answer in pages into a folder of the landing, as a pull that asked for what came up to an
    instant. Returns the files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, (page, more) in enumerate(_pages(rows, page_rows), 1):
        link = {"@odata.nextLink": f"https://odk.example.id/Submissions?$skiptoken={number}"} if more else {}
        paths.append(folder / page_name(answer_name("submissions", until), number))
        paths[-1].write_text(json.dumps({"value": page} | link), encoding="utf-8")
    return paths


def _pages(rows: Sequence[dict[str, Any]], page_rows: int) -> Iterator[tuple[Sequence[dict[str, Any]], bool]]:
    """(rows of a page, whether another follows); an empty answer has one page."""
    for first in range(0, max(len(rows), 1), page_rows):
        yield rows[first : first + page_rows], first + page_rows < len(rows)
