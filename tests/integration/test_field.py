"""From the form to the warehouse and the supervisors' page: 2,000 visits by 250 companions, a fifth with one fault,
given by a server as ODK Central gives them, and taken in between two loads.

The published load is that of the first night, whose list of the programme gets the companions' families: a province of
their own would cost one more load.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from assets.home import Home
from assets.seal import seal_of, summary_path
from field.forms.declared import FORMS
from tests.assets.pull.central import FORM, TOKEN, Central
from tests.assets.pull.conftest import served  # noqa: F401 -- a fixture
from tests.command_line import in_process
from tests.dbt_project.marts.companions import MIXED, UNTIL, Field, companions
from tests.dbt_project.marts.test_questions_of_province import FAMILIES, FEW
from tests.dbt_project.marts.test_questions_of_province import FORMS as ASKED
from tests.simulation.test_field import problems

pytestmark = pytest.mark.integration

LATER = timedelta(days=200)
"""The companions' year, moved behind the submissions that the landing has already."""
DAY = UNTIL + LATER
(VISIT,) = (form for form in FORMS if form.source == "dinsos_kunjungan")


def answered(form: Mapping[str, Any]) -> dict[str, Any]:
    """A row of staging as the answers of the form."""
    at = {name: (form[name] + LATER).replace(tzinfo=UTC).isoformat() for name in ("started_at", "finished_at")}
    point = {"type": "Point", "coordinates": [form["longitude"], form["latitude"], 0.0]}
    return {
        "mulai": at["started_at"],
        "selesai": at["finished_at"],
        "id_pendamping": form["companion_id"],
        "no_peserta": form["participant_no"],
        "tanggal_kunjungan": str(form["visited_on"] + LATER),
        "lokasi": point | {"properties": {"accuracy": round(form["accuracy_m"], 1)}},
        "pendapatan_bulanan": form["monthly_income"],
        "anak_usia_sekolah": form["children_of_school_age"],
        "anak_bersekolah": form["children_in_school"],
        "ke_posyandu": "yes" if form["goes_to_posyandu"] else "no",
        "punya_usaha": "yes" if form["has_business"] else "no",
        "kondisi_rumah": form["house_condition"].replace(" ", "_"),
        "catatan": None,
    }


