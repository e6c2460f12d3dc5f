-- Grain: one row. The load of this file.
select load_id, as_of_date, started_at, code_version from {{ source('inputs', 'load') }}
