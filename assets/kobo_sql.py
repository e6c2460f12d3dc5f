"""DuckDB macros for submissions as KoboToolbox states them: their ids, and the names of their answers."""

from __future__ import annotations

MACROS = """
create or replace temp macro plain(key) as regexp_extract(key, '[^/]*$');
create or replace temp macro value_of(object, key) as
    json_extract(object, '/' || replace(replace(key, '~', '~0'), '/', '~1'));
create or replace temp macro edited(element) as json_exists(element, '/meta~1deprecatedID');
create or replace temp macro bare_id(element) as
    coalesce(element->>'/meta~1rootUuid', case when not edited(element) then element->>'/_uuid' end);
create or replace temp macro submission_id(element) as
    case when starts_with(bare_id(element), 'uuid:') then bare_id(element) else 'uuid:' || bare_id(element) end;
create or replace temp macro repeat_of(element, repeat) as
    value_of(element, list_filter(json_keys(element), lambda key: plain(key) = repeat)[1]);
create or replace temp macro row_id(submission, repeat, nth) as submission || '/' || repeat || '/' || nth;
"""
"""plain: a question's name without its groups. submission_id: through all edits, or null (see `assets.intake.kobo`).
repeat_of: the list of a repeat. row_id: the id of its nth row, from 1.
"""