def submit(central: Central, forms: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Hand in the forms, those that are edited after approval as they were approved. Returns the row of each form."""
    for form in sorted(forms, key=lambda form: form["submitted_at"]):
        at = (form["submitted_at"] + LATER).replace(tzinfo=UTC)
        approved = form["edits_when_approved"] is not None
        edits = form["edits_when_approved"] if approved else form["edits"]
        state = "approved" if approved else {"HASISSUES": "hasIssues"}.get(form["review_state"]) or form["review_state"]
        stated = {"submissionDate": at.isoformat(timespec="milliseconds"), "updatedAt": None, "deletedAt": None}
        system = stated | {"reviewState": state and state.lower().replace("hasissues", "hasIssues"), "edits": edits}
        central.rows.append({"__id": form["submission_id"], "__system": system, "_at": at} | answered(form))
    return {row["__id"]: nth for nth, row in enumerate(central.rows)}


def widen(site, field: Field) -> None:
    """List the companions' families in the published load."""
    home, load_id = Home(site.home), site.published
    rows = [_listed(nth, family) for nth, family in enumerate(field.families)]
    versions = pl.DataFrame(rows, infer_schema_length=None)
    current = versions.filter("is_current")
    first = pl.lit(date(1, 1, 1))
    since = pl.when(pl.col("since") == pl.col("since").min().over("participant_no")).then(first).otherwise("since")
    households = {"address": "KP. CONTOH", "rt": "001", "rw": "002"}
    _insert(
        home.load(load_id).staging,
        {
            "int.int_participant": versions.with_columns(since=since),
            "int.int_participation": current.with_columns(begun_on=pl.col("since")),
            "int.int_household_contact": current.with_columns(
                pl.lit(value).alias(n) for n, value in households.items()
            ),
        },
    )
    warehouse = home.warehouse(load_id)
    warehouse.chmod(0o640)
    _insert(warehouse, {"marts.fct_enrolment": versions.rename({"since": "valid_from"})})
    summary = summary_path(home, load_id)
    summary.chmod(0o640)
    summary.write_text(json.dumps(json.loads(summary.read_text()) | seal_of(warehouse)))


def _listed(nth: int, family: Mapping[str, Any]) -> dict[str, Any]:
    name = family["participant_no"]
    until = family.get("valid_to")
    return {
        "source": "dinsos_jamsosratu", "programme": "JAMSOSRATU", "record_key": f"{name}-{nth}", "participant_no": name,
        "household_id": f"H{name}", "head_name": f"KEPALA {name}", "status": "active",
        "since": family["valid_from"] + LATER, "until": until + LATER if until else date(9999, 12, 31),
        "valid_to": until and until + LATER, "start_year": family["start_year"],
        "companion_id": family["companion_id"], "village_code": family["village_code"],
        "regency_code": family["regency_code"], "is_current": family.get("is_current", True),
        "is_listed": True, "in_force": True, "known_from": "made up",
    }  # fmt: skip


def _insert(path: Path, tables: Mapping[str, pl.DataFrame]) -> None:
    """Add rows, in the columns that a table has."""
    with duckdb.connect(str(path)) as connection:
        for table, rows in tables.items():
            there = [name for name, *_ in connection.execute(f"describe {table}").fetchall()]
            connection.register("rows", rows.select(name for name in there if name in rows.columns).to_arrow())
            connection.execute(f"insert into {table} by name from rows")
            connection.unregister("rows")


def test_every_fault_is_on_the_page_and_hardly_an_honest_form(site, served):  # noqa: F811
    field = companions(MIXED, seed=22)
    widen(site, field)
    central = Central(served, 0)
    places = submit(central, field.forms)
    columns = {question.column: question for question in VISIT.questions if question.column}
    assert answered(field.forms[0]).keys() == columns.keys()
    wrong = [
        (name, why)
        for row in central.rows
        for name, question in columns.items()
        if (why := problems(question, row[name], row)) and (name, why) != ("tanggal_kunjungan", "future")
    ]
    assert wrong == [], "only a wrong clock lets the form take a date in the future"

    first = progress(site, served.url)
    assert first["current"]["read"] == len(field.forms)
    edited = field.faults["edited_after_review"]
    for form in (form for form in field.forms if form["submission_id"] in edited):
        sent = (form["submitted_at"] + LATER).replace(tzinfo=UTC)
        for nth in range(form["edits"]):
            central.edit(places[form["submission_id"]], max(sent, last(central)) + timedelta(minutes=nth + 1))
    second = progress(site, served.url)
    assert second["current"]["quarantined"] == 0
    assert second["current"]["read"] == second["current"]["accepted"] == len(field.forms) + len(edited)
    _assert_asked(site.home / "progress" / "current", field)


def last(central: Central) -> datetime:
    return max(row["_at"] for row in central.rows)


def progress(site, url: str) -> dict[str, Any]:
    where = {"SADAYA_DINSOS_KUNJUNGAN_URL": url + FORM, "SADAYA_DINSOS_KUNJUNGAN_TOKEN": TOKEN}
    arguments = ("--landing", site.landing, "--home", site.home, "--date", DAY, "--json")
    done = in_process("progress", *arguments, **where)
    assert done.code == 0, done.err[-3000:]
    return done.json


def _assert_asked(folder: Path, field: Field) -> None:
    with duckdb.connect(str(folder / "progress.duckdb"), read_only=True) as connection:
        connection.execute("use progress.marts")
        counted = connection.execute("select count(*) from fct_visit where known_from is not null").fetchone()
        asked: dict[str, set[str]] = {}
        for kind, submission in connection.execute(ASKED).fetchall():
            asked.setdefault(kind, set()).add(submission.lower())
        never = {family for (family,) in connection.execute(FAMILIES).fetchall()}
    assert counted is not None
    assert counted[0] >= len(field.forms)
    missed = {kind: len(forms - asked.get(kind, set())) for kind, forms in field.faults.items()}
    assert missed == dict.fromkeys(field.faults, 0)
    honest = field.honest()
    assert len(honest) > 1500
    assert len(honest & set().union(*asked.values())) < FEW * len(honest)
    assert field.unvisited <= never
    sheet = (folder / "pages" / "pendamping" / "PDP0000.html").read_text()
    assert all(f"KEPALA {each['participant_no']}" in sheet for each in field.families if at(each) == "PDP0000")
    pages = "".join(path.read_text() for path in (folder / "pages" / "kecamatan").glob("*.html"))
    assert all(family in pages for family in field.unvisited), "what is asked stands on the page of its kecamatan"


def at(family: Mapping[str, Any]) -> str | None:
    """The companion that the list names now."""
    return family["companion_id"] if family.get("is_current", True) else None
