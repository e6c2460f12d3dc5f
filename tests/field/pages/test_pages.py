"""What the pages of the field say: the numbers of the tables, families on their companion's sheet, nobody's place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
import yaml

from assets.home import Home
from assets.ledger import Ledger
from assets.sharing.agreement import read_one
from assets.site.tongue import catalogue
from field.pages import extract, write, write_from_share
from field.pages.build import ROOM
from field.pages.content import LIMITS, STATES, sheet_of
from field.pages.extract import TABLES
from orchestration.dbt import PROJECT
from tests.assets.site.test_texts import matches
from tests.field.pages.made import STAMP, field


@pytest.fixture(scope="session")
def tell(database) -> Callable[[str], list[tuple]]:
    """tell(sql): rows of the tables that the pages are of."""

    def tell(sql: str) -> list[tuple]:
        with duckdb.connect(str(database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return tell


def text(path: Path) -> str:
    """What a page says, in one line."""
    said = re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(said))


class Links(HTMLParser):
    def __init__(self, page: Path) -> None:
        super().__init__()
        self.to: set[Path] = set()
        self.page = page
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value and not value.startswith(("#", "data:")):
                self.to.add((self.page.parent / value.partition("#")[0]).resolve())


def test_counts_add_up_from_the_province_to_the_companion(pages, tell):
    ((families, done, questions),) = tell(
        "select sum(families), sum(done), sum(questions) from marts.companion_progress"
    )
    index = text(pages / "index.html")
    for title, number in (("Keluarga", families), ("Sudah dikunjungi", done), ("Pertanyaan", questions)):
        assert f" {title} {number} " in index
    assert f"{100 * done / families:.0f}% keluarga sudah dikunjungi" in index
    regency, count, asked = tell(
        "select regency_code, sum(families), sum(questions) from marts.companion_progress group by 1 order by 1"
    )[0]
    of_regency = text(pages / f"kabupaten/{regency}.html")
    assert f" Keluarga {count} " in of_regency
    assert f" Pertanyaan {asked} " in of_regency


def test_every_page_says_load_minute_and_last_form_in_western_time(pages):
    for name in ("index.html", "kecamatan/360101.html", "pendamping/PDP0000.html", "kelanjutan.html"):
        said = text(pages / name)
        assert "sampai 1 November 2019 21.05 WIB; formulir terakhir 31 Oktober 2019; 11 formulir" in said
        assert "muatan 20191101-001, keadaan per 1 November 2019" in said
    assert "until 1 November 2019 21:05 WIB" in text(pages / "en/index.html")


def test_a_sheet_has_its_companions_families_the_most_pressing_first(pages, tell):
    listed = tell(
        "select participant_no, head_name, address, state from marts.family_due where companion_id = 'PDP0000'"
    )
    page = (pages / "pendamping/PDP0000.html").read_text(encoding="utf-8")
    shown = re.findall(r'scope="row">(\w+)<', page)
    assert sorted(shown) == sorted(row[0] for row in listed)
    states = {row[0]: STATES.index(row[3]) for row in listed}
    assert [states[number] for number in shown] == sorted(states[number] for number in shown)
    assert all(name in page and address in page for _, name, address, _ in listed)
    assert page.count('role="cell" class="room"></td>') == len(listed), "room to write"
    others = tell("select participant_no from marts.family_due where companion_id <> 'PDP0000'")
    assert not {number for (number,) in others} & set(shown)


def test_questions_are_on_the_sheet_and_on_the_kecamatans_page(pages, tell):
    asked = tell("select companion_id, district_code, participant_no, ask_id, ask_en from marts.field_questions")
    assert len({number is None for _, _, number, _, _ in asked}) == 2
    for companion, district, _, ask_id, ask_en in asked:
        assert ask_id in text(pages / f"pendamping/{companion}.html")
        assert ask_en in text(pages / f"en/pendamping/{companion}.html")
        assert ask_id in text(pages / f"kecamatan/{district}.html")


def test_families_without_a_companion_have_a_sheet_of_their_kecamatan(pages, tell):
    places = tell(
        "select district_code, list(participant_no) from marts.family_due where companion_id is null group by 1"
    )
    assert places
    for district, numbers in places:
        sheet = text(pages / f"pendamping/tanpa-{district}.html")
        assert all(number in sheet for number in numbers)
        assert "Keluarga tanpa pendamping" in sheet


def test_villages_are_tiles_without_a_place(pages, tell):
    rows = tell(
        "select village_name, count(*), count(*) filter (state in ('visited', 'due')) from marts.family_due"
        " where district_code = '360101' group by 1"
    )
    said = text(pages / "kecamatan/360101.html")
    assert all(f"{name.title()} {done} dari {families}" in said for name, families, done in rows)
    assert not any(
        "longitude" in path.read_text(encoding="utf-8") for path in ROOM.rglob("*.*") if path.suffix != ".pyc"
    )


def test_what_became_of_reports_is_told(pages, database, tmp_path):
    """Settled or waiting, and paid after an exit; a report that was settled long ago is left out."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{database}' as whole (read_only)")
        connection.execute(f"attach '{tmp_path / 'field.duckdb'}' as own")
        connection.execute("copy from database whole to own; use own; delete from marts.fct_change_report")
        connection.execute("""
            insert into marts.fct_change_report by name select * from (values
                ('1', 'BARU', 'KEPALA BARU', null, 'done', date '2019-10-28', 19, 0, 0),
                ('2', 'KELUAR', null, 'JSR1', 'waiting', null, 60, 2, 1750000),
                ('3', 'LULUS', null, 'JSR2', 'done', date '2019-08-01', 32, 0, 0))
            t(submission_id, change, head_name, participant_no, outcome, settled_on, days_since, payments_after,
                amount_after), (select 'PDP0000' as companion_id, '3601' as regency_code, '360101' as district_code,
                date '2019-10-12' as visited_on, date '2019-10-12' as changed_on)""")
    write(tmp_path / "field.duckdb", tmp_path / "pages", STAMP)
    said = text(tmp_path / "pages/kelanjutan.html")
    assert "KEPALA BARU Keluarga baru – PDP0000 12 Oktober 2019 terlaksana 28 Oktober 2019 –" in said
    assert "JSR1 Keluar – PDP0000 12 Oktober 2019 menunggu 60 hari Rp 1,75 juta" in said
    assert "JSR2" not in said
    assert "KEPALA BARU" in text(tmp_path / "pages/kecamatan/360101.html")


