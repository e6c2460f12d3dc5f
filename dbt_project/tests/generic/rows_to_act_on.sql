{#-
Rows of a work list: each has a unique number, a reason of the list, a priority, a kabupaten/kota, a text, a day since which it waits,
and a household of the frame, unless the list has people outside it.
-#}
{% test rows_to_act_on(model, reasons, of_frame=true) %}
select row_id
from {{ model }} list
{%- if of_frame %}
left join {{ ref('dim_household') }} household on household.household_id = list.household_id
{%- endif %}
where
    reason is null or reason not in ('{{ reasons | join("', '") }}')
    or priority is null or priority not between 1 and 4
    or list.regency_code is null
    or nullif(trim(reason_text), '') is null
    or waiting_since is null
    {%- if of_frame %}
    or household.household_id is null
    {%- endif %}
union all
select row_id from {{ model }} group by row_id having count(*) > 1 or row_id is null
{% endtest %}
