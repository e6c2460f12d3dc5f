"""Recognises files of another kind than their name says, by their first bytes or by the members of a zip, so that a
refusal can say what was sent instead.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from validations.messages import Message, Refusal

OTHER_KIND = Message(
    "other_kind",
    "Berkas ini {what_id}, bukan jenis yang dinyatakan namanya. {mend_id}",
    "The file is {what_en}, not of the kind that its name says. {mend_en}",
)
_SAVE = (
    "Simpan ulang sebagai jenis yang diperjanjikan (XLSX atau CSV).",
    "Save it again as the agreed kind (XLSX or CSV).",
)
_AS_UTF8 = ("Simpan ulang sebagai CSV UTF-8.", "Save it again as CSV UTF-8.")
_UNPACK = ("Kirim berkas di dalamnya, tanpa dikemas.", "Send the file inside it, unpacked.")
_EXPORT = ("Ekspor ulang tabelnya sebagai XLSX atau CSV.", "Export the table again as XLSX or CSV.")
_KINDS = {
    "zip": ("arsip ZIP", "a ZIP archive", _UNPACK),
    "xlsx": ("buku kerja XLSX", "an XLSX workbook", _SAVE),
    "ods": ("lembar sebar ODS (OpenDocument)", "an ODS spreadsheet (OpenDocument)", _SAVE),
    "xlsb": ("buku kerja biner XLSB", "a binary XLSB workbook", _SAVE),
    "docx": ("dokumen Word", "a Word document", _EXPORT),
    "pptx": ("presentasi PowerPoint", "a PowerPoint presentation", _EXPORT),
    "pdf": ("dokumen PDF", "a PDF document", _EXPORT),
    "rar": ("arsip RAR", "a RAR archive", _UNPACK),
    "7z": ("arsip 7-Zip", "a 7-Zip archive", _UNPACK),
    "gzip": ("arsip gzip", "a gzip archive", _UNPACK),
    "ole": ("dokumen Office lama (XLS atau DOC)", "an old Office document (XLS or DOC)", _SAVE),
    "mht": ("halaman web MHT", "an MHT web page", _SAVE),
    "xml": ("buku kerja XML dari Excel 2003", "an XML workbook of Excel 2003", _SAVE),
    "utf32": ("teks dalam UTF-32", "text in UTF-32", _AS_UTF8),
    "json": ("JSON", "JSON", _EXPORT),
    "text": ("teks biasa (mungkin CSV)", "plain text (perhaps CSV)", _SAVE),
}
COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a document of the old Office begins, and an encrypted one of the new."""
_ZIP = b"PK\x03\x04"
_SIGNATURES = {
    b"%PDF-": "pdf",
    b"Rar!\x1a\x07": "rar",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"\x1f\x8b\x08": "gzip",
    COMPOUND_FILE: "ole",
    b"MIME-Version:": "mht",
    b"\xff\xfe\x00\x00": "utf32",
    b"\x00\x00\xfe\xff": "utf32",
}
_MEMBERS = (("xl/workbook.bin", "xlsb"), ("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx"))
_PARTS = ("[content_types].xml", "_rels/")
"""Found in every Office document, whatever the names of its other members."""


def refusal_of(kind: str) -> Refusal:
    """Why a file of such a kind (a key of `_KINDS`) is refused."""
    what_id, what_en, (mend_id, mend_en) = _KINDS[kind]
    return Refusal(OTHER_KIND, {"what_id": what_id, "what_en": what_en, "mend_id": mend_id, "mend_en": mend_en})


def refuse_other_kinds(path: Path) -> None:
    """Refuse a file that should be text, if it begins as a file of another kind does."""
    with path.open("rb") as file:
        head = file.read(4096)
    if kind := _kind_of_zip(path) or "zip" if head.startswith(_ZIP) else _kind_of(head):
        raise refusal_of(kind)


def refuse_other_workbooks(path: Path) -> None:
    """Refuse a file that should be an XLSX workbook, if it is surely of another kind."""
    with path.open("rb") as file:
        head = file.read(4096)
    kind = _kind_of_zip(path) if head.startswith(_ZIP) else _kind_of(head) or _kind_of_text(head)
    if kind and kind != "xlsx":
        raise refusal_of(kind)


def _kind_of(head: bytes) -> str | None:
    """The kind that a file's first bytes show; None for text, and for what is not known here."""
    found = next((kind for signature, kind in _SIGNATURES.items() if head.startswith(signature)), None)
    shown = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if found is None and shown.startswith(b"<?xml") and b"Excel.Sheet" in head:
        return "xml"
    return found


def _kind_of_text(head: bytes) -> str | None:
    """Whether bytes are text; None if not, and for HTML."""
    shown = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not shown or shown.startswith(b"<") or any(byte < 9 or 13 < byte < 26 for byte in shown):
        return None
    return "json" if shown.startswith((b"[", b"{")) else "text"


def _kind_of_zip(path: Path) -> str | None:
    """The kind of a zip's content; None if its directory cannot be read, or names an Office document of any kind."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.lower() for name in archive.namelist()]
            if "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype")[:200]:
                return "ods"
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, KeyError, RuntimeError, EOFError):
        return None
    found = next((kind for start, kind in _MEMBERS if any(name.startswith(start) for name in names)), None)
    office = any(name.startswith(_PARTS) for name in names)
    return found or (None if office or not names else "zip")
