"""The command line: exit codes tell wrong usage from failure, errors take one line, and `status` imports nothing
slow.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date

import openpyxl
import pytest
from typer.testing import CliRunner

from assets.ledger import Ledger
from orchestration.cli import app
from orchestration.lock import writer
from orchestration.nightly import Outcome
from orchestration.version import ROOT

pytestmark = pytest.mark.slow

PUBLISHED, FAILED, USAGE, REFUSED = 0, 1, 2, 3


def invoke(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def night(monkeypatch, home, landing):
    """`sadaya nightly`, with the outcome of its load replaced."""

    def night(status: str, *options: str, **more):
        outcome = Outcome(status, "2019-11-01", "20191101-001", **more)
        monkeypatch.setattr("orchestration.nightly.run_night", lambda *_: outcome)
        return invoke("nightly", "--landing", landing, "--home", home.root, "--date", "2019-11-01", *options)

    return night


@pytest.mark.parametrize(
    ("status", "code"), [("published", PUBLISHED), ("unchanged", PUBLISHED), ("failed", FAILED), ("rejected", REFUSED)]
)
def test_the_exit_code_shows_the_outcome_of_the_load(night, status, code):
    assert night(status).exit_code == code


def test_only_json_is_on_stdout(night):
    done = night("rejected", "--json", failures=[{"checker": "dbt", "name": "x", "id": "i", "en": "e"}])
    assert json.loads(done.stdout)["failures"][0]["name"] == "x"


def test_a_rejected_load_shows_the_reasons_and_what_to_do(night):
    done = night(
        "rejected", failures=[{"checker": "reconciliation", "name": "law", "id": "Tidak sama", "en": "Unequal"}]
    )
    assert "Tidak sama" in done.stdout
    assert "sadaya publish 20191101-001 --override" in done.stdout


def test_a_load_shows_what_to_clean_up(night):
    poor = {"households": 2318, "without_living_member": 2}
    done = night("published", poor=poor, rows={"marts.duplicate_listings": 43})
    told = " ".join(done.stdout.split())
    assert "Of 2,318 poor households 2 have no living member" in told
    assert "43 rows of lists are duplicates" in told


def test_the_deliveries_are_shown_with_their_counts(night):
    counts = {f"rows_{name}": 1234 for name in ("read", "accepted", "quarantined", "duplicate", "furniture")}
    row = {"delivery_id": "d", "source": "dinsos_pkh", "delivery_date": "2019-11-01", "status": "held", **counts}
    done = night("published", deliveries=[{**row, "reason_id": "Jumlah turun", "reason_en": "Fell"}])
    assert "dinsos_pkh" in done.stdout
    assert "1,234" in done.stdout
    assert "Jumlah turun / Fell" in done.stdout


def test_what_changed_is_shown_by_kind(night):
    kind = {"since_load_id": "20191031-001", "entity": "household", "change": "left", "subject": "PKH", "count": 1234}
    done = night("published", changes=[kind])
    assert "since load 20191031-001" in done.stdout
    assert "1,234" in done.stdout
    assert json.loads(night("published", "--json", changes=[kind]).stdout)["changes"] == [kind]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nightly", "--home", "{home}", "--landing", "{home}/nowhere"), "does not exist"),
        (("nightly", "--home", "{home}", "--landing", "{landing}", "--date", "tomorrow"), "--date"),
        (("nightly", "--home", "{home}", "--landing", "{landing}", "--date", "2999-01-01"), "--date"),
        (("nightly", "--landing", "{landing}"), "--home"),
        (("status", "--home", "{landing}"), "has no warehouse"),
        (("rollback", "--home", "{landing}"), "has no warehouse"),
        (("withdraw", "some-delivery", "--home", "{home}"), "--reason"),
        (("publish", "20191101-001", "--home", "{home}", "--by", "auditor", "--reason", "why"), "--override"),
        (("check", "{file}", "--source", "no_such"), "dinsos_pkh"),
        (("check", "{file}.pdf", "--source", "dinsos_pkh"), ".csv or .txt"),
        (("check", "{home}/nothing.csv", "--source", "dinsos_pkh"), "does not exist"),
        (("check", "{file}.perbaikan.xlsx", "--source", "dinsos_jamsosratu"), "this workbook was written by `check`"),
        (
            ("check", "{file}", "--source", "dinsos_pkh", "--out", "{landing}/dinsos_pkh/2019-11-01"),
            "is in a landing",
        ),
        (("simulate", "--out", "{home}"), "not empty"),
        (("no-such-command",), "No such command"),
    ],
)
def test_wrong_usage_differs_from_failure(home, landing, tmp_path, monkeypatch, arguments, said):
    for name in ("SADAYA_HOME", "SADAYA_LANDING"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "file.csv").touch()
    (tmp_path / "file.csv.pdf").touch()
    (tmp_path / "file.csv.perbaikan.xlsx").touch()
    places = {"home": home.root, "landing": landing, "file": tmp_path / "file.csv"}
    done = invoke(*(argument.format(**places) for argument in arguments))
    assert done.exit_code == USAGE, done.output
    assert said in done.output


PKH = "ID_PKH,NIK,NO_KK,NAMA_PENGURUS,TANGGAL_LAHIR,KODE_DESA,KOMPONEN,TAHUN,TAHAP,STATUS_KEPESERTAAN,TANGGAL_MULAI"
ROW = "PKH1,3601014508859001,,SITI CONTOH,05-08-1985,3699999999,SD,2019,3,AKTIF,2015-06-01"


def test_the_marked_workbook_is_written_to_the_current_folder_and_never_into_a_landing(landing, tmp_path, monkeypatch):
    folder, elsewhere = landing / "dinsos_pkh" / "2019-11-01", tmp_path / "elsewhere"
    folder.mkdir(parents=True)
    elsewhere.mkdir()
    (folder / "PKH.csv").write_text(f"{PKH}\n{ROW}\n")
    monkeypatch.chdir(elsewhere)
    done = invoke("check", folder / "PKH.csv", "--source", "dinsos_pkh", "--json")
    assert json.loads(done.stdout)["workbook"] == str(elsewhere / "PKH.perbaikan.xlsx")
    assert (elsewhere / "PKH.perbaikan.xlsx").exists()
    monkeypatch.chdir(folder)
    assert invoke("check", "PKH.csv", "--source", "dinsos_pkh").exit_code == USAGE
    monkeypatch.chdir(landing)
    monkeypatch.setenv("SADAYA_LANDING", str(landing))
    assert invoke("check", folder / "PKH.csv", "--source", "dinsos_pkh").exit_code == USAGE
    done = invoke("check", folder / "PKH.csv", "--source", "dinsos_pkh", "--out", tmp_path / "out")
    assert (done.exit_code, (tmp_path / "out" / "PKH.perbaikan.xlsx").exists()) == (FAILED, True)
    assert [path.name for path in landing.rglob("*") if path.is_file()] == ["PKH.csv"]


def test_corrections_become_a_file_that_passes_the_check(landing, tmp_path, monkeypatch):
    folder = landing / "dinsos_pkh" / "2019-11-01"
    folder.mkdir(parents=True)
    sent = folder / "PKH.csv"
    sent.write_text("\n".join([PKH, ROW.replace("3699999999", "3601012001").replace(",3,AKTIF", ",9,AKTIF"), ""]))
    monkeypatch.chdir(tmp_path)
    assert invoke("check", sent, "--source", "dinsos_pkh").exit_code == FAILED
    book = openpyxl.load_workbook("PKH.perbaikan.xlsx")
    sheet = book["PERBAIKAN"]
    sheet.cell(2, [cell.value for cell in sheet[1]].index("TAHAP") + 1).value = "3"
    book.save("PKH.perbaikan.xlsx")
    done = invoke("correct", sent, "PKH.perbaikan.xlsx", "--source", "dinsos_pkh")
    assert (done.exit_code, "1 values corrected in 1 of 1 rows" in done.output) == (0, True)
    assert invoke("check", "PKH.terkoreksi.csv", "--source", "dinsos_pkh").exit_code == 0
    assert invoke("correct", sent, "PKH.perbaikan.xlsx", "--source", "dinsos_pkh", "--out", folder).exit_code == USAGE
    assert [path.name for path in folder.iterdir()] == ["PKH.csv"]


def _with_ledger(home):
    with Ledger(home.ledger) as ledger:
        ledger.open_load(date(2019, 11, 1), "code")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rollback",), "no earlier publication"),
        (("release", "no-such-delivery"), "there is no delivery no-such-delivery"),
        (("withdraw", "no-such-delivery", "--reason", "wrong"), "there is no delivery no-such-delivery"),
        (("publish", "no-such", "--override", "--by", "auditor", "--reason", "why"), "there is no load no-such"),
    ],
)
def test_impossible_decisions_are_reported_in_one_line(home, arguments, said):
    _with_ledger(home)
    done = invoke(*arguments, "--home", home.root)
    assert done.exit_code == FAILED
    assert said in done.stderr
    assert "Traceback" not in done.output
    assert len(done.output.strip().splitlines()) <= 2


def test_an_unexpected_error_is_one_line_and_a_log_for_its_owner(home, landing, monkeypatch):
    def broken(*_):
        raise ValueError("SITI")

    monkeypatch.setattr("orchestration.nightly.run_night", broken)
    done = invoke("nightly", "--landing", landing, "--home", home.root)
    assert done.exit_code == FAILED
    assert "ValueError" in done.stderr
    assert "SITI" not in done.output
    (log,) = home.root.glob("sadaya-error-*.log")
    assert "SITI" in log.read_text(encoding="utf-8")
    assert log.stat().st_mode & 0o077 == 0


def test_a_second_load_is_refused_with_the_first_named(home, landing):
    command = [sys.executable, "-m", "orchestration", "nightly", "--home", str(home.root), "--landing", str(landing)]
    with writer(home):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == FAILED
    assert "another load is running since" in done.stderr
    assert done.stdout == ""


def test_status_shows_held_deliveries_and_failed_loads(home):
    _with_ledger(home)
    done = invoke("status", "--home", home.root)
    assert done.exit_code == 0
    assert "Nothing is published yet" in done.stdout
    assert "20191101-001: open" in done.stdout
    told = json.loads(invoke("status", "--home", home.root, "--json").stdout)
    assert told["published"] is None
    assert told["last"]["load_id"] == "20191101-001"


def test_status_and_the_next_load_report_a_damaged_publication(home, landing, night):
    with Ledger(home.ledger) as ledger:
        ledger.set_state(ledger.open_load(date(2019, 11, 1), "code"), "published")
    home.current_publication.symlink_to("../publications/20191101-001")
    home.current_snapshot.symlink_to("current/warehouse.duckdb")
    done = invoke("status", "--home", home.root)
    assert done.exit_code == FAILED
    assert "It is damaged: it cannot be read (FileNotFoundError)" in done.stdout
    assert json.loads(invoke("status", "--home", home.root, "--json").stdout)["damage"]
    done = night("published", damage="the publication of load 20191101-001 was damaged: gone")
    assert done.exit_code == PUBLISHED
    assert "Damage: the publication of load 20191101-001 was damaged" in done.stdout


def test_status_imports_nothing_heavy(home):
    _with_ledger(home)
    code = (
        "import sys\nsys.argv = ['sadaya', 'status', '--home', sys.argv[1]]\n"
        "from orchestration.cli import main\n"
        "try: main()\nexcept SystemExit as end: assert not end.code, end.code\n"
        "heavy = {'dagster', 'dbt', 'duckdb', 'polars', 'pandas', 'pyarrow', 'great_expectations'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code, str(home.root)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
