{#- Canonical text of intake as types. A year alone is not a date: it stays a year (ruling 6). -#}
{% macro day_of(column) %}try_cast(case when length({{ column }}) = 10 then {{ column }} end as date){% endmacro %}

{% macro year_of(column) %}try_cast(left({{ column }}, 4) as smallint){% endmacro %}

{% macro precision_of(state) %}case {{ state }} when 'year' then 'year' when 'missing' then null else 'day' end{% endmacro %}

{% macro birth(column) %}
    {{ day_of(column) }} as birth_date,
    {{ year_of(column) }} as birth_year,
    {{ precision_of(column ~ '_state') }} as birth_precision,
    {{ column }}_state = 'heap' as birth_heap
{%- endmacro %}

{% macro yes(column) %}{{ column }} = 'YA'{% endmacro %}

{% macro village(column) %}
    {{ column }} as village_code,
    left({{ column }}, 6) as district_code,
    left({{ column }}, 4) as regency_code
{%- endmacro %}

{% macro lineage() %}
    record_key,
    delivery_id,
    file_name,
    row_number,
    valid_from,
    valid_to,
    known_from,
    is_current,
    carried_forward_since
{%- endmacro %}

{#- What all of the companions' forms have in common: the submission, the phone's clock, and whose it is. -#}
{% macro submission() %}
    __id as submission_id,
    cast("__system/submissiondate" as timestamp) as submitted_at,
    "__system/reviewstate" as review_state,
    cast("__system/updatedat" as timestamp) as updated_at,
    cast("__system/edits" as integer) as edits,
    cast(mulai as timestamp) as started_at,
    cast(selesai as timestamp) as finished_at,
    id_pendamping as companion_id
{%- endmacro %}
