{#-
Date since which a row has its current values: the newest of the records that it takes a value from. `conditions`: when a record may
give each value; of those, the record with the smallest `place` gives it. `more`: such structs of other records. Gives valid_from and
known_from, the first load that had it.
-#}
{% macro dated(valid_from='valid_from', known_from='known_from') -%}
{'valid_from': {{ valid_from }}, 'known_from': {{ known_from }}}
{%- endmacro %}

{% macro since(conditions, more=[]) -%}
{%- for part in ('valid_from', 'known_from') %}
    list_max([
        {%- for condition in conditions %}
        arg_min({{ dated() }}, place) filter ({{ condition }}),
        {%- endfor %}
        {%- for one in more %}
        {{ one }}{{ "," if not loop.last }}
        {%- endfor %}
    ]).{{ part }} as {{ part }}
    {{- "," if not loop.last }}
{%- endfor %}
{%- endmacro %}
