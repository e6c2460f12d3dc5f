{#- Schemas are called as the design calls them, without the target's prefix. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}

{#- What lists know of a participant's number: an accepted list holds or held it; only rows that
    were quarantined name it; none does. -#}
{% macro participant_state(participant, withheld) -%}
case
        when {{ participant }}.participant_no is not null then 'listed'
        when {{ withheld }}.participant_no is not null then 'quarantined'
        else 'unknown'
    end
{%- endmacro %}
