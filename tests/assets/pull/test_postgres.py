"""Pull from an agency's PostgreSQL: one snapshot of a table, exact, read-only."""

from __future__ import annotations

import json
import threading

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from assets.pull import postgres
from assets.pull.outcome import PullFailed
from assets.pull.patience import TRIES
from tests.assets.pull.conftest import DAY, remains, shown
from tests.services import postgresql

READER, PASSWORD = "sadaya", "sandi-rahasia"
NIK = "3601014107800001"
AWKWARD = 'Warung "Bu Tini"\\n\ttab\r\nbaris, ñ \x01\x02 \\.'


@pytest.fixture(scope="session")
def server():
    with postgresql() as parameters:
        yield parameters


@pytest.fixture
def owner(server):
    """A connection of the agency, with a new table. NIKs have three column types; all are pulled as text."""
    with psycopg.connect(**server, autocommit=True) as connection:
        connection.execute(f"""
            drop schema if exists umkm cascade;
            drop role if exists {READER};
            create role {READER} login password '{PASSWORD}';
            create schema umkm;
            create table umkm.usaha (id_umkm bigint primary key, nik_pemilik numeric(16), nama_usaha varchar,
                omzet_tahunan numeric(18, 2), tahun_bantuan int, sandi text default 'not for us');
            create table umkm.diary (line text);
            grant usage on schema umkm to {READER};
            grant select on umkm.usaha to {READER};
            grant insert on umkm.diary to {READER};
            insert into umkm.usaha values (2, 9999999999999999, null, 1250000.50, null), (1, {NIK}, 'Bakso', 0, 2019);
        """)
        yield connection


@pytest.fixture
def environment(server, owner) -> dict[str, str]:
    return {"TABLE_DSN": make_conninfo(**{**server, "user": READER, "password": PASSWORD})}


def rows(landing) -> list[dict]:
    return [json.loads(line) for line in shown(landing, "table")[f"{DAY}/umkm.jsonl"].splitlines()]


def test_a_table_lands_as_text_in_the_order_of_its_key(run, landing):
    result = run("table")
    assert (result.status, result.files, result.rows) == ("landed", 1, 2)
    assert rows(landing) == [
        {
            "id_umkm": "1",
            "nik_pemilik": NIK,
            "nama_usaha": "Bakso",
            "omzet_tahunan": "0.00",
            "tahun_bantuan": "2019",
        },
        {
            "id_umkm": "2",
            "nik_pemilik": "9999999999999999",
            "nama_usaha": None,
            "omzet_tahunan": "1250000.50",
            "tahun_bantuan": None,
        },
    ]
    assert remains(landing, "table") == [DAY.isoformat()]
    assert "_SELESAI" in {path.name for path in (landing / "table" / DAY.isoformat()).iterdir()}


def test_rows_are_ordered_by_the_keys_type_not_as_text(run, owner, landing):
    owner.execute("insert into umkm.usaha (id_umkm) values (10)")
    run("table")
    assert [row["id_umkm"] for row in rows(landing)] == ["1", "2", "10"]


def test_awkward_text_is_exact_and_a_row_is_a_line(run, owner, landing):
    owner.execute("update umkm.usaha set nama_usaha = %s where id_umkm = 1", (AWKWARD,))
    run("table")
    assert rows(landing)[0]["nama_usaha"] == AWKWARD


def test_an_empty_table_lands_for_intake_to_judge(run, owner, landing):
    owner.execute("delete from umkm.usaha")
    assert run("table").rows == 0
    assert rows(landing) == []


def test_an_existing_delivery_is_not_changed(run, owner, landing):
    run("table")
    owner.execute("delete from umkm.usaha")
    assert run("table").status == "already_landed"
    assert len(rows(landing)) == 2


def test_a_view_that_writes_is_stopped(run, owner, landing):
    """The role may write there; the session may not."""
    owner.execute("""
        create function umkm.note() returns text language sql as
            $$ insert into umkm.diary values ('was here') returning line $$;
        drop table umkm.usaha;
        create view umkm.usaha as select 1 as id_umkm, umkm.note() as nik_pemilik, '' as nama_usaha,
            0 as omzet_tahunan, 0 as tahun_bantuan;
    """)
    owner.execute(f"grant select on umkm.usaha to {READER}")
    with pytest.raises(PullFailed, match="the database refused \\(ReadOnlySqlTransaction\\)"):
        run("table")
    assert owner.execute("select count(*) from umkm.diary").fetchone() == (0,)
    assert shown(landing, "table") == {}


def test_the_reader_role_cannot_write(environment):
    with (
        psycopg.connect(environment["TABLE_DSN"]) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("delete from umkm.usaha")


def test_the_snapshot_is_of_one_moment(run, owner, landing, monkeypatch):
    """Rows that the agency commits after the first statement are not in the snapshot, and no earlier row is missing."""
    query = postgres._query

    def while_the_agency_works(pull):
        owner.execute("delete from umkm.usaha where id_umkm = 1; insert into umkm.usaha (id_umkm) values (3), (4)")
        return query(pull)

    monkeypatch.setattr(postgres, "_query", while_the_agency_works)
    run("table")
    assert [row["id_umkm"] for row in rows(landing)] == ["1", "2"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("alter table umkm.usaha drop column tahun_bantuan", r"\(UndefinedColumn\)"),
        ("drop table umkm.usaha", r"\(UndefinedTable\)"),
        (f"revoke all on umkm.usaha from {READER}", r"\(InsufficientPrivilege\)"),
    ],
)
def test_a_database_refusal_is_reported_by_type(run, owner, landing, naps, change, said):
    owner.execute(change)
    with pytest.raises(PullFailed, match=said):
        run("table")
    assert naps == []
    assert shown(landing, "table") == {}


