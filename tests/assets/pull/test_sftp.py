"""A folder over SFTP: only from the known server, every file byte for byte, and only after the sender has finished."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from assets.home import DONE
from assets.pull.outcome import PullFailed
from assets.pull.patience import TRIES
from tests.assets.pull.conftest import DAY, remains, shown

USER, PASSWORD = "sadaya", "sandi-rahasia"


class Sender:
    """A real SFTP server in a thread, whose `/keluar/pkh/<date>/` is a folder of the test."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "keluar" / "pkh" / DAY.isoformat()
        self.folder.mkdir(parents=True)
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self.client_key = asyncssh.generate_private_key("ssh-ed25519")
        self.opened: list[str] = []
        self.logins: list[str] = []
        self.before = lambda name: None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        sender = self

        class Login(asyncssh.SSHServer):
            def connection_made(self, connection: asyncssh.SSHServerConnection) -> None:
                sender._connection = connection

            def begin_auth(self, username: str) -> bool:
                sender.logins.append(username)
                return True

            def password_auth_supported(self) -> bool:
                return True

            def validate_password(self, username: str, password: str) -> bool:
                return (username, password) == (USER, PASSWORD)

            def public_key_auth_supported(self) -> bool:
                return True

            def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
                return key == sender.client_key.convert_to_public()

        class Files(asyncssh.SFTPServer):
            def __init__(self, channel: asyncssh.SSHServerChannel) -> None:
                super().__init__(channel, chroot=str(root))

            async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
                name = Path(path.decode()).name
                sender.opened.append(name)
                await asyncio.to_thread(sender.before, name)
                return super().open(path, pflags, attrs)

        self._login, self._files = Login, Files
        self.server = self._do(self._listen(0))
        self.port = self.server.get_port()

    async def _listen(self, port: int) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1", port, server_host_keys=[self.key], server_factory=self._login, sftp_factory=self._files
        )

    def _do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def send(self, done: bool = True, **files: bytes) -> None:
        for name, content in files.items():
            (self.folder / f"{name}.csv").write_bytes(content)
        if done:
            (self.folder / DONE).touch()

    def break_off(self) -> None:
        """Drop the open connection."""
        self._loop.call_soon_threadsafe(self._connection.abort)

    def close(self) -> None:
        """Accept no further connections."""
        self._loop.call_soon_threadsafe(self.server.close)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(asyncio.sleep(0))


@pytest.fixture
def sender(tmp_path) -> Iterator[Sender]:
    server = Sender(tmp_path / "server")
    yield server
    server.stop()


@pytest.fixture
def environment(sender, tmp_path) -> dict[str, str]:
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{sender.port} {sender.key.export_public_key().decode()}", encoding="utf-8")
    return {
        "FOLDER_HOST": "127.0.0.1",
        "FOLDER_PORT": str(sender.port),
        "FOLDER_USER": USER,
        "FOLDER_PASSWORD": PASSWORD,
        "FOLDER_KNOWN_HOSTS": str(known),
    }


