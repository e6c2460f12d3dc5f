-- Grain: source. Sources whose records have a household, whether or not they have a current record.
{{ config(materialized='view') }}
select unnest({{ var('mentions')['household'] }}) as source
