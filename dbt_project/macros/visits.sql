{#- The last form that was handed in: a family is no later because the load is. -#}
{% macro moment_of_the_last_form() -%}
moment as (
    select max(submitted_at) as submitted_at, coalesce(max(submitted_at)::date, any_value(load.as_of_date)) as day
    from {{ source('inputs', 'load') }} load
    left join {{ ref('fct_visit') }} visit on visit.submitted_at is not null
)
{%- endmacro %}

{#-
CTEs of models that say who is visited in time: `moment`, and `visited`, each participant's last visit while in force.
-#}
{% macro visits_by_the_last_form() -%}
{{ moment_of_the_last_form() }},

visited as (
    select participant_no, max({{ day_of_visit('visited_on', 'submitted_at') }}) as last_visited_on
    from {{ ref('fct_visit') }}
    where is_counted and in_force_on_visit
    group by participant_no
)
{%- endmacro %}

{#-
The same CTEs and `in_force`: the families in force, with the days since their last visit, null for one that had none.
-#}
{% macro families_by_the_last_form() -%}
{{ visits_by_the_last_form() }},

in_force as (
    select
        progress.companion_id,
        progress.regency_code,
        left(progress.village_code, 6) as district_code,
        date_diff('day', visited.last_visited_on, moment.day) as days
    from {{ ref('jamsosratu_progress') }} progress
    cross join moment
    left join visited using (participant_no)
    where progress.status = 'active'
)
{%- endmacro %}

{#- Counts of families by their last visit. days: SQL of the days since, null for a family that had none. -#}
{% macro families_by_visit(days) -%}
count(*)::integer as families,
        (count(*) filter ({{ days }} < {{ var('visit_every_days') }}))::integer as visited_families,
        (count(*) filter (
            {{ days }} >= {{ var('visit_every_days') }} - {{ var('visit_due_days') }}
            and {{ days }} < {{ var('visit_every_days') }}
        ))::integer as due_families,
        (count(*) filter ({{ days }} >= {{ var('visit_every_days') }}))::integer as overdue_families,
        (count(*) filter ({{ days }} is null))::integer as never_families
{%- endmacro %}

{#- The day of an instant (UTC) in western Indonesia: all of Banten lies there. -#}
{% macro local_day(column) %}cast({{ column }} + interval 7 hour as date){% endmacro %}

{#-
The day on which a family was seen: by the form, but no later than it came in. A phone's clock may be months ahead, and
the family would count as visited until then.
-#}
{% macro day_of_visit(visited_on, submitted_at) %}least({{ visited_on }}, {{ local_day(submitted_at) }}){% endmacro %}

{#-
Metres between two points in degrees. Exact to one in a hundred within Indonesia, which is nearer than a phone is.
-#}
{% macro metres_between(longitude, latitude, other_longitude, other_latitude) -%}
111320 * sqrt(
        pow({{ latitude }} - {{ other_latitude }}, 2)
        + pow(({{ longitude }} - {{ other_longitude }}) * cos(radians({{ other_latitude }})), 2)
    )
{%- endmacro %}
