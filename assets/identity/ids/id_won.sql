-- Each earlier id goes to its strongest claimant; each component keeps the strongest id that it won. Ties are broken by
-- the oldest id, then by the founder's seed.
with won as (
    select c.*, born from claim c join founder f using (component) left join last_event using (id)
    qualify row_number() over (
        partition by id order by rank_1 desc, rank_2 desc, rank_3 desc, f.seed, component) = 1)
select component, id from won
qualify row_number() over (partition by component order by rank_1 desc, rank_2 desc, rank_3 desc, born, id) = 1
