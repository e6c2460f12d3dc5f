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

{#-
given: a dictionary of SQL expressions by column; what is not given is null. past: the versions of the same records, if facts of the
past are to reach the person and household of that time; those that are no longer in force are mentions of the past (`valid_to`).
-#}
{% macro mention(kind, source_name, relation, given, where='true', past=none) %}
select
    {{ mention_select(kind, source_name, given) }}
    {%- if kind in kinds_with_a_past() %},
    known_from,
    cast(null as date) as valid_to
    {%- endif %}
from {{ relation }}
where {{ where }}
{%- if past is not none %}
union all
select
    {{ mention_select(kind, source_name, given) }},
    known_from,
    valid_to
from {{ past }}
where not is_current and ({{ where }})
{%- endif %}
{% endmacro %}

{% macro mention_select(kind, source_name, given) -%}
    {%- for name, type in mention_columns(kind) %}
    cast({{ "'" ~ source_name ~ "'" if name == 'source' else given.get(name, 'null') }} as {{ type }}) as {{ name }}
    {{- "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Kinds of which earlier versions are distinguished from current ones. -#}
{% macro kinds_with_a_past() %}{{ return(['person', 'household']) }}{% endmacro %}

{#- Columns that every staging model has under the name that mentions use. -#}
{% macro same(names) %}
{%- set given = {} -%}
{%- for name in names -%}{%- do given.update({name: name}) -%}{%- endfor -%}
{{ return(given) }}
{% endmacro %}

{% macro write_mention(kind, source_name) %}
{%- if kind in kinds_with_a_past() %}
{{ write_mention_file(kind, source_name, 'valid_to is null', 'exclude (valid_to)') }};
{{ write_mention_file('past_' ~ kind, source_name, 'valid_to is not null') }}
{%- else %}
{{ write_mention_file(kind, source_name, 'true') }}
{%- endif %}
{% endmacro %}

{% macro write_mention_file(kind, source_name, which, columns='') -%}
copy (select * {{ columns }} from {{ this }} where {{ which }}) to (getvariable('load_dir') || '/mentions/{{ kind }}_mention/source={{ source_name }}/data.parquet') (format parquet)
{%- endmacro %}
