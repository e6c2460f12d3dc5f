-- Grain: household_id. The wide form: one yes/no for each programme in var('programmes').
select
    household.household_id,
    household.village_code,
    household.district_code,
    household.regency_code,
    household.decile,
    household.is_poor,
    household.in_dtks,
    household.has_living_member
    {%- for programme in var('programmes') %},
    coalesce(bool_or(status.programme = '{{ programme }}' and status.status = 'active'), false)
        as {{ programme | lower }}
    {%- endfor %}
from {{ ref('dim_household') }} household
left join {{ ref('household_status_long') }} status using (household_id)
group by all
