{#-
The grain of a model: these columns are unique together, and not null except those that may be. `filled`: other columns
that must not be null. All in one test, because starting a test takes longer on a small night than running it.
-#}
{% test unique_together(model, columns, nullable=[], filled=[]) %}
select {{ columns | join(', ') }}, count(*) as rows_found
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in columns if column not in nullable %}
    or {{ column }} is null
    {%- endfor %}
    {%- for column in filled %}
    or count({{ column }}) < count(*)
    {%- endfor %}

{% endtest %}
