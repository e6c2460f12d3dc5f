"""Shares on a real server: the rights of a login, and the tables that it reads."""

from __future__ import annotations

from datetime import date

import duckdb
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from assets.sharing import postgres
from assets.sharing.postgres import roles
from tests.assets.sharing.conftest import AS_OF, PERSONS, TODAY, write_publication
from tests.assets.sharing.postgres.conftest import LOAD, OFFICER, STATUS, agree

pytestmark = pytest.mark.slow


def test_an_agency_reads_its_share_and_what_it_means(enter):
    connection = enter("sadaya_dinuji")
    assert connection.execute("select count(*), count(distinct person_id) from dim_person").fetchone() == (40, 40)
    assert connection.execute("select agreement, load_id, as_of_date from sadaya_load").fetchone() == (
        f"SADAYA/{sum(map(ord, 'dinuji'))}/2026", LOAD, AS_OF,
    )  # fmt: skip
    column = "attrelid = 'dim_person'::regclass and attname = 'nik'"
    meaning = connection.execute(
        f"select col_description(attrelid, attnum) from pg_attribute where {column}"
    ).fetchone()
    assert meaning == ("Nomor induk.\nNational number.",)
    meaning = connection.execute("select obj_description('dim_person'::regclass)").fetchone()
    assert meaning == ("dim person\nOrang.\nPersons.",)
    assert connection.execute("select obj_description('fct_event'::regclass)").fetchone() == ("fct event",)


def test_look_up_columns_are_indexed(enter):
    found = enter("sadaya_dinuji").execute("select tablename, indexdef from pg_indexes where schemaname = 'dinuji'")
    indexed = {(name, outcome.partition("(")[2].rstrip(")")) for name, outcome in found}
    assert indexed == {
        ("dim_person", "person_id"), ("dim_person", "household_id"), ("fct_event", "person_id"),
        ("fct_event", "village_code"), ("household_status", "household_id"), ("household_status", "regency_code"),
        ("counts_by_region", "region_code"),
    }  # fmt: skip


