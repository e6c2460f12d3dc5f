"""Tests which entries of the landing are deliveries or wait, and that all others are reported (rulings 9, 14)."""

from __future__ import annotations

import hashlib
import os
import time
from datetime import date
from pathlib import Path

import pytest

from assets.home import DONE
from assets.intake import landing as landing_module
from assets.intake.landing import Folder, Scan, lies_in_landing, masked, scan, sha256_of

AS_OF = date(2019, 11, 1)


@pytest.fixture
def landing(tmp_path) -> Path:
    return tmp_path


@pytest.fixture
def look(landing, source):
    def at(settle_seconds: float = 0, fingerprint=sha256_of) -> Scan:
        return scan(landing, AS_OF, settle_seconds, [source], fingerprint)

    return at


def put(landing: Path, path: str, content: bytes = b"x", age: float = 0) -> Path:
    """A file in the landing; it and its folder last changed `age` seconds ago."""
    file = landing / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    for changed in (file, file.parent):
        os.utime(changed, (time.time() - age,) * 2)
    return file


def reasons(found: Scan) -> dict[str, str]:
    return {unread.path: unread.reason.code for unread in found.unread}


def test_a_delivery(landing, look):
    file = put(landing, "uji/2019-11-01/3601.csv", b"isi")
    found = look()
    (folder,) = found.folders
    assert (folder.source, folder.delivery_date, folder.settled) == ("uji", AS_OF, True)
    (landed,) = folder.files
    assert (landed.name, landed.path, landed.bytes) == ("3601.csv", file, 3)
    assert landed.sha256 == hashlib.sha256(b"isi").hexdigest()
    assert found.unread == []


def test_deliveries_come_in_the_order_of_their_dates(landing, look):
    for day in ("2019-10-02", "2019-09-30", "2019-10-01"):
        put(landing, f"uji/{day}/b.csv")
        put(landing, f"uji/{day}/a.xlsx")
    found = look().folders
    assert [folder.delivery_date.day for folder in found] == [30, 1, 2]
    assert [file.name for file in found[0].files] == ["a.xlsx", "b.csv"]


@pytest.mark.parametrize(
    ("path", "shown", "reason"),
    [
        ("lain/2019-11-01/a.csv", "lain", "unknown_source"),
        ("a.csv", "a.csv", "stray_file"),
        (".git/a.csv", ".git", "hidden_file"),
        ("uji/a.csv", "uji/a.csv", "stray_file"),
        ("uji/2019-02-30/a.csv", "uji/2019-02-30", "impossible_date"),
        ("uji/20191101/a.csv", "uji/20191101", "impossible_date"),
        ("uji/2019-W44-5/a.csv", "uji/2019-W44-5", "impossible_date"),
        ("uji/2019-11-02/a.csv", "uji/2019-11-02", "future_date"),
    ],
)
def test_what_is_no_delivery(landing, look, path, shown, reason):
    put(landing, path)
    found = look()
    assert found.folders == []
    assert reasons(found) == {shown: reason}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.pdf", "wrong_extension"),
        ("a", "wrong_extension"),
        (".a.csv", "hidden_file"),
        ("~$a.xlsx", "hidden_file"),
        ("dalam/a.csv", "nested_folder"),
        ("a\udcff.csv", "bad_name"),
        (DONE, "wrong_extension"),
        ("good.perbaikan.xlsx", "marked_workbook"),
        ("Good.PERBAIKAN.XLSX", "marked_workbook"),
        ("good.perbaikan (1).xlsx", "marked_workbook"),
        ("Salinan good.perbaikan - Copy.xlsx", "marked_workbook"),
        ("catatan.txt", "text_without_header"),
    ],
)
def test_what_is_no_file_of_a_delivery(landing, look, name, reason):
    """`_SELESAI` with content is not the mark that a sender is done."""
    put(landing, "uji/2019-11-01/good.CSV")
    put(landing, f"uji/2019-11-01/{name}")
    found = look()
    assert [file.name for file in found.folders[0].files] == ["good.CSV"]
    assert list(reasons(found).values()) == [reason]
    assert next(iter(reasons(found))).isprintable()


HEADER = "ID;NAMA;ALAMAT;ANGGOTA"


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n1;a;b;2\n".encode(),
        f"DAFTAR UJI\n\n{HEADER}\n".encode(),
        f"\ufeff{HEADER}\n".encode(),
        f"{HEADER}\n1;a;b;2\n".encode("utf-16"),
        HEADER.replace(";", '","').join('""').encode(),  # refused later, for its delimiter
        b"ID;NAMA LENGKAP;KETERANGAN\n",  # refused later, for missing columns
    ],
)
def test_a_text_file_with_the_header_is_data(landing, look, content):
    put(landing, "uji/2019-11-01/a.TXT", content)
    found = look()
    assert [file.name for folder in found.folders for file in folder.files] == ["a.TXT"]
    assert found.unread == []


