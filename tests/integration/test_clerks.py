"""From an open question to a clerk's workbook and back: decided for ever, explained, on record."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import openpyxl
import pytest

from assets.home import Home
from assets.identity import model, training
from assets.identity.questions import columns
from assets.ledger import Ledger
from validations.sadaya import DECISIONS

pytestmark = pytest.mark.integration
STATES = "select pair_id, state, detector, person_id_a, person_id_b from marts.identity_links"


def states(site) -> dict[str, tuple]:
    return {pair: rest for pair, *rest in site.query(STATES)}


def decisions(site) -> list[dict]:
    with Ledger(Home(site.home).ledger) as ledger:
        return ledger.decisions()


def answered(folder: Path, workbooks: list[Path], answers: list[str | None]) -> dict[str, str | None]:
    """Fill workbooks in, each row with the next answer, and put them into a folder. Returns the answers by pair."""
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


def acted_on(site, folder: Path, day: str) -> dict[str, str]:
    """An officer fills a work list in, under the headings it has, and sends it back. Returns the states to come."""
    ids = [
        row_id for (row_id,) in site.query("select row_id from marts.worklist_dinkes_without_jkn order by 1 limit 4")
    ]
    outcomes = ["SELESAI", "proses", "", "Bukan temuan"]
    folder.mkdir(parents=True)
    lines = [f"{row_id};ada di rumah;{outcome};{day};Petugas 1" for row_id, outcome in zip(ids, outcomes, strict=True)]
    (folder / "daftar.csv").write_text("\n".join(["row_id;evidence;outcome;outcome_on;officer", *lines]) + "\n")
    return dict(zip(ids, ["closed", "in_progress", "open", "closed"], strict=True))


def test_a_workbook_goes_out_comes_back_and_decides_for_ever(site, province, tmp_path):
    """So do the rows of a work list, in the same nights."""
    before = states(site)
    asked = {pair for pair, (state, *_) in before.items() if state == "open"}
    site.sadaya("questions", "--out", str(tmp_path / "out"), "--by", "tim-data")
    workbooks = sorted((tmp_path / "out").glob("*.xlsx"))
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in workbooks)
    assert all(re.fullmatch(r"pertanyaan_identitas_36\d*_\d{8}-\d{3}\.xlsx", path.name) for path in workbooks)

    delivered = site.landing / "sadaya_keputusan" / province.dates[1]
    said = answered(delivered, workbooks, ["SAMA", "beda", None])
    assert set(said) == asked
    assert len(said) >= 3
    expected = acted_on(site, site.landing / "sadaya_tindak_lanjut" / province.dates[1], province.dates[1])
    site.nightly(province.dates[1])
    after = states(site)
    for pair, answer in said.items():
        state, detector, one, other = after[pair]
        if answer is None:
            assert (state, detector) == ("open", "splink")
        else:
            assert detector == "clerk"
            assert (state, one == other) == (("confirmed", True) if answer == "SAMA" else ("dismissed", False))

    old, new = site.query(
        "select id, other_id from marts.identity_history where event = 'merged' order by entity, id limit 1"
    )[0]
    assert f"today: {new}" in site.sadaya("explain", old).out, "old ids resolve"

    again = site.landing / "sadaya_keputusan" / province.dates[2]
    answered(again, workbooks, [None])
    site.nightly(province.dates[2])
    stands = "select row_id, state from marts.worklist_dinkes_without_jkn"
    outcomes = "select row_id, state from marts.worklist_outcomes"
    listed = {row_id: state for row_id, state in site.query(stands) if row_id in expected}
    assert listed == {row_id: expected[row_id] for row_id in listed}, "rows keep their number"
    assert len(listed) > 1
    assert dict(site.query(outcomes)) == {
        row_id: state if row_id in listed else "resolved" for row_id, state in expected.items() if state != "open"
    }
    later = states(site)
    decided = [pair for pair, answer in said.items() if answer and pair in later]
    assert {pair: later[pair][0] for pair in decided} == {pair: after[pair][0] for pair in decided}, "never undone"
    assert [row["action"] for row in decisions(site)] == ["questions", "explain"]


def test_workbooks_show_both_sides_and_take_only_the_answers_of_the_contract(site, tmp_path):
    site.sadaya("questions", "--out", str(tmp_path / "out"))
    sheet = openpyxl.load_workbook(next((tmp_path / "out").glob("*.xlsx")))["PASANGAN"]
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


def test_explain_says_why_a_person_has_no_golden_record(site):
    outside = site.query(COUNTED.format("not in"))[0][0]
    counted = site.query(COUNTED.format("in"))[0][0]
    said = "No golden record: no household"
    assert said in site.sadaya("explain", outside).out
    assert said not in site.sadaya("explain", counted).out


def test_explain_draws_a_person_and_puts_the_look_on_record(site):
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
