-- Families of jamsosratu_cohorts are those of jamsosratu_progress: for each aspect the answers of all years add up to
-- the families of its scope, and so do the years; kabupaten/kota add up to the families that have one.
{{ config(tags=['post_identity']) }}
with listed as (
    select
        count(*) as everybody,
        count(*) filter (status = 'active') as active,
        count(regency_code) as everybody_placed,
        count(regency_code) filter (status = 'active') as active_placed
    from {{ ref('jamsosratu_progress') }}
),

counted as (
    select
        aspect,
        scope,
        coalesce(sum(families) filter (region_level = 'province' and cohort = 'all'), 0) as in_all,
        coalesce(sum(families) filter (region_level = 'province' and cohort <> 'all'), 0) as by_year,
        coalesce(sum(families) filter (region_level = 'regency'), 0) as by_regency
    from {{ ref('jamsosratu_cohorts') }}
    group by aspect, scope
),

expected as (
    select
        counted.*,
        case scope when 'all' then everybody when 'active' then active else everybody - active end as families,
        case scope
            when 'all' then everybody_placed when 'active' then active_placed else everybody_placed - active_placed
        end as placed
    from counted
    cross join listed
)

select aspect, scope from expected where in_all <> families or by_year <> families or by_regency <> placed
