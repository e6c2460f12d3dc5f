-- Grain: household_id, programme. Poor households (the denominator of coverage_by_region) that a programme does not reach although
-- their records show the need it is for. It is a list of questions for a companion, not a decision: ref_programme says on what basis.
with status as (
    select household_id, programme from {{ ref('household_status_long') }} where status = 'active'
),

poor as (
    select household.*, need.* exclude (household_id)
    from {{ ref('dim_household') }} household
    left join {{ ref('int_household_need') }} need using (household_id)
    where household.is_poor
),

needing as (
    select
        household_id,
        unnest([
            {'programme': 'PKH', 'need': toddlers + school_age + elderly + disabled},
            {'programme': 'JAMSOSRATU', 'need': toddlers + school_age + elderly + disabled},
            {'programme': 'PIP', 'need': pupils_without_pip},
            {'programme': 'PBI_JKN', 'need': persons_without_cover},
            {'programme': 'RTLH', 'need': unfit_houses},
            {'programme': 'UMKM', 'need': enterprises_without_aid}
        ], recursive := true)
    from poor
)

select
    poor.household_id,
    needing.programme,
    needing.need::integer as need,
    poor.village_code,
    poor.district_code,
    poor.regency_code,
    poor.decile,
    poor.persons,
    poor.household_id in (select household_id from status) as in_any_programme
from needing
join poor using (household_id)
anti join status using (household_id, programme)
where
    needing.need > 0
    -- Nobody has ruled on both together: a family on PKH is not called unserved by the other.
    and not (
        needing.programme = 'JAMSOSRATU'
        and poor.household_id in (select household_id from status where programme = 'PKH')
    )
