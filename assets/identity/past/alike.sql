-- Of versions that say the same, the one that is linked for all.
select n, first_value(n) over (partition by d order by n in (from last_said) desc, valid_from desc) as one from past
