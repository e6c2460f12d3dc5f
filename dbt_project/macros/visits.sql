{#-
CTEs of models that say who is visited in time: `moment`, the last form that was handed in (a family is no later because the load is), and
`visited`, each participant's last visit while in force.
-#}
{% macro visits_by_the_last_form() -%}
moment as (
    select max(submitted_at) as submitted_at, coalesce(max(submitted_at)::date, any_value(load.as_of_date)) as day
    from {{ source('inputs', 'load') }} load
    left join {{ ref('fct_visit') }} visit on visit.submitted_at is not null
),

visited as (
    select participant_no, max(visited_on) as last_visited_on
    from {{ ref('fct_visit') }}
    where is_counted and in_force_on_visit
    group by participant_no
)
{%- endmacro %}
