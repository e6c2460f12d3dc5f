-- Grain: region_level, region_code, programme, period, status. What the banks report of each period: payments, and the
-- money in whole units that are larger than any one payment of these programmes, so that it can be protected as a count
-- is.
with placed as (
    select
        payment.*,
        unnest({{ region_levels('payment.regency_code') }}) as region
    from {{ ref('fct_disbursement') }} payment
    where payment.period is not null
)

select
    region.level as region_level,
    region.code as region_code,
    programme,
    period,
    any_value(period_year)::smallint as period_year,
    any_value(period_stage)::tinyint as period_stage,
    status,
    count(*)::integer as payments,
    (sum(amount) // {{ var('money_unit') }})::integer as money_units,
    {{ var('money_unit') }}::integer as rupiah_per_unit,
    (sum(amount) // {{ var('money_unit') }} * {{ var('money_unit') }})::bigint as amount
from placed
where region.code is not null
group by region.level, region.code, programme, period, status
