{#- Contact columns of a household, from int_household_contact, for work lists. -#}
{% macro contact_columns(relation) -%}
{%- for column in contact_column_names() %}
    {{ relation }}.{{ column }}
    {{- "," if not loop.last }}
{%- endfor %}
{%- endmacro %}

{% macro contact_column_names() %}
{{ return(['head_name', 'address', 'rt', 'rw', 'village_code', 'village_name', 'district_code', 'district_name',
    'regency_code',
    'regency_name']) }}
{% endmacro %}

{#-
A work list: adds number, priority, contact and outcome to every row of `found`, which has the subjects and reasons:
  household_id, person_id     person_id null if the row is about a household
  subject                     subject of the row: a natural id that does not change from night to night
  programme                   null if the row is about none
  reason, reason_text, evidence
  is_pressing                 whether the row is more pressing than others (see the list's description)
  waiting_since

name: the list's name in row_id. contact: relation with contact data by subject, if not int_household_contact.
urgent_decile: deciles that make a row more urgent. regency: SQL of a kabupaten/kota for rows whose household has left the frame.

priority is 4, less one for each of: an urgent decile, a pressing need, a wait of more than a year. 1 comes first.

The outcome that officers returned for a row (source sadaya_tindak_lanjut) gives its state:
  open         no outcome
  in_progress  PROSES, or TIDAK DITEMUKAN: in progress, and the finding remains
  closed       BUKAN TEMUAN; or SELESAI, for as long as the agency's data may take to show it (outcome_shows_within_days)
  again        SELESAI longer ago than that, and the data still show the finding
-#}
{% macro worklist(name, found='found', contact=none, urgent_decile='household.decile <= 2', regency='null') %}
select
    {{ row_id(name) }} as row_id,
    found.household_id,
    found.person_id,
    person.name as person_name,
    person.birth_year as person_birth_year,
    found.programme,
    found.reason,
    found.reason_text,
    found.evidence,
    (
        4
        - coalesce({{ urgent_decile }}, false)::integer
        - coalesce(found.is_pressing, false)::integer
        - coalesce(found.waiting_since <= load.as_of_date - interval 1 year, false)::integer
    )::tinyint as priority,
    household.decile,
    found.waiting_since::date as waiting_since,
    {%- for column in contact_column_names()[:-2] %}
    contact.{{ column }},
    {%- endfor %}
    coalesce(contact.regency_code, {{ regency }}, '{{ var("province") }}') as regency_code,
    regency.region_name as regency_name,
    {{ worklist_state('outcome') }} as state,
    outcome.outcome,
    outcome.outcome_on,
    outcome.officer
from {{ found }} found
cross join {{ source('inputs', 'load') }} load
left join {{ ref('dim_household') }} household on household.household_id = found.household_id
left join {{ ref('dim_person') }} person on person.person_id = found.person_id
left join
    {%- if contact %} {{ contact }} contact on contact.subject = found.subject
    {%- else %} {{ ref('int_household_contact') }} contact on contact.household_id = found.household_id
    {%- endif %}
left join {{ ref('dim_region') }} regency on regency.region_code = coalesce(contact.regency_code, {{ regency }}, '{{ var("province") }}')
left join {{ ref('stg_sadaya__tindak_lanjut') }} outcome on outcome.row_id = {{ row_id(name) }}
{%- endmacro %}

{% macro worklist_state(outcome) -%}
case
        when {{ outcome }}.outcome is null then 'open'
        when {{ outcome }}.outcome = 'BUKAN TEMUAN' then 'closed'
        when {{ outcome }}.outcome <> 'SELESAI' then 'in_progress'
        when {{ outcome }}.outcome_on >= load.as_of_date - interval {{ var('outcome_shows_within_days') }} day then 'closed'
        else 'again'
    end
{%- endmacro %}

{#- Id by which an outcome refers to a row, on any night. Never a text that a spreadsheet takes for a number. -#}
{% macro row_id(name) -%}
'{{ name | upper }}-' || upper(left(md5(concat_ws(chr(31), '{{ name }}', found.subject, found.reason)), 16))
{%- endmacro %}

{#- A date as officers write it. -#}
{% macro day_text(column) %}strftime({{ column }}, '%d-%m-%Y'){% endmacro %}

{#- Columns of `found` from a row of `unserved`, for lists of those whom a programme does not serve.
    person: SQL of the person's id. -#}
{% macro unserved_columns(person='unserved.person_id') -%}
unserved.household_id,
        {{ person }} as person_id,
        unserved.unit_id as subject,
        unserved.programme,
        unserved.standing as reason,
        unserved.reason as reason_text
{%- endmacro %}

{#- Number in need of a programme and not served by coverage_by_region, per kabupaten/kota; for `adds_up`. -#}
{% macro unserved_in_need(programme) -%}
select region_code as regency_code, unserved_in_need as rows
    from {{ ref('coverage_by_region') }}
    where region_level = 'regency' and programme = '{{ programme }}'
{%- endmacro %}

{#-
Kabupaten/kota in which a list has another number of rows than expected. expected: a relation of regency_code and rows;
regency_code of both is 36 without a place below the province.
-#}
{% macro adds_up(list, expected) %}
select '{{ list }}' as list, regency_code, listed.rows_listed, expected.rows_expected
from (select regency_code, count(*) as rows_listed from {{ ref('worklist_' ~ list) }} group by regency_code) listed
full join (select regency_code, sum(rows)::bigint as rows_expected from {{ expected }} group by regency_code) expected
    using (regency_code)
where coalesce(listed.rows_listed, 0) <> coalesce(expected.rows_expected, 0)
{%- endmacro %}
