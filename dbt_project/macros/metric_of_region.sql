{#-
For a metric counted by kabupaten/kota and for the province: `grouping sets ((placed), ())` over the region a row is in, and the code of the
group. `36` is the whole province; `00` has the rows without a place below it, so that the regions add up to the province.
-#}
{% macro placed(column) -%}
    coalesce(nullif({{ column }}, '{{ var("province") }}'), '00')
{%- endmacro %}

{% macro region_of_group(column) -%}
    case when grouping({{ column }}) = 1 then '{{ var("province") }}' else {{ column }} end
{%- endmacro %}
