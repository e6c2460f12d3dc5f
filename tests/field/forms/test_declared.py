"""The forms ask for the contracts' columns, with the contracts' values, and the committed files are current."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from assets.sources import source_named
from field.forms import drawn
from field.forms.build import FOLDER, SURVEY, files, workbook, write
from field.forms.choices import _list
from field.forms.declared import FORMS, MEMBERS, VISIT
from field.forms.question import Form, Question, Text
from validations import regions
from validations.contract import Contract

ASKED = [(form.source, form.questions) for form in FORMS] + [(MEMBERS.source, MEMBERS.questions)]
OF_ODK = ("__id", "__Submissions-id", "akurasi_lokasi")
"""Columns that no question asks for: ODK's own, and the accuracy, which is part of the place."""


def contract_of(source: str) -> Contract:
    return source_named(source).contract


def test_the_committed_files_are_those_of_the_declaration():
    for name, content in files().items():
        assert (FOLDER / name).read_bytes() == content, "the declaration changed: python -m field.forms"


def test_files_are_written_where_they_are_wanted(tmp_path):
    made = {path.name: path.read_bytes() for path in write(tmp_path)}
    assert made == files()
    assert set(made) == {path.name for path in FOLDER.iterdir() if path.suffix in (".xlsx", ".csv")}


def test_the_drawings_in_docs_are_current_and_on_the_page():
    page = (drawn.FOLDER.parent / "lapangan.md").read_text(encoding="utf-8")
    for name, text in drawn.files().items():
        assert (drawn.FOLDER / name).read_text(encoding="utf-8") == text, "python -m field.forms"
        assert f"pictures/{name}" in page
    assert drawn.files()["formulir-kunjungan.svg"].count("<text") > 30


@pytest.mark.parametrize(("source", "questions"), ASKED, ids=[source for source, _ in ASKED])
def test_every_column_of_the_contract_is_asked_once(source, questions):
    columns = [question.column for question in questions if question.column]
    wanted = [field.name for field in contract_of(source).fields]
    assert sorted(columns) == sorted(name for name in wanted if name not in OF_ODK and not name.startswith("__system"))
    assert all(question.name == question.column for question in questions if question.column)


@pytest.mark.parametrize(("source", "questions"), ASKED, ids=[source for source, _ in ASKED])
def test_an_answer_that_no_contract_takes_is_no_drift(source, questions):
    names = {question.name for question in questions if question.kind != "note"}
    assert contract_of(source).match([*names, "__id"]).unlisted == ()
    assert contract_of(source).match(["catatan_lain"]).unlisted == ("catatan_lain",)


@pytest.mark.parametrize(("source", "questions"), ASKED, ids=[source for source, _ in ASKED])
def test_what_the_contract_needs_the_form_always_asks(source, questions):
    asked = {question.column: question for question in questions if question.column}
    for field in contract_of(source).fields:
        question = asked.get(field.name)
        if question and not field.nullable:
            assert question.kind == "calculate" or (question.required and not question.relevant), field.name


def test_choices_are_the_values_of_the_contracts():
    """Read by the contract, each choice is a value of its list, and no value is without a choice."""
    for source, questions in ASKED:
        for question in (one for one in questions if one.column and one.choices and not one.choices.file):
            kind = contract_of(source).field(question.column).type
            names = [choice.name for choice in question.choices.choices]
            read = pl.DataFrame({"raw": names}).select(kind.normalise(pl.col("raw"), {})).to_series().to_list()
            assert len(set(read)) == len(names)
            allowed = set(kind.allowed_en.split(", ")) - {"TIDAK DIKETAHUI"}
            left_out = {"KEPALA RUMAH TANGGA"} if question.name == "hubungan" else set()
            assert kind.coded
            assert set(read) == allowed - left_out, question.name


def test_a_list_without_all_labels_is_an_error():
    with pytest.raises(ValueError, match="C"):
        _list("x", ["A", "B"], {"A": "a", "B": "b", "C": "c"})


def test_ranges_are_those_of_the_contracts():
    for source, questions in ASKED:
        for question in (one for one in questions if one.column and one.low is not None):
            kind = contract_of(source).field(question.column).type
            assert kind.name in ("integer", "rupiah")
            assert kind.name == "rupiah" or kind.allowed_en == f"{question.low}–{question.high}"


def test_every_text_is_in_both_languages():
    def texts(form: Form):
        every = (*form.questions, *MEMBERS.questions)
        yield from (text for question in every for text in (question.label, question.hint, question.message))
        yield from (choice.label for of in form.lists() for choice in of.choices)
        yield form.title

    for form in FORMS:
        assert all(bool(text.id) == bool(text.en) for text in texts(form))
        silent = ("start", "end", "calculate")
        assert all(question.label.id for question in form.questions if question.kind not in silent)
        assert all(question.message.id for question in form.questions if question.limits)


def test_villages_come_with_the_form():
    frame = pl.read_csv(FOLDER / "desa.csv", infer_schema=False)
    assert frame.columns == ["name", "label", "kecamatan"]
    assert frame["name"].equals(regions.village_codes(), check_names=False)


def test_a_changed_question_changes_the_workbook():
    other = replace(VISIT, parts=(*VISIT.parts, Question("text", "lain", Text("Lain", "Other"))))
    assert workbook(other) != workbook(VISIT)
    assert len(SURVEY) == len(set(SURVEY))