@pytest.mark.parametrize("content", [b"", b"\n \n", b"Yth. Bapak; ID dan isi menyusul\n", b"\x00\xff" * 99])
def test_a_text_file_without_the_header_is_a_note_beside_the_data(landing, look, content):
    put(landing, "uji/2019-11-01/a.csv")
    put(landing, "uji/2019-11-01/b.txt", content)
    found = look()
    assert [file.name for file in found.folders[0].files] == ["a.csv"]
    assert reasons(found) == {"uji/2019-11-01/b.txt": "text_without_header"}


def test_a_folder_of_notes_alone_is_no_delivery(landing, look):
    put(landing, "uji/2019-11-01/b.txt", b"menyusul")
    put(landing, "uji/2019-11-01/a.perbaikan.xlsx")
    found = look()
    assert found.folders == []
    assert set(reasons(found).values()) == {"text_without_header", "marked_workbook", "empty_folder"}


def test_an_empty_file_that_is_named_like_data_is_taken_to_be_refused(landing, look):
    put(landing, "uji/2019-11-01/a.csv", b"")
    assert [file.name for file in look().folders[0].files] == ["a.csv"]


def test_a_folder_of_notes_that_still_changes_is_not_read(landing, look):
    put(landing, "uji/2019-11-01/a.txt", b"menyusul")
    found = look(settle_seconds=60)
    assert reasons(found) == {"uji/2019-11-01": "growing"}


@pytest.mark.parametrize(
    ("place", "lies"),
    [
        ("uji/2019-11-01", True),
        ("uji/2019-11-01/dalam", True),
        ("uji", False),
        ("uji/kiriman", False),
        ("lain/2019-11-01", False),
    ],
)
def test_a_landing_is_known_by_its_shape_or_by_its_name(tmp_path, source, place, lies):
    assert lies_in_landing(tmp_path / place, [source]) is lies
    assert lies_in_landing(tmp_path / place, [source], tmp_path)


def test_a_folder_of_nothing_readable_is_reported(landing, look):
    put(landing, "uji/2019-11-01/a.pdf")
    found = look()
    assert found.folders == []
    assert reasons(found) == {"uji/2019-11-01/a.pdf": "wrong_extension", "uji/2019-11-01": "empty_folder"}


@pytest.mark.parametrize("place", ["uji", "uji/2019-11-01", "uji/2019-11-01/b.csv"])
def test_links_are_not_followed(landing, look, tmp_path_factory, place):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    put(elsewhere, "uji/2019-11-01/b.csv")
    link = landing / place
    if place.endswith(".csv"):
        put(landing, "uji/2019-11-01/a.csv")
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(elsewhere / place)
    found = look()
    assert reasons(found) == {place: "link"}
    assert "b.csv" not in [file.name for folder in found.folders for file in folder.files]


def test_a_pipe_is_not_opened(landing, look):
    put(landing, "uji/2019-11-01/a.csv")
    os.mkfifo(landing / "uji/2019-11-01/b.csv")
    assert reasons(look()) == {"uji/2019-11-01/b.csv": "no_file"}


def test_a_folder_that_still_changes_waits_and_is_not_read(landing, look):
    put(landing, "uji/2019-11-01/old.csv", age=100)
    put(landing, "uji/2019-11-01/new.csv", age=10)
    found = look(settle_seconds=60, fingerprint=lambda path: pytest.fail("a growing file was read"))
    assert found.folders == [
        Folder("uji", AS_OF, landing / "uji/2019-11-01", found.folders[0].files, settled=False),
    ]
    assert reasons(found) == {"uji/2019-11-01": "growing"}


def test_a_folder_at_rest_is_settled(landing, look):
    put(landing, "uji/2019-11-01/a.csv", age=100)
    assert look(settle_seconds=60).folders[0].settled


def test_a_file_that_went_away_is_a_change(landing, look):
    put(landing, "uji/2019-11-01/a.csv", age=100)
    put(landing, "uji/2019-11-01/b.csv", age=100).unlink()
    assert not look(settle_seconds=60).folders[0].settled


@pytest.mark.parametrize("mark", [DONE, "_selesai", "_SELESAI.txt", "_Selesai.CSV"])
def test_the_sender_says_that_it_is_done(landing, look, mark):
    put(landing, "uji/2019-11-01/a.csv", age=1)
    put(landing, f"uji/2019-11-01/{mark}", b"")
    found = look(settle_seconds=60)
    assert found.folders[0].settled
    assert [file.name for file in found.folders[0].files] == ["a.csv"]
    assert found.unread == []


def test_a_clock_ahead_of_ours_does_not_stop_who_waits_for_nothing(landing, look):
    put(landing, "uji/2019-11-01/a.csv", age=-1000)
    assert look(settle_seconds=0).folders[0].settled
    assert not look(settle_seconds=60).folders[0].settled


def test_a_file_that_cannot_be_opened_makes_its_delivery_wait(landing, look):
    put(landing, "uji/2019-11-01/a.csv")
    put(landing, "uji/2019-11-01/b.csv")

    def fingerprint(path: Path) -> str:
        if path.name == "b.csv":
            raise PermissionError(path)
        return sha256_of(path)

    found = look(fingerprint=fingerprint)
    assert not found.folders[0].settled
    assert reasons(found) == {"uji/2019-11-01/b.csv": "unreadable"}


