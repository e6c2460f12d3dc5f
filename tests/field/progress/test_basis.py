"""Progress is built on the load that readers see, or not at all, with a reason."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from assets.home import Home
from assets.publication import rollback
from field.progress.basis import NoBasisError, find_basis
from tests.small_home import CODE, publish_small


def test_without_a_publication_a_load_comes_first(tmp_path, home):
    with pytest.raises(NoBasisError, match="nothing is published yet: run a load first"):
        find_basis(Home(tmp_path / "nowhere"), CODE)
    home.create()
    with pytest.raises(NoBasisError, match="nothing is published yet: run a load first"):
        find_basis(home, CODE)


def test_it_is_the_published_load(home, basis):
    found = find_basis(home, CODE)
    assert found == basis
    assert all(path.is_file() for path in found.databases.values())


def test_after_a_rollback_it_is_the_earlier_load(home, basis):
    later = publish_small(home, date(2019, 11, 2))
    assert find_basis(home, CODE).load_id == later
    rollback(home, "tim-data", "salah")
    assert find_basis(home, CODE) == basis


def test_a_load_of_other_code_is_refused(home, basis):
    with pytest.raises(NoBasisError, match=f"made by code version {CODE}, this is code-2: run a load first"):
        find_basis(home, "code-2")


def test_a_damaged_publication_is_refused(home, basis):
    warehouse = basis.databases["warehouse"]
    with warehouse.open("r+b") as file:
        file.truncate(warehouse.stat().st_size // 2)
    with pytest.raises(NoBasisError, match=r"the publication is damaged: .* bytes, .*\. The next load mends it"):
        find_basis(home, CODE)


def test_a_working_folder_that_is_gone_is_named(home, basis):
    shutil.rmtree(home.load(basis.load_id).root)
    with pytest.raises(NoBasisError, match=r"is gone \(loads/20191101-001/staging.duckdb\): run a load first"):
        find_basis(home, CODE)
