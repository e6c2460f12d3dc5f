"""The companions' field, simulated: forms that could have been filled in, and faults that are what the truth says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from field.forms.declared import FORMS, MEMBERS, NEW_FAMILY
from field.forms.question import Question
from simulation import dinsos, dinsos_field, dinsos_reports, life, places, world
from simulation.night import Night, Store
from simulation.province import _write_field_truth, _write_gathered, read_rates
from simulation.visits import FAULTS
from tests.field.forms.conftest import Fill, Task, fill, java, xforms  # noqa: F401 -- fixtures
from tests.shared import once

pytestmark = pytest.mark.slow  # a kabupaten of its own

NIGHTS, CODE, SCALE = 3, "3601", 0.03
OFTEN = """
[companions]
families = 15
[visits]
sent_twice = 0.03
by_two = 0.03
of_another = 0.03
clock_wrong = 0.03
place_far = 0.03
elsewhere = 0.02
burst = 0.2
copied = 0.2
edited = 5
reviewed = 0.2
[reports]
new_families = 0.2
changes = 0.2
payments_seen = 0.5
nothing_received = 0.1
withheld = 0.1
"""
SYSTEM = {"__id", "__system", "__Submissions-id"}
FORM_OF = {form.source: form for form in FORMS}


def write_field(out: Path, config: Path | None, nights: int = NIGHTS, scale: float = SCALE) -> None:
    """The exports of Dinas Sosial for one kabupaten, as `write_province` would write them."""
    rates = read_rates(config)
    store = Store(out / "landing", date(2019, 11, 1), out / "parts")
    rng = np.random.default_rng([3, int(CODE)])
    regency = world.make(CODE, round(3_300_000 * scale * world.POPULATION[CODE]), rng, store.first, rates["people"])
    memory: dict = {}
    (out / "truth").mkdir(parents=True)
    for number in range(nights):
        if number:
            life.live_one_day(regency, rates["nights"], rng, store.day(number))
        night = Night(number, CODE, regency, scale, 3, rates, store, memory)
        for module in (dinsos, dinsos_field, dinsos_reports):
            module.export(night)
    _write_gathered(store)
    _write_field_truth(store, out)


@pytest.fixture(scope="module")
def field(shared, tmp_path_factory) -> Path:
    config = tmp_path_factory.mktemp("often") / "rates.toml"
    config.write_text(OFTEN)
    return once(shared / "simulated-field", lambda out: write_field(out, config))


@pytest.fixture(scope="module")
def rows(field) -> Callable[..., list[dict]]:
    """rows(source, night=None): the forms of a source, of one night or of all."""

    def read(source: str, night: int | None = None) -> list[dict]:
        folders = sorted((field / "landing" / source).iterdir())
        chosen = folders if night is None else [one for one in folders if one.name == f"2019-11-{night + 1:02}"]
        return [
            row
            for one in chosen
            for page in sorted(one.glob("*.json"))
            for row in json.loads(page.read_text())["value"]
        ]

    return read


@pytest.fixture(scope="module")
def visits(rows) -> pl.DataFrame:
    """First versions of all visits: times in UTC, place, answers, and id as in the truth."""
    frame = pl.DataFrame(rows("dinsos_kunjungan"), infer_schema_length=None).unique(
        "__id", keep="first", maintain_order=True
    )
    at = pl.col("lokasi").struct
    moment = "%Y-%m-%dT%H:%M:%S%.3f%#z"
    return frame.with_columns(
        pl.col("mulai", "selesai").str.to_datetime(moment, time_zone="UTC"),
        pl.col("tanggal_kunjungan").str.to_date(),
        submission_id=pl.col("__id").str.to_uppercase(),
        sent=pl.col("__system").struct.field("submissionDate").str.to_datetime(moment, time_zone="UTC"),
        longitude=at.field("coordinates").list.get(0),
        latitude=at.field("coordinates").list.get(1),
    )


@pytest.fixture(scope="module")
def truth(field) -> pl.DataFrame:
    return pl.read_parquet(field / "truth" / "visits.parquet")


def faulty(visits: pl.DataFrame, truth: pl.DataFrame, fault: str) -> pl.DataFrame:
    found = visits.join(truth.filter(fault=fault), on="submission_id", how="semi", maintain_order="left")
    assert found.height >= 3, fault
    return found


# answers ------------------------------------------------------------------------------------------------------------


def problems(question: Question, answer: object, row: dict) -> str:
    """What is wrong with an answer to a question, as far as no engine is needed; empty if nothing."""
    if answer is None:
        return "" if question.relevant or not question.required else "required"
    if question.choices and not question.choices.file:
        return "" if answer in [choice.name for choice in question.choices.choices] else "choice"
    if question.low is not None or question.high is not None:
        within = isinstance(answer, int) and question.low <= answer <= question.high
        return "" if within else "range"
    if pattern := re.fullmatch(r"regex\(\., '(.*)'\)", question.constraint):
        return "" if re.fullmatch(pattern[1], str(answer)) else "pattern"
    if question.constraint == ". <= today()":
        return "" if str(answer) <= row.get("selesai", "9")[:10] else "future"
    return ""


@pytest.mark.parametrize("source", [*FORM_OF, MEMBERS.source])
def test_every_answer_is_one_that_the_form_can_give(rows, source):
    questions = MEMBERS.questions if source == MEMBERS.source else FORM_OF[source].questions
    columns = {question.column: question for question in questions if question.column}
    written = rows(source)
    assert len(written) >= 20
    for row in written:
        assert row.keys() - SYSTEM == columns.keys()
        assert {name: why for name in columns if (why := problems(columns[name], row[name], row))} == {}


def test_the_engine_of_odk_collect_takes_the_answers(fill, rows):  # noqa: F811
    """Also what is relevant, and choices that depend on others. The family is entered by hand, the NIK confirmed."""
    members: dict[str, list[dict[str, str]]] = {}
    for row in rows(MEMBERS.source):
        members.setdefault(row["__Submissions-id"], []).append(answers(row))
    tasks = []
    for source, form in FORM_OF.items():
        for row in rows(source, 0)[:12]:
            given = answers(row)
            calculated = {part.name for part in form.questions if part.kind in ("calculate", "start", "end")}
            if "no_peserta" in given:
                given |= {"dalam_daftar": "no", "no_peserta_tulis": given["no_peserta"]}
            code = given.get("kode_desa") or given.get("kode_desa_tujuan")
            given |= {"kabupaten": code[:4], "kecamatan": code[:6]} if code else {}
            if given.get("jenis_perubahan") == "PINDAH":
                given["di_banten"] = "yes" if code else "no"
            roster = members.get(row["__id"], []) if form is NEW_FAMILY else []
            tasks.append(Task(form.name, {n: v for n, v in given.items() if n not in calculated}, roster))
    found = fill(tasks)
    assert [
        (task, one) for task, one in zip(tasks, found, strict=True) if one.refused - {("nik_diperiksa", "required")}
    ] == []
    assert [(task, one.unasked) for task, one in zip(tasks, found, strict=True) if one.unasked] == []


def answers(row: dict) -> dict[str, str]:
    """A form's answers as they are typed; a place is `latitude longitude altitude accuracy`."""
    given = {name: value for name, value in row.items() if value is not None and name not in SYSTEM}
    if "lokasi" in given:
        (longitude, latitude), accuracy = given["lokasi"]["coordinates"], given["lokasi"]["properties"]["accuracy"]
        given["lokasi"] = f"{latitude} {longitude} 0 {accuracy}"
    return {name: str(value) for name, value in given.items()}