def test_no_landing(landing, look):
    landing.rmdir()
    with pytest.raises(FileNotFoundError):
        look()


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("uji/2019-11-01/3601014567899123.pdf", "uji/2019-11-01/################.pdf"),
        ("uji/2019-11-01/20191101.csv", "uji/2019-11-01/20191101.csv"),
        ("a\udcff", "a?"),
    ],
)
def test_numbers_of_persons_are_masked(path, shown):
    assert masked(path) == shown


def test_names_with_a_persons_number_are_not_echoed(landing, look):
    put(landing, "uji/2019-11-01/3601014567899123.pdf")
    put(landing, "3601014567899123/a.csv")
    assert not any("3601014567899123" in path for path in reasons(look()))


def test_sha256_of_a_file_of_many_chunks(landing, monkeypatch):
    monkeypatch.setattr(landing_module, "CHUNK", 3)
    assert sha256_of(put(landing, "a", b"0123456789")) == hashlib.sha256(b"0123456789").hexdigest()


@pytest.mark.parametrize("broken", ["uji", "uji/2019-10-31"])
def test_a_folder_that_cannot_be_read_stops_no_other(landing, look, monkeypatch, broken):
    """Missing rights, or a lost mount. Simulated, since tests may run as root, which can read everything."""
    put(landing, "uji/2019-10-31/a.csv")
    put(landing, "uji/2019-11-01/b.csv")
    put(landing, "tiada/2019-11-01/c.csv")
    listed = Path.iterdir

    def iterdir(path: Path):
        if path == landing / broken:
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    found = look()
    assert reasons(found) == {broken: "folder_unreadable", "tiada": "unknown_source"}
    assert [str(folder.delivery_date) for folder in found.folders] == ([] if broken == "uji" else ["2019-11-01"])


def test_a_mount_that_is_gone_stops_no_other(landing, look, monkeypatch):
    put(landing, "uji/2019-10-31/a.csv")
    put(landing, "uji/2019-11-01/b.csv")
    asked = Path.is_dir

    def is_dir(path: Path) -> bool:
        if path.name == "2019-10-31":
            raise OSError(116, "Stale file handle")
        return asked(path)

    monkeypatch.setattr(Path, "is_dir", is_dir)
    found = look()
    assert reasons(found) == {"uji/2019-10-31": "folder_unreadable"}
    assert len(found.folders) == 1


def test_a_folder_in_which_something_is_renamed_meanwhile_waits(landing, look, monkeypatch):
    """The scan saw neither name of the file, so the delivery would be received incomplete."""
    put(landing, f"uji/2019-11-01/{DONE}", b"")
    put(landing, "uji/2019-11-01/a.csv")
    late = put(landing, "uji/2019-11-01/b.csv.tmp")
    whole, asked = landing_module._not_of_delivery, []

    def renamed(entry: Path, source):
        if not asked:
            late.rename(late.with_suffix(""))
        asked.append(entry)
        return whole(entry, source)

    with monkeypatch.context() as broken:
        broken.setattr(landing_module, "_not_of_delivery", renamed)
        found = look()
    assert ([folder.settled for folder in found.folders], reasons(found)["uji/2019-11-01"]) == ([False], "growing")
    assert [file.name for file in look().folders[0].files] == ["a.csv", "b.csv"]


@pytest.mark.parametrize(
    "content", [b"", b"\r\n", b"\xef\xbb\xbf", b"\xff\xfe\r\0\n\0", b"selesai\r\n", b"S\0E\0L\0E\0S\0A\0I\0"]
)
@pytest.mark.parametrize(
    "name",
    [
        "_SELESAI",
        "_selesai.txt",
        "_Selesai.TXT",
        "_SELESAI.csv",
        "_selesai.txt.txt",
        "_SELESAI (1).txt",
        "_SELESAI .txt",
    ],
)
def test_the_mark_counts_however_it_was_made(landing, look, name, content):
    put(landing, "uji/2019-11-01/a.csv")
    put(landing, f"uji/2019-11-01/{name}", content)
    (folder,) = look(3600).folders
    assert (folder.settled, [file.name for file in folder.files]) == (True, ["a.csv"])


def test_a_file_that_is_replaced_with_its_size_and_time_is_in_another_state(landing):
    file = put(landing, "uji/2019-11-01/a.csv", b"ABC", age=1000)
    before, stat = landing_module.state_of(file), file.stat()
    other = put(landing, "elsewhere", b"XYZ")
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other.rename(file)
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (stat.st_size, stat.st_mtime_ns)
    assert landing_module.state_of(file) != before


@pytest.mark.parametrize("name", ["[1] baru", "d'inas", "a*b?", "{x}", "%s$HOME", "spasi  dua"])
def test_a_landing_may_be_called_anything(tmp_path, source, name):
    put(tmp_path / name, "uji/2019-11-01/[a]'s.csv")
    assert [file.name for folder in scan(tmp_path / name, AS_OF, 0, [source]).folders for file in folder.files] == [
        "[a]'s.csv"
    ]
