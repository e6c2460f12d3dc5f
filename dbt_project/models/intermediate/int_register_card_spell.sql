-- Grain: record_key, valid_from. Spells of a resident on one family card, from the history of the register. A spell
-- ends with the card, and with the resident's death or move.
with resident as (
    select *
    from {{ ref('stg_dukcapil__penduduk_versions') }}
    where life_status = 'AKTIF' and no_kk is not null
),

stepped as (
    select
        *,
        case
            when lag(no_kk) over entry = no_kk and lag(valid_to) over entry = valid_from then 0
            else 1
        end as begins
    from resident
    window entry as (partition by record_key order by valid_from)
),

numbered as (
    select *, sum(begins) over (partition by record_key order by valid_from) as spell
    from stepped
)

select
    record_key,
    any_value(no_kk) as no_kk,
    min(valid_from) as valid_from,
    case when count(valid_to) = count(*) then max(valid_to) end as valid_to,
    arg_min(known_from, valid_from) as known_from
from numbered
group by record_key, spell
