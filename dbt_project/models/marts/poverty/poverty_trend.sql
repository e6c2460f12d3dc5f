-- Grain: region_code, survey_year, survey_month, origin. Published poverty by region and survey, and next to each
-- region's newest survey the current figures of the social registry. The two count different things, persons by
-- consumption and households by decile: compare them by rank, never by value.
with published as (
    select region_code, survey_year, survey_month, 'BPS' as origin, poor_thousands, poor_percent, poverty_line,
        poverty_gap, poverty_severity,
        delivery_id, file_name, row_number
    from {{ ref('stg_bps__kemiskinan') }}
    union all
    select region_code, survey_year, survey_month, origin, poor_thousands, poor_percent, poverty_line, null, null,
        null, null, null
    from {{ ref('ref_poverty_elsewhere') }}
),

ranked as (
    select
        *,
        -- Figures of another origin are measured differently, so they are not subtracted from these.
        lag(poor_percent) over each_series as percent_before,
        -- A survey is current once its month has begun; a month that is not stated is taken as the last of the year.
        is_past and row_number() over (
            partition by region_code, is_past order by survey_year desc, coalesce(survey_month, 12) desc, origin
        ) = 1 as is_newest,
        case
            when poor_percent is not null and region_code <> '{{ var("province") }}'
                then rank() over (partition by survey_year, survey_month, region_code = '{{ var("province") }}'
                    order by poor_percent desc nulls last)
        end as rank_of_survey
    from (
        select published.*, make_date(survey_year, coalesce(survey_month, 12), 1) <= load.as_of_date as is_past
        from published
        cross join {{ source('inputs', 'load') }} load
    )
    window each_series as (partition by region_code, origin order by survey_year, coalesce(survey_month, 0))
),

registered as (
    select
        case when grouping(regency_code) = 1 then '{{ var("province") }}' else regency_code end as region_code,
        count(*) as poor_households,
        sum(persons) as poor_persons
    from {{ ref('dim_household') }}
    where is_poor
    group by grouping sets ((regency_code), ())
    having grouping(regency_code) = 1 or regency_code <> '{{ var("province") }}'
),

resident as (
    select
        case when grouping(regency_code) = 1 then '{{ var("province") }}' else regency_code end as region_code,
        count(*) as persons
    from {{ ref('stg_dukcapil__penduduk') }}
    where life_status = 'AKTIF'
    group by grouping sets ((regency_code), ())
    having grouping(regency_code) = 1 or regency_code <> '{{ var("province") }}'
),

-- A region without a poor household has no row in the counts, so 0 is added here.
counted as (
    select
        region_code,
        coalesce(poor_households, 0) as poor_households,
        coalesce(poor_persons, 0) as poor_persons,
        persons as residents
    from registered
    full join resident using (region_code)
),

registry as (
    select
        *,
        100 * poor_persons / nullif(residents, 0) as poor_percent,
        case when region_code <> '{{ var("province") }}'
            then rank() over (partition by region_code = '{{ var("province") }}'
                order by poor_persons / nullif(residents, 0) desc nulls last)
        end as rank_of_registry
    from counted
)

select
    ranked.region_code,
    ranked.survey_year,
    ranked.survey_month,
    ranked.origin,
    ranked.poor_thousands::decimal(12, 3) as poor_thousands,
    ranked.poor_percent::decimal(6, 3) as poor_percent,
    (ranked.poor_percent - ranked.percent_before)::decimal(6, 3) as change_percent_points,
    ranked.poverty_line::bigint as poverty_line,
    ranked.poverty_gap::decimal(9, 3) as poverty_gap,
    ranked.poverty_severity::decimal(9, 3) as poverty_severity,
    ranked.rank_of_survey::integer as rank_of_survey,
    ranked.is_newest,
    case when ranked.is_newest then coalesce(registry.poor_households, 0) end::integer as registry_poor_households,
    case when ranked.is_newest then coalesce(registry.poor_persons, 0) end::integer as registry_poor_persons,
    case when ranked.is_newest then registry.residents end::integer as registry_residents,
    case when ranked.is_newest then registry.poor_percent end::decimal(6, 3) as registry_poor_percent,
    case when ranked.is_newest then registry.rank_of_registry end::integer as rank_of_registry,
    ranked.delivery_id,
    ranked.file_name,
    ranked.row_number
from ranked
left join registry using (region_code)
