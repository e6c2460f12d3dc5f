"""Reads KoboToolbox's submissions as the rows that ODK Central would have sent, so that one contract judges both.

What Kobo names otherwise: `_submission_time` (UTC without an offset) is `__system/submissionDate`; the validation
status is `__system/reviewState`; a question `group/question` is `question`; a geopoint `latitude longitude altitude
accuracy` is a GeoJSON point. A repeat is a list inside its submission, and its rows have no ids: a row's is its
submission's with its position, as in Central, whose ids are made of both.

`meta/rootUuid` is a submission's id through all edits. Servers without it give an edited submission a new `_uuid`; as
nothing says which one it replaces, such a row has no id, and is quarantined rather than counted twice.
"""

from __future__ import annotations

import json

import duckdb
import polars as pl

from assets.kobo_sql import MACROS
from validations.contract import Contract

_MACROS = """
create or replace temp macro quoted(text) as coalesce(to_json(text)::varchar, 'null');
create or replace temp macro instant(text) as
    case when regexp_matches(text, 'T[0-9:.]+$') then text || 'Z' else text end;
create or replace temp macro review_state(element) as case element->>'/_validation_status/uid'
    when 'validation_status_approved' then 'approved' when 'validation_status_not_approved' then 'rejected'
    when 'validation_status_on_hold' then 'hasIssues' else case when edited(element) then 'edited' end end;
create or replace temp macro own_of(element) as [
    '"__id":' || quoted(submission_id(element)),
    '"__system":' || json_object('submissionDate', instant(element->>'/_submission_time'),
        'reviewState', review_state(element), 'edits', edited(element)::int)::varchar
];
create or replace temp macro part(text, n) as
    nullif(split_part(regexp_replace(trim(text), '\\s+', ' ', 'g'), ' ', n), '');
create or replace temp macro geojson(text) as json_object(
    'type', 'Point',
    'coordinates', list_filter([part(text, 2), part(text, 1), part(text, 3)]::double[], lambda n: n is not null),
    'properties', json_object('accuracy', part(text, 4)::double)
)::varchar;
create or replace temp macro is_geopoint(text) as
    regexp_matches(text, '^\\s*-?\\d+(\\.\\d+)?(\\s+-?\\d+(\\.\\d+)?){1,3}\\s*$');
create or replace temp macro answer(key, value, points) as quoted(plain(key)) || ':' || case
    when list_contains(points, plain(key)) and is_geopoint(value->>'$') then geojson(value->>'$')
    else value::varchar end;
"""
_SUBMISSIONS = """
select position, 0 as nth, element as row, element::varchar as line, own_of(element) as own,
    list_filter(json_keys(element), lambda key: not regexp_matches(key, '^(_|meta/|formhub/)')) as keys
from element
"""
"""Keys of Kobo's own are read above, or are no answers."""
_REPEATS = """
with listed as (
    select position, element, submission_id(element) as parent,
        repeat_of(element, $repeat) as list
    from element
),
rows as (
    select position, parent, unnest(list::json[]) as row, generate_subscripts(list::json[], 1) as nth
    from listed where json_type(list) = 'ARRAY'
    union all
    select position, null, element, 1 from listed where json_type(element) is distinct from 'OBJECT'
)
select position, nth, row, row::varchar as line,
    ['"__id":' || quoted(row_id(parent, $repeat, nth)), '"__Submissions-id":' || quoted(parent)] as own,
    json_keys(row) as keys
from rows
"""


def as_central(
    connection: duckdb.DuckDBPyConnection, rows: pl.DataFrame, contract: Contract, repeat: str | None
) -> pl.DataFrame:
    """Rows (`line`: a submission as JSON) as Central's. With a repeat its rows instead; a submission without one has
    none. What is no object is left as it is, to be quarantined.

    The order is kept, and no row is added or lost.
    """
    points = [field.name for field in contract.fields if field.type.name == "geo_point"]
    connection.register("given", rows.with_row_index("position"))
    connection.execute("create or replace temp table element as select position, line::json as element from given")
    connection.execute(MACROS + _MACROS)
    connection.execute(
        f"create or replace temp table found as {_REPEATS if repeat else _SUBMISSIONS}",
        {"repeat": repeat} if repeat else None,
    )
    read = connection.sql(
        """
        with answers as (
            select *, list_transform(keys, lambda key: answer(key, value_of(row, key), $points)) as answers from found
        )
        select case when json_type(row) = 'OBJECT'
            then '{' || array_to_string(own || answers || $unanswered, ',') || '}' else line end as line
        from answers order by position, nth
        """,
        params={"points": points, "unanswered": _unanswered(connection, contract)},
    )
    return pl.DataFrame(read.to_arrow_table()).select(pl.col("line").cast(pl.String))


def _unanswered(connection: duckdb.DuckDBPyConnection, contract: Contract) -> list[str]:
    """The contract's questions that no row answers, as nulls: Kobo leaves them out, Central does not. None if no row
    answers any: then it is another form.
    """
    asked = [field.name for field in contract.fields if not field.name.startswith("__")]
    sql = "select distinct plain(key) from (select unnest(keys) as key from found)"
    answered = {name for (name,) in connection.execute(sql).fetchall()}
    lacking = [name for name in asked if name not in answered]
    return [f"{json.dumps(name)}:null" for name in lacking] if len(lacking) < len(asked) else []
