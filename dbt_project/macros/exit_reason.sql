{#-
The reason why a family left a programme, as one of a few: agencies write it in their own words. A reason that is in no group is `other`.
-#}
{% macro exit_reason(column) -%}
case
    when {{ column }} is null then 'not_stated'
    when regexp_matches({{ column }}, '(?i)meninggal|wafat') then 'died'
    when regexp_matches({{ column }}, '(?i)pindah') then 'moved'
    when regexp_matches({{ column }}, '(?i)ganda|dobel|duplikat|program lain|\bpkh\b') then 'other_programme'
    when regexp_matches({{ column }}, '(?i)undur') then 'withdrew'
    when regexp_matches({{ column }}, '(?i)tidak (memenuhi|layak|berhak)|syarat|komponen') then 'not_eligible'
    when regexp_matches({{ column }}, '(?i)\bmampu\b|mandiri|sejahtera|graduasi')
        and not regexp_matches({{ column }}, '(?i)(tidak|kurang|belum) mampu') then 'able'
    else 'other'
end
{%- endmacro %}
