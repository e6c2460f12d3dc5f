"""The result of a first load: a whole warehouse, every row accounted for, no personal data in logs."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from assets.home import Home
from assets.meaning import of_comment
from assets.sharing.agreement import PUBLIC, codes
from assets.sharing.extracts import damage
from assets.sources import all_sources
from benchmarks.evaluate import evaluate
from orchestration.instance import prepare_instance

pytestmark = pytest.mark.integration


def test_every_row_is_accounted_for(site):
    deliveries = site.query(
        "select source, status, rows_read, rows_accepted + rows_quarantined + rows_duplicate from quality.deliveries"
    )
    asked = {"sadaya_keputusan", "sadaya_tindak_lanjut"}  # answers to what a load asks
    assert {source for source, *_ in deliveries} == {source.name for source in all_sources()} - asked
    assert all(status == "accepted" for _, status, *_ in deliveries)
    assert all(read == kept and read > 0 for *_, read, kept in deliveries)
    quarantined = site.query(
        "select d.source, any_value(rows_quarantined), count(distinct (file_name, row_number))"
        " filter (file_name is not null)"
        " from quality.deliveries d left join quality.quarantine q using (delivery_id) group by d.source, delivery_id"
    )
    assert all(counted == lines for _, counted, lines in quarantined)


def test_every_accepted_record_has_a_person_and_a_household(site):
    unlinked = "select count(*) from marts.{table} where {id} is null"
    assert site.query(unlinked.format(table="person_records", id="person_id")) == [(0,)]
    assert site.query(unlinked.format(table="household_records", id="household_id")) == [(0,)]
    assert site.query(
        "select count(*) from marts.person_records p where not exists"
        " (select 1 from quality.delivery_files f where f.delivery_id = p.delivery_id and f.file_name = p.file_name)"
    ) == [(0,)], "a record cannot be followed to its file"


def test_no_person_is_two_living_residents(site):
    assert site.query(
        "select count(*) from (select person_id from marts.person_records where source = 'dukcapil_penduduk'"
        " group by person_id having count(*) > 1)"
    ) == [(0,)]


def test_identity_agrees_with_the_truth_better_than_a_join_on_nik(site, province):
    load = max((site.home / "loads").iterdir())
    found = evaluate(province.root, load, 2019)
    ours, join = found["all records"]["Sadaya"], found["all records"]["NIK join"]
    assert ours.precision > 0.999
    assert ours.recall > 0.97
    assert ours.recall > join.recall
    residue = found["residue"]
    assert 500 < residue["Sadaya"].true_pairs < ours.true_pairs
    assert residue["Sadaya"].precision > 0.995 > residue["NIK join"].precision
    assert found["households and families"]["household"].precision > 0.995
    everywhere = [name for name, one in found["by nik_as"].items() if one.records > 50 and one.recall < 0.8]
    assert everywhere == []


def test_households_of_the_regions_add_up(site):
    (province_total,) = site.query(
        "select households from marts.coverage_by_region where region_level = 'province' limit 1"
    )[0]
    (regencies_total,) = site.query(
        "select sum(households) from (select distinct region_code, households from marts.coverage_by_region"
        " where region_level = 'regency')"
    )[0]
    assert province_total == regencies_total > 0


def test_every_table_and_column_is_described_in_two_languages(site):
    comments = site.query(
        "select comment from duckdb_columns() where schema_name in ('marts', 'reference', 'quality')"
        " union all select comment from duckdb_tables() where schema_name in ('marts', 'reference', 'quality')"
    )
    assert len(comments) > 1000
    meanings = [of_comment(comment) for (comment,) in comments]
    assert [meaning for meaning in meanings if not (meaning.id and meaning.en)] == []


def test_dagster_shows_how_many_rows_each_table_has(site):
    prepare_instance(Home(site.home))
    with dg.DagsterInstance.from_config(str(site.home / "dagster")) as instance:
        for table in ("marts.dim_household", "marts.coverage_by_region"):
            event = instance.get_latest_materialization_event(dg.AssetKey(table.split(".")))
            metadata = event.asset_materialization.metadata
            assert [(metadata["dagster/row_count"].value,)] == site.query(f"select count(*) from {table}")


def test_every_agency_has_its_extract_of_what_readers_see(site, province):
    folder = site.home / "published" / "current" / "extracts"
    outcomes = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}
    assert outcomes.keys() == set(codes())
    assert {(each["reason"], each["note"]) for each in outcomes.values()} == {(None, None)}
    assert all(damage(folder / agency) is None for agency in outcomes)
    assert (
        pl.read_parquet(folder / "dinsos/parquet/dim_household/*.parquet").height
        == site.query(
            "select count(*) from marts.dim_household join marts.household_status using (household_id)"
            " where household_status.is_poor"
        )[0][0]
    )
    assert [path.parts[-3] for path in folder.glob("*/pages/index.html")] == ["dinsos"]
    sheets = {path.stem for path in (folder / "dinsos/pages/pendamping").glob("*.html")}
    companions = site.query("select distinct companion_id from marts.family_due where companion_id is not null")
    assert {name for (name,) in companions} <= sheets


def test_the_site_comes_with_the_publication(site):
    folder = site.home / "published" / "current" / "site"
    told = json.loads((folder.parent / "pages" / f"{PUBLIC}.json").read_text())
    assert (told["state"], told["reason"]) == ("written", None)
    assert told["rows"] == len(list(folder.rglob("*.html")))
    ((load_id,),) = site.query("select load_id from reference.load")
    assert load_id in (folder / "index.html").read_text()
    estimated = json.loads((folder.parent / "effect" / f"{PUBLIC}.json").read_text())
    assert (estimated["state"], estimated["bytes"]) == ("written", (folder.parent / "effect.json").stat().st_size)
    assert "was not made" not in (folder / "en" / "jamsosratu.html").read_text()


def test_no_page_of_the_site_has_a_companions_number(site):
    numbers = {number for (number,) in site.query("select companion_id from marts.visit_progress_by_companion")}
    pages = list((site.home / "published" / "current" / "site").rglob("*.html"))
    assert len(numbers) > 1
    assert pages
    for path in pages:
        text = path.read_text()
        assert [number for number in numbers if number is not None and number in text] == [], path.name


def test_a_person_in_no_list_is_in_no_extract(site):
    """Canary households: not poor, and no agreement covers their heads and NIKs."""
    outside = site.query(
        "select distinct nik from marts.dim_person p join marts.household_status h using (household_id)"
        " where nik is not null and not coalesce(is_poor, false)"
        " and nik not in (select nik from marts.dim_person join marts.household_status using (household_id)"
        " where is_poor and nik is not null)"
    )
    niks = {nik for (nik,) in outside}
    assert niks
    for path in (site.home / "published" / "current" / "extracts").rglob("*.parquet"):
        if "worklist_dukcapil_conflicts" in path.parts:
            continue  # the register's office is shown both entries of its own register
        text = pl.read_parquet(path).write_csv()
        assert not niks.intersection(re.findall(r"(?<!\d)\d{16}(?!\d)", text)), path.name


def test_the_lists_for_phones_have_every_family_in_force_once(site, tmp_path):
    told = json.loads(site.sadaya("lists", "--to", str(tmp_path / "daftar"), "--json").out)
    ((families, companions),) = site.query("select count(*), count(distinct companion_id) from marts.family_due")
    assert (told["families"], told["companions"]) == (families, companions)
    assert families > 0
    lists = list((tmp_path / "daftar" / "current").glob("keluarga-*.csv"))
    handed = pl.concat([pl.read_csv(path, infer_schema=False) for path in lists])
    assert handed["no_peserta"].is_unique().all()
    assert handed.height == families - told["without_companion"]


def test_keys_of_pseudonyms_are_in_no_log(site):
    keys = {path.stem: path.read_text().strip() for path in (site.home / "keys").iterdir()}
    assert keys.keys() == {f"{agency}-1" for agency in (*codes(), PUBLIC, "rounding")}
    for path in _observable(site.home):
        assert not [key for key in keys.values() if key.encode() in path.read_bytes()], path.name


def test_readers_cannot_change_the_publication(site):
    snapshot = (site.home / "published" / "current.duckdb").resolve()
    assert stat.S_IMODE(snapshot.stat().st_mode) == 0o440


def test_nothing_personal_in_events_logs_and_file_names(site):
    niks = {nik for (nik,) in site.query("select nik from marts.dim_person where nik is not null limit 3000")}
    names = {name for (name,) in site.query("select name from marts.dim_person where length(name) > 14 limit 3000")}
    assert niks
    assert names
    looked_at = 0
    for path in _observable(site.home):
        text = path.read_bytes().decode("utf-8", errors="replace")
        looked_at += 1
        assert not niks.intersection(re.findall(r"(?<!\d)\d{16}(?!\d)", text)), f"a NIK stands in {path.name}"
        assert not [name for name in names if name in text], f"a name stands in {path.name}"
    assert looked_at > 5
    assert not [path for path in site.home.rglob("*") if re.search(r"\d{16}", path.name)]


def _observable(home: Path):
    """Logs and Dagster's storage, which an operator without access to the data can read."""
    for folder in (home / "dagster", *home.glob("loads/*/dbt")):
        for path in folder.rglob("*"):
            is_code = path.name in {"manifest.json", "partial_parse.msgpack", "graph.gpickle"}
            if path.is_file() and not is_code and path.stat().st_size < 50_000_000:
                yield path


def test_the_same_night_again_changes_nothing(site, province):
    before = site.published
    again = site.nightly(province.dates[0])
    assert site.published == before
    assert again.json["status"] == "unchanged"


def test_status_shows_the_published_load(site):
    status = site.sadaya("status", "--json").json
    assert status["published"]["load_id"] == site.published
    assert {source["source"] for source in status["sources"]} >= {"dinsos_pkh", "dukcapil_penduduk"}


def test_time_does_not_run_backwards(site):
    before = site.published
    done = site.nightly("2019-10-31", expect=2)
    assert "rollback" in done.err
    assert site.published == before