# faults -------------------------------------------------------------------------------------------------------------


def test_every_fault_is_in_the_truth(truth):
    assert set(truth["fault"]) == set(FAULTS.values())


def test_forms_of_one_visit_agree_in_all_but_their_id(visits, truth):
    twice = faulty(visits, truth, "same_visit_twice")
    groups = twice.group_by("id_pendamping", "no_peserta", "tanggal_kunjungan").agg(pl.len(), pl.col("__id").n_unique())
    assert groups["len"].unique().to_list() == [2]
    assert groups["__id"].unique().to_list() == [2]


def test_two_companions_visit_a_family_on_one_day(visits, truth):
    both = faulty(visits, truth, "visit_by_two").group_by("no_peserta", "tanggal_kunjungan")
    assert both.agg(pl.col("id_pendamping").n_unique())["id_pendamping"].unique().to_list() == [2]


def test_a_clock_that_is_wrong_is_ahead(visits, truth):
    wrong = faulty(visits, truth, "clock_wrong")
    assert (wrong["tanggal_kunjungan"] > wrong["sent"].dt.offset_by("7h").dt.date()).all()
    others = visits.join(wrong, on="submission_id", how="anti")
    assert (others["selesai"] <= others["sent"]).all()
    assert (visits["mulai"] < visits["selesai"]).all()


