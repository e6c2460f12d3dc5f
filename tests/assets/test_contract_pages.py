"""The contract pages for agencies agree with the contracts."""

from __future__ import annotations

from assets.contract_pages import PAGES, pages, write
from assets.sources import all_sources


def test_the_pages_in_docs_are_current():
    written = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")}
    assert written == pages(), "the contracts changed: python -m assets.contract_pages"


def test_every_column_and_every_check_is_on_its_page():
    said = pages()
    for source in all_sources():
        page = said[f"{source.name}.md"]
        assert all(f"| `{field.name}`" in page for field in source.contract.fields)
        assert all(f"`{rule.message.code}`" in page for rule in (*source.contract.rules, *source.contract.set_rules))
        assert all(field.title_id in page and field.title_en in page for field in source.contract.fields)
        assert "None" not in page


def test_a_table_has_as_many_cells_in_every_row():
    for name, text in pages().items():
        for table in text.split("\n\n"):
            widths = {line.replace("\\|", "").count("|") for line in table.splitlines() if line.startswith("|")}
            assert len(widths) <= 1, f"{name}: {table[:80]}"


def test_the_page_of_a_removed_source_is_deleted(tmp_path):
    (tmp_path / "dinas_lama.md").write_text("lama")
    write(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(pages())
