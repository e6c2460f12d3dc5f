"""Small files are written completely or not at all."""

from __future__ import annotations

import stat

from assets import durable


def test_an_existing_file_is_not_replaced_by_a_new_one(tmp_path):
    path = tmp_path / "secret"
    assert durable.create_text(path, "first", 0o600)
    assert not durable.create_text(path, "second", 0o600)
    assert path.read_text() == "first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]


def test_a_written_text_replaces_the_earlier_one(tmp_path):
    path = tmp_path / "summary.json"
    for text in ("first", "second"):
        durable.write_text(path, text, 0o440)
    assert path.read_text() == "second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o440
    assert [each.name for each in tmp_path.iterdir()] == ["summary.json"]
