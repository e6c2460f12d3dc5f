-- Each must be the other's only candidate: a register person who may also be a linked member (a twin under the other's
-- name) is not linked.
insert into link
select n, target, 'household', null from likeness
qualify is_one and not is_taken and count(*) filter (is_one or not is_taken) over (partition by n) = 1
    and count(*) over (partition by target, household) = 1
