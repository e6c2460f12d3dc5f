"""The data dictionary as pages: one per published table in docs/kamus, Indonesian first, then English.

`python -m orchestration.dictionary` writes them; a test compares them with the dbt project and the agreements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assets.meaning import Meaning
from assets.sharing.agreement import Agreement, Rows, Table
from assets.sharing.catalogue import shown_as
from assets.sharing.dictionary import Column, Described
from assets.sharing.pages import rows_in_words
from assets.sharing.units import UNITS

INDEX = "README.md"
_SHOWN = {
    "clear": Meaning("apa adanya", "as it is"),
    "last_four": Meaning("empat angka terakhir", "last four digits"),
    "pseudonym": Meaning("nama samaran", "pseudonym"),
    "year_only": Meaning("tahun saja", "year only"),
    "suppressed": Meaning("tidak ditampilkan", "not shown"),
    "rounded": Meaning("dibulatkan", "rounded"),
    "follows": Meaning("dihitung dari angka yang dibulatkan", "computed from rounded counts"),
}
_LEVELS = {"district": Meaning("sampai kecamatan", "down to kecamatan")}
_LEVELS["regency"] = Meaning("sampai kabupaten/kota", "down to kabupaten/kota")
_NOT_SHARED = (
    "Tidak ada perjanjian yang memuatnya: hanya tim data provinsi. / In no agreement: the province's data team only."
)


def pages(tables: Mapping[str, Described], agreements: Sequence[Agreement]) -> dict[str, str]:
    """File name -> page, including the index."""
    written = {f"{name}.md": _page(table, agreements) for name, table in tables.items()}
    return {INDEX: _index(tables, agreements)} | written


def _index(tables: Mapping[str, Described], agreements: Sequence[Agreement]) -> str:
    rows = [
        (
            f"[{name}]({name}.md)",
            _sentence(table.meaning.id),
            _sentence(table.meaning.en),
            ", ".join(agreement.agency for agreement, _ in _readers(name, agreements)),
        )
        for name, table in tables.items()
    ]
    return _joined(
        [
            "# Kamus data / Data dictionary",
            "Satu halaman per tabel yang diterbitkan, dibuat dari proyek dbt dan perjanjian; teks yang sama ada di"
            " berkas terbitan dan di lembar Kamus tiap ekstrak. Kosong (null) berarti tidak ada atau tidak diketahui. /"
            " One page per published table, made from the dbt project and the agreements; the same texts appear in the"
            " published file and on the sheet Kamus of each extract. Null means none or not known.",
            _table(("Tabel / Table", "Isi", "Content", "Dibaca / Read by"), rows),
        ]
    )


def _sentence(text: str) -> str:
    """The first sentence: the short description of the table."""
    return text.partition(". ")[0].rstrip(".") + "."


def _page(table: Described, agreements: Sequence[Agreement]) -> str:
    readers = _readers(table.name, agreements)
    facts = [("Skema / Schema", table.name.partition(".")[0])]
    if table.grain:
        facts.append(("Satu baris per / Grain", ", ".join(f"`{column}`" for column in table.grain)))
    if table.owner:
        facts.append(("Penanggung jawab / Owner", table.owner))
    if table.sources:
        exports = ", ".join(f"[{name}](../kontrak/{name}.md)" for name in table.sources)
        facts.append(("Sumber / Sources", exports))
    if table.identified:
        facts.append(
            ("Identitas / Identity", "catatan semua sumber yang sudah dicocokkan / records of all sources, matched")
        )
    if table.parents:
        facts.append(("Disusun dari / Built from", ", ".join(f"[{name}]({name}.md)" for name in table.parents)))
    if table.is_seed:
        facts.append(("Sumber / Source", "daftar acuan dalam repositori / a reference list of the repository"))
    heads = ("Kolom / Column", "Jenis / Type", "Arti", "Meaning", "Isi / Values", "Dibaca / Read by")
    return _joined(
        [
            f"# {table.name}",
            _text(f"**{table.meaning.id}** / {table.meaning.en}"),
            _table(("", ""), facts),
            "## Yang membaca / Who reads",
            *_who_reads(table.name, readers),
            "## Kolom / Columns",
            _table(heads, (_column(column, readers) for column in table.columns)),
        ]
    )


def _readers(name: str, agreements: Sequence[Agreement]) -> list[tuple[Agreement, Table]]:
    return [(each, table) for each in agreements for table in each.tables if table.table == name]


def _who_reads(name: str, readers: list[tuple[Agreement, Table]]) -> list[str]:
    if not readers:
        return [_NOT_SHARED]
    rows = [
        (agreement.agency_name, agreement.number, _both(which_rows(table.conditions)), ", ".join(agreement.media))
        for agreement, table in readers
    ]
    return [_table(("Instansi / Agency", "Perjanjian / Agreement", "Baris / Rows", "Media"), rows)]


def which_rows(rows: Rows | None) -> Meaning:
    """Which rows a table of an agreement holds."""
    english = [] if rows else ["all rows"]
    if rows and rows.regencies:
        english.append(f"kabupaten/kota {', '.join(rows.regencies)}")
    if rows and rows.programmes:
        english.append(f"programmes {', '.join(rows.programmes)}")
    if rows and rows.ages:
        english.append(f"ages {rows.ages.first} to {rows.ages.last}")
    if rows and rows.poor:
        english.append("poor households")
    return Meaning(rows_in_words(rows), "; ".join(english))


def _column(column: Column, readers: list[tuple[Agreement, Table]]) -> tuple[str, ...]:
    unit = UNITS[column.unit] if column.unit else None
    kind = f"`{column.type}`" + (f", {_both(unit)}" if unit else "")
    if column.personal:
        kind += ", pribadi spesifik / specific personal" if column.specific else ", pribadi / personal"
    shown: dict[str, list[str]] = {}
    for agreement, table in readers:
        if column.name in table.columns:
            shown.setdefault(_both(how_shown(table, column.name)), []).append(agreement.agency)
    read = "; ".join(f"{', '.join(agencies)}: {mask}" for mask, agencies in shown.items())
    return f"`{column.name}`", kind, column.meaning.id, column.meaning.en, _values(column), read or "–"


def _values(column: Column) -> str:
    values = [", ".join(f"`{value}`" for value in column.allowed)] if column.allowed else []
    if column.refers_to:
        table, _, name = column.refers_to.rpartition(".")
        values.append(f"dari / from [{table}]({table}.md) `{name}`")
    if column.required:
        values.append("selalu terisi / never null")
    return "; ".join(values)


def how_shown(table: Table, column: str) -> Meaning:
    """How an agreement shows a column of its table."""
    mask = table.columns[column]
    return _LEVELS[mask.level] if mask.level else _SHOWN[shown_as(table.table, column, mask)]


def _both(meaning: Meaning) -> str:
    return meaning.id if meaning.id == meaning.en else f"{meaning.id} / {meaning.en}"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    return _text(text).replace("|", "\\|")


def _text(text: str) -> str:
    """Escape a placeholder in angle brackets, which is not HTML."""
    return text.replace("<", "&lt;")


def _joined(parts: list[str]) -> str:
    return "\n\n".join(parts) + "\n"
