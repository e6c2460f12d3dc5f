select n, unnest(['D' || household_ref, 'K' || no_kk, 'R' || source || '|' || record_key]) as natural_key,
    generate_subscripts([1, 2, 3], 1) as place
from past_component where this_entity is null
