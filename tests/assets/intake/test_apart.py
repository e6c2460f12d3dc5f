"""Tests that a parser that crashes, runs out of memory or hangs fails only its file, and the next file is parsed."""

from __future__ import annotations

import os
import signal
import threading
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from assets.intake import apart, check
from assets.intake.apart import FileUnreadableError, parse_apart
from assets.sources import source_named
from tests.torture import deliveries
from validations.messages import Refusal

pytestmark = pytest.mark.slow

SOURCE = source_named("dinsos_dtks_rumah_tangga")


@pytest.fixture
def out(tmp_path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


@pytest.fixture
def good(tmp_path) -> Path:
    return book(tmp_path / "good.xlsx")


def book(path: Path, change=lambda xml: xml) -> Path:
    """A delivery of twelve rows with a changed sheet."""
    (content,) = deliveries.files(SOURCE, deliveries.good_rows(SOURCE)).values()
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, change(member) if name.startswith("xl/worksheets/") else member)
    return path


def aborting(path: Path) -> Path:
    """A stray cell whose reference only the reader recognises; it then allocates half a terabyte."""
    cell = b'<row r = "1048576"><c r = "XFD1048576"><v>1</v></c></row></sheetData>'
    return book(path, lambda xml: xml.replace(b"</sheetData>", cell))


def process() -> int:
    (running,) = apart._running
    return running._process.pid


def refusal(path: Path, out: Path) -> str:
    with pytest.raises(Refusal) as refused:
        parse_apart(path, SOURCE, out, "0")
    assert list(out.iterdir()) == []
    assert refused.value.filled.id != refused.value.filled.en
    return refused.value.filled.code


def test_what_comes_back_is_what_the_parser_gives(good, out):
    parsed = parse_apart(good, SOURCE, out, "7")
    assert (parsed.rows_read, parsed.furniture, parsed.encoding) == (12, {"title": 2}, "xlsx")
    assert [part.name for part in parsed.parts] == ["7-0000.parquet"]
    assert pl.read_parquet(parsed.parts).height == 12


def test_a_refusal_comes_back_by_name_and_the_process_stays(good, out, tmp_path):
    parse_apart(good, SOURCE, out, "1")
    (out / "1-0000.parquet").unlink()
    before = process()
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"<html></html>")
    assert refusal(bad, out) == "html_inside"
    assert process() == before


def test_a_parser_that_aborts_fails_only_its_file(good, out, tmp_path):
    assert refusal(aborting(tmp_path / "bad.xlsx"), out) == "parser_out_of_memory"
    assert parse_apart(good, SOURCE, out, "0").rows_read == 12


def test_an_unexpected_error_is_reported_without_its_message(good, out, monkeypatch):
    monkeypatch.setattr(apart, "source_named", lambda _: SOURCE)  # only the process finds out
    undeclared = replace(SOURCE, name="rahasia")
    with pytest.raises(Refusal, match=r"parser_failed.*KeyError at \w+\.py:\d+") as refused:
        parse_apart(good, undeclared, out, "0")
    assert "rahasia" not in str(refused.value)
    assert parse_apart(good, SOURCE, out, "0").rows_read == 12


def test_processor_time_has_an_end(good, out, monkeypatch):
    parse_apart(good, SOURCE, out, "1")
    (out / "1-0000.parquet").unlink()
    monkeypatch.setattr(apart, "SECONDS", 0)
    assert refusal(good, out) == "parser_out_of_time"
    monkeypatch.setattr(apart, "SECONDS", 60)
    assert parse_apart(good, SOURCE, out, "0").rows_read == 12


def test_elapsed_time_has_an_end(good, out, monkeypatch):
    parse_apart(good, SOURCE, out, "1")
    (out / "1-0000.parquet").unlink()
    os.kill(process(), signal.SIGSTOP)  # so it cannot answer in time
    (out / "tmpabc").mkdir()  # left by a process that was killed while unpacking
    (out / "tmpabc" / "plain").write_bytes(b"x")
    (out / "0-0000.parquet").write_bytes(b"x")
    monkeypatch.setattr(apart, "PATIENCE", 0)
    assert refusal(good, out) == "parser_out_of_time"
    monkeypatch.setattr(apart, "PATIENCE", 10)
    assert parse_apart(good, SOURCE, out, "0").rows_read == 12


def test_a_process_that_was_killed_is_replaced_and_no_file_blamed(good, out):
    parse_apart(good, SOURCE, out, "0")
    os.kill(process(), signal.SIGKILL)
    assert parse_apart(good, SOURCE, out, "0").rows_read == 12
    before = process()
    os.kill(before, signal.SIGSTOP)
    killer = threading.Timer(0.3, os.kill, (before, signal.SIGKILL))
    killer.start()
    assert parse_apart(good, SOURCE, out, "0").rows_read == 12
    killer.join()
    assert process() != before


@pytest.fixture(params=["default", "ignored", "blocked"])
def sigterm(request):
    """How this process treats SIGTERM, which a parser that it starts inherits."""
    apart.stop()
    handler, mask = signal.getsignal(signal.SIGTERM), signal.pthread_sigmask(signal.SIG_BLOCK, set())
    if request.param == "ignored":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if request.param == "blocked":
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    yield
    apart.stop()
    signal.signal(signal.SIGTERM, handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)


@pytest.mark.usefixtures("sigterm")
def test_a_process_that_is_ended_from_outside_ends_the_load(good, out, monkeypatch):
    parse_apart(good, SOURCE, out, "0")
    do = apart._Parser.do

    def ended(parser, task):
        os.kill(parser._process.pid, signal.SIGTERM)
        parser._process.wait(timeout=20)
        return do(parser, task)

    monkeypatch.setattr(apart._Parser, "do", ended)
    with pytest.raises(RuntimeError, match="ended with -15"):
        parse_apart(good, SOURCE, out, "0")


def test_it_ends_with_its_parent(good, out):
    parse_apart(good, SOURCE, out, "0")
    (running,) = apart._running
    running._process.stdin.close()
    assert running._process.wait(timeout=20) == 0


def test_a_missing_file_is_unreadable_not_refused(tmp_path, out):
    with pytest.raises(FileUnreadableError):
        parse_apart(tmp_path / "tiada.xlsx", SOURCE, out, "0")


def test_a_folder_that_cannot_be_written_does_not_refuse_the_file(good, tmp_path):
    with pytest.raises(OSError, match="No such file") as failed:
        parse_apart(good, SOURCE, tmp_path / "tiada", "0")
    assert not isinstance(failed.value, FileUnreadableError)


def test_an_extension_that_the_source_does_not_use(tmp_path, out):
    with pytest.raises(KeyError):
        parse_apart(tmp_path / "uji.pdf", SOURCE, out, "0")


def test_check_says_the_same(tmp_path):
    result = check(aborting(tmp_path / "bad.xlsx"), SOURCE, tmp_path, date(2019, 11, 1))
    assert not result.clean
    assert result.refused.code == "parser_out_of_memory"
