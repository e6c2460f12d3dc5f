"""A digest of code depends on its content, not on its repository."""

from __future__ import annotations

from assets.code import code_files, content_hash


def _project(root):
    (root / "models").mkdir(parents=True)
    (root / "target").mkdir()
    (root / "models" / "a.sql").write_text("select 1")
    (root / "target" / "manifest.json").write_text("{}")
    (root / "notes.md").write_text("x")
    return root


def test_derived_files_and_prose_do_not_count(tmp_path):
    root = _project(tmp_path)
    before = content_hash(root, code_files(root))
    (root / "target" / "manifest.json").write_text("{1}")
    (root / "notes.md").write_text("y")
    assert content_hash(root, code_files(root)) == before
    assert [path.name for path in code_files(root)] == ["a.sql"]


def test_descriptions_of_columns_count(tmp_path):
    root = _project(tmp_path)
    (root / "models" / "docs").mkdir()
    (root / "models" / "docs" / "common.md").write_text("{% docs a %}")
    assert [path.name for path in code_files(root)] == ["a.sql", "common.md"]


def test_contents_and_names_count(tmp_path):
    root = _project(tmp_path)
    seen = {content_hash(root, code_files(root))}
    (root / "models" / "a.sql").write_text("select 2")
    seen.add(content_hash(root, code_files(root)))
    (root / "models" / "a.sql").rename(root / "models" / "b.sql")
    seen.add(content_hash(root, code_files(root)))
    assert len(seen) == 3