def test_a_place_is_far_from_the_other_houses_of_its_village(visits, truth, field):
    far = faulty(visits, truth, "place_far")
    lists = pl.concat(
        pl.read_csv(path.read_bytes().decode("utf-16" if path.read_bytes()[:2] == b"\xff\xfe" else "utf-8").encode(),
                    separator=";", infer_schema=False)
        for path in (field / "landing" / "dinsos_jamsosratu").glob("*/*.csv")
    ).unique("NO_PESERTA", keep="first")  # fmt: skip
    village = pl.col("KODE_DESA").str.replace_all(".", "", literal=True)
    placed = visits.join(lists.select(no_peserta="NO_PESERTA", village=village), on="no_peserta").join(
        places.villages(CODE), on="village", suffix="_of"
    )
    across = (pl.col("longitude") - pl.col("longitude_of")) ** 2 + (pl.col("latitude") - pl.col("latitude_of")) ** 2
    placed = placed.with_columns(
        metres=across.sqrt() * places.METRES - pl.col("lokasi").struct.field("properties").struct.field("accuracy")
    )
    is_far = pl.col("submission_id").is_in(far["submission_id"].implode())
    assert placed.filter(is_far)["metres"].min() > 5_000
    moved = placed.filter(~is_far & (pl.col("metres") > 4_000))  # families that moved since they were listed
    assert moved.height < 0.03 * placed.height


def test_many_forms_are_finished_within_minutes(visits, truth):
    hurried = faulty(visits, truth, "many_in_minutes").group_by("id_pendamping").agg(
        pl.len(), minutes=(pl.col("selesai").max() - pl.col("selesai").min()).dt.total_minutes()
    )  # fmt: skip
    assert hurried["len"].min() >= 6
    assert hurried["minutes"].max() < 20
    rest = visits.join(truth.filter(pl.col("fault") != "never_visited"), on="submission_id", how="anti")
    apart = rest.sort("id_pendamping", "selesai").select(
        pl.col("selesai").diff().over("id_pendamping").dt.total_minutes()
    )
    assert apart.to_series().drop_nulls().min() >= 15


def test_answers_are_copied_from_family_to_family(visits, truth):
    copied = faulty(visits, truth, "same_answers")
    every = pl.struct(set(dinsos_field.visits.ANSWERS))
    alike = copied.group_by("id_pendamping").agg(pl.len(), every.n_unique().alias("ways"))
    assert alike["len"].min() >= 8
    assert alike["ways"].unique().to_list() == [1]


def test_what_was_reviewed_is_edited_later(rows, truth):
    edited = truth.filter(fault="edited_after_review")
    assert edited.height >= 3
    assert (edited["first_delivered"] > date(2019, 11, 1)).all()
    versions: dict[str, list[dict]] = {}
    for row in rows("dinsos_kunjungan"):
        versions.setdefault(row["__id"].upper(), []).append(row["__system"])
    for submission in edited["submission_id"]:
        states = [(system["reviewState"], system["edits"]) for system in versions[submission]]
        assert any(state == "approved" for state, _ in states[:-1])
        assert states[-1][1] >= 1
        assert versions[submission][-1]["updatedAt"] > versions[submission][-1]["submissionDate"]


