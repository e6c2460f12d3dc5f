select entity, id, event, other_id, load_id, happened_at, generation from history
