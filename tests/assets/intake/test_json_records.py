"""Tests JSON objects as rows: one per line, gzipped or not, and the pages of a paged answer."""

from __future__ import annotations

import gzip
import json
import zipfile
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.intake import json_records
from assets.intake.pages import incomplete
from assets.intake.parse import parse_file
from assets.intake.parsed import Page
from assets.sources import JsonLines, JsonPages, Source
from validations.contract import Contract, Field
from validations.field_types import text
from validations.messages import Refusal

CONTRACT = Contract(
    "uji",
    "Uji",
    "Test",
    (
        Field("__id", text(), "Kunci", "Key"),
        Field("nik", text(), "NIK", "NIK", nullable=True),
        Field("__system/waktu", text(), "Waktu", "Time", required=False, nullable=True),
        Field("lokasi", text(), "Lokasi", "Place", required=False, nullable=True),
    ),
    key=("__id",),
)
LINES = (JsonLines(),)
BLANKS = "".join(chr(code) for code in range(0x3001) if chr(code).isspace() and chr(code) not in "\x1c\x1d\x1e\x1f")
"""Blanks as Unicode has them; Python counts four separators among them."""
NUMBERED, LINKED = JsonPages("data", numbered=True), JsonPages("value", numbered=False)

VALUES = st.one_of(st.none(), st.booleans(), st.integers(-(10**14), 10**14), st.text(max_size=12))
OBJECTS = st.dictionaries(st.sampled_from(["__id", "nik", "lokasi", "x/y~z"]), VALUES)


@pytest.fixture
def parse(tmp_path):
    """parse(content, name, kind, formats): the parser's result, and its raw rows."""
    out = tmp_path / "raw"
    out.mkdir()

    def run(content: bytes | str, name: str = "uji.jsonl", kind: str = "snapshot", formats=LINES):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        parsed = parse_file(path, Source("uji", kind, formats, CONTRACT), out, "0")
        return parsed, pl.concat([pl.read_parquet(part) for part in parsed.parts])

    return run


def line(**more) -> str:
    return json.dumps({"__id": "a", "nik": "3601014508859123", **more})


def refusal(parse, *arguments, **more) -> str:
    with pytest.raises(Refusal) as refused:
        parse(*arguments, **more)
    return refused.value.message.code


def test_each_object_is_a_row_with_the_number_of_its_line(parse):
    parsed, rows = parse(f"{line(__id='a')}\n\n{line(__id='b', nik=None)}\n")
    assert rows.select("__id", "nik", "_row_number").rows() == [("a", "3601014508859123", 1), ("b", None, 3)]
    assert (parsed.rows_read, parsed.furniture) == (2, {"blank": 1})


def test_an_object_within_is_opened_where_the_contract_says_so_and_else_kept_as_text(parse):
    _, rows = parse(line(__system={"waktu": "2019", "lain": 1}, lokasi={"type": "Point", "coordinates": [106.1, -6.2]}))
    assert rows["__system/waktu"].to_list() == ["2019"]
    assert json.loads(rows["lokasi"][0]) == {"type": "Point", "coordinates": [106.1, -6.2]}


def test_keys_are_matched_like_headers_and_unlisted_ones_are_drift(parse):
    parsed, rows = parse('{" __ID*": "a", "NIK": "1", "bank": "BJB"}')
    assert rows.columns == ["__id", "nik", "_row_number", "_problem", "_line", "_wrong_type"]
    assert rows.select("__id", "nik").rows() == [("a", "1")]
    assert [notice.code for notice in parsed.notices] == ["column_drift"]


