"""Writes the notices about whole files to the warnings of a delivery."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from assets.intake.received import Received
from validations.evidence import WARNINGS, empty


def write_notices(folder: Path, delivery: Received) -> None:
    """Add the notices about whole files to the delivery's warnings (`row_number` is null there)."""
    lines = [
        {
            "delivery_id": delivery.delivery_id,
            "source": delivery.source,
            "file_name": file.name,
            "check_name": notice.code,
            "message_id": notice.id,
            "message_en": notice.en,
        }
        for file in delivery.files
        for notice in file.notices
    ]
    path = folder / "warnings.parquet"
    before = pl.read_parquet(path, glob=False) if path.exists() else empty(WARNINGS)
    folder.mkdir(parents=True, exist_ok=True)
    pl.concat([before, pl.DataFrame(lines, schema_overrides=before.schema)], how="diagonal").write_parquet(path)
