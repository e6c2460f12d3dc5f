select o.family as was, n.family as component from placed_old o full join placed_new n using (h)
where o.family is distinct from n.family
