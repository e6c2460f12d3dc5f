"""The contracts as pages for agencies: one per source in docs/kontrak, Indonesian first, then English.

python -m assets.contract_pages        writes them; a test compares them with the contracts
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from assets.generated import write_folder
from assets.sources import (
    Delimited,
    Format,
    JsonLines,
    JsonPages,
    KoboPages,
    Source,
    Workbook,
    agency_of,
    all_sources,
    set_of,
)
from validations.contract import Contract, Field
from validations.messages import Message

PAGES = Path(__file__).resolve().parents[1] / "docs" / "kontrak"
KINDS = {
    "snapshot": ("potret utuh: menggantikan kiriman sebelumnya", "snapshot: replaces the delivery before it"),
    "delta": ("perubahan: menambah dan memperbarui", "delta: adds and changes"),
}
_DAY = date(2000, 1, 1)


def write(folder: Path = PAGES) -> list[Path]:
    """Write the page of every source, and their index. Pages of sources that no longer exist are deleted."""
    return write_folder(folder, pages(), "*.md")


def pages() -> dict[str, str]:
    """File name -> page, including the index."""
    rows = [
        (f"[{each.name}]({each.name}.md)", agency_of(each).name, each.contract.title_id, each.contract.title_en)
        for each in sorted(all_sources(), key=lambda source: source.name)
    ]
    index = [
        "# Kontrak data / Data contracts",
        "Satu halaman per sumber; dibuat dari kontrak yang diterapkan setiap malam. / One page per source,"
        " made from the contract that is applied every night.",
        _table(("Sumber / Source", "OPD / Agency", "Isi", "Content"), rows),
    ]
    return {"README.md": _joined(index)} | {f"{each.name}.md": page(each) for each in all_sources()}


def page(source: Source) -> str:
    """The page of one source."""
    contract, (kind_id, kind_en) = source.contract, KINDS[source.kind]
    facts = [
        ("OPD / Agency", agency_of(source).name),
        ("Jenis / Kind", f"{kind_id} / {kind_en}"),
        ("Berkas / Files", "; ".join(_format(format_) for format_ in source.formats)),
        ("Kunci / Key", " + ".join(f"`{name}`" for name in contract.key)),
        ("Dikirim tiap / Sent every", f"{source.expected_every} hari / days"),
    ]
    partners = [member.name for member in set_of(source) if member != source]
    if partners:
        facts.append(("Berlaku bersama / Applies together with", ", ".join(f"`{name}`" for name in partners)))
    return _joined(
        [
            f"# {source.name}",
            f"**{contract.title_id}** / {contract.title_en}",
            _table(("", ""), facts),
            "## Kolom / Columns",
            _table(
                (
                    "Kolom / Column",
                    "Wajib / Required",
                    "Arti / Meaning",
                    "Isi yang diterima / Allowed",
                    "Contoh / Example",
                ),
                (_field(field, contract) for field in contract.fields),
            ),
            "Kolom dikenali dari judulnya; huruf besar-kecil, spasi dan `_` tidak berpengaruh. / Columns are"
            " known by their headings; case, blanks and `_` do not matter.",
            *_checks("Ditahan (karantina) / Held back (quarantine)", _errors(contract)),
            *_checks("Diterima dengan peringatan / Accepted with a warning", _warnings(contract)),
            *_checks("Diperbaiki, aslinya disimpan / Repaired, the original kept", _repairs(contract)),
        ]
    )


def _format(format_: Format) -> str:
    endings = ", ".join(f"`{extension}`" for extension in format_.extensions)
    match format_:
        case Delimited(delimiter=mark):
            return f"teks berpemisah `{mark}` / text with `{mark}` ({endings})".replace("`|`", "`\\|`")
        case Workbook(sheet=sheet, every_sheet=every_sheet):
            which = f", lembar / sheet `{sheet}`" if sheet else ""
            which += ", semua lembar yang memuat kolomnya / every sheet that has the columns" if every_sheet else ""
            return f"XLSX{which} ({endings})"
        case JsonLines():
            return f"JSON, satu objek per baris / one object a line ({endings})"
        case JsonPages(records=records):
            return f"halaman JSON dengan daftar / JSON pages with the list `{records}` ({endings})"
        case KoboPages(repeat=repeat):
            inside = f", isian berulang / repeat `{repeat}`" if repeat else ""
            return f"halaman JSON KoboToolbox / KoboToolbox's JSON pages{inside} ({endings})"


def _field(field: Field, contract: Contract) -> tuple[str, ...]:
    also = f" (juga / also: {', '.join(f'`{name}`' for name in field.synonyms)})" if field.synonyms else ""
    filled = field.name in contract.key or not field.nullable
    required = ("kolom & isi / column & value" if filled else "kolom / column") if field.required else "–"
    allowed = field.type.allowed_id
    if field.type.allowed_en != allowed:
        allowed += f" / {field.type.allowed_en}"
    return f"`{field.name}`{also}", required, f"{field.title_id} / {field.title_en}", allowed, _code(field.example)


def _errors(contract: Contract) -> list[tuple[str, Message, str]]:
    profiles = {field.name: {} for field in contract.fields}
    checks = [(one.column, one.message, "") for one in contract.errors(_DAY, profiles).values()]
    return checks + [(rule.column, rule.message, "") for rule in contract.set_rules if rule.severity == "error"]


def _warnings(contract: Contract) -> list[tuple[str, Message, str]]:
    profiles = {field.name: {} for field in contract.fields}
    checks = [(one.column, one.message, one.reason) for one in contract.warnings(_DAY, profiles)]
    checks += [(rule.column, rule.message, rule.reason) for rule in contract.set_rules if rule.severity == "warning"]
    return list(dict.fromkeys(checks))


def _repairs(contract: Contract) -> list[tuple[str, Message, str]]:
    profiles = {field.name: {} for field in contract.fields}
    checks = [(one.column, one.message, "") for one in contract.repairs(profiles)]
    return checks + [(mend.column, mend.message, "") for mend in contract.mends if mend.message is not None]


def _checks(title: str, checks: list[tuple[str, Message, str]]) -> list[str]:
    """A section with one line per check; a check that several columns share appears once."""
    if not checks:
        return []
    columns: dict[tuple[str, str, str, str], list[str]] = {}
    for column, message, reason in checks:
        shown = (message.code, _sentence(message.id, "[kolom]"), _sentence(message.en, "[column]"), reason)
        columns.setdefault(shown, []).append(" + ".join(f"`{name}`" for name in column.split("|")))
    rows = [
        (f"`{code}`", ", ".join(dict.fromkeys(names)), f"{indonesian} / {english}" + (f" ({reason})" if reason else ""))
        for (code, indonesian, english, reason), names in columns.items()
    ]
    return [f"## {title}", _table(("Pemeriksaan / Check", "Kolom / Columns", "Artinya / Meaning"), rows)]


def _sentence(text: str, column: str) -> str:
    return text.replace("{column}", column).replace("{value}", "…").replace("{allowed}", "…")


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("\n", " ") for cell in line) + " |" for line in lines)


def _joined(parts: list[str]) -> str:
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    print("\n".join(str(path.relative_to(PAGES.parents[1])) for path in write()))