def test_a_line_that_is_no_object_is_not_kept_beside_unlisted_keys(parse):
    bad = ['{"__id": "b", "nik": "1", "hp": "0812345"', '{"__id": "b", "nik": "1\\u0000", "hp": "0812345"}']
    _, rows = parse("\n".join([line(hp="081"), *bad]) + "\n", kind="delta")
    assert rows["_line"].to_list() == [None, "…", None]
    assert rows["_problem"].to_list() == [None, "json_invalid", "nul_byte"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[{0},{0}]", "one array"),
        ("[\n{0},\n{0}\n]\n", "one array"),
        ("\n  [ {0}, {0} ]", "one array"),
        ("[{1},{1}]", "one array"),
        ("{1}\n", "one object over many lines"),
    ],
)
@pytest.mark.parametrize("name", ["uji.jsonl", "uji.jsonl.gz"])
def test_a_file_of_lines_that_is_one_document_is_read_and_said_so(parse, written, said, name):
    one = {"__id": "a", "nik": "1", "lokasi": {"x": [1]}}
    content = written.replace("{0}", json.dumps(one)).replace("{1}", json.dumps(one, indent=2)).encode()
    parsed, rows = parse(gzip.compress(content) if name.endswith("gz") else content, name)
    assert rows["__id"].to_list() == ["a"] * written.count("}")
    assert rows["_row_number"].to_list() == list(range(1, rows.height + 1))
    assert said in parsed.notices[0].en


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (f"[{line()},\n{line()}", "json_array_broken"),
        (f"[{line()}]\n[{line()}]", "json_array_broken"),
        ("[" * 100 + "]" * 100, "json_too_deep"),
        ('{\n"__id": "a"\n}\n{\n"__id": "b"\n}\n', "no_json_lines"),
        ("halo\ndunia\n", "no_json_lines"),
    ],
)
def test_a_document_that_cannot_be_read_is_called_what_it_is(parse, content, code):
    assert refusal(parse, content) == code
    assert refusal(parse, content, kind="delta") == code


def test_an_empty_array_refuses_a_snapshot(parse):
    assert refusal(parse, "[]") == "no_rows"


def test_an_array_is_read_whole_and_so_only_to_a_size(parse, monkeypatch):
    monkeypatch.setattr(json_records, "WHOLE_BYTES", 10)
    assert refusal(parse, f"[{line()}]") == "json_array_too_large"


@pytest.mark.parametrize("broken", ['{"__id": ', "[" + line()[1:]])
def test_a_first_line_that_is_broken_makes_no_document_of_the_file(parse, broken):
    _, rows = parse("\n".join([broken, line(), line()]) + "\n", kind="delta")
    assert rows["_problem"].to_list() == ["json_invalid", None, None]


@pytest.mark.parametrize("written", ["12 rows selected.", "(12 rows)"])
@pytest.mark.parametrize("end", ["\n", "", "\n\x1a", "\n" + "\0" * 600])
def test_a_closing_line_and_what_fills_the_file_up_are_furniture(parse, written, end):
    parsed, rows = parse(f"{line()}\n{written}{end}")
    assert (rows.height, parsed.furniture, parsed.stated_totals) == (1, {"total": 1}, [(2, 12)])
    assert parsed.cut is False


@pytest.mark.parametrize("fill", ["\0" * 600, "\n\x1a"])
def test_what_fills_a_page_up_is_no_json(parse, fill):
    assert parse(json.dumps({"value": [{"__id": "a", "nik": "1"}]}) + fill, "p.json", formats=(LINKED,))[1].height == 1


@pytest.mark.parametrize(
    ("more", "read"),
    [
        ({"__system/waktu": "flat"}, "flat"),
        ({"__system/waktu": "flat", "__system": {"waktu": "nested"}}, "nested"),
        ({"__system/waktu": "flat", "__system": {"waktu": None}}, "flat"),
        ({"__system": {"waktu": "nested"}}, "nested"),
    ],
)
def test_a_field_of_an_object_may_come_flat(parse, more, read):
    parsed, rows = parse(line(**more) + "\n" + line())
    assert rows["__system/waktu"].to_list() == [read, None]
    assert parsed.notices == []


