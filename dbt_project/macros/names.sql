{#- Schema names without the target's prefix. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}

{#- State of a participant's number: it is or was on an accepted list; it is only in quarantined rows; it is nowhere. -#}
{% macro participant_state(participant, withheld) -%}
case
        when {{ participant }}.participant_no is not null then 'listed'
        when {{ withheld }}.participant_no is not null then 'quarantined'
        else 'unknown'
    end
{%- endmacro %}
