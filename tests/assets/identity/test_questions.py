"""Questions to clerks about a card that belongs to others: the row and both households."""

from __future__ import annotations

import stat
from datetime import date

import duckdb
import openpyxl
import pytest

from assets.home import Home
from assets.identity.mentions import MentionsError
from assets.identity.review.questions import QuestionsError, export
from assets.ledger import Ledger

MARTS = """
create schema marts;
create table marts.dim_region (region_code varchar, region_name varchar);
insert into marts.dim_region values ('3601012001', 'SUKAJADI'), ('3602012001', 'RAHONG');
create table marts.identity_links as select null::varchar as pair_id, null::double as weight, null::varchar as evidence,
    null::varchar as state, null::varchar as source_a, null::varchar as record_key_a, null::varchar as role_a,
    null::varchar as source_b, null::varchar as record_key_b, null::varchar as role_b limit 0;
create table marts.card_of_others as
select 'dtks' as source, 'D1' as record_key, 'list.xlsx' as file_name, 7 as row_number, 'H1' as household_id,
    'H2' as other_household_id, 'NO_KK milik rumah tangga lain' as message_id
"""
HOUSEHOLDS = """
select * from (values
    ('dtks', 'D1', 'D1', '7', 'UJANG', 'KP. LAMA', '3601012001', '3601'),
    ('register', 'r1', null, '7', null, 'KP. SAWAH', '3602012001', '3602'),
    ('register', 'r2', null, '7', 'ASEP', 'KP. SAWAH', '3602012001', '3602'))
    t(source, record_key, household_ref, no_kk, head_name, address, village_code, regency_code)
"""
PERSONS = """
select null::varchar as source, null::varchar as record_key, null::varchar as role, null::varchar as name,
    null::varchar as sex, null::varchar as nik, null::varchar as no_kk, null::varchar as mother_name,
    null::varchar as regency_code, null::date as birth_date, null::int as birth_year, null::varchar as village_code,
    null::varchar as district_code limit 0
"""


@pytest.fixture
def home(tmp_path) -> Home:
    """A published load with one card that belongs to others, and no open pair."""
    home = Home(tmp_path / "home").create()
    with Ledger(home.ledger) as ledger:
        load_id = ledger.open_load(date(2019, 11, 1), "code")
        for state in ("loaded", "gated", "published"):
            ledger.set_state(load_id, state)
    home.publication(load_id).mkdir(parents=True)
    with duckdb.connect(str(home.warehouse(load_id))) as connection:
        connection.execute(MARTS)
    home.load(load_id).root.mkdir()
    with duckdb.connect(str(home.load(load_id).staging)) as connection:
        connection.execute("create schema mentions")
        for kind, rows in (("household", HOUSEHOLDS), ("person", PERSONS)):
            connection.execute(f"create table mentions.{kind}_mention as {rows}")
    return home


def test_a_card_of_others_gives_a_question_with_both_households(home, tmp_path):
    ((path, asked),) = export(home, tmp_path / "out", "clerk", "weekly").items()
    assert (path.parent.name, asked) == ("kartu", 1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    head, row = openpyxl.load_workbook(path)["KARTU"].iter_rows(values_only=True)
    shown = dict(zip(head, row, strict=True))
    assert (shown["BERKAS"], shown["BARIS"], shown["NO_KK"]) == ("list.xlsx", "7", "7")
    assert (shown["KEPALA_RUMAH_TANGGA"], shown["DESA"], shown["RUMAH_TANGGA"]) == ("UJANG", "SUKAJADI", "H1")
    there = (shown["KEPALA_KELUARGA_PADA_KK"], shown["DESA_PADA_KK"], shown["RUMAH_TANGGA_PADA_KK"])
    assert there == ("ASEP", "RAHONG", "H2")


def test_a_load_without_tables_of_mentions_raises_a_helpful_error(home, tmp_path):
    with duckdb.connect(str(next(home.root.glob("loads/*/staging.duckdb")))) as connection:
        connection.execute("drop schema mentions cascade")
    with pytest.raises(MentionsError, match="20191101-001: run a load first"):
        export(home, tmp_path / "out", "clerk", "weekly")


def test_without_open_pairs_there_are_no_questions(home, tmp_path):
    with duckdb.connect(str(next(home.root.glob("publications/*/warehouse.duckdb")))) as connection:
        connection.execute("delete from marts.card_of_others")
    with pytest.raises(QuestionsError, match="no question open"):
        export(home, tmp_path / "out", "clerk", "weekly")
