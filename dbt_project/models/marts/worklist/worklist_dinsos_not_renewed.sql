-- Grain: row_id. Households of DTKS whose newest survey is older than renew_within_months.
with surveyed as (
    select
        record.household_id,
        max(listed.surveyed_on) as surveyed_on,
        string_agg(listed.dtks_id, ', ' order by listed.dtks_id) as dtks_ids
    from {{ ref('stg_dinsos__dtks_rumah_tangga_kept') }} listed
    join {{ ref('int_household_record') }} record
        on record.source = 'dinsos_dtks_rumah_tangga' and record.record_key = listed.record_key
    group by record.household_id
),

served as (
    select household_id, string_agg(programme, ', ' order by programme) as programmes
    from {{ ref('household_status_long') }}
    where status = 'active'
    group by household_id
),

found as (
    select
        surveyed.household_id,
        cast(null as varchar) as person_id,
        surveyed.household_id as subject,
        cast(null as varchar) as programme,
        'not_renewed' as reason,
        'Data DTKS tidak diperbarui lebih dari {{ var("renew_within_months") }} bulan' as reason_text,
        concat_ws(
            '; ', 'ID DTKS ' || surveyed.dtks_ids, 'pendataan ' || {{ day_text('surveyed.surveyed_on') }},
            'menerima ' || served.programmes
        ) as evidence,
        served.household_id is not null as is_pressing,
        surveyed.surveyed_on + interval {{ var('renew_within_months') }} month as waiting_since
    from surveyed
    cross join {{ source('inputs', 'load') }} load
    left join served on served.household_id = surveyed.household_id
    where surveyed.surveyed_on <= load.as_of_date - interval {{ var('renew_within_months') }} month
)
{{ worklist('dinsos_not_renewed') }}
