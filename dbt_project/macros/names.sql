{#- Schema names without the target's prefix. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}

{#- State of a participant's number: on an accepted list, now or earlier; only in quarantined rows; or in none. -#}
{% macro participant_state(participant, withheld) -%}
case
        when {{ participant }}.participant_no is not null then 'listed'
        when {{ withheld }}.participant_no is not null then 'quarantined'
        else 'unknown'
    end
{%- endmacro %}
