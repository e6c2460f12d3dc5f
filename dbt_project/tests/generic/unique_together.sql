{#- The grain of a model: no two rows agree in all of these columns, and none lacks one, but for those that may be null. -#}
{% test unique_together(model, columns, nullable=[]) %}
select {{ columns | join(', ') }}, count(*) as rows_found
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1 {%- for column in columns if column not in nullable %} or {{ column }} is null {%- endfor %}

{% endtest %}
