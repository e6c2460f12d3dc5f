"""deploy/sadaya.env contains exactly the variables that the code reads; units and recipes agree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from assets.pull.declared import alternatives
from assets.sources import all_sources
from field.lists import central as lists

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
CODE = ("assets", "field", "orchestration", "validations", "dbt_project")
NAME = re.compile(r"SADAYA(_[A-Z0-9]+)+")
OURS_TO_SET = {"SADAYA_LOAD_DIR", "SADAYA_WAREHOUSE", "SADAYA_READ_ONLY"}
"""Set by a load for the processes that it starts."""
OF_OTHERS = {"DAGSTER_HOME", "DAGSTER_EVENT_BATCH_SIZE", "SSL_CERT_FILE"}
"""Read by Dagster and by Python's TLS."""


def listed() -> set[str]:
    """The variables of the file, set or commented out."""
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]*)=", (DEPLOY / "sadaya.env").read_text(encoding="utf-8"), re.M))


def files(*suffixes: str) -> Iterator[Path]:
    for name in CODE:
        yield from (path for path in (ROOT / name).rglob("*") if path.suffix in suffixes and "target" not in path.parts)


def texts(path: Path) -> Iterator[tuple[str, bool]]:
    """The strings of a module that are variable names, and prefixes of names that are completed elsewhere."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    formatted = [node.values for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for values in formatted for part in values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in parts and NAME.fullmatch(str(node.value)):
            yield node.value, True
    for first in (values[0] for values in formatted if values):
        if isinstance(first, ast.Constant) and re.fullmatch(r"SADAYA_[A-Z0-9_]*_", str(first.value)):
            yield first.value, False


@cache
def read_by_code() -> tuple[set[str], set[str]]:
    """Names and prefixes of names that Python and dbt read from the environment."""
    found = [text for path in files(".py") for text in texts(path)]
    names = {text for text, whole in found if whole}
    for path in files(".yml", ".sql"):
        names |= set(re.findall(r"env_var\(\s*['\"](\w+)['\"]", path.read_text(encoding="utf-8")))
    prefixes = {lists.PREFIX, *(pull.prefix for source in all_sources() for pull in alternatives(source.pull))}
    return names - prefixes - OURS_TO_SET, {text for text, whole in found if not whole}


def pulled() -> set[str]:
    """The variables of servers: those that sources are pulled from, and that of the families' lists."""
    servers = [(pull.prefix, pull.settings) for source in all_sources() for pull in alternatives(source.pull)]
    return {
        f"{prefix}_{name}"
        for prefix, settings in [*servers, (lists.PREFIX, lists.SETTINGS)]
        for alternative in settings
        for name in alternative
    }


def test_the_search_finds_variables_of_every_kind():
    names, beginnings = read_by_code()
    assert {"SADAYA_HOME", "SADAYA_KEEP_QUALITY", "SADAYA_SMTP_PASSWORD", "SADAYA_THREADS"} <= names
    assert "SADAYA_PSEUDONYM_KEY_" in beginnings


def test_every_variable_that_the_code_reads_is_in_the_file():
    names, beginnings = read_by_code()
    assert sorted((names | pulled()) - listed()) == []
    lacking = [begins for begins in beginnings if not any(name.startswith(begins) for name in listed())]
    assert lacking == []


def test_every_variable_of_the_file_is_read():
    names, beginnings = read_by_code()
    known = names | pulled() | OF_OTHERS
    assert [name for name in sorted(listed() - known) if not name.startswith(tuple(beginnings))] == []


def test_the_environment_is_read_by_names_that_the_search_can_see():
    """The test above does not find a variable without the prefix SADAYA_."""
    seen: set[str] = set()
    for path in files(".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
                seen.add(ast.unparse(node.slice))
            elif isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "os.environ.get",
                "os.getenv",
                "os.environ.setdefault",
            ):
                seen.add(ast.unparse(node.args[0]))
    literal = {name.strip("'") for name in seen if name.startswith("'")}
    of_processes = {"DAGSTER_HOME", "DAGSTER_EVENT_BATCH_SIZE", "DBT_TARGET_PATH", "PYTHONPATH", "GX_ANALYTICS_ENABLED"}
    assert {name for name in literal if not name.startswith("SADAYA_")} <= of_processes


def test_every_reader_of_the_file_reads_the_same_values():
    """systemd, `docker --env-file` and deploy/sadaya differ on quotes, blanks and `export`: there are none."""
    for line in (DEPLOY / "sadaya.env").read_text(encoding="utf-8").splitlines():
        assert not line or line.startswith("#") or re.fullmatch(r"[A-Z][A-Z0-9_]*=[^\s'\"]+", line), line


@pytest.mark.parametrize("unit", sorted((DEPLOY / "systemd").iterdir()), ids=lambda path: path.name)
def test_a_unit_is_restricted_to_its_user_and_this_machine(unit):
    text = unit.read_text(encoding="utf-8")
    assert "User=sadaya" in text
    assert "EnvironmentFile=/etc/sadaya/sadaya.env" in text
    assert "ProtectSystem=strict" in text
    assert "dagster dev" not in text
    if "dagster-webserver" in text:
        assert " -h 127.0.0.1 " in text


def test_a_stop_of_the_daemon_waits_for_its_load_and_signals_no_part_of_it():
    """A signal to its parser or dbt would end the load."""
    text = (DEPLOY / "systemd" / "sadaya-daemon.service").read_text(encoding="utf-8")
    waits, limit = (
        re.search(r"flock --timeout (\d+) \$\{SADAYA_HOME\}/lock ", text),
        re.search(r"TimeoutStopSec=(\d+)", text),
    )
    assert "KillMode=mixed" in text
    assert int(limit.group(1)) > int(waits.group(1))


def test_the_image_leaves_out_what_is_not_code():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".venv", "data", ".git"} <= set(ignored)
