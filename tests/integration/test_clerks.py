"""Decisions of people, all recorded: clerks' answers, releasing or withdrawing a delivery, overriding the gate, rolling
back. Between two nights the publication is damaged.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

import duckdb
import openpyxl
import pytest

from assets.home import Home
from assets.identity import model
from assets.identity.review import training
from assets.identity.review.questions import columns
from assets.ledger import Ledger
from assets.sharing.agreement import codes
from tests.command_line import Done
from validations.sadaya import DECISIONS

pytestmark = pytest.mark.integration
AGENCY = "dinsos"
STATES = "select pair_id, state, detector, person_id_a, person_id_b from marts.identity_links"
OF_A_DELIVERY = "select count(*) from marts.person_records where delivery_id = '{}'"


def states(site) -> dict[str, tuple]:
    return {pair: rest for pair, *rest in site.query(STATES)}


def decisions(site) -> list[dict]:
    with Ledger(Home(site.home).ledger) as ledger:
        return ledger.decisions()


def answered(folder: Path, workbooks: list[Path], answers: list[str | None]) -> dict[str, str | None]:
    """Fill in workbooks, one answer per row, and put them into a folder. Returns the answers by pair."""
    folder.mkdir(parents=True)
    said: dict[str, str | None] = {}
    for path in workbooks:
        book = openpyxl.load_workbook(path)
        sheet = book["PASANGAN"]
        head = [cell.value for cell in sheet[1]]
        for row in sheet.iter_rows(min_row=2):
            answer = answers[len(said) % len(answers)]
            row[head.index("KEPUTUSAN")].value = answer
            said[row[0].value] = answer
        book.save(folder / path.name)
    return said


OUTCOMES = {"SELESAI": "closed", "proses": "in_progress", None: "open", "Bukan temuan": "closed"}
"""An officer's answer -> the resulting state of the row."""


def acted_on(site, folder: Path, day: str) -> dict[str, str]:
    """An officer fills in every list of the extract's workbook and returns it. Another agency's file about the same
    rows, and a damaged file, arrive with it. Returns the expected states.
    """
    folder.mkdir(parents=True)
    extract = (site.home / "published" / "current").resolve() / "extracts" / AGENCY
    path = max(extract.glob(f"{AGENCY}-36*.xlsx"), key=lambda path: path.stat().st_size)
    book = openpyxl.load_workbook(path)
    states: dict[str, str] = {}
    for sheet in book:
        head = [cell.value for cell in sheet[1]]
        if "outcome" not in head:
            continue
        for number, row in enumerate(sheet.iter_rows(min_row=2, max_row=min(5, sheet.max_row))):
            outcome = list(OUTCOMES)[number % len(OUTCOMES)]
            for column, value in (("outcome", outcome), ("outcome_on", day), ("officer", "Petugas 1")):
                row[head.index(column)].value = value
            states[row[head.index("row_id")].value] = OUTCOMES[outcome]
    book.save(folder / path.name)
    lines = [f"{row_id};TIDAK DITEMUKAN;{day};Petugas 2" for row_id in states]
    (folder / "dindik-daftar.csv").write_text("\n".join(["row_id;outcome;outcome_on;officer", *lines]) + "\n")
    (folder / "dinkes-rusak.xlsx").write_bytes(b"bukan buku kerja")
    return states