def test_a_colleagues_family(visits, truth, field):
    other = faulty(visits, truth, "not_of_companion")
    first = next((field / "landing" / "dinsos_jamsosratu" / "2019-11-02").glob("*.csv"))
    listed = pl.read_csv(first.read_bytes(), separator=";", infer_schema=False)
    pairs = other.join(listed, left_on="no_peserta", right_on="NO_PESERTA", how="inner")
    assert pairs.height >= 0.8 * other.height
    assert (pairs["id_pendamping"] != pairs["ID_PENDAMPING"]).all()


def test_nobody_visits_some_families(visits, truth):
    never = truth.filter(fault="never_visited")
    assert 0.01 < never.height / visits["no_peserta"].n_unique() < 0.1
    valid = visits.filter(pl.col("__system").struct.field("reviewState").ne_missing("rejected"))
    assert not set(never["participant_no"]) & set(valid["no_peserta"])


# reports ------------------------------------------------------------------------------------------------------------


def test_the_list_follows_the_changes_that_the_truth_names(field, rows):
    reports = pl.read_parquet(field / "truth" / "reports.parquet")
    changes = reports.filter(pl.col("source") == "dinsos_perubahan_status")
    tonight = {row["__id"].upper() for row in rows("dinsos_perubahan_status", 0)}
    first = changes.filter(pl.col("submission_id").is_in(list(tonight)))
    next_list = pl.read_csv(
        next((field / "landing" / "dinsos_jamsosratu" / "2019-11-02").glob("*.csv")).read_bytes(),
        separator=";",
        infer_schema=False,
    ).select(participant_no="NO_PESERTA", status="STATUS", left="TANGGAL_KELUAR")
    found = first.join(next_list, on="participant_no")
    assert set(found["follows"]) == {True, False}
    assert (found.filter("follows")["status"] != "AKTIF").all()
    assert found.filter("follows")["left"].null_count() == 0
    stay = found.filter(~pl.col("follows"))
    assert (stay["status"] == "AKTIF").mean() > 0.9  # a few graduate by themselves


def test_new_families_have_their_members(rows):
    forms = {row["__id"]: row for row in rows("dinsos_keluarga_baru")}
    members = pl.DataFrame(rows(MEMBERS.source), infer_schema_length=None)
    sizes = dict(members.group_by("__Submissions-id").len().iter_rows())
    assert sizes == {name: row["jumlah_anggota"] for name, row in forms.items()}
    heads = members.filter(hubungan="KEPALA_KELUARGA")["__Submissions-id"]
    assert heads.n_unique() > 0.9 * len(forms)


def test_the_registry_lists_some_of_them_next(field):
    reports = pl.read_parquet(field / "truth" / "reports.parquet")
    families = reports.filter(pl.col("source") == "dinsos_keluarga_baru")
    assert set(families["follows"]) == {True, False}
    assert families["true_household_id"].n_unique() == families.height


def test_faults_can_be_switched_off(tmp_path):
    off = [name for name in FAULTS if name not in ("never",)]
    config = tmp_path / "rates.toml"
    config.write_text("[visits]\n" + "".join(f"{name} = 0\n" for name in off) + "never = 0\n")
    write_field(tmp_path / "out", config, nights=1, scale=SCALE / 5)
    found = pl.read_parquet(tmp_path / "out" / "truth" / "visits.parquet")["fault"]
    assert set(found) <= {"never_visited"}  # families whose only form was rejected, or has a mistyped number


def test_pages_of_a_repeat_are_of_its_table(field):
    page = next((field / "landing" / MEMBERS.source / "2019-11-01").glob("*.json"))
    assert json.loads(page.read_text())["@odata.context"].endswith("keluarga_baru.svc/$metadata#Submissions.anggota")
