"""deploy/backup keeps what cannot be recomputed, under the lock of loads; deploy/sadaya has the services' settings."""

from __future__ import annotations

import getpass
import os
import subprocess
import tarfile
from datetime import date
from pathlib import Path

import pytest

from assets.home import Home
from assets.ledger import Ledger
from orchestration.lock import writer

DEPLOY = Path(__file__).parents[2] / "deploy"
KEPT = ("keys/dindik-1.key", "loads/20191101-001/identity/identity_history.parquet", "access/a.parquet")
MADE_AGAIN = (
    "identity.duckdb",
    "dagster/sadaya.log",
    "loads/20191101-001/staging.duckdb",
    "loads/20191101-001/dbt/run_results.json",
)


@pytest.fixture
def home(tmp_path) -> Home:
    """A home whose path contains blanks, with one published load."""
    home = Home(tmp_path / "a home").create()
    with Ledger(home.ledger) as ledger:
        ledger.set_state(ledger.open_load(date(2019, 11, 1), "code"), "published")
    for name in (*KEPT, *MADE_AGAIN, "publications/20191101-001/warehouse.duckdb"):
        path = home.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    home.current_publication.symlink_to("../publications/20191101-001")
    return home


def backup(home: Home, folder: Path, keep: int = 14, **popen) -> subprocess.Popen:
    environment = {**os.environ, "SADAYA_HOME": str(home.root), "SADAYA_ENV": "/dev/null"}
    command = [DEPLOY / "backup", folder, str(keep)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, **popen)


def done(started: subprocess.Popen) -> Path:
    told, _ = started.communicate(timeout=60)
    assert started.returncode == 0
    return Path(told.strip())


def test_a_restored_home_lacks_only_what_a_load_makes(home, tmp_path):
    file = done(backup(home, tmp_path / "backups"))
    assert file.stat().st_mode & 0o077 == 0, "it holds people's data and keys"
    there = Home(tmp_path / "restored")
    with tarfile.open(file) as archive:
        archive.extractall(there.root, filter="tar")
    assert [name for name in KEPT if not (there.root / name).is_file()] == []
    assert [name for name in MADE_AGAIN if (there.root / name).exists()] == []
    assert (there.current_publication / "warehouse.duckdb").is_file()
    with Ledger(there.ledger) as ledger:
        assert ledger.published_load()["load_id"] == "20191101-001"


def test_a_backup_waits_for_the_load_that_writes(home, tmp_path):
    with writer(home):
        started = backup(home, tmp_path / "backups")
        with pytest.raises(subprocess.TimeoutExpired):
            started.wait(timeout=0.5)
        (home.root / "access" / "b.parquet").write_text("late", encoding="utf-8")
    with tarfile.open(done(started)) as archive:
        assert "./access/b.parquet" in archive.getnames()


def test_only_the_newest_backups_are_kept_and_nothing_else_changes(home, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(1, 5):
        (folder / f"sadaya-2019110{day}T000000Z.tar.gz").touch()
    (folder / "notes.txt").touch()
    newest = done(backup(home, folder, keep=3))
    names = {"sadaya-20191103T000000Z.tar.gz", "sadaya-20191104T000000Z.tar.gz", "notes.txt", newest.name}
    assert {path.name for path in folder.iterdir()} == names


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
def test_the_command_has_the_settings_of_the_services(tmp_path):
    program = tmp_path / "code" / ".venv" / "bin" / "sadaya"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "$SADAYA_POSTGRES_DSN|$SADAYA_HOME|$COMMENTED|$*"\n', encoding="utf-8")
    program.chmod(0o755)
    settings = tmp_path / "sadaya.env"
    text = "SADAYA_HOME=/home of\n#COMMENTED=1\nSADAYA_POSTGRES_DSN=host=/run dbname=a password=$x;&`y`\n"
    settings.write_text(text, encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "SADAYA_ENV": str(settings), "SADAYA_CODE": str(tmp_path / "code")}
    told = subprocess.run(
        [DEPLOY / "sadaya", "status", "--json"],
        env=environment | {"SADAYA_USER": getpass.getuser()},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told == "host=/run dbname=a password=$x;&`y`|/home of||status --json\n"
