"""BPS's published indicators: only the real figures that were collected."""

from __future__ import annotations

import polars as pl

from simulation import files
from simulation.night import Night
from simulation.world import POVERTY
from validations import regions

SOURCE = "bps_kemiskinan"
PROVINCE = ((2019, "654,46", "5,09"), (2025, "772,78", "5,63"))
"""March of the year: thousands of poor people, per cent."""


def export(night: Night) -> None:
    """Write the workbook once, on the first night."""
    if night.number or night.code != regions.regency_codes()[0]:
        return
    rows: list[tuple[str | None, ...]] = [
        ("3600", "BANTEN", str(year), "MARET", count, share) for year, count, share in PROVINCE
    ]
    names = dict(regions.regencies().select("regency_code", "regency_name").iter_rows())
    rows += [
        (code, names[code], "2020", "MARET", None, f"{share:.2f}".replace(".", ",")) for code, share in POVERTY.items()
    ]
    columns = ["KODE_BPS", "WILAYAH", "TAHUN", "BULAN", "JUMLAH_MISKIN", "PERSENTASE"]
    frame = pl.DataFrame(rows, dict.fromkeys(columns, pl.String), orient="row")
    empty = pl.lit(None, pl.String)
    frame = frame.with_columns(GARIS_KEMISKINAN=empty, P1=empty, P2=empty)
    night.keep(SOURCE, frame, files.Workbook(SOURCE, "KEMISKINAN", "INDIKATOR KEMISKINAN (ANGKA TERBIT BPS)"))
