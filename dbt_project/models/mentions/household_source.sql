-- Grain: source. Sources whose records are of households, whether or not one of them has a record in force.
select unnest({{ var('mentions')['household'] }}) as source
