-- Grain: one row. Which load this file is.
select load_id, as_of_date, started_at, code_version from {{ source('inputs', 'load') }}
