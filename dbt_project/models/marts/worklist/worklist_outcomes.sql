-- Grain: row_id. Outcomes of rows of work lists: the newest outcome of each row that has one, and whether the finding
-- remains.
{%- set lists = [
    'dindik_not_in_school', 'dindik_pupils_without_pip', 'dinkes_pbi_deactivated', 'dinkes_pbi_of_gone',
    'dinkes_stunted_without_aid', 'dinkes_without_jkn', 'dinsos_exclusive_programmes', 'dinsos_listed_twice',
    'dinsos_not_renewed', 'dinsos_paid_after_end', 'dinsos_poorest_unserved', 'dinsos_returned_payments',
    'dinsos_served_not_poor', 'dinsos_unlisted_poor', 'diskop_enterprises_without_aid', 'disnaker_job_seekers',
    'dprkp_unfit_houses', 'dukcapil_conflicts',
] %}
with listed as (
    {%- for list in lists %}
    select row_id, state from {{ ref('worklist_' ~ list) }} where outcome is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    outcome.row_id,
    lower(split_part(outcome.row_id, '-', 1)) as list,
    listed.row_id is not null as is_listed,
    coalesce(listed.state, 'resolved') as state,
    outcome.outcome,
    outcome.outcome_on,
    outcome.officer,
    outcome.delivery_id,
    outcome.file_name,
    outcome.row_number
from {{ ref('stg_sadaya__tindak_lanjut') }} outcome
left join listed on listed.row_id = outcome.row_id
