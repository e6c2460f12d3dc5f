{#-
The grain of a model: no two rows agree in all of these columns, and none lacks one, but for those that may be null. `filled`: other columns
that no row may lack. All in one test, for the start of a test costs a small night more than what it asks.
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