def test_a_key_may_be_missing_from_some_rows_but_not_from_all(parse):
    _, rows = parse(f'{{"__id": "b"}}\n{line()}')
    assert rows["nik"].to_list() == [None, "3601014508859123"]
    assert refusal(parse, '{"__id": "b"}') == "columns_missing"


@pytest.mark.parametrize(
    ("number", "read"),
    [("3601014508859123", "3.60101450885912E+15"), ("3601014508859123.0", "3.60101450885912E+15"), ("42", "42")],
)
def test_a_long_number_is_lost_and_a_long_text_is_not(parse, number, read):
    _, rows = parse(f'{{"__id": "a", "nik": {number}}}\n{{"__id": "b", "nik": "{number}"}}')
    assert rows["nik"].to_list() == [read, number]


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ("{bad}", "json_invalid"),
        ("[1, 2]", "json_invalid"),
        ("12", "json_invalid"),
        ('{"__id": "a", "__id": "b", "nik": "1"}', "json_invalid"),
        (r'{"__id": "a\u0000", "nik": "1"}', "nul_byte"),
        ('{"__id": "a\x00", "nik": "1"}', "nul_byte"),
    ],
)
def test_a_line_that_is_no_object_is_kept_with_its_problem(parse, bad, problem):
    _, rows = parse(f"{line()}\n{bad}\n{line(__id='c')}\n")
    assert rows["_problem"].to_list() == [None, problem, None]
    assert rows["_line"].to_list()[1] == bad.replace("\x00", "\u2400")
    assert rows["_row_number"].to_list() == [1, 2, 3]