def test_a_database_error_quotes_no_row(run, owner, caplog):
    owner.execute(f"""
        alter table umkm.usaha rename to usaha_;
        create view umkm.usaha as select id_umkm, (nama_usaha || '{NIK}')::int as nik_pemilik, nama_usaha,
            omzet_tahunan, tahun_bantuan from umkm.usaha_;
        grant select on umkm.usaha to {READER};
    """)
    with pytest.raises(PullFailed, match="InvalidTextRepresentation") as failed:
        run("table")
    assert NIK not in f"{failed.value!r}{caplog.text}"
    assert failed.value.__suppress_context__


def test_a_slow_statement_is_cancelled(run, owner, monkeypatch):
    owner.execute("create function umkm.slow() returns text language sql as $$ select pg_sleep(30)::text $$")
    owner.execute("drop table umkm.usaha")
    owner.execute("""create view umkm.usaha as select 1 as id_umkm, umkm.slow() as nik_pemilik, '' as nama_usaha,
        0 as omzet_tahunan, 0 as tahun_bantuan""")
    owner.execute(f"grant select on umkm.usaha to {READER}")
    monkeypatch.setattr(postgres, "_SESSION", postgres._SESSION.replace("%s", "left(%s, 3)"))  # 600 ms, not a minute
    with pytest.raises(PullFailed, match="the database took longer than 1 minutes"):
        run("table")


def test_a_killed_pull_starts_again(run, owner, landing, killed):
    """Blocked by a lock, and killed: the partial snapshot is discarded, because the next one differs."""
    owner.execute("insert into umkm.usaha (id_umkm) select generate_series(10, 200000)")
    reached = threading.Event()
    with psycopg.connect(owner.info.dsn) as locker:
        locker.execute("lock table umkm.usaha in access exclusive mode")
        threading.Thread(target=_when_waiting, args=(owner, reached), daemon=True).start()
        killed("table", reached)
    assert shown(landing, "table") == {}
    assert run("table").rows == 199_993
    assert remains(landing, "table") == [DAY.isoformat()]


def _when_waiting(owner, reached: threading.Event) -> None:
    """Set `reached` once a session waits for the table's lock."""
    waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
    while not owner.execute(waiting).fetchone()[0]:
        reached.wait(0.01)
    reached.set()


def test_a_lost_connection_is_retried(run, owner, landing, naps, monkeypatch):
    query, left = postgres._query, [1]

    def broken_once(pull):
        if left:
            left.pop()
            owner.execute(f"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{READER}'")
        return query(pull)

    monkeypatch.setattr(postgres, "_query", broken_once)
    assert run("table").rows == 2
    assert len(naps) == 1
    assert len(rows(landing)) == 2


def test_an_unreachable_database_is_reported(run, server, environment, naps):
    environment["TABLE_DSN"] = make_conninfo(environment["TABLE_DSN"], port=1)
    with pytest.raises(PullFailed, match=f"could not be reached, {TRIES} times"):
        run("table")
    assert len(naps) == TRIES - 1


def test_a_wrong_password_is_not_tried_again(run, server, owner, environment, naps, caplog, tmp_path):
    """The test server trusts its superuser; for the reader it requires a password."""
    rules = owner.execute("show hba_file").fetchone()[0]
    with open(rules, "r+", encoding="utf-8") as file:
        before = file.read()
        file.seek(0)
        file.write(f"host all {READER} 127.0.0.1/32 scram-sha-256\n{before}")
    owner.execute("select pg_reload_conf()")
    assert run("table").rows == 2
    environment["TABLE_DSN"] = make_conninfo(environment["TABLE_DSN"], password="salah-sama-sekali")
    with pytest.raises(PullFailed, match="the database rejects our login") as failed:
        run("table", DAY.replace(day=5))
    assert naps == []
    assert "salah-sama-sekali" not in f"{failed.value!r}{caplog.text}"


@pytest.mark.parametrize(
    ("dsn", "said"),
    [
        ("host=diskop.example sslmode=require dbname=umkm", "must have sslmode=verify-full"),
        ("postgresql://u:rahasia@diskop.example/umkm?sslmode=disable", "must have sslmode=verify-full"),
        ("host=127.0.0.1,diskop.example sslmode=prefer", "must have sslmode=verify-full"),
        ("dbname=umkm", "names no host"),
        ("host=x password=rahasia wrong", "is not a connection string"),
    ],
)
def test_a_dsn_unsafe_for_personal_data_is_refused(tmp_path, landing, naps, dsn, said):
    from assets.pull.settings import Settings

    with pytest.raises(PullFailed, match=said) as failed:
        postgres._target(Settings("TABLE", {"TABLE_DSN": dsn}))
    assert "rahasia" not in str(failed.value)


def test_over_a_network_the_certificate_is_verified_by_default():
    from assets.pull.settings import Settings

    target = postgres._target(Settings("TABLE", {"TABLE_DSN": "postgresql://u@diskop.example/umkm"}))
    assert (target["sslmode"], target["sslrootcert"]) == ("verify-full", "system")
