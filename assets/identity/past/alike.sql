-- Among equal versions, the one that is linked on behalf of all.
select n, first_value(n) over (partition by d order by n in (from last_version) desc, valid_from desc) as one from past
