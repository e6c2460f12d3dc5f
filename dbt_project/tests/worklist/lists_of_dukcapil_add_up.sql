-- In all regions, open and confirmed pairs of register records, and dead people on a programme's active list, are all
-- listed.
{{ config(tags=['post_identity']) }}
with expected as (
    select 'two_niks_one_person' as reason, count(*) as rows
    from {{ ref('identity_links') }}
    where source_a = 'dukcapil_penduduk' and source_b = 'dukcapil_penduduk' and state in ('open', 'confirmed')
    union all
    select 'dead_receives', count(distinct (person_id, programme))
    from {{ ref('int_award') }}
    where status = 'active' and receiver_gone = 'MENINGGAL'
),

listed as (
    select reason, count(*) as rows from {{ ref('worklist_dukcapil_conflicts') }} group by reason
)

select expected.reason, expected.rows, listed.rows as rows_listed
from expected
left join listed using (reason)
where expected.rows <> coalesce(listed.rows, 0)
