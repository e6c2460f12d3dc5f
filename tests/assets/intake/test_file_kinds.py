"""Tests that a file of another kind is refused with its kind."""

from __future__ import annotations

import io
import zipfile

import pytest

from assets.intake.file_kinds import refuse_other_kinds, refuse_other_workbooks
from validations.messages import Refusal


def zipped(*names: str, mimetype: str = "") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return target.getvalue()


def told(refuse, path, content: bytes) -> str | None:
    path.write_bytes(content)
    try:
        refuse(path)
    except Refusal as refused:
        return refused.filled.en
    return None


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "an ODS spreadsheet"),
        (zipped("[Content_Types].xml", "xl/workbook.bin"), "a binary XLSB workbook"),
        (zipped("[Content_Types].xml", "word/document.xml"), "a Word document"),
        (zipped("a.xlsx", "b.xlsx"), "a ZIP archive"),
        (b"%PDF-1.4\n", "a PDF document"),
        (b"MIME-Version: 1.0\r\n", "an MHT web page"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "an XML workbook of Excel 2003"),
        ("\ufeffID,NIK\n".encode("utf-32-le"), "text in UTF-32"),
    ],
)
@pytest.mark.parametrize("refuse", [refuse_other_kinds, refuse_other_workbooks])
def test_other_kinds_are_refused_by_name(tmp_path, refuse, content, kind):
    assert f"The file is {kind}" in told(refuse, tmp_path / "a", content)


def test_text_is_no_workbook_and_a_workbook_no_text(tmp_path):
    text, workbook = b"ID;NIK\nA1;1\n", zipped("[Content_Types].xml", "xl/workbook.xml")
    assert "plain text" in told(refuse_other_workbooks, tmp_path / "a", text)
    assert "an XLSX workbook" in told(refuse_other_kinds, tmp_path / "a", workbook)
    assert told(refuse_other_kinds, tmp_path / "a", text) is None
    assert told(refuse_other_workbooks, tmp_path / "a", workbook) is None
