"""The card of an agency's extract says what changed in it, in words and exact numbers; the site does not."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from assets import durable
from assets.home import Home
from assets.ledger import Ledger
from assets.sharing.changes import Changes, TableChanges
from assets.site import extract_changes
from assets.site.numbers import LANGUAGES
from assets.site.serve import CARD, write_card
from assets.site.tongue import Tongue
from tests.assets.site.conftest import AS_OF, BEFORE

pytestmark = pytest.mark.slow

HEADING = "Yang berubah sejak ekstrak sebelumnya"
REGIONS = {"region_code": ["36", "3601", "3602"], "region_name": ["BANTEN", "KABUPATEN PANDEGLANG", "KABUPATEN LEBAK"]}


@pytest.fixture
def card(tmp_path):
    """card(): the text of the card of Dinas Pendidikan's extract, which has regions only."""
    home = Home(tmp_path / "home").create()
    with Ledger(home.ledger) as ledger:
        load_id = ledger.open_load(AS_OF, "deadbeef")
    folder = tmp_path / "extract"
    write_regions(folder, REGIONS)

    def card() -> str:
        write_card(home, load_id, "dindik", folder / "sender")
        assert {path.name for path in folder.iterdir()} == {"parquet", "sender"}
        return (folder / "sender" / CARD).read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")

    card.home = home
    return card


def write_regions(folder: Path, regions: dict) -> Path:
    path = folder / "parquet/dim_region.parquet"
    path.parent.mkdir(parents=True)
    pl.DataFrame(regions).write_parquet(path)
    return path


def test_the_card_compares_with_the_extract_that_readers_see(card):
    folder = card.home.extract(BEFORE, "dindik")
    path = write_regions(folder, REGIONS | {"region_code": ["36", "3601", "3609"]})
    seen = {"path": "parquet/dim_region.parquet", "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "rows": 3}
    tables = {"marts.dim_region": {"rows": "all", "columns": dict.fromkeys(REGIONS, "clear")}}
    manifest = {"as_of_date": "2019-11-01", "pseudonym_version": 1, "tables": tables, "files": [seen]}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    durable.point(card.home.current_publication, f"../publications/{BEFORE}")
    told = card()
    assert HEADING in told
    assert f"Dibandingkan dengan ekstrak muatan {BEFORE}, keadaan 1 November 2019" in told
    row = told[told.index(">Nama wilayah<") :].partition("</tr>")[0]
    assert [cell in row for cell in ('data-sort="3">3<', 'data-sort="1">1<', 'data-sort="0">0<')] == [True] * 3
    assert "kolom baru: region_level, parent_code, regency_code" in row


def test_the_card_of_a_first_extract_says_so(card):
    assert "Ini ekstrak pertama" in card()


def test_the_site_does_not_tell_of_an_extract(site):
    page = (site() / "mutu/rapor-dindik.html").read_text(encoding="utf-8")
    assert "Rapor kiriman" in page
    assert HEADING not in page


def test_tables_that_did_not_change_are_named_with_their_rows():
    changes = Changes(
        "compared",
        BEFORE,
        date(2019, 11, 1),
        (
            TableChanges("marts.a", "Daftar", "by_key", 12345, 12300, 50, 5, 1234),
            TableChanges("marts.b", "Rumah", "by_key", 1200, 1200, 0, 0, 0),
            TableChanges("marts.c", "Wilayah", "whole", 7, 7, 0, 0),
            TableChanges("marts.d", "Bantuan", "whole", 8, 7, 1, 0),
            TableChanges("marts.e", None, "left", before=9),
        ),
    )
    told = extract_changes.told(changes, Tongue("id"))
    assert told["unchanged"] == ["Rumah (1.200 baris)", "Wilayah (7 baris)"]
    assert [[cell.text for cell in row][:6] for row in told["table"].rows] == [
        ["Daftar", "12.345", "12.300", "50", "5", "1.234"],
        ["Bantuan", "8", "7", "1", "0", "–"],
        ["marts.e", "–", "9", "–", "–", "–"],
    ]
    assert [row[6].text for row in told["table"].rows][::2] == ["", "tidak lagi dalam perjanjian"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_is_said_in_both_languages(language):
    said = set()
    for state in ("first", "absent", "damaged"):
        said.add(extract_changes.told(Changes(state, BEFORE), Tongue(language))["lead"])
    for state in ("whole", "added", "left", "rotated", "damaged"):
        table = TableChanges("marts.a", "A", state, 1, 1, columns_differ=("name",), conditions_differ=True)
        told = extract_changes.told(Changes("compared", BEFORE, AS_OF, (table,)), Tongue(language))
        (row,) = told["table"].rows
        assert row[6].text.count("; ") == 2
        said.add(row[6].text)
    assert len(said) == 8
