{#-
Mentions are what identity and the marts read: one fixed schema per kind, so that a new agency is known without an edit. A model
selects its columns by name; this macro puts them in order, casts them, and writes them as Parquet beside the others of its kind.
-#}
{% macro mention_columns(kind) %}
{%- set columns = {
    'person': [
        ('source', 'varchar'), ('record_key', 'varchar'), ('role', 'varchar'), ('delivery_id', 'varchar'),
        ('file_name', 'varchar'), ('row_number', 'bigint'), ('name', 'varchar'), ('sex', 'varchar'), ('birth_date', 'date'),
        ('birth_year', 'smallint'), ('birth_precision', 'varchar'), ('birth_heap', 'boolean'), ('birth_place', 'varchar'),
        ('nik', 'varchar'), ('nik_state', 'varchar'), ('no_kk', 'varchar'), ('mother_name', 'varchar'),
        ('relation', 'varchar'), ('household_ref', 'varchar'), ('village_code', 'varchar'), ('district_code', 'varchar'),
        ('regency_code', 'varchar'), ('life_status', 'varchar'), ('life_status_date', 'date'), ('is_register', 'boolean'),
        ('valid_from', 'date'), ('carried_forward_since', 'date'),
    ],
    'household': [
        ('source', 'varchar'), ('record_key', 'varchar'), ('delivery_id', 'varchar'), ('file_name', 'varchar'),
        ('row_number', 'bigint'), ('person_role', 'varchar'), ('household_ref', 'varchar'), ('no_kk', 'varchar'),
        ('head_name', 'varchar'), ('address', 'varchar'), ('rt', 'varchar'), ('rw', 'varchar'), ('village_code', 'varchar'),
        ('district_code', 'varchar'), ('regency_code', 'varchar'), ('decile', 'tinyint'), ('member_count', 'smallint'),
        ('in_frame', 'boolean'), ('valid_from', 'date'), ('carried_forward_since', 'date'),
    ],
    'programme': [
        ('source', 'varchar'), ('record_key', 'varchar'), ('programme', 'varchar'), ('participant_no', 'varchar'),
        ('status', 'varchar'), ('status_original', 'varchar'), ('components', 'varchar'), ('award_year', 'smallint'),
        ('stage_year', 'smallint'), ('stage_number', 'tinyint'), ('start_date', 'date'), ('start_year', 'smallint'), ('end_date', 'date'),
        ('end_reason', 'varchar'), ('companion_id', 'varchar'), ('village_code', 'varchar'), ('regency_code', 'varchar'),
        ('delivery_id', 'varchar'), ('file_name', 'varchar'), ('row_number', 'bigint'), ('valid_from', 'date'),
        ('valid_to', 'date'), ('known_from', 'varchar'), ('is_current', 'boolean'), ('carried_forward_since', 'date'),
    ],
    'decision': [
        ('source', 'varchar'), ('record_key', 'varchar'), ('source_a', 'varchar'), ('record_key_a', 'varchar'),
        ('role_a', 'varchar'), ('source_b', 'varchar'), ('record_key_b', 'varchar'), ('role_b', 'varchar'),
        ('decision', 'varchar'), ('decided_on', 'date'), ('clerk', 'varchar'), ('delivery_id', 'varchar'),
        ('file_name', 'varchar'), ('row_number', 'bigint'), ('valid_from', 'date'),
    ],
} -%}
{{ return(columns[kind]) }}
{% endmacro %}

{#- given: a dictionary of SQL expressions by column; what is not given is null. -#}
{% macro mention(kind, source_name, relation, given, where='true') %}
select
    {%- for name, type in mention_columns(kind) %}
    cast({{ "'" ~ source_name ~ "'" if name == 'source' else given.get(name, 'null') }} as {{ type }}) as {{ name }}
    {{- "," if not loop.last }}
    {%- endfor %}
from {{ relation }}
where {{ where }}
{% endmacro %}

{#- Columns that every staging model has under the name that mentions use. -#}
{% macro same(names) %}
{%- set given = {} -%}
{%- for name in names -%}{%- do given.update({name: name}) -%}{%- endfor -%}
{{ return(given) }}
{% endmacro %}

{% macro write_mention(kind, source_name) %}
copy (select * from {{ this }}) to (getvariable('load_dir') || '/mentions/{{ kind }}_mention/source={{ source_name }}/data.parquet') (format parquet)
{% endmacro %}
