"""Writes the forms as XLSForms (`.xlsx`), with the list of villages that comes with them.

python -m field.forms        writes them; a test compares them with the declaration
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter

from field.forms.choices import VILLAGES
from field.forms.declared import FORMS
from field.forms.question import Form, Question, Repeat, Text
from validations import regions

FOLDER = Path(__file__).parent
LANGUAGES = {"id": "Bahasa Indonesia (id)", "en": "English (en)"}
MADE = datetime(2026, 1, 1, tzinfo=UTC)
"""Creation time in the workbooks, fixed so that the same forms give the same bytes."""
SURVEY = (
    *("type", "name", *(f"label::{language}" for language in LANGUAGES.values())),
    *(f"hint::{language}" for language in LANGUAGES.values()),
    *("required", "relevant", "constraint"),
    *(f"constraint_message::{language}" for language in LANGUAGES.values()),
    *("choice_filter", "calculation", "default", "appearance", "parameters", "dtsen"),
)
"""Columns of the sheet `survey`. dtsen: the variable that a question asks for; for readers only."""
CHOICES = ("list_name", "name", *(f"label::{language}" for language in LANGUAGES.values()), "within")
SETTINGS = ("form_title", "form_id", "version", "default_language", "instance_name")
TYPES = {"choice": "select_one"}
Rows = list[tuple[str, ...]]


def files() -> dict[str, bytes]:
    """File name -> content of every form, and of the list of villages."""
    return {f"{form.name}.xlsx": workbook(form) for form in FORMS} | {VILLAGES.file: villages()}


def write(folder: Path = FOLDER) -> list[Path]:
    """Write all files into a folder."""
    made = files()
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in made]


def workbook(form: Form) -> bytes:
    """A form as an XLSForm."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": form.title.id, "created": MADE})
        bold = book.add_format({"bold": True})
        for name, header, rows in (
            ("survey", SURVEY, _survey(form)),
            ("choices", CHOICES, _choices(form)),
            ("settings", SETTINGS, [_settings(form)]),
        ):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(header) - 1, 24)
            for column, title in enumerate(header):
                sheet.write_string(0, column, title, bold)
            for number, row in enumerate(rows, start=1):
                for column, cell in enumerate(row):
                    if cell:
                        sheet.write_string(number, column, cell)
    return memory.getvalue()


def _survey(form: Form) -> Rows:
    rows: Rows = []
    for part in form.parts:
        if isinstance(part, Repeat):
            label = (part.label.id, part.label.en)
            rows.append(_padded("begin_repeat", part.name, *label))
            rows += [_question(question) for question in part.questions]
            rows.append(_padded("end_repeat", part.name))
        else:
            rows.append(_question(part))
    return rows


def _padded(*cells: str) -> tuple[str, ...]:
    return (*cells, *("" for _ in SURVEY[len(cells) :]))


def _question(question: Question) -> tuple[str, ...]:
    def both(text: Text) -> Sequence[str]:
        return text.id, text.en

    choices = question.choices
    kind = TYPES.get(question.kind, question.kind)
    if choices is not None:
        kind = f"select_one_from_file {choices.file}" if choices.file else f"{kind} {choices.name}"
    return (
        *(kind, question.name, *both(question.label), *both(question.hint)),
        *("yes" if question.required else "", question.relevant, question.limits, *both(question.message)),
        *(choices.filter if choices else "", question.calculation, question.default),
        *(question.appearance, question.parameters, question.variable),
    )


def _choices(form: Form) -> Rows:
    return [
        (of.name, choice.name, choice.label.id, choice.label.en, choice.within)
        for of in form.lists()
        for choice in of.choices
    ]


def _settings(form: Form) -> tuple[str, ...]:
    return (form.title.id, form.name, form.version, LANGUAGES["id"], form.instance)


def villages() -> bytes:
    """CSV of the province's villages: name (the code), label, kecamatan (its code)."""
    frame = regions.villages().select("village_code", "village_name", "district_code")
    return (
        frame.rename({"village_code": "name", "village_name": "label", "district_code": "kecamatan"})
        .write_csv()
        .encode()
    )
