-- Grain: one row per household that DTKS lists: current ones, and, with their last accepted state, those whose row is
-- still quarantined when patience has ended while the registry still lists their members: the registry has not dropped
-- them, and a typing error must not lose their decile (decision 0024).
{{ config(materialized='view') }}
with newest as (
    select c.regency_code as coverage_regency, arg_max(c.delivery_id, d.delivery_order) as delivery_id
    from {{ source('inputs', 'coverage') }} c
    join {{ source('inputs', 'deliveries') }} d using (delivery_id)
    where d.source = 'dinsos_dtks_rumah_tangga'
    group by c.regency_code
),

last_known as (
    select *
    from {{ ref('stg_dinsos__dtks_rumah_tangga_versions') }}
    qualify row_number() over (partition by record_key order by valid_from desc) = 1
)

select * from {{ ref('stg_dinsos__dtks_rumah_tangga') }}
union all by name
select last_known.* exclude (is_current, valid_to) replace (last_known.valid_to as carried_forward_since)
from last_known
join {{ source('accepted', 'dinsos_dtks_rumah_tangga') }} accepted using (record_key, delivery_id)
join newest on newest.coverage_regency = accepted.coverage_regency
semi join {{ quarantined_keys('dinsos_dtks_rumah_tangga') }} withheld
    on withheld.record_key = last_known.record_key and withheld.delivery_id = newest.delivery_id
where
    not last_known.is_current
    and last_known.dtks_id in (select dtks_id from {{ ref('stg_dinsos__dtks_anggota') }})
