-- Grain: entity, id. Ids that were merged into another or split from one since the published load. Loads are in the
-- order in which they ran, whatever their as-of date and the clock.
select
    history.entity,
    history.id,
    arg_max(history.event, (history.generation, history.load_id)) as event,
    arg_max(history.other_id, (history.generation, history.load_id)) as other_id
from {{ source('identity', 'identity_history') }} history
join {{ source('inputs', 'loads') }} ran on ran.load_id = history.load_id
cross join {{ source('inputs', 'yesterday_load') }} yesterday
join {{ source('inputs', 'loads') }} seen on seen.load_id = yesterday.load_id
where history.event in ('merged', 'split') and history.entity in ('household', 'person')
    and ran.load_seq > seen.load_seq
group by history.entity, history.id