@dataclass
class Story:
    """Two nights and the decisions between them.
    said: answers before the first night; asked: pairs that were open before it; acted: rows of a work list with an
    answer, and their expected states; first: the load before; held, refused: the outcomes of the first night; second:
    what readers saw between the nights; states: of all pairs then; withdrawn: a delivery withdrawn then; damaged:
    output of `status` after the publication was damaged.
    """

    site: object
    said: dict[str, str | None]
    asked: set[str]
    acted: dict[str, str]
    first: str
    held: dict
    second: Path
    states: dict[str, tuple]
    withdrawn: str
    damaged: Done
    refused: Done

    def between(self, sql: str) -> list[tuple]:
        """Query what readers saw between the two nights."""
        with duckdb.connect(str(self.second), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def story(copy_of, province, tmp_path_factory) -> Story:
    """In the first night clerks answer, and agencies send a third of a list, a broken file and an unknown file. Before
    the second, a held delivery is released, another is withdrawn, the publication is damaged, and clerks leave every
    question open.
    """
    site, out = copy_of(1), tmp_path_factory.mktemp("questions")
    asked = {pair for pair, (state, *_) in states(site).items() if state == "open"}
    site.sadaya("questions", "--out", str(out), "--by", "tim-data")
    workbooks = sorted(out.glob("*.xlsx"))
    said = answered(site.landing / "sadaya_keputusan" / province.dates[1], workbooks, ["SAMA", "beda", None])
    acted = acted_on(site, site.landing / "sadaya_tindak_lanjut" / province.dates[1], province.dates[1])
    _spoil(site.landing, province.dates[1])
    first, day = site.published, province.dates[1]
    held = site.nightly(day).json
    second, between = Path(shutil.copy(site.home / "published" / "current.duckdb", out)), states(site)

    shutil.rmtree(site.landing / "dinsos_pkh" / province.dates[2], ignore_errors=True)
    answered(site.landing / "sadaya_keputusan" / province.dates[2], workbooks, [None])
    (delivery,) = [row["delivery_id"] for row in held["deliveries"] if row["status"] == "held"]
    site.sadaya("release", delivery)
    withdrawn = _last_of_the_register(site)
    site.sadaya("withdraw", withdrawn, "--reason", "berkas salah")
    _cut_in_half(site.home / "publications" / site.published / "warehouse.duckdb")
    damaged = site.sadaya("status", expect=1)
    refused = site.nightly(province.dates[2], expect=3)
    return Story(site, said, asked, acted, first, held, second, between, withdrawn, damaged, refused)


def _spoil(landing: Path, day: str) -> None:
    """Damage a night: a list without two of three rows, a file that is not a workbook, an empty one of several, an
    unknown one.
    """
    pkh = landing / "dinsos_pkh" / day / "PKH_BANTEN.csv"
    header, *rows = pkh.read_text().splitlines(keepends=True)
    pkh.write_text("".join([header, *rows[: len(rows) // 3]]))
    (landing / "dinsos_jamsosratu" / day / "JAMSOSRATU_BANTEN.csv").write_bytes(b"<html>\x00bukan csv")
    register = sorted((landing / "dukcapil_penduduk" / day).glob("*.csv"))
    register[0].write_bytes(b"")
    shutil.copy(register[1], landing / "catatan.csv")


def _last_of_the_register(site) -> str:
    (found,) = site.query(
        "select delivery_id from quality.deliveries where source = 'dukcapil_penduduk'"
        " order by delivery_date desc limit 1"
    )[0]
    assert site.query(OF_A_DELIVERY.format(found))[0][0] > 0
    return found


def _cut_in_half(path: Path) -> None:
    path.chmod(0o640)
    os.truncate(path, path.stat().st_size // 2)


def test_a_completed_workbook_decides(story, province):
    assert set(story.said) == story.asked
    assert len(story.said) >= 3
    for pair, answer in story.said.items():
        state, detector, one, other = story.states[pair]
        if answer is None:
            assert (state, detector) == ("open", "splink")
        else:
            assert detector == "clerk"
            assert (state, one == other) == (("confirmed", True) if answer == "SAMA" else ("dismissed", False))


def test_a_damaged_file_stops_neither_other_files_nor_the_load(story, province):
    assert story.held["status"] == "published"
    rows = story.between(
        f"select source, status, reason is not null from quality.deliveries where delivery_date = '{province.dates[1]}'"
    )
    statuses = {source: (status, told) for source, status, told in rows}
    assert statuses["dinsos_jamsosratu"] == ("refused", True)
    assert statuses["dukcapil_penduduk"][0] == "accepted"
    assert story.between("select path from quality.unread where path = 'catatan.csv'") == [("catatan.csv",)]
    enrolled = "select count(*) > 0 from marts.fct_enrolment where programme = 'JAMSOSRATU' and is_current"
    assert story.between(enrolled) == [(True,)]


def test_outcomes_of_several_lists_count_only_from_their_own_agency(story, province):
    delivered = f"source = 'sadaya_tindak_lanjut' and delivery_date = '{province.dates[1]}'"
    files = story.between(
        f"""select file_name, status, rows_read, rows_accepted, rows_quarantined from quality.delivery_files
        where delivery_id in (select delivery_id from quality.deliveries where {delivered}) order by 1"""
    )
    workbook = files[2][0]
    assert [name.split("-")[0] for name, *_ in files] == ["dindik", "dinkes", AGENCY]
    assert files[0][1:] == ("accepted", len(story.acted), 0, len(story.acted))
    assert files[1][1:3] == ("refused", 0), "a damaged file refuses no other agency's"
    assert (files[2][1], files[2][4]) == ("accepted", 0)
    assert files[2][2] == files[2][3] >= len(story.acted)
    held_back = "select distinct check_name, file_name from quality.quarantine where source = 'sadaya_tindak_lanjut'"
    assert story.between(held_back) == [("not_the_senders_list", "dindik-daftar.csv")]
    extract = story.site.home / "publications" / story.held["load_id"] / "extracts" / "dindik"
    deliveries = openpyxl.load_workbook(extract / "sender" / "kiriman.xlsx")["Kiriman"].values
    own = [(row[2], row[7]) for row in deliveries if row[1] == "sadaya_tindak_lanjut"]
    assert own == [("dindik-daftar.csv", len(story.acted))], "its sender is told, and of nobody else's file"
    (told,) = story.between("select message_id from quality.warnings where check_name = 'other_sheets'")
    assert "Keterangan" in told[0]
    assert "Kamus" in told[0]
    traced = story.between("select distinct list, file_name from marts.worklist_outcomes order by 1")
    assert len(traced) > 1
    assert len({file for _, file in traced}) == len(traced)
    assert {file.split("/")[0] for _, file in traced} == {workbook}


def test_the_gate_rejects_and_a_person_overrides_and_rolls_back(story):
    """Answers of clerks and officers hold in the next night."""
    site, load_id = story.site, story.refused.json["load_id"]
    assert "damaged" in story.damaged.out
    assert "was damaged" in story.refused.json["damage"]
    assert site.published == story.first, "what the gate refuses, readers do not see"
    assert site.query("select count(*) > 0 from quality.gate_metrics where not passed", quality=True) == [(True,)]
    extracts = site.home / "publications" / load_id / "extracts"
    assert not list(extracts.glob("*/manifest.json")), "what the gate refuses, agencies do not get"
    first_page = site.home / "publications" / load_id / "site" / "index.html"
    assert story.refused.json["site"] == str(first_page)
    assert f"{load_id} tidak diterbitkan" in first_page.read_text()
    assert not first_page.with_name("peta.html").exists(), "no count of people in a load that readers do not see"
    assert site.sadaya("publish", load_id, "--override", expect=None).code == 2, "an override names who and why"
    overridden = site.sadaya("publish", load_id, "--override", "--by", "kepala bidang", "--reason", "kuota dipangkas")
    assert site.published == load_id
    assert {path.parent.name for path in extracts.glob("*/manifest.json")} == set(codes())
    assert first_page.with_name("peta.html").exists(), overridden.out
    assert "tidak diterbitkan" not in first_page.read_text()
    assert site.query("select count(*) from marts.dim_household")[0][0] > 0

    earlier, later = story.states, states(site)
    decided = [pair for pair, answer in story.said.items() if answer and pair in later]
    assert decided
    assert {pair: later[pair][0] for pair in decided} == {pair: earlier[pair][0] for pair in decided}, "never undone"

    lists = site.query(
        f"select table_name from information_schema.tables where table_name like 'worklist_{AGENCY}%' order by 1"
    )
    stands = " union all ".join(f"select row_id, state from marts.{name}" for (name,) in lists)
    listed = {row_id: state for row_id, state in site.query(stands) if row_id in story.acted}
    assert listed == {row_id: story.acted[row_id] for row_id in listed}, "rows keep their number"
    assert len({row_id.split("-")[0] for row_id in listed}) > 1
    assert dict(site.query("select row_id, state from marts.worklist_outcomes")) == {
        row_id: state if row_id in listed else "resolved" for row_id, state in story.acted.items() if state != "open"
    }

    assert site.query(OF_A_DELIVERY.format(story.withdrawn)) == [(0,)]
    withdrawn = f"select status from quality.deliveries where delivery_id = '{story.withdrawn}'"
    assert site.query(withdrawn) == [("withdrawn",)]

    old, new = site.query(
        "select id, other_id from marts.identity_history where event = 'merged' order by entity, id limit 1"
    )[0]
    assert f"today: {new}" in site.sadaya("explain", old).out, "old ids resolve"
    site.sadaya("rollback")
    assert site.published == story.first, "the load between holds the withdrawn delivery"
    actions = ["questions", "release", "withdraw", "override", "explain", "rollback"]
    assert [row["action"] for row in decisions(site)] == actions


def test_workbooks_show_both_sides_and_take_only_the_answers_of_the_contract(site, tmp_path):
    site.sadaya("questions", "--out", str(tmp_path / "out"))
    workbooks = sorted((tmp_path / "out").glob("*.xlsx"))
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in workbooks)
    assert all(re.fullmatch(r"pertanyaan_identitas_36\d*_\d{8}-\d{3}\.xlsx", path.name) for path in workbooks)
    sheet = openpyxl.load_workbook(workbooks[0])["PASANGAN"]
    head = [cell.value for cell in sheet[1]]
    assert head == columns()
    row = dict(zip(head, (cell.value for cell in sheet[2]), strict=True))
    assert row["NAMA_A"]
    assert row["NAMA_B"]
    assert re.search(r"\([+-]\d+\.\d\)", row["BUKTI"])
    assert row["KEPUTUSAN"] is None
    (offered,) = sheet.data_validations.dataValidation
    assert offered.formula1.strip('"').split(",") == list(DECISIONS)


COUNTED = """
select person_id_a, pair_id, record_key_b from marts.identity_links
where detector = 'nik' and person_id_a {} (select person_id from marts.dim_person) order by pair_id limit 1
"""


def test_explain_states_why_a_person_has_no_golden_record(site):
    outside = site.query(COUNTED.format("not in"))[0][0]
    counted = site.query(COUNTED.format("in"))[0][0]
    said = "No golden record: the person is in no household"
    assert said in site.sadaya("explain", outside).out
    assert said not in site.sadaya("explain", counted).out


def test_explain_shows_a_person_and_records_the_request(site):
    person, pair, key = site.query(COUNTED.format("in"))[0]
    drawn = site.sadaya("explain", person, "--by", "auditor", "--reason", "uji petik").out
    assert "Golden record" in drawn
    assert pair in drawn
    assert not re.search(r"\d{16}", drawn), "numbers are masked"
    assert key in site.sadaya("explain", pair, "--full").out.replace("\n", "")
    looks = [row for row in decisions(site) if row["action"] == "explain"]
    assert (looks[0]["subject"], looks[0]["by"], looks[0]["reason"]) == (person, "auditor", "uji petik")
    household = site.query("select household_id from marts.dim_household limit 1")[0][0]
    assert household in site.sadaya("explain", household).out
    unknown = site.sadaya("explain", "P0000000000000000", expect=1)
    assert "was never given" in unknown.err


def test_training_writes_a_version_and_changes_nothing(site, tmp_path, monkeypatch):
    monkeypatch.setattr(training, "RANDOM_PAIRS", 1e5)
    frozen = model.read()
    new, changes = training.retrain(Home(site.home), tmp_path / "new", "tim-data", "uji")
    assert model.read() == frozen
    assert new == model.read(tmp_path / "new")
    assert new.version != frozen.version
    assert {(row["field"], row["level"]) for row in changes} == set(training._weights(frozen))
    assert all(row["was"] is not None and row["is"] is not None for row in changes)
    words = [line.split(",") for line in new.words.read_text().splitlines()[1:]]
    people = site.query("select count(*) from marts.person_records where source = 'dukcapil_penduduk'")[0][0]
    assert all(round(float(share) * people) >= training.FEWEST_BEARERS for _, share in words)
    assert json.loads((tmp_path / "new" / "model.json").read_text())["version"] == new.version
    assert decisions(site)[-1]["subject"] == f"{frozen.version} -> {new.version}"
