"""Progress between two loads agrees with the night that takes in the same submissions.

No load is added for it: the first night's submissions are forgotten again, so that progress has to take them in, on
tables that do not know of them (tests/dbt_project/test_project.py: what progress sees of a load is made without them).
`benchmarks.progress --agree` compares with a night that comes after.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

import duckdb
import pytest

from assets.sources import field_sources
from benchmarks.progress import differences
from field.progress import shadow
from orchestration.dbt_manifest import read_manifest

pytestmark = pytest.mark.integration


def forget_submissions(site) -> None:
    """Make the ledger one of before all submissions came."""
    names = [source.name for source in field_sources()]
    of_field = f"select delivery_id from deliveries where source in ({', '.join('?' * len(names))})"
    with closing(sqlite3.connect(site.home / "ledger.sqlite")) as ledger, ledger:
        for table in ("load_deliveries", "delivery_files", "deliveries"):
            ledger.execute(f"delete from {table} where delivery_id in ({of_field})", names)


def test_progress_equals_the_night_that_takes_in_the_same_submissions(site, province):
    forget_submissions(site)
    day, command = province.dates[0], ("progress", "--landing", site.landing, "--json", "--date")
    done = site.sadaya(*command, day).json
    assert done["status"] == "published"
    landed = {source.name for source in field_sources() if (site.landing / source.name).exists()}
    assert {row["source"] for row in done["deliveries"]} == landed
    assert "dinsos_kunjungan" in landed
    assert done["current"]["accepted"] > 10
    database = site.home / "progress" / "current" / "progress.duckdb"
    rows, differing = differences(database, site.home / "published" / "current.duckdb")
    manifest = read_manifest()
    marts = {manifest["nodes"][name]["alias"] for name in shadow.rebuilt(manifest) if _is_mart(manifest, name)}
    assert rows.keys() == marts
    assert differing == {}
    assert rows["fct_visit"] == site.query("select count(*) from marts.fct_visit")[0][0] > 10
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.execute("select view_name from duckdb_views() where not internal").fetchall() == []
    assert "<html" in (database.parent / "pages" / "index.html").read_text()
    assert site.sadaya(*command, day).json["status"] == "unchanged"
    refused = site.sadaya(*command, "2019-10-31", expect=2)
    assert "rollback" in refused.err


def _is_mart(manifest: dict, name: str) -> bool:
    return manifest["nodes"][name]["database"] == "warehouse"
