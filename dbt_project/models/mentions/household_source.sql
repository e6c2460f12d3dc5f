-- Grain: source. Sources whose records are of households, whether or not one of them has a record in force.
{{ config(materialized='view') }}
select unnest({{ var('mentions')['household'] }}) as source
