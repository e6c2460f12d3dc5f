"""Templates are filled in, checked and taken in like any other workbook of their source."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from assets.intake import check
from assets.intake.apart import stop
from assets.sources import Workbook, all_sources, source_named
from orchestration.cli import app
from validations.template import DATA, HELP, LISTS, write

pytestmark = pytest.mark.slow

TYPED = [source for source in all_sources() if any(isinstance(format_, Workbook) for format_ in source.formats)]
FORMS = [source for source in TYPED if source.pull is not None]


@pytest.fixture(scope="module", autouse=True)
def _one_parser():
    yield
    stop()


@pytest.fixture
def template(tmp_path):
    """Write a source's template, filled with rows of values by column."""

    def template(name: str, *rows: dict) -> Path:
        source, path = source_named(name), tmp_path / f"{name}.templat.xlsx"
        sheet = next(format_.sheet for format_ in source.formats if isinstance(format_, Workbook))
        write(source.contract, path, sheet)
        book = openpyxl.load_workbook(path)
        data = book[sheet or DATA]
        places = {str(cell.value).rstrip("*"): cell.column for cell in data[1]}
        for at, row in enumerate(rows, start=2):
            for column, value in row.items():
                data.cell(at, places[column], value)
        book.save(path)
        return path

    return template


def examples(name: str) -> dict[str, str]:
    return {field.name: field.example for field in source_named(name).contract.fields if field.example}


@pytest.mark.parametrize("name", [source.name for source in FORMS])
def test_a_template_with_the_examples_is_accepted(template, tmp_path, name):
    result = check(template(name, examples(name)), source_named(name), tmp_path, date(2019, 11, 1))
    assert result.refused is None
    assert (result.counts.read, result.counts.accepted, dict(result.errors)) == (1, 1, {})
    assert "column_drift" not in [notice.code for notice in result.notices], "every heading is the contract's"


@pytest.mark.parametrize("name", [source.name for source in TYPED])
def test_every_heading_of_every_template_is_known(template, name):
    book = openpyxl.load_workbook(template(name))
    contract = source_named(name).contract
    match = contract.match([cell.value for cell in book.worksheets[0][1]])
    assert (match.missing, match.unlisted) == ((), ())
    assert len(match.positions) == len(contract.fields)


def test_an_unfilled_template_is_a_quiet_day(template, tmp_path):
    result = check(template("dinsos_kunjungan"), source_named("dinsos_kunjungan"), tmp_path, date(2019, 11, 1))
    assert (result.refused, result.counts.read) == (None, 0)


def test_what_people_type_is_read(template, tmp_path):
    """Times without an offset, dates as Excel has them, words from the lists, a place left out."""
    typed = {
        "__id": "PDP3601001-0001",
        "__system/submissionDate": datetime(2019, 10, 3, 16, 5),  # noqa: DTZ001 -- cells have no zone
        "id_pendamping": "PDP3601001",
        "no_peserta": "JSR360100001",
        "tanggal_kunjungan": date(2019, 10, 2),
        "ke_posyandu": "YA",
    }
    result = check(
        template("dinsos_kunjungan", typed, {**typed, "__id": "PDP3601001-0002", "ke_posyandu": "mungkin"}),
        source_named("dinsos_kunjungan"),
        tmp_path,
        date(2019, 11, 1),
    )
    assert (result.counts.accepted, result.counts.quarantined) == (1, 1)
    assert result.workbook is not None
    assert "moment_without_offset" in result.repairs


def test_a_deletion_is_typed_into_a_column_of_its_own(template, tmp_path):
    path = template("dinsos_kunjungan", {"__id": "uuid:5f1c0000-0001"})
    book = openpyxl.load_workbook(path)
    data = book[DATA]
    data.cell(1, data.max_column + 1, "TANGGAL_HAPUS")
    data.cell(2, data.max_column, "2019-10-20")
    book.save(path)
    result = check(path, source_named("dinsos_kunjungan"), tmp_path, date(2019, 11, 1))
    assert (result.counts.accepted, result.counts.quarantined) == (1, 0)
    assert "records_deleted" in [notice.code for notice in result.notices]


def test_the_lists_are_offered_and_explained(template):
    book = openpyxl.load_workbook(template("dinsos_perubahan_status"))
    assert book.sheetnames == [DATA, HELP, LISTS]
    offered = {
        str(rule.sqref).split(":")[0]: rule
        for rule in book[DATA].data_validations.dataValidation
        if rule.type == "list"
    }
    headings = {cell.coordinate.replace("1", "2"): cell.value for cell in book[DATA][1]}
    kind = next(rule for place, rule in offered.items() if headings[place] == "jenis_perubahan*")
    letter = kind.formula1.split("$")[1]
    assert [cell.value for cell in book[LISTS][letter] if cell.value][1:] == ["LULUS", "KELUAR", "PINDAH", "MENINGGAL"]
    assert kind.errorStyle == "warning", "other spellings are accepted too"
    told = {row[0].value: [cell.value for cell in row] for row in book[HELP].iter_rows()}
    assert told["no_peserta"][1] == "*"
    assert told["no_peserta"][4] == "JSR360100001"


def test_the_command_writes_a_template(tmp_path):
    done = CliRunner().invoke(app, ["template", "dinsos_kunjungan", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "dinsos_kunjungan.templat.xlsx").is_file()
    assert CliRunner().invoke(app, ["template", "dinkes_jkn", "--out", str(tmp_path)]).exit_code == 2
    assert CliRunner().invoke(app, ["template", "dinsos_kunjunga"]).exit_code == 2