def test_a_field_without_families_and_forms_has_pages(tmp_path):
    empty = replace(STAMP, accepted=0, last_submitted_at=None)
    write(field(tmp_path / "field.duckdb", families=0), tmp_path / "pages", empty)
    said = text(tmp_path / "pages/index.html")
    assert "Belum ada keluarga yang harus dikunjungi" in said
    assert "belum ada formulir" in said
    assert "Tidak ada pertanyaan." in said
    assert "Belum ada laporan" in text(tmp_path / "pages/kelanjutan.html")


def test_every_link_leads_to_a_page_and_pages_ask_nothing_of_others(pages):
    written = {path.resolve() for path in pages.rglob("*") if path.is_file()}
    for page in pages.rglob("*.html"):
        assert Links(page).to <= written, page


def test_a_companions_number_is_a_safe_and_unique_file_name():
    rows = [
        {"companion_id": number, "district_code": None, "regency_code": "36"} for number in ("PDP/1", "PDP 1", None)
    ]
    assert [sheet_of(row) for row in rows] == ["PDP=2f1", "PDP=201", "tanpa-36"]


def test_limits_in_texts_are_those_of_the_rules():
    given = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    assert {name: given[name] for name in LIMITS} == LIMITS


def test_every_text_is_used():
    keys = {key.partition(".")[2] for key in catalogue(ROOM / "texts") if key.startswith("lapangan.")}
    written = "".join(path.read_text(encoding="utf-8") for path in ROOM.rglob("*") if path.suffix in (".py", ".html"))
    named = set(re.findall(r"lapangan\.([a-z_]+)", written)) | set(re.findall(r"['\"]([a-z_]+)['\"]", written))
    patterns = named | {"*_means", "change_*", "count_*", "*_on"}
    assert not {key for key in keys if not any(matches(each, key) for each in patterns)}


def test_an_extract_has_the_pages_of_its_share_alone(tmp_path, database, monkeypatch):
    """Names and addresses are in the agreement; whose agreement lacks the tables gets no pages."""
    home = Home(tmp_path / "home").create()
    with Ledger(home.ledger) as ledger:
        load_id = ledger.open_load(STAMP.load_as_of, "code")
        ledger.set_state(load_id, "published")
    home.warehouse(load_id).parent.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{database}' as whole (read_only)")
        connection.execute(f"attach '{home.warehouse(load_id)}' as own")
        connection.execute("copy from database whole to own; create schema own.reference")
        connection.execute(
            f"create table own.reference.load as select '{load_id}' as load_id, date '2019-11-01' as as_of_date"
        )
    named = {f"marts.{name}" for name in TABLES}

    def of_field(path: Path):
        agreement = read_one(path)
        return agreement.model_copy(update={"tables": [each for each in agreement.tables if each.table in named]})

    monkeypatch.setattr(extract, "read_one", of_field)
    write_from_share(home, load_id, "dinsos", STAMP.load_as_of, tmp_path / "pages")
    sheet = text(tmp_path / "pages/pendamping/PDP0000.html")
    assert "KEPALA CONTOH" in sheet
    assert "formulir terakhir 31 Oktober 2019" in sheet
    write_from_share(home, load_id, "dinkes", STAMP.load_as_of, tmp_path / "none")
    assert not (tmp_path / "none").exists()
