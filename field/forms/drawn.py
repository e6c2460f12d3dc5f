"""Drawings of the forms for docs/lapangan.md: every question with its hint, answers and conditions, in Indonesian.

They are drawn from the declaration; no phone was photographed.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from textwrap import wrap

from field.forms.declared import FORMS
from field.forms.question import Form, Question, Repeat

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
WIDTH, LEFT, LINE, LETTERS = 760, 24, 20, 92
"""Pixels, and letters of a line."""
CHOICES_SHOWN = 12
KINDS = {
    "text": "teks",
    "integer": "angka",
    "date": "tanggal",
    "geopoint": "lokasi (GPS)",
    "image": "foto, boleh dilewati",
}
STYLES = {
    "title": "font-size='20' font-weight='bold' fill='#12344d'",
    "part": "font-size='15' font-weight='bold' fill='#12344d'",
    "label": "font-size='14' font-weight='bold' fill='#1f1f1f'",
    "hint": "font-size='13' fill='#555555'",
    "answer": "font-size='13' fill='#1f1f1f'",
    "note": "font-size='13' font-style='italic' fill='#555555'",
}


def files() -> dict[str, str]:
    """File name -> SVG of every form."""
    return {f"formulir-{form.name.replace('_', '-')}.svg": drawing(form) for form in FORMS}


def write(folder: Path = FOLDER) -> list[Path]:
    """Write the drawings into a folder."""
    made = files()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in made]


def drawing(form: Form) -> str:
    """A form as one SVG."""
    lines = list(_lines(form))
    height = LINE * (len(lines) + 2)
    texts = [
        f"<text x='{LEFT + indent}' y='{LINE * (number + 2)}' {STYLES[style]}>{escape(text)}</text>"
        for number, (style, indent, text) in enumerate(lines)
        if text
    ]
    head = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' font-family='sans-serif' role='img'>"
        f"<title>{escape(form.title.id)}</title>"
        f"<rect width='{WIDTH}' height='{height}' fill='#ffffff' stroke='#c8d1d9'/>"
    )
    return "\n".join([head, *texts, "</svg>"]) + "\n"


def _lines(form: Form) -> Iterator[tuple[str, int, str]]:
    """(style, indent, text) of each line."""
    yield "title", 0, form.title.id
    number = 0
    for part in form.parts:
        if isinstance(part, Repeat):
            yield "label", 0, ""
            yield "part", 0, f"{part.label.id}: diisi untuk setiap orang"
            for nth, question in enumerate(part.questions, start=1):
                yield from _asked(question, f"{number + 1}.{nth}", 16)
            number += 1
        elif part.label.id:
            number += part.kind != "note"
            yield from _asked(part, "" if part.kind == "note" else str(number), 0)


def _asked(question: Question, number: str, indent: int) -> Iterator[tuple[str, int, str]]:
    yield "label", 0, ""
    star = " *" if question.required else ""
    label = "(keterangan keluarga dari daftar)" if "instance(" in question.label.id else question.label.id
    style = "note" if question.kind == "note" else "label"
    for text in wrap(f"{number}. {label}{star}" if number else label, LETTERS):
        yield style, indent, text
    for text in wrap(question.hint.id, LETTERS):
        yield "hint", indent + 16, text
    for text in wrap(_answers(question), LETTERS):
        yield "answer", indent + 16, text
    if question.limits and question.message.id:
        yield from (("hint", indent + 16, text) for text in wrap(f"Jika ditolak: “{question.message.id}”", LETTERS))
    if question.relevant and question.kind != "note":
        yield "hint", indent + 16, "Hanya ditanyakan bila perlu, menurut jawaban di atasnya."


def _answers(question: Question) -> str:
    if question.choices is None:
        return f"[ {KINDS[question.kind]} ]" if question.kind in KINDS else ""
    if question.choices.file:
        return "[ dipilih dari daftar di telepon ]"
    shown = [f"○ {choice.label.id}" for choice in question.choices.choices[:CHOICES_SHOWN]]
    return "   ".join(shown) if len(question.choices.choices) <= CHOICES_SHOWN else "[ dipilih dari daftar ]"
