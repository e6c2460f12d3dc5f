"""The command line speaks the user's language, wrong usage included."""

from __future__ import annotations

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from orchestration import bahasa
from orchestration.bahasa import language, translated
from orchestration.cli import app
from orchestration.help_id import catalogue, texts_of
from orchestration.version import ROOT
from validations.messages import Filled

SENTENCE = Filled("x", "satu", "one")


@pytest.mark.parametrize(
    ("environment", "read"),
    [
        ({}, None),
        ({"LANG": "C.UTF-8"}, None),
        ({"LANG": "en_US.UTF-8"}, None),
        ({"LANG": "id_ID.UTF-8"}, "id"),
        ({"LANG": "id"}, "id"),
        ({"LANG": "in_ID"}, "id"),
        ({"LANG": "C", "LC_MESSAGES": "id_ID"}, "id"),
        ({"LANG": "id_ID", "LC_ALL": "C"}, None),
        ({"LANG": "ido_XX"}, None),
    ],
)
def test_the_systems_language_is_that_of_its_messages(environment, read):
    assert language(environment) == read


@pytest.fixture
def invoke(monkeypatch):
    """invoke(arguments, LANG): what came of a command."""

    def run(*arguments: object, lang: str = "C"):
        for name in ("LC_ALL", "LC_MESSAGES", "SADAYA_HOME", "SADAYA_LANDING"):
            monkeypatch.delenv(name, raising=False)
        return CliRunner().invoke(app, list(map(str, arguments)), env={"LANG": lang})

    yield run
    monkeypatch.setattr(bahasa, "_chosen", None)


@pytest.mark.parametrize("arguments", [("--bahasa", "id"), ("--bahasa=id",)])
@pytest.mark.parametrize("first", [True, False])
def test_the_option_may_stand_anywhere(invoke, arguments, first):
    command = ("check", "/nowhere.csv", "--source", "dinsos_pkh")
    done = invoke(*arguments, *command) if first else invoke(*command, *arguments)
    assert done.exit_code == 2
    assert "tidak ada." in done.output
    assert "does not exist" not in done.output


@pytest.mark.parametrize("arguments", [("--bahasa", "fr", "status"), ("status", "--bahasa"), ("--bahasa=", "status")])
def test_another_language_is_wrong_usage(invoke, arguments):
    done = invoke(*arguments)
    assert (done.exit_code, "id / en" in done.output) == (2, True)


def test_one_command_does_not_speak_the_language_of_the_one_before(invoke):
    assert "Tidak ada perintah" in invoke("no-such", "--bahasa", "id").output
    assert "No such command" in invoke("no-such").output


@pytest.mark.parametrize(("meant", "written"), [("dinsos_pkh", "dinsos_pk"), ("dindik_siswa", "Dindik-Siswa")])
def test_a_mistyped_source_is_told_the_one_that_may_be_meant(invoke, tmp_path, written, meant):
    (tmp_path / "a.csv").touch()
    done = invoke("check", tmp_path / "a.csv", "--source", written)
    assert (done.exit_code, f"Did you mean {meant}?" in done.output) == (2, True)
    done = invoke("check", tmp_path / "a.csv", "--source", written, lang="id_ID.UTF-8")
    assert f"Maksud Anda {meant}?" in done.output


@pytest.mark.parametrize(
    ("english", "indonesian"),
    [
        ("Missing option '--source'.", "Opsi '--source' belum diberikan."),
        ("Missing argument 'FILE'.", "Argumen 'FILE' belum diberikan."),
        ("No such command 'chek'. Did you mean 'check'?", "Tidak ada perintah 'chek'. Maksud Anda 'check'?"),
        ("Invalid value for 'FILE': File 'x' does not exist.", "Nilai 'FILE' salah: 'x' tidak ada."),
        ("Invalid value for --x: anything else", "Nilai --x salah: anything else"),
        ("a sentence that nobody knows", "a sentence that nobody knows"),
    ],
)
def test_what_the_library_of_commands_says_is_translated(english, indonesian):
    assert translated(english) == indonesian


@pytest.mark.parametrize(
    ("lang", "chosen", "said"),
    [
        ("C", None, "satu / one"),
        ("id_ID", None, "satu"),
        ("id_ID", "en", "one"),
        ("C", "en", "one"),
        ("C", "id", "satu"),
    ],
)
def test_messages_to_agencies_come_in_both_languages_unless_one_is_known(monkeypatch, lang, chosen, said):
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", lang)
    monkeypatch.setattr(bahasa, "_chosen", chosen)
    assert bahasa.both(SENTENCE) == said


def test_names_with_brackets_are_shown_as_they_are(invoke, tmp_path):
    """Rich takes `[x]` for its own."""
    (tmp_path / "[bold]a.csv").write_bytes(b"")
    done = invoke("check", tmp_path / "[bold]a.csv", "--source", "dinsos_pkh", "--out", tmp_path, "--bahasa", "id")
    assert (done.exit_code, "Berkas kosong" in done.output) == (1, True)


def test_every_help_text_has_its_translation_and_every_translation_is_used():
    assert texts_of(get_command(app)) == set(catalogue())


def test_the_readme_lists_the_commands_that_there_are():
    done = CliRunner().invoke(app, ["--help"], prog_name="sadaya", env={"LANG": "C", "LC_ALL": ""})
    assert f"```\n{done.output.strip()}\n```" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", [(), *((name,) for name in sorted(get_command(app).commands))], ids=" ".join)
def test_help_is_in_the_users_language_alone(invoke, command):
    english = " ".join(invoke(*command, "--help").output.split())
    indonesian = " ".join(invoke(*command, "--help", lang="id_ID.UTF-8").output.split())
    assert english.startswith("Usage: ")
    assert indonesian.startswith("Pemakaian: ")
    chrome = [
        "Usage:",
        "Options:",
        "Commands:",
        "Arguments:",
        "Show this message",
        "[default:",
        "[env var:",
        "required]",
    ]
    assert not [each for each in (*chrome, *catalogue()) if each in indonesian]
    assert [each for each in catalogue() if each in english]
    assert not [each for each in catalogue().values() if each in english]
