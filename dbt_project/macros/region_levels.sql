{#- A list with the province, the kabupaten/kota and, if given, the kecamatan that a row counts for, to be unnested.
    regency, district: SQL of their codes; a null code is for the reader to leave out. -#}
{% macro region_levels(regency='regency_code', district=none) -%}
[
            {'level': 'province', 'code': '{{ var("province") }}'},
            {'level': 'regency', 'code': {{ regency }}}
            {%- if district is not none %},
            {'level': 'district', 'code': {{ district }}}
            {%- endif %}
        ]
{%- endmacro %}
