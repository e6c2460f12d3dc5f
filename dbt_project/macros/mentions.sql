{#-
All mentions of a kind: the union of the models `mention_<kind>__<source>` of the sources in the variable `mentions`.
What a source does not state is null, with the columns and types of the calling model's contract.
-#}
{% macro union_of_mentions(kind) -%}
{{ nothing_of_contract() }}
{%- for source in var('mentions')[kind] %}
union all by name
select * from {{ ref('mention_' ~ kind ~ '__' ~ source) }}
{%- endfor %}
{%- endmacro %}
