-- Families of a kecamatan's companions, and those of no companion, are the kecamatan's.
{{ config(tags=['post_identity']) }}
{%- set counts = ['families', 'visited_families', 'due_families', 'overdue_families', 'never_families'] %}

with counted as (
    select
        district_code as region_code,
        {%- for count in counts %}
        sum({{ count }}) as {{ count }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('visit_progress_by_companion') }}
    group by district_code
)

select region.region_code
from (select * from {{ ref('visit_progress') }} where region_level = 'district') region
full join counted using (region_code)
where
    {%- for count in counts %}
    {{ 'or ' if not loop.first }}coalesce(counted.{{ count }}, 0) is distinct from region.{{ count }}
    {%- endfor %}
