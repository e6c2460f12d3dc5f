"""Tests pages for auditors and agencies: a load, its checks, its file; and what no page may show."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import polars as pl
import pytest
import yaml

from assets.home import Home
from assets.ledger import Ledger
from assets.seal import seal_of
from assets.site import identity
from assets.site.build import stamp, write_pages
from assets.site.checks import messages, sentence
from assets.site.pages import all_pages, pendamping
from assets.site.serve import CARD, write_card
from assets.site.tongue import Tongue, catalogue
from tests.assets.site.conftest import AS_OF, LOAD, make_data
from tests.assets.site.judged import NIK, SHA256
from tests.assets.test_ledger import delivery
from validations.expectations.metrics import FAMILIES

pytestmark = pytest.mark.slow  # whole sites
ROOT = Path(__file__).resolve().parents[3]


def page(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("counts", "before", "said"),
    [
        (
            True,
            True,
            ("lulus gerbang dan diterbitkan", SHA256, "Inilah berkas yang lulus gerbang", "Pembanding: muatan"),
        ),
        (True, False, ("lulus gerbang dan diterbitkan", "Muatan pertama", "Ini muatan pertama")),
        (False, False, ("tidak diterbitkan", "Rumah tangga miskin: batas bawah: 1 nilai", "belum disegel")),
    ],
)
def test_a_load_says_whether_it_was_published_why_and_of_which_file(site, counts, before, said):
    told = page(site(counts, before), "mutu/index.html")
    assert [words for words in said if words not in told] == []
    assert "deadbeef" in told, "the code's version"
    assert "1.200 baris: 1.165 diterima, 30 ditahan, 5 ganda persis" in told


def test_a_person_who_published_a_refused_load_is_named_with_the_reason(tmp_path):
    data = make_data()
    data.connection.execute(
        "insert into quality.decisions by name select 3 as decision_id, timestamp '2019-11-02 10:00' as decided_at,"
        f" 'override' as action, '{LOAD}' as subject, 'kepala bidang' as decided_by, 'kuota memang turun' as reason"
    )
    list(write_pages(data, tmp_path, [each for each in all_pages() if each.path == "mutu/index.html"]))
    told = page(tmp_path, "mutu/index.html")
    assert "seorang petugas menerbitkannya" in told
    assert "<strong>kepala bidang</strong>" in told
    assert "kuota memang turun" in told


def test_every_check_has_its_value_limits_yesterday_and_what_it_protects(site):
    told = page(site(), "mutu/pemeriksaan.html")
    for family in FAMILIES:
        assert f'id="{family.name}"' in told
        assert catalogue()[f"lindung.{family.name}"]["id"] in told
    assert "2,50%" in told
    assert "≤ 30,00%" in told
    assert "1,25%" in told, "yesterday"
    assert told.index('id="paid_after_death"') < told.index('id="households_total"'), "what deviates comes first"
    first = page(site(before=False), "mutu/pemeriksaan.html")
    assert "1,25%" not in first
    assert "malam pertama" in first


def test_no_page_quotes_a_row_or_says_about_whom_a_decision_was(site):
    for counts in (True, False):
        for path in site(counts, counts).rglob("*.html"):
            text = path.read_text(encoding="utf-8")
            assert NIK not in text, path.name
            assert "SITI" not in text, path.name
    told = page(site(), "mutu/index.html")
    assert "Nilai “…” tidak dikenal untuk KOMPONEN" in told
    assert "Benar, NIK … pindah" in told, "a reason about a delivery is shown without numbers of people"
    assert "pengaduan" not in told


def test_counts_of_earlier_loads_stay_though_their_lines_are_gone():
    data = make_data()
    data.connection.execute("delete from quality.quarantine_counts")
    history = next(each for each in all_pages() if each.path == "mutu/index.html")
    rows = history.context(data, Tongue("id"), {})["history"].rows
    assert [[cell.text for cell in row][3:5] for row in rows] == [["2", "1.200"], ["1", "1.180"]]


def test_the_seal_is_shown_on_a_site_that_was_written_before_it(tmp_path):
    home = Home(tmp_path).create()
    folder = home.site(LOAD)
    list(write_pages(make_data(counts=False), folder, [each for each in all_pages() if each.path == "mutu/index.html"]))
    assert "belum disegel" in page(folder, "mutu/index.html")
    home.warehouse(LOAD).write_bytes(b"a warehouse")
    sealed = seal_of(home.warehouse(LOAD))
    (home.publication(LOAD) / "summary.json").write_text(json.dumps(sealed | {"gate": {"passed": True}}))
    stamp(home, LOAD)
    for name, words in (
        ("mutu/index.html", "Inilah berkas yang lulus"),
        ("en/mutu/index.html", "the file that passed"),
    ):
        assert sealed["warehouse_sha256"] in page(folder, name)
        assert words in page(folder, name)
    home.warehouse(LOAD).write_bytes(b"another one")
    stamp(home, LOAD)
    assert "BUKAN lagi" in page(folder, "mutu/index.html")


def test_an_agencys_card_tells_of_its_own_deliveries_alone_and_stands_alone(tmp_path):
    home = Home(tmp_path / "home").create()
    with Ledger(home.ledger) as ledger:
        load_id = ledger.open_load(AS_OF, "deadbeef")
        ledger.record_delivery(delivery(1, load_id=load_id), [])
        ledger.record_delivery(delivery(2, source="dindik_siswa", load_id=load_id), [])
    folder = home.delivery("dinsos_pkh", "dinsos_pkh-1")
    folder.mkdir(parents=True)
    line = {"delivery_id": "dinsos_pkh-1", "source": "dinsos_pkh", "file_name": "pkh.csv", "column_name": "KOMPONEN"}
    line |= {"check_name": "unknown_code", "message_id": f"SITI {NIK}", "message_en": "", "raw_row": NIK}
    pl.DataFrame([line | {"row_number": nth, "record_key": NIK} for nth in (2, 3)]).write_parquet(
        folder / "quarantine.parquet"
    )
    write_card(home, load_id, "dinsos", tmp_path / "sender")
    told = page(tmp_path / "sender", CARD)
    assert "Dari 10 baris dalam 1 kiriman terakhir, <strong>70,0%</strong> diterima; 2 baris ditahan" in told
    assert "Nilai “…” tidak dikenal untuk KOMPONEN." in told
    assert "Dapodik" not in told
    assert NIK not in told
    assert "SITI" not in told
    assert "<link" not in told
    assert "<script" not in told
    write_card(home, load_id, "bappeda", tmp_path / "reader")
    assert not (tmp_path / "reader").exists(), "who sends nothing has no card"


def test_an_agencys_page_says_what_changed_since_its_extract(site):
    told = page(site(), "instansi/dinsos.html")
    assert "marts.unserved" in told
    assert "column name" in told
    assert "SADAYA/01/2019" in told
    assert "sadaya_dinsos" in told
    assert "tidak punya perjanjian" in page(site(), "instansi/bps.html")
    assert "Belum ada ekstrak sebelumnya" in page(site(before=False), "instansi/dinsos.html")


def test_visits_are_shown_as_of_the_last_form(site):
    told = page(site(), "pendamping.html")
    assert "31 Oktober 2019 09.10 UTC" in told.replace("\N{NO-BREAK SPACE}", " ")
    stated = yaml.safe_load((ROOT / "dbt_project" / "dbt_project.yml").read_text())["vars"]
    assert (stated["visit_every_days"], stated["visit_due_days"]) == (pendamping.EVERY, pendamping.SOON)


def test_no_share_is_shown_for_few_records():
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as publication; create schema publication.marts")
        connection.execute("""
            create table publication.marts.identity_links as select * from (values
                ('splink', 'open', 'L1', 'L2', 1.5, null), ('clerk', 'dismissed', 'P1', 'P2', null, 'petugas'))
                t(detector, state, person_id_a, person_id_b, weight, decided_by);
            create table publication.marts.identity_review as select 0 as weight_from;
            create table publication.marts.dim_person as
            select sex || nth as person_id, sex, '3601' as regency_code
            from (values ('L', 100), ('P', 99)) t(sex, many), range(1, 101) r(nth) where nth <= many;
            create table publication.marts.person_records as
            select 'dinsos_pkh' as source, person_id, if(person_id = 'L1', 'alone', 'nik') as link_rule
            from publication.marts.dim_person""")
        made = {name: connection.execute(query).fetchall() for name, query in identity.NUMBERS.items()}
    assert ("sex", "L", 0.01, 0.02) in made["fairness"]
    assert not [row for row in made["fairness"] if row[1] == "P"], "of 99 no share is told"
    assert made["clerks"] == [(1, 1, 0, 1)]
    assert made["weights"] == [(0.0, "open", 1)]


def test_every_check_of_rows_can_be_said_without_a_row():
    assert len(messages()) > 50
    for check in messages():
        for language in ("id", "en"):
            assert "{" not in sentence(check, "NIK", language), check
    assert sentence("a_check_of_yesterday", None, "id") == "a_check_of_yesterday"
