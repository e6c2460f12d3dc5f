-- Grain: row_id. Households that other agencies' data show as poor (a programme for the poor serves them, or their
-- house is unfit) and that neither DTKS nor a programme of Dinas Sosial names.
with sign as (
    select status.household_id, programme.name as sign
    from {{ ref('household_status_long') }} status
    join {{ ref('ref_programme') }} programme on programme.code = status.programme
    where status.status = 'active' and programme.for_the_poor and programme.agency <> 'Dinas Sosial'
    union
    select household_id, 'rumah tidak layak huni' from {{ ref('dim_house') }}
    where not is_fit and aid_status <> 'SELESAI'
),

by_household as (
    select household_id, string_agg(sign, '; ' order by sign) as signs, count(*) as signs_found from sign
    group by household_id
),

on_social_list as (
    select status.household_id
    from {{ ref('household_status_long') }} status
    join {{ ref('ref_programme') }} programme on programme.code = status.programme
    where programme.agency = 'Dinas Sosial'
),

found as (
    select
        household.household_id,
        cast(null as varchar) as person_id,
        household.household_id as subject,
        cast(null as varchar) as programme,
        'named_by_others' as reason,
        'Miskin menurut data instansi lain, tidak ada di DTKS, PKH, maupun Jamsosratu' as reason_text,
        by_household.signs as evidence,
        by_household.signs_found > 1 as is_pressing,
        household.in_frame_since as waiting_since
    from {{ ref('dim_household') }} household
    join by_household using (household_id)
    anti join on_social_list on on_social_list.household_id = household.household_id
    where not household.in_dtks and household.has_living_member
)
{{ worklist('dinsos_unlisted_poor') }}
