-- Grain: record_key, valid_from. Spells in which a resident stood on one family card, from the history of the register.
with stepped as (
    select
        *,
        case when lag(no_kk) over resident is not distinct from no_kk then 0 else 1 end as begins
    from {{ ref('stg_dukcapil__penduduk_versions') }}
    window resident as (partition by record_key order by valid_from)
),

numbered as (
    select *, sum(begins) over (partition by record_key order by valid_from) as spell
    from stepped
)

select
    record_key,
    any_value(no_kk) as no_kk,
    min(valid_from) as valid_from,
    nullif(max(coalesce(valid_to, date '9999-12-31')), date '9999-12-31') as valid_to,
    arg_min(known_from, valid_from) as known_from
from numbered
group by record_key, spell
