-- The poorest unserved are those without any programme in household_status; those served but not poor are those of
-- coverage_by_region, except those that no social list names; the others have as many rows as their mart.
{{ config(tags=['post_identity']) }}
with poorest as (
    select regency_code, count(*) as rows
    from {{ ref('household_status') }}
    where
        decile <= {{ var('poorest_decile_max') }} and has_living_member
        and not {{ var('programmes') | map('lower') | join(' and not ') }}
    group by regency_code
),

not_poor as (
    select coverage.region_code as regency_code,
        sum(coverage.served_households - coverage.served_poor_households) as rows
    from {{ ref('coverage_by_region') }} coverage
    join {{ ref('ref_programme') }} programme on programme.code = coverage.programme
    where coverage.region_level = 'regency' and programme.for_the_poor
    group by coverage.region_code
    union all
    select unlisted.regency_code, -count(*)
    from {{ ref('worklist_dinsos_unlisted_poor') }} unlisted
    join {{ ref('household_status_long') }} status on status.household_id = unlisted.household_id
    join {{ ref('ref_programme') }} programme on programme.code = status.programme
    where status.status = 'active' and programme.for_the_poor
    group by unlisted.regency_code
),

twice as (
    select listing.regency_code, count(*) as rows
    from {{ ref('duplicate_listings') }} listing
    where listing.source_b in (select source from {{ ref('load_sources') }} where agency = 'Dinas Sosial')
    group by listing.regency_code
),

-- Pairs with a rule, as counted by programme_overlap.
overlap as (
    select region_code as regency_code, households as rows
    from {{ ref('programme_overlap') }}
    where region_level = 'regency' and rule_valid_from is not null and compatibility in ('forbidden', 'to_be_confirmed')
),

renewal as (
    select household.regency_code, count(*) as rows
    from (
        select record.household_id, max(listed.surveyed_on) as surveyed_on
        from {{ ref('household_records') }} record
        join {{ ref('stg_dinsos__dtks_rumah_tangga_kept') }} listed using (record_key)
        where record.source = 'dinsos_dtks_rumah_tangga'
        group by record.household_id
    ) surveyed
    join {{ ref('dim_household') }} household using (household_id)
    cross join {{ ref('load') }} load
    where date_add(surveyed.surveyed_on, interval {{ var('renew_within_months') }} month) <= load.as_of_date
    group by household.regency_code
),

paid as (
    select count(*) as rows from {{ ref('fct_disbursement') }}
    where status = 'BERHASIL' and (paid_after_death or paid_after_exit)
),

returned as (
    select count(distinct (programme, participant_no, period)) as rows
    from {{ ref('fct_disbursement') }}
    where times_received_in_period = 0 and paid_after_exit is not true and paid_after_death is not true
)

{{ adds_up('dinsos_poorest_unserved', 'poorest') }}
union all
{{ adds_up('dinsos_served_not_poor', 'not_poor') }}
union all
{{ adds_up('dinsos_listed_twice', 'twice') }}
union all
{{ adds_up('dinsos_exclusive_programmes', 'overlap') }}
union all
{{ adds_up('dinsos_not_renewed', 'renewal') }}
union all
select 'dinsos_paid_after_end', null, listed.rows, paid.rows
from (select count(*) as rows from {{ ref('worklist_dinsos_paid_after_end') }}) listed
cross join paid
where listed.rows <> paid.rows
union all
select 'dinsos_returned_payments', null, listed.rows, returned.rows
from (select count(*) as rows from {{ ref('worklist_dinsos_returned_payments') }}) listed
cross join returned
where listed.rows <> returned.rows
