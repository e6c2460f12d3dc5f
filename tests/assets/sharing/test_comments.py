"""Descriptions are comments in the published file, in both languages."""

from __future__ import annotations

import shutil

import duckdb
import pytest

from assets.meaning import Meaning, of_comment
from assets.sharing.catalogue import Catalogue
from assets.sharing.comments import write_comments
from assets.sharing.dictionary import Column, Described

REGION = Meaning("Wilayah Banten.", "Banten's regions.")
CODE = Meaning("Kode wilayah, menurut Kemendagri's.", "The region's code.")


def region(*columns: str) -> Described:
    described = tuple(Column(name, "varchar", CODE) for name in columns)
    return Described("marts.dim_region", REGION, described)


def test_tables_and_columns_have_comments(publication, tmp_path):
    warehouse = shutil.copy(publication, tmp_path / "warehouse.duckdb")
    assert write_comments(warehouse, [region("region_code", "parent_code")]) == 3
    known = Catalogue.read(warehouse)
    assert of_comment(known.table_comments["marts.dim_region"]) == REGION
    assert of_comment(known.comments["marts.dim_region", "parent_code"]) == CODE
    assert ("marts.dim_region", "region_name") not in known.comments


def test_a_missing_table_leaves_no_comments(publication, tmp_path):
    warehouse = shutil.copy(publication, tmp_path / "warehouse.duckdb")
    with pytest.raises(duckdb.Error, match="no_such"):
        write_comments(warehouse, [region("region_code", "no_such")])
    assert "marts.dim_region" not in Catalogue.read(warehouse).table_comments
