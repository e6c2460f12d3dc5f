{#-
All mentions of a kind: of the models `mention_<kind>__<source>` of the sources that the variable `mentions` lists.
What a source does not say is null, in the columns and types of the contract of the model that calls this.
-#}
{% macro union_of_mentions(kind) -%}
{{ nothing_of_contract() }}
{%- for source in var('mentions')[kind] %}
union all by name
select * from {{ ref('mention_' ~ kind ~ '__' ~ source) }}
{%- endfor %}
{%- endmacro %}
