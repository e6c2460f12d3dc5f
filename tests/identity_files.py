"""Files of identity that a test wrote by hand, as identity leaves them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from assets.home import literal
from assets.identity import outputs


def complete(folder: Path) -> None:
    """Beside each file, write that nothing of it is gone and nothing came later."""
    with duckdb.connect() as connection:
        for name in outputs.FILES:
            whole = folder / f"{name}.parquet"
            if whole.exists():
                for part, rows in (("gone", f"select {outputs.KEYS[name]} from"), ("later", "from")):
                    target = literal(folder / f"{name}.{part}.parquet")
                    connection.execute(f"copy ({rows} {literal(whole)} limit 0) to {target} (format parquet)")
