"""Pseudonyms equal Python's HMAC-SHA-256; keys stay secret; each look-up of a pseudonym is recorded."""

from __future__ import annotations

import hashlib
import hmac
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.ledger import Ledger
from assets.sharing import pseudonyms
from assets.sharing.pseudonyms import Key, PseudonymError, key_of, reveal, variable
from tests.assets.sharing.conftest import PERSONS, TODAY, agreement

SECRET = bytes(range(32))


def expected(secret: bytes, value: str, version: int = 1) -> str:
    return f"v{version}_" + hmac.new(secret, value.encode(), hashlib.sha256).hexdigest()[:32]


@settings(deadline=None, max_examples=50)
@given(
    secret=st.binary(min_size=32, max_size=150),
    values=st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), max_size=8),
)
def test_sql_computes_what_python_does(secret, values):
    with duckdb.connect() as connection:
        pseudonyms.install(connection, Key("dinuji", 3, secret))
        found = connection.execute("select pseudonym(unnest($1::varchar[]))", [values]).fetchall()
    assert [value for (value,) in found] == [expected(secret, value, 3) for value in values]


def test_null_stays_null():
    with duckdb.connect() as connection:
        pseudonyms.install(connection, Key("dinuji", 1, SECRET))
        assert connection.execute("select pseudonym(null::varchar)").fetchall() == [(None,)]


def test_no_key_is_in_a_definition_or_a_representation(home):
    key = Key("dinuji", 1, SECRET)
    assert SECRET.hex() not in repr(key)
    with duckdb.connect() as connection:
        pseudonyms.install(connection, key)
        (macro,) = connection.execute(
            "select macro_definition from duckdb_functions() where function_name = 'pseudonym'"
        ).fetchone()
    assert "getvariable" in macro
    assert bytes(byte ^ 0x36 for byte in SECRET).hex() not in macro.lower()


def test_a_key_is_generated_once_and_readable_by_its_owner_only(home):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: key_of(home, "dinuji", 1).secret, range(8)))
    assert len(keys) == 1
    (file,) = home.keys.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.keys.stat().st_mode) == 0o700
    assert len(keys.pop()) == 32


def test_each_agency_and_version_has_its_own_key(home):
    wanted = [("dinuji", 1), ("dinuji", 2), ("dinlain", 1)]
    assert len({key_of(home, *each).of("P1") for each in wanted}) == 3


def test_the_environment_comes_first(home, monkeypatch):
    monkeypatch.setenv(variable("dinuji", 2), SECRET.hex())
    assert key_of(home, "dinuji", 2).secret == SECRET
    assert not home.keys.exists()
    assert variable("dinuji", 2) == "SADAYA_PSEUDONYM_KEY_DINUJI_2"


@pytest.mark.parametrize("stated", ["", "secret", SECRET.hex()[:-2], SECRET.hex()[:-1] + "g"])
def test_a_key_too_short_or_garbled_is_refused_and_not_quoted(home, monkeypatch, stated):
    monkeypatch.setenv(variable("dinuji", 1), stated)
    with pytest.raises(PseudonymError) as caught:
        key_of(home, "dinuji", 1)
    assert not stated or stated not in str(caught.value)


def test_a_key_file_that_others_can_read_is_refused(home):
    key_of(home, "dinuji", 1)
    (home.keys / "dinuji-1.key").chmod(0o640)
    with pytest.raises(PseudonymError, match="chmod 600"):
        key_of(home, "dinuji", 1)


def test_reveal_finds_the_value_and_records_the_request(published):
    pseudonym = key_of(published, "dinuji", 1).of("P7")
    assert reveal(published, agreement(), pseudonym, TODAY, "ani", "aduan 12") == [("person_id", "P7")]
    with Ledger(published.ledger) as ledger:
        (decision,) = ledger.decisions()
    assert (decision["action"], decision["subject"]) == ("reveal", f"dinuji {pseudonym}")
    assert (decision["by"], decision["reason"]) == ("ani", "aduan 12")


def test_reveal_reads_numbers_that_are_masked_as_pseudonyms(published):
    columns = PERSONS["columns"] | {"nik": "pseudonym"}
    pseudonym = key_of(published, "dinuji", 1).of("3601010000019001")
    with_nik = agreement({**PERSONS, "columns": columns})
    assert reveal(published, with_nik, pseudonym, TODAY, "ani", "x") == [("nik", "3601010000019001")]
    with pytest.raises(PseudonymError, match="matches no value"):
        reveal(published, agreement(), pseudonym, TODAY, "ani", "x")


def test_an_earlier_version_is_readable_until_its_day(published):
    rotated = agreement(pseudonyms={"version": 2, "previous": {"version": 1, "until": date(2026, 11, 30)}})
    old, new = (key_of(published, "dinuji", version).of("H3") for version in (1, 2))
    assert old != new
    assert reveal(published, rotated, old, date(2026, 11, 30), "ani", "x") == [("household_id", "H3")]
    with pytest.raises(PseudonymError, match="readable until 2026-11-30"):
        reveal(published, rotated, old, date(2026, 12, 1), "ani", "x")
    assert reveal(published, rotated, new, date(2026, 12, 1), "ani", "x") == [("household_id", "H3")]


@pytest.mark.parametrize("pseudonym", ["P7", "v9_" + "0" * 32, "v1_" + "0" * 31])
def test_an_invalid_pseudonym_is_refused(published, pseudonym):
    with pytest.raises(PseudonymError):
        reveal(published, agreement(), pseudonym, TODAY, "ani", "x")


def test_another_agencys_pseudonym_matches_no_value(published):
    key_of(published, "dinuji", 1)
    with pytest.raises(PseudonymError, match="matches no value"):
        reveal(published, agreement(), key_of(published, "dinlain", 1).of("P7"), TODAY, "ani", "x")