def test_gzip_is_read_by_its_content_and_a_cut_one_refuses_a_snapshot(parse):
    lines = "\n".join(line(__id=str(number)) for number in range(5000)) + "\n"
    packed = gzip.compress(lines.encode())
    assert parse(packed, name="uji.jsonl.gz")[0].rows_read == 5000
    assert refusal(parse, packed[:-40], name="uji.jsonl.gz") == "file_cut_off"
    parsed, rows = parse(packed[: len(packed) // 2], name="uji.jsonl.gz", kind="delta")
    assert parsed.cut
    assert 0 < rows.height < 5000


def test_a_last_line_cut_off_refuses_a_snapshot_and_is_quarantined_of_a_delta(parse):
    cut = f"{line()}\n{line()[:-9]}"
    assert refusal(parse, cut) == "file_cut_off"
    parsed, rows = parse(cut, kind="delta")
    assert rows["_problem"].to_list() == [None, "file_cut"]
    assert [notice.code for notice in parsed.notices] == ["file_cut_off"]
    assert parse(line(), kind="snapshot")[0].rows_read == 1, "a whole last line needs no line end"


@pytest.mark.parametrize(
    ("content", "code"), [("", "empty_file"), (" \n", "empty_file"), ("<html></html>", "html_inside")]
)
def test_impostors_are_refused(parse, content, code):
    assert refusal(parse, content) == code


def page(number: int, last: int, total: int, *ids: str) -> str:
    rows = [{"__id": one, "nik": None} for one in ids]
    return json.dumps({"data": rows, "meta": {"page": number, "last_page": last, "total": total}})


def test_a_page_tells_its_rows_and_which_it_is(parse):
    parsed, rows = parse(page(2, 3, 5, "a", "b"), name="p2.json", formats=(NUMBERED,))
    assert parsed.page == Page(2, 2, 3, 5)
    assert rows.select("__id", "_row_number").rows() == [("a", 1), ("b", 2)]
    answer = {"value": [{"__id": "a", "nik": "1"}], "@odata.count": 7, "@odata.nextLink": "http://x/?$skiptoken=1"}
    assert parse(json.dumps(answer), name="s1.json", formats=(LINKED,))[0].page == Page(1, total=7, followed=True)


def test_what_is_no_object_in_a_page_is_kept_with_its_problem(parse):
    rows = [{"__id": "a", "nik": None}, 5, None, "x", [1]]
    answer = {"data": rows, "meta": {"page": 1, "last_page": 1, "total": 5}}
    parsed, read = parse(json.dumps(answer), name="p1.json", formats=(NUMBERED,))
    assert parsed.rows_read == 5
    assert read["_problem"].to_list() == [None, *["json_invalid"] * 4]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_page_is_one_text_however_long_and_in_whatever_encoding(parse, encoding):
    rows = [{"__id": str(number), "nik": "é" * 700} for number in range(1000)]
    answer = json.dumps({"value": rows}, ensure_ascii=False).encode(encoding)
    assert len(answer) > 1 << 19
    parsed, read = parse(answer, name="s1.json", formats=(LINKED,))
    assert (parsed.rows_read, read["nik"][-1]) == (1000, "é" * 700)


@pytest.mark.parametrize(
    ("content", "code"),
    [(page(1, 1, 1, "a")[:-5], "not_json"), ('{"rows": []}', "no_records"), (page(1, 1, 0), "no_rows")],
)
def test_a_page_that_is_no_page_is_refused(parse, content, code):
    assert refusal(parse, content, name="p1.json", formats=(NUMBERED,)) == code


def nested(levels: int) -> str:
    return '{"a":' * (levels - 1) + "{}" + "}" * (levels - 1)


def test_a_line_that_is_nested_too_deep_is_quarantined_alone(parse):
    rows = [line(__id="a"), line(__id="b", x=json.loads(nested(63))), line(__id="c", x=json.loads(nested(64)))]
    parsed, read = parse("\n".join([*rows, nested(100_000), line(__id="d")]) + "\n")
    assert read["_problem"].to_list() == [None, None, "json_too_deep", "json_too_deep", None]
    assert read["__id"].to_list() == ["a", "b", None, None, "d"]
    assert parsed.rows_read == 5


def test_a_page_that_repeats_a_member_is_refused_and_the_member_named(parse):
    content = page(1, 1, 1, "a").replace('{"data"', '{"data": [], "data"', 1)
    with pytest.raises(Refusal) as refused:
        parse(content, name="p1.json", formats=(NUMBERED,))
    assert refused.value.message.code == "json_member_twice"
    assert "`data` stands 2 times" in refused.value.filled.en


def test_a_zip_named_gz_is_refused_by_name(parse, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.jsonl", line() + "\n")
    with pytest.raises(Refusal) as refused:
        parse((tmp_path / "a.zip").read_bytes(), name="uji.jsonl.gz")
    assert refused.value.message.code == "other_kind"
    assert "a ZIP archive" in refused.value.filled.en


def test_rows_in_a_wrapper_and_a_list_of_lists_are_told_as_such(parse):
    assert refusal(parse, f'{{"data": [{line()}]}}\n') == "json_rows_wrapped"
    lists = '{"data": [["a", "1"]], "meta": {"page": 1, "last_page": 1, "total": 1}}'
    assert refusal(parse, lists, name="p1.json", formats=(NUMBERED,)) == "no_json_objects"


def test_a_byte_order_mark_of_an_appended_file_is_taken_out(parse):
    _, rows = parse(f"{line(__id='a')}\n\ufeff{line(__id='b')}\n")
    assert rows.select("__id", "_problem").rows() == [("a", None), ("b", None)]


def test_a_page_that_is_nested_too_deep_is_refused(parse):
    content = page(1, 1, 1, "a").replace('"data"', f'"x": {nested(100_000)}, "data"')
    assert refusal(parse, content, name="p1.json", formats=(NUMBERED,)) == "json_too_deep"


def test_keys_without_end_are_refused(parse):
    content = "".join(line(**{f"k{number}": 1, f"l{number}": 2}) + "\n" for number in range(600))
    assert refusal(parse, content) == "too_many_columns"


def test_gzip_that_unpacks_to_too_much_is_refused_before_it_fills_the_disk(parse, tmp_path, monkeypatch):
    monkeypatch.setattr("validations.limits.UNPACKED_SMALL", 1 << 16)
    content = gzip.compress((line() + "\n").encode() + b" " * (64 << 20))
    assert refusal(parse, content, name="uji.jsonl.gz") == "unpacked_too_large"
    assert list((tmp_path / "raw").iterdir()) == []


def test_a_cell_that_is_too_long_quarantines_its_row_and_is_not_carried_on(parse):
    _, read = parse(line(__id="a", nik="9" * 40_000) + "\n" + line(__id="b", nik="é" * 32_767) + "\n")
    assert read["_problem"].to_list() == ["cell_too_long", None]
    assert read["nik"].str.len_chars().to_list() == [32_767, 32_767]


@pytest.mark.parametrize(
    ("pages", "code"),
    [
        ([Page(2, 1, 2, 3), Page(1, 2, 2, 3)], None),
        ([Page(2, 1, 3, 3), Page(1, 3, 3, 3)], "page_missing"),
        ([Page(2, 1, 2_000_000_000, 3), Page(1, 2, 2_000_000_000, 3)], "page_missing"),
        ([Page(2, 1, 2, 4), Page(2, 2, 2, 4), Page(2, 2, 2, 4)], "page_twice"),
        ([Page(2, 1, 2, 3), Page(1, 2, 2, 4)], "pages_disagree"),
        ([Page(2, 1, 2, 3), Page(1, 2, 3, 3)], "pages_disagree"),
        ([Page(2, None, 1, 2)], "page_meta"),
        ([Page(2)], "page_meta"),
        ([Page(2, 0, 1, 2)], "page_meta"),
        ([Page(2, 1, 1)], "page_meta"),
        ([Page(2, 1, 1, 3)], "rows_not_total"),
        ([Page(2, total=3, followed=True), Page(1, total=3, followed=False)], None),
        ([Page(2, followed=True), Page(1, followed=True)], "last_page_missing"),
        ([Page(2, followed=False), Page(1, followed=False)], "pages_disagree"),
        ([Page(2, total=9, followed=False)], "rows_not_total"),
    ],
)
def test_an_answer_is_whole_or_refused(pages, code):
    reason = incomplete(pages)
    assert (reason and reason.code) == code


@settings(max_examples=24, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(OBJECTS, min_size=1, max_size=4) | st.lists(OBJECTS, min_size=12, max_size=24))
def test_no_row_is_lost_and_texts_come_through(parse, rows):
    content = "".join(json.dumps({"__id": "k", "nik": "n", **row}) + "\n" for row in rows)
    parsed, read = parse(content)
    assert parsed.rows_read == read.height == len(rows)
    for row, cells in zip(rows, read.iter_rows(named=True), strict=True):
        value = row.get("nik", "n")
        if cells["_problem"] is None and isinstance(value, str):
            assert cells["nik"] == (value if value.strip(BLANKS) else None)
        elif cells["_problem"] is None and isinstance(value, int) and not isinstance(value, bool):
            assert cells["nik"] == str(value)


def test_names_of_pages_are_used_whatever_their_extension(parse, tmp_path):
    source = replace(Source("uji", "delta", (LINKED,), CONTRACT))
    assert [len(source.formats_of(name)) for name in ("a.json", "A.JSON", "a.jsonl", "a.json.txt")] == [1, 1, 0, 0]
    assert [source.is_page(name) for name in ("a.json", "a.txt")] == [True, False]


@pytest.mark.parametrize(
    ("content", "name", "formats"), [("[]", "a.jsonl", LINES), (page(1, 1, 0), "p.json", (NUMBERED,))]
)
def test_a_delta_that_lists_nothing_is_a_quiet_day(parse, content, name, formats):
    parsed, rows = parse(content, name, "delta", formats)
    assert (parsed.rows_read, rows.height) == (0, 0)
    assert [notice.code for notice in parsed.notices if notice.code != "not_by_lines"] == ["quiet_day"]
