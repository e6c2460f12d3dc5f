-- Grain: entity, id. What became of ids since the load that readers see: merged into another, or split off from one.
select
    history.entity,
    history.id,
    arg_max(history.event, (history.happened_at, history.load_id)) as event,
    arg_max(history.other_id, (history.happened_at, history.load_id)) as other_id
from {{ source('identity', 'identity_history') }} history
cross join {{ source('inputs', 'yesterday_load') }} yesterday
where history.event in ('merged', 'split') and history.entity in ('household', 'person') and history.load_id > yesterday.load_id
group by history.entity, history.id