def test_text_is_copied_unchanged(published, folder, enter, server):
    awkward = "a\\b\tc\nd\re \\. \n\\.\n\\N 'q' \"z\" ñ"
    path = published.warehouse("20260316-001")
    write_publication(path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update marts.dim_person set name = $1", [awkward])
        connection.execute("update marts.dim_person set name = '\\N' where person_id = 'P1'")
        connection.execute("update marts.dim_person set name = null where person_id = 'P2'")
        connection.execute("update marts.dim_person set name = '' where person_id = 'P3'")
        connection.execute("update marts.dim_person set name = 'a' || chr(0) || 'b' where person_id = 'P4'")
    assert postgres.serve(published, "20260316-001", "dinlain", TODAY).state == "written"
    found = enter("sadaya_dinlain").execute("select name, count(*) from dim_person group by 1").fetchall()
    assert dict(found) == {awkward: 36, "\\N": 1, None: 1, "": 1, "a\N{REPLACEMENT CHARACTER}b": 1}


REFUSED = (
    "select * from dinlain.dim_person",
    "create temp table x (a int)",
    "create table x (a int)",
    "create table public.x (a int)",
    "create schema x",
    "insert into sadaya_load select * from sadaya_load",
    "delete from dim_person",
    "update dim_person set name = 'x'",
    "set role sadayas_dinuji",
    "set role sadaya_dinlain",
    "set session authorization postgres",
    "select * from pg_authid",
    "select pg_read_file('pg_hba.conf')",
    "copy dim_person to program 'cat'",
    "copy dim_person to '/tmp/x'",
    "select lo_create(0)",
    "select lo_from_bytea(0, 'x')",
    "select lo_import('/etc/passwd')",
    "do $$ begin perform 1; end $$",
    "create extension dblink",
    "alter table dim_person disable row level security",
    "alter role sadaya_dinuji connection limit 100",
    "alter role sadaya_dinuji valid until 'infinity'",
    "create role x",
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres' and pid <> 0",
    "begin; lock table dim_person in access exclusive mode",
)


def test_forbidden_actions_of_a_login(enter):
    connection = enter("sadaya_dinuji")
    connection.execute("set default_transaction_read_only = off")
    for statement in REFUSED:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
            pytest.fail(f"allowed: {statement}")
        connection.rollback()
    connection.execute("grant select on dim_person to sadaya_dinlain")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        enter("sadaya_dinlain").execute("select * from dinuji.dim_person")


def test_a_login_connects_only_to_its_database_with_its_password(enter, server):
    for options in ({"dbname": "postgres"}, {"dbname": "template1"}, {"password": "salah-sama-sekali"}):
        with pytest.raises(psycopg.OperationalError):
            enter("sadaya_dinuji", **options)
    with pytest.raises(psycopg.OperationalError):
        enter("sadaya_dinuji", user="sadayas_dinuji")
    before = postgres.warnings()
    with psycopg.connect(**server, autocommit=True) as ours:
        ours.execute("grant connect on database postgres to public")
        (said,) = set(postgres.warnings()) - set(before)
        assert "can connect to postgres, as all roles can" in said
        ours.execute("revoke connect on database postgres from public")


def test_limits_are_set(enter, server):
    connection = enter("sadaya_dinuji")
    shown = {name: connection.execute(f"show {name}").fetchone()[0] for name in ("statement_timeout", "search_path")}
    assert shown == {"statement_timeout": "5min", "search_path": "dinuji"}
    with psycopg.connect(**server) as ours:
        limit, until, password = ours.execute(
            "select rolconnlimit, rolvaliduntil, rolpassword from pg_authid where rolname = 'sadaya_dinuji'"
        ).fetchone()
    assert (limit, until.date()) == (8, date(2026, 12, 31))  # midnight in Banten, as UTC
    assert password.startswith("SCRAM-SHA-256$")


def test_a_logins_own_settings_last_until_the_next_load(served, folder, enter):
    changed = enter("sadaya_dinlain")
    changed.execute("set default_transaction_read_only = off")
    changed.execute("alter role sadaya_dinlain set statement_timeout = 0")
    changed.execute("alter role sadaya_dinlain in database sadaya set search_path = dinuji")
    changed.execute("alter role sadaya_dinlain password 'lain-sama-sekali'")
    assert enter("sadaya_dinlain", password="lain-sama-sekali").execute("show search_path").fetchone() == ("dinuji",)
    assert postgres.serve(served, LOAD, "dinlain", TODAY).state == "written"
    again = enter("sadaya_dinlain")
    assert again.execute("show search_path").fetchone() == ("dinlain",)
    assert again.execute("show statement_timeout").fetchone() == ("5min",)


def test_an_officer_sees_his_regencies_whatever_he_sets(enter):
    whole, officer = enter("sadaya_dinuji"), enter("sadaya_dinuji__lebak")
    assert {code for (code,) in whole.execute("select regency_code from household_status")} == {"3601", "3602"}
    for setting in ("set default_transaction_read_only = off", "set row_security = off", "set sadaya.region = '3601'"):
        officer.execute(setting)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        officer.execute("select * from household_status")
    officer.execute("set row_security = on")
    assert {code for (code,) in officer.execute("select regency_code from household_status")} == {"3602"}
    for place in ("dim_person", "fct_event"):  # about people, and it does not say where they live
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            officer.execute(f"select * from {place}")
    assert officer.execute("select count(*) from counts_by_region").fetchone()[0] > 0
    assert officer.execute("select count(*) from pg_stats where tablename = 'household_status'").fetchone() == (0,)


def test_a_removed_officer_is_disabled(served, folder, enter, server):
    officer = enter("sadaya_dinuji__lebak")
    agree(folder, "dinuji", PERSONS, STATUS)
    assert postgres.serve(served, LOAD, "dinuji", TODAY).state == "written"
    with pytest.raises(psycopg.OperationalError):
        officer.execute("select 1")
    with psycopg.connect(**server) as ours:
        assert roles.of_agency(ours, "dinuji") == ["sadaya_dinuji"]


def test_a_table_removed_from_the_agreement_is_dropped(served, folder, enter):
    agree(folder, "dinuji", STATUS)
    postgres.serve(served, LOAD, "dinuji", TODAY)
    found = enter("sadaya_dinuji").execute("select tablename from pg_tables where schemaname = 'dinuji' order by 1")
    assert [name for (name,) in found] == ["household_status", "sadaya_load"]


def test_an_ended_agreement_ends_access(served, folder, enter, server):
    inside = enter("sadaya_dinuji")
    agree(folder, "dinuji", PERSONS, ends=date(2026, 10, 31))
    outcome = postgres.serve(served, LOAD, "dinuji", TODAY)
    assert outcome.state == "withheld"
    assert "in force from 2026-01-01 to 2026-10-31" in outcome.reason
    with pytest.raises(psycopg.OperationalError):
        inside.execute("select count(*) from dim_person")
    with psycopg.connect(**server) as ours:
        assert roles.agencies_served(ours) == ["dinlain"]
        assert ours.execute("select 1 from pg_namespace where nspname = 'dinuji'").fetchone() is None


def ended(home, server) -> list[str]:
    """End expired agreements. Returns the agreements that are still served."""
    outcome = postgres.end_ended(home, LOAD, TODAY)
    assert (outcome.state, outcome.reason) == ("not agreed", None)
    with psycopg.connect(**server) as ours:
        return roles.agencies_served(ours)


def test_so_does_a_removed_one_but_not_an_unreadable_one(served, folder, enter, server):
    path = folder / "dinuji.yaml"
    text = path.read_text()
    path.write_text("agency: [")
    assert ended(served, server) == ["dinlain", "dinuji"]
    assert postgres.serve(served, LOAD, "dinuji", TODAY).state == "withheld"
    assert enter("sadaya_dinuji").execute("select count(*) from dim_person").fetchone() == (40,)
    path.write_text(text)
    assert ended(served, server) == ["dinlain", "dinuji"]
    path.unlink()
    assert ended(served, server) == ["dinlain"]


def test_a_rotated_password_replaces_the_old_one(served, folder, enter, monkeypatch):
    enter("sadaya_dinlain")
    monkeypatch.setenv("SADAYA_POSTGRES_PASSWORD_DINLAIN", "sandi baru 'yang' panjang")
    assert postgres.serve(served, LOAD, "dinlain", TODAY).state == "written"
    with pytest.raises(psycopg.OperationalError):
        enter("sadaya_dinlain")
    enter("sadaya_dinlain", password="sandi baru 'yang' panjang")
    monkeypatch.setenv("SADAYA_POSTGRES_PASSWORD_DINLAIN", "pendek")
    outcome = postgres.serve(served, LOAD, "dinlain", TODAY)
    assert (outcome.state, "pendek" in outcome.reason) == ("failed", False)


@pytest.mark.parametrize(
    ("dsn", "says"),
    [
        ("host=127.0.0.1 port=1 dbname=sadaya password=rahasia", "PostgreSQL cannot be reached"),
        ("host=db.example dbname=sadaya password=rahasia sslmode=disable", "must have sslmode=verify-full"),
        ("rahasia", "is not a connection string"),
    ],
)
def test_an_unusable_server_is_reported_without_its_address(published, folder, monkeypatch, dsn, says):
    monkeypatch.setenv("SADAYA_POSTGRES_DSN", dsn)
    outcome = postgres.serve(published, LOAD, "dinlain", TODAY)
    assert outcome.state == "failed"
    assert says in outcome.reason
    assert "rahasia" not in outcome.reason
    assert "example" not in outcome.reason


def test_a_schema_of_another_owner_is_not_changed(published, folder, server):
    with psycopg.connect(**server, autocommit=True) as ours:
        ours.execute(
            "drop schema if exists dinlain cascade; create schema dinlain; create table dinlain.theirs (a int)"
        )
        outcome = postgres.serve(published, LOAD, "dinlain", TODAY)
        assert outcome.state == "failed"
        assert "is not Sadaya's" in outcome.reason
        ours.execute("drop table dinlain.theirs; drop schema dinlain")


def test_the_owner_of_the_database_need_not_be_a_superuser(published, folder, server, monkeypatch):
    with psycopg.connect(**server, autocommit=True) as ours:
        ours.execute("create role keeper login createrole password 'sandi-pemilik'")
        ours.execute("create database keep owner keeper")
    entry = {"host": "127.0.0.1", "port": server["port"], "dbname": "keep", "user": "keeper"}
    monkeypatch.setenv("SADAYA_POSTGRES_DSN", make_conninfo(**entry, password="sandi-pemilik"))
    agree(folder, "dinpemilik", PERSONS, STATUS, officers=[OFFICER])
    for _ in range(2):
        outcome = postgres.serve(published, LOAD, "dinpemilik", TODAY)
        assert (outcome.state, outcome.reason) == ("written", None)
    agree(folder, "dinpemilik", PERSONS)
    assert postgres.serve(published, LOAD, "dinpemilik", TODAY).state == "written"
    agree(folder, "dinpemilik", PERSONS, ends=date(2026, 10, 31))
    assert "in force" in postgres.serve(published, LOAD, "dinpemilik", TODAY).reason
    with psycopg.connect(**server) as ours:
        assert "dinpemilik" not in roles.agencies_served(ours)


def test_after_a_key_was_rotated_old_pseudonyms_are_listed(served, folder, enter):
    before = dict(enter("sadaya_dinlain").execute("select name, person_id from dim_person").fetchall())
    versions = {"version": 2, "previous": {"version": 1, "until": TODAY}}
    agree(folder, "dinlain", PERSONS, pseudonyms=versions, officers=[OFFICER])
    assert postgres.serve(served, LOAD, "dinlain", TODAY).state == "written"
    connection = enter("sadaya_dinlain")
    now = dict(connection.execute("select name, person_id from dim_person").fetchall())
    renamed = dict(connection.execute("select before, now from sadaya_renamed").fetchall())
    assert {name: renamed[pseudonym] for name, pseudonym in before.items()} == now
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        enter("sadaya_dinlain__lebak").execute("select * from sadaya_renamed")
