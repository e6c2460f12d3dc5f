{#- The last form that was handed in: a family is no later because the load is. -#}
{% macro moment_of_the_last_form() -%}
moment as (
    select max(submitted_at) as submitted_at, coalesce(max(submitted_at)::date, any_value(load.as_of_date)) as day
    from {{ source('inputs', 'load') }} load
    left join {{ ref('fct_visit') }} visit on visit.submitted_at is not null
)
{%- endmacro %}

{#- CTEs of models that say who is visited in time: `moment`, and `visited`, each participant's last visit while in force. -#}
{% macro visits_by_the_last_form() -%}
{{ moment_of_the_last_form() }},

visited as (
    select participant_no, max({{ day_of_visit() }}) as last_visited_on
    from {{ ref('fct_visit') }}
    where is_counted and in_force_on_visit
    group by participant_no
)
{%- endmacro %}

{#-
The day of a visit by which families are due: as stated, but not after its form came in, for a phone whose clock is a year ahead must not
make a family visited for a year.
-#}
{% macro day_of_visit(prefix='') %}least({{ prefix }}visited_on, {{ local_day(prefix ~ 'submitted_at') }}){% endmacro %}

{#- The day of an instant (UTC) in western Indonesia: all of Banten lies there. -#}
{% macro local_day(column) %}cast({{ column }} + interval 7 hour as date){% endmacro %}

{#- Metres between two points in degrees. Exact to one in a hundred within Indonesia, which is nearer than a phone is. -#}
{% macro metres_between(longitude, latitude, other_longitude, other_latitude) -%}
111320 * sqrt(
        pow({{ latitude }} - {{ other_latitude }}, 2)
        + pow(({{ longitude }} - {{ other_longitude }}) * cos(radians({{ other_latitude }})), 2)
    )
{%- endmacro %}