def _bytes(seed: int, size: int = 300_000) -> bytes:
    return bytes((seed * position) % 251 for position in range(1000)) * (size // 1000) + b"\r\n\x00\xff"


def test_files_land_byte_for_byte(run, sender, landing):
    files = {"lebak": _bytes(3), "serang": _bytes(7), "kosong": b""}
    sender.send(**files)
    result = run("folder")
    assert (result.status, result.files, result.bytes) == ("landed", 3, sum(map(len, files.values())))
    assert shown(landing, "folder") == {
        f"{DAY}/{DONE}": b"",
        **{f"{DAY}/{name}.csv": content for name, content in files.items()},
    }
    assert remains(landing, "folder") == [DAY.isoformat()]


def test_an_existing_delivery_is_not_changed(run, sender, landing):
    sender.send(lebak=b"1")
    run("folder")
    sender.send(lebak=b"2")
    assert run("folder").status == "already_landed"
    assert shown(landing, "folder")[f"{DAY}/lebak.csv"] == b"1"


@pytest.mark.slow
def test_a_key_can_replace_a_password(run, sender, environment, tmp_path):
    sender.send(lebak=b"1")
    del environment["FOLDER_PASSWORD"]
    key = tmp_path / "key"
    key.write_bytes(sender.client_key.export_private_key(passphrase="kata-kunci"))
    environment |= {"FOLDER_KEY_FILE": str(key), "FOLDER_PASSPHRASE": "kata-kunci"}
    assert run("folder").status == "landed"


def test_an_unreadable_key_is_reported(run, environment, tmp_path):
    (tmp_path / "key").write_text("no key", encoding="utf-8")
    environment["FOLDER_KEY_FILE"] = str(tmp_path / "key")
    with pytest.raises(PullFailed, match="FOLDER_KEY_FILE does not contain a usable key"):
        run("folder")


@pytest.mark.parametrize("known", ["changed", "unknown", "revoked"])
def test_nothing_is_sent_to_a_server_with_an_unknown_key(run, sender, environment, naps, landing, known):
    sender.send(lebak=b"1")
    place = f"[127.0.0.1]:{sender.port}"
    true, other = (key.export_public_key().decode() for key in (sender.key, sender.client_key))
    lines = {
        "changed": f"{place} {other}",
        "unknown": f"elsewhere.example {true}",
        "revoked": f"{place} {true}@revoked {place} {true}",
    }
    path = Path(environment["FOLDER_KNOWN_HOSTS"])
    path.write_text(lines[known], encoding="utf-8")
    with pytest.raises(PullFailed, match=r"the host key of 127\.0\.0\.1 is not the known one; nothing was sent"):
        run("folder")
    assert (sender.logins, naps) == ([], [])
    assert path.read_text(encoding="utf-8") == lines[known]
    assert shown(landing, "folder") == {}


def test_without_known_keys_no_connection_is_made(run, sender, environment, tmp_path):
    environment["FOLDER_KNOWN_HOSTS"] = str(tmp_path / "none")
    with pytest.raises(PullFailed, match="the file named by FOLDER_KNOWN_HOSTS does not exist"):
        run("folder")
    assert sender.logins == []


def test_a_wrong_password_is_reported_and_not_retried(run, sender, environment, naps, caplog):
    environment["FOLDER_PASSWORD"] = "salah-sama-sekali"
    with pytest.raises(PullFailed, match="does not accept our credentials") as failed:
        run("folder")
    assert naps == []
    assert "salah-sama-sekali" not in f"{failed.value!r}{caplog.text}"


def test_a_day_without_a_folder_or_files_is_nothing_new(run, sender, landing):
    assert run("folder").status == "nothing_new"
    assert run("folder", DAY.replace(day=5)).status == "nothing_new"
    assert remains(landing, "folder") == []


def test_an_incomplete_folder_is_waited_for(run, sender, landing):
    sender.send(done=False, lebak=b"1")
    assert run("folder").status == "waiting"
    assert remains(landing, "folder") == []
    earlier = time.time() - 301
    os.utime(sender.folder / "lebak.csv", (earlier, earlier))
    assert run("folder").status == "landed"


def test_hidden_files_folders_and_links_are_not_fetched(run, sender, landing):
    sender.send(lebak=b"1")
    (sender.folder / ".tersembunyi.csv").write_bytes(b"x")
    (sender.folder / "dalam").mkdir()
    (sender.folder / "tautan.csv").symlink_to("/etc/passwd")
    run("folder")
    assert set(shown(landing, "folder")) == {f"{DAY}/lebak.csv", f"{DAY}/{DONE}"}


def test_an_unprintable_file_name_is_refused(run, sender, landing):
    sender.send(lebak=b"1")
    (sender.folder / "a\nb.csv").write_bytes(b"x")
    with pytest.raises(PullFailed, match="a file whose name is not a plain name"):
        run("folder")
    assert shown(landing, "folder") == {}


def test_only_a_changed_file_is_fetched_again(run, sender, landing):
    sender.send(lebak=_bytes(3), serang=_bytes(7))

    def change(name: str) -> None:
        if len(sender.opened) == 2:
            sender.send(lebak=_bytes(5, 400_000))

    sender.before = change
    assert run("folder").status == "landed"
    assert sender.opened == ["lebak.csv", "serang.csv", "lebak.csv"]
    assert shown(landing, "folder")[f"{DAY}/lebak.csv"] == _bytes(5, 400_000)


def test_a_file_that_is_taken_away_meanwhile_does_not_land(run, sender, landing):
    sender.send(lebak=b"1", serang=b"2")
    sender.before = lambda name: (sender.folder / "lebak.csv").unlink() if name == "serang.csv" else None
    sender.opened.clear()
    assert run("folder").status == "landed"
    assert set(shown(landing, "folder")) == {f"{DAY}/serang.csv", f"{DAY}/{DONE}"}


def test_files_that_always_change_leave_nothing(run, sender, landing):
    sender.send(lebak=b"1")
    sender.before = lambda name: sender.send(lebak=b"1" * (len(sender.opened) + 1))
    with pytest.raises(PullFailed, match="kept changing while they were fetched, 3 times in a row"):
        run("folder")
    assert remains(landing, "folder") == []


def test_a_killed_pull_continues_with_the_next_file(run, sender, landing, killed):
    sender.send(lebak=_bytes(3), pandeglang=_bytes(5), serang=_bytes(7))
    reached, gone = threading.Event(), threading.Event()

    def hang(name: str) -> None:
        if name == "serang.csv":
            reached.set()
            gone.wait(60)

    sender.before = hang
    killed("folder", reached)
    gone.set()
    assert shown(landing, "folder") == {}
    sender.before = lambda name: None
    sender.opened.clear()
    assert run("folder").files == 3
    assert sender.opened == ["serang.csv"]
    assert shown(landing, "folder")[f"{DAY}/serang.csv"] == _bytes(7)


def test_a_lost_connection_is_retried(run, sender, landing, naps):
    sender.send(lebak=_bytes(3), serang=_bytes(7))

    def break_off(name: str) -> None:
        if len(sender.opened) == 2:
            sender.break_off()

    sender.before = break_off
    assert run("folder").files == 2
    assert sender.opened == ["lebak.csv", "serang.csv", "serang.csv"]
    assert len(naps) == 1
    assert shown(landing, "folder")[f"{DAY}/serang.csv"] == _bytes(7)


def test_an_unreachable_server_is_reported(run, sender, environment, naps):
    sender.close()
    with pytest.raises(PullFailed, match=rf"could not be reached \(ConnectionRefusedError\), {TRIES} times"):
        run("folder")
    assert len(naps) == TRIES - 1


def test_no_log_line_shows_a_secret_or_a_file_name(run, sender, caplog):
    sender.send(daftar_3601014107800001=b"1")
    run("folder")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("sadaya")]
    assert "file 1 of 1" in ours
    assert not [line for line in ours if "3601014107800001" in line]
    assert PASSWORD not in caplog.text
