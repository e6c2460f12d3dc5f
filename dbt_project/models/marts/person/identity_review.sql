-- Grain: weight_from. Decisions of clerks on pairs, by weight: a check of the model's calibration.
with asked as (
    select
        floor(weight / 2)::integer * 2 as weight_from,
        state,
        match_probability
    from {{ ref('identity_links') }}
    where weight is not null and (state = 'open' or detector = 'clerk')
)

select
    weight_from,
    weight_from + 2 as weight_to,
    sum(match_probability::decimal(18, 12)) / count(match_probability) as expected_share_same,
        -- exact in any order of rows
    count(*) filter (state = 'confirmed') / nullif(count(*) filter (state <> 'open'), 0) as decided_share_same,
    count(*) filter (state = 'confirmed')::integer as confirmed,
    count(*) filter (state = 'dismissed')::integer as dismissed,
    count(*) filter (state = 'open')::integer as still_open
from asked
group by weight_from
