"""Intake reads what was pulled: real sources, fetched from test servers and parsed from the landing alone."""

from __future__ import annotations

import json
from dataclasses import replace

import polars as pl
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from assets.intake.landing import scan
from assets.intake.pages import incomplete
from assets.intake.parse import parse_file
from assets.pull.declared import OData, PagedHttp, Postgres
from assets.pull.dispatch import pull
from assets.sources import Source, source_named
from tests.assets.pull.conftest import DAY, Answer, Asked
from tests.services import postgresql

NIK = "3601014107800001"


@pytest.fixture
def replayed(landing, tmp_path):
    """Pull a source with test settings. Returns its raw rows, and the columns that the pages lack."""

    def replayed(source: Source, environment: dict[str, str]) -> tuple[pl.DataFrame, object]:
        pull(source, landing, DAY, environment, sleep=lambda _: None)
        (folder,) = scan(landing, DAY, 3600, [source]).folders
        out = tmp_path / "raw"
        out.mkdir()
        parsed = [parse_file(file.path, source, out, str(number)) for number, file in enumerate(folder.files)]
        pages = [each.page for each in parsed if each.page]
        rows = pl.concat([pl.read_parquet(part) for each in parsed for part in each.parts], how="diagonal")
        return rows, incomplete(pages) if pages else None

    return replayed


def columns(source: Source) -> tuple[str, ...]:
    return tuple(field.name for field in source.contract.fields)


def test_a_table(replayed):
    source = source_named("diskop_umkm")
    names = columns(source)
    declared = Postgres("UJI", "umkm", names, source.contract.key[0], "umkm.jsonl")
    with postgresql() as server:
        with psycopg.connect(**server, autocommit=True) as owner:
            owner.execute(f"create table umkm ({', '.join(f'{name} varchar' for name in names)})")
            owner.execute(f"insert into umkm (id_umkm, nik_pemilik) select n, {NIK} from generate_series(1, 30) as n")
        rows, _ = replayed(replace(source, pull=declared), {"UJI_DSN": make_conninfo(**server)})
    assert rows.height == 30
    assert set(rows["nik_pemilik"]) == {NIK}


def test_a_paged_answer(replayed, served):
    source = replace(source_named("disnaker_pencaker"), pull=PagedHttp("UJI", "/pencaker", "pencaker", per_page=10))
    blank = dict.fromkeys(columns(source), "")
    rows = [{**blank, "id": number, "nik": NIK} for number in range(25)]

    def answer(asked: Asked) -> Answer:
        page = int(asked.query["page"])
        meta = {"page": page, "last_page": 3, "total": len(rows)}
        return Answer.of({"data": rows[(page - 1) * 10 : page * 10], "meta": meta})

    served.answer = answer
    read, lacking = replayed(source, {"UJI_URL": served.url, "UJI_TOKEN": "x"})
    assert lacking is None
    assert read.height == 25
    assert set(read["nik"]) == {NIK}


def test_submissions(replayed, served):
    source = replace(source_named("dinsos_kunjungan"), pull=OData("UJI", page_rows=10))
    blank = {name: "" for name in columns(source) if not name.startswith("__")}
    system = {"submissionDate": "2019-11-01T00:00:00.000Z", "reviewState": None}
    rows = [{"__id": f"uuid:{number}", "__system": system, **blank} for number in range(15)]
    form = "/v1/projects/1/forms/kunjungan.svc"

    def answer(asked: Asked) -> Answer:
        second = "$skiptoken" in asked.query
        said = {"value": rows[10:] if second else rows[:10], "@odata.count": len(rows)}
        link = {} if second else {"@odata.nextLink": f"{served.url}{form}/Submissions?$skiptoken=10"}
        return Answer(body=json.dumps({**said, **link}).encode())

    served.answer = answer
    read, lacking = replayed(source, {"UJI_URL": served.url + form, "UJI_TOKEN": "x"})
    assert lacking is None
    assert sorted(read["__id"]) == sorted(row["__id"] for row in rows)
