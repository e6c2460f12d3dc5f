"""The code version is set in the environment, or a digest of the code."""

from __future__ import annotations

from orchestration.version import code_version


def test_the_version_can_be_set(monkeypatch):
    monkeypatch.setenv("SADAYA_CODE_VERSION", "v7")
    assert code_version.__wrapped__() == "v7"
    monkeypatch.delenv("SADAYA_CODE_VERSION")
    assert len(code_version.__wrapped__()) == 12
